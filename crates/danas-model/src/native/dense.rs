//! Dense layers and their gradients.

#![expect(
    clippy::needless_range_loop,
    reason = "sums that are only reached by indices in constant bounds are kept in registers"
)]

use super::{
    lanes::{LANES, Lanes},
    simd::{Kernel, Simd},
};

/// Multiple to which the number of outputs is padded, so that the weights of one input fill
/// registers.
pub(super) const PADDING: usize = LANES;

/// Computation that adds the products of some inputs to the sums of a dense layer.
pub(super) struct Dense<'a> {
    pub(super) inputs: &'a [Lanes],
    /// `[inputs, padded outputs]`
    pub(super) kernel: &'a [f32],
    pub(super) sums: &'a mut [Lanes],
}

impl Kernel for Dense<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let mut first = 0;
        while first < self.sums.len() {
            first += match self.sums.len() - first {
                10.. if S::SUMS >= 10 => self.tile::<S, 10>(simd, first),
                8.. => self.tile::<S, 8>(simd, first),
                4.. => self.tile::<S, 4>(simd, first),
                2.. => self.tile::<S, 2>(simd, first),
                _ => self.tile::<S, 1>(simd, first),
            };
        }
    }
}

impl Dense<'_> {
    /// Computes `OUTPUTS` outputs, and returns their number.
    #[inline(always)]
    fn tile<S: Simd, const OUTPUTS: usize>(&mut self, simd: S, first: usize) -> usize {
        let padded = self.sums.len().next_multiple_of(PADDING);
        let Some((to, _)) = self.sums[first..].split_first_chunk_mut::<OUTPUTS>() else {
            return OUTPUTS;
        };
        for part in 0..S::PARTS {
            let mut sums = [simd.splat(0.0); OUTPUTS];
            for output in 0..OUTPUTS {
                sums[output] = simd.load(&to[output], part);
            }
            for (value, weights) in self.inputs.iter().zip(self.kernel.chunks_exact(padded)) {
                let Some(weights) = weights[first..].first_chunk::<OUTPUTS>() else { break };
                let value = simd.load(value, part);
                for output in 0..OUTPUTS {
                    sums[output] = simd.mul_add(value, simd.splat(weights[output]), sums[output]);
                }
            }
            for output in 0..OUTPUTS {
                simd.store(sums[output], &mut to[output], part);
            }
        }
        OUTPUTS
    }
}

/// Computation that adds the gradients of some rows of a dense layer's kernel, and writes those of
/// their inputs.
pub(super) struct DenseGradient<'a> {
    pub(super) inputs: &'a [Lanes],
    /// `[inputs, padded outputs]`
    pub(super) kernel: &'a [f32],
    /// Gradients of the sums.
    pub(super) sums: &'a [Lanes],
    /// Gradients of the sums, transposed by [`turn`].
    pub(super) turned: &'a [Lanes],
    pub(super) kernel_gradient: &'a mut [f32],
    pub(super) input_gradients: &'a mut [Lanes],
}

/// Transposes gradients in tiles of [`LANES`] outputs: each tile becomes `[examples, outputs]`.
pub(super) fn turn(sums: &[Lanes], turned: &mut [Lanes]) {
    for (sums, turned) in sums.chunks(LANES).zip(turned.chunks_exact_mut(LANES)) {
        for (output, sum) in sums.iter().enumerate() {
            for (turned, &value) in turned.iter_mut().zip(&sum.0) {
                turned.0[output] = value;
            }
        }
    }
}

impl Kernel for DenseGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let padded = self.sums.len().next_multiple_of(PADDING);
        let pairs = self.inputs.iter().zip(self.input_gradients);
        let kernels = self.kernel.chunks_exact(padded);
        let rows = kernels.zip(self.kernel_gradient.chunks_exact_mut(padded));
        for ((value, back), (weights, gradients)) in pairs.zip(rows) {
            for part in 0..S::PARTS {
                // Two sums, which need not wait for each other.
                let mut totals = [simd.splat(0.0); 2];
                let (sums, weights) = (self.sums, &weights[..self.sums.len()]);
                let (sums, last) = sums.as_chunks::<2>();
                let (weights, last_weight) = weights.as_chunks::<2>();
                for (sums, weights) in sums.iter().zip(weights) {
                    for of in 0..2 {
                        let sum = simd.load(&sums[of], part);
                        totals[of] = simd.mul_add(sum, simd.splat(weights[of]), totals[of]);
                    }
                }
                for (sum, &weight) in last.iter().zip(last_weight) {
                    let sum = simd.load(sum, part);
                    totals[0] = simd.mul_add(sum, simd.splat(weight), totals[0]);
                }
                simd.store(simd.add(totals[0], totals[1]), back, part);
            }
            let (gradients, _) = gradients.as_chunks_mut::<LANES>();
            let (turned, _) = self.turned.as_chunks::<LANES>();
            for (gradients, turned) in gradients.iter_mut().zip(turned) {
                let mut lanes = Lanes(*gradients);
                for part in 0..S::PARTS {
                    let mut totals = [simd.load(&lanes, part), simd.splat(0.0)];
                    for lane in 0..LANES / 2 {
                        for half in 0..2 {
                            let lane = lane + half * LANES / 2;
                            let sum = simd.load(&turned[lane], part);
                            totals[half] =
                                simd.mul_add(sum, simd.splat(value.0[lane]), totals[half]);
                        }
                    }
                    simd.store(simd.add(totals[0], totals[1]), &mut lanes, part);
                }
                *gradients = lanes.0;
            }
        }
    }
}
