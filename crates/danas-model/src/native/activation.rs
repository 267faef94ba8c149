//! Activations of whole rows, and their gradients if no convolution computes them.

use danas_space::Activation;

use super::{
    lanes::Lanes,
    maps::{Row, RowMut},
    simd::{Kernel, Simd},
};

/// Computation that replaces sums by the outputs of an activation.
pub(super) struct Activate<'a> {
    pub(super) activation: Activation,
    pub(super) values: &'a mut [Lanes],
}

impl Kernel for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let zero = simd.splat(0.0);
        for value in self.values {
            for part in 0..S::PARTS {
                let sum = simd.load(value, part);
                let output = match self.activation {
                    // NaN stays NaN, so that a divergence is noticed.
                    Activation::Relu => simd.max(zero, sum),
                    Activation::Sigmoid => sigmoid(simd, sum),
                };
                simd.store(output, value, part);
            }
        }
    }
}

/// Computation that replaces gradients of outputs by those of the sums before the activation.
pub(super) struct Through<'a> {
    pub(super) activation: Activation,
    pub(super) outputs: Row<'a>,
    pub(super) gradients: RowMut<'a>,
}

impl Kernel for Through<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for channel in 0..self.gradients.channels() {
            let outputs = self.outputs.from(channel, 0);
            let (gradients, step) = self.gradients.from(channel, 0, self.gradients.width);
            for (gradient, output) in gradients.iter_mut().step_by(step).zip(outputs) {
                for part in 0..S::PARTS {
                    let (output, back) = (simd.load(output, part), simd.load(gradient, part));
                    simd.store(slope(simd, self.activation, output, back), gradient, part);
                }
            }
        }
    }
}

/// Computation that writes gradients of outputs, side by side for each channel, as those of the
/// sums before the activation. Without an activation, they are copied.
pub(super) struct Scatter<'a> {
    pub(super) activation: Option<Activation>,
    pub(super) outputs: Row<'a>,
    /// `[channels, width]`
    pub(super) gradients: &'a [Lanes],
    pub(super) to: RowMut<'a>,
}

impl Kernel for Scatter<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for (channel, gradients) in self.gradients.chunks_exact(self.to.width).enumerate() {
            let outputs = self.outputs.from(channel, 0);
            for (x, (gradient, output)) in gradients.iter().zip(outputs).enumerate() {
                for part in 0..S::PARTS {
                    let mut value = simd.load(gradient, part);
                    if let Some(activation) = self.activation {
                        value = slope(simd, activation, simd.load(output, part), value);
                    }
                    simd.store(value, self.to.at(channel, x), part);
                }
            }
        }
    }
}

/// Returns the gradient of a sum, from the output of its activation and the gradient of that
/// output.
#[inline(always)]
pub(super) fn slope<S: Simd>(
    simd: S,
    activation: Activation,
    output: S::Vector,
    gradient: S::Vector,
) -> S::Vector {
    match activation {
        Activation::Relu => simd.where_positive(output, gradient),
        Activation::Sigmoid => {
            simd.mul(gradient, simd.mul(output, simd.sub(simd.splat(1.0), output)))
        }
    }
}

/// Returns `1 / (1 + exp(-x))`, with an exponential whose relative error is below 2e-7.
///
/// `exp(t) = 2ⁿ · exp(t − n·ln 2)` for the whole number `n` nearest to `t / ln 2`. ln 2 is split
/// into two parts, so that the difference is exact. The polynomial of degree 7 is that of S. L.
/// Moshier's Cephes library (`expf`).
#[inline(always)]
fn sigmoid<S: Simd>(simd: S, x: S::Vector) -> S::Vector {
    /// Coefficients of a single-precision polynomial in descending order.
    const POLYNOMIAL: [f32; 6] =
        [1.987_569_1e-4, 1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    /// Number that leaves a whole number when it is added and subtracted again: 1.5 · 2²³.
    const ROUNDING: f32 = 12_582_912.0;

    let (splat, one) = (|value| simd.splat(value), simd.splat(1.0));
    // Beyond these bounds, the result is 0 or 1 to the last bit, or nearly.
    let t = simd.sub(splat(0.0), x);
    let t = simd.min(splat(87.0), simd.max(splat(-87.0), t));
    let rounded = simd.mul_add(t, splat(std::f32::consts::LOG2_E), splat(ROUNDING));
    let n = simd.sub(rounded, splat(ROUNDING));
    let r = simd.mul_add(n, splat(-LN_2[0]), t);
    let r = simd.mul_add(n, splat(-LN_2[1]), r);
    let mut p = splat(POLYNOMIAL[0]);
    for &coefficient in &POLYNOMIAL[1..] {
        p = simd.mul_add(p, r, splat(coefficient));
    }
    let exp = simd.mul_add(p, simd.mul(r, r), simd.add(r, one));
    let power = simd.power_of_two(n);
    simd.div(one, simd.mul_add(exp, power, one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{native::InstructionSet, native::simd::Dispatch};

    #[test]
    fn the_sigmoid_is_exact_to_single_precision() {
        for dispatch in InstructionSet::ALL.into_iter().filter_map(Dispatch::new) {
            for step in -9_000..9_000 {
                let x = step as f32 * 0.01;
                let mut values = [Lanes([x; 16])];
                let activation = Activation::Sigmoid;
                dispatch.run(Activate { activation, values: &mut values });
                let expected = 1.0 / (1.0 + (-f64::from(x)).exp());
                for actual in values[0].0 {
                    // The exponent is limited to 87, so the smallest results are slightly too large.
                    let error = (f64::from(actual) - expected).abs();
                    assert!(error <= 2e-7 * expected + 1.7e-38, "{x}: {actual} is not {expected}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_number_stays_none() {
        for dispatch in InstructionSet::ALL.into_iter().filter_map(Dispatch::new) {
            for activation in [Activation::Relu, Activation::Sigmoid] {
                let mut values = [Lanes([f32::NAN; 16])];
                dispatch.run(Activate { activation, values: &mut values });
                assert!(values[0].0.iter().all(|value| value.is_nan()), "{activation}");
            }
        }
    }
}
