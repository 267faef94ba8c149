//! Kernels of integers.

use super::affine::LEAST_RANGE;

/// The largest integer of a kernel; the smallest is its negative, so that zero stands for 0.
const LARGEST: f32 = 127.0;

/// What shares a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Granularity {
    PerChannel,
    PerTensor,
}

/// A kernel as integers of 8 bits, with a scale for each output or one for all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QuantisedKernel {
    pub(crate) values: Vec<i8>,
    pub(crate) scales: Vec<f32>,
}

impl QuantisedKernel {
    /// Of a kernel whose first axis is that of its outputs, so many.
    ///
    /// Source: `ExpandVerySmallRange` and `QuantizeLegacy` in TensorFlow's MLIR quantiser: scales in
    /// `f64` rounded to `f32`, values by the reciprocal of the scale in `f32`.
    pub(crate) fn new(kernel: &[f32], outputs: usize, granularity: Granularity) -> Self {
        let parts = match granularity {
            Granularity::PerChannel => outputs,
            Granularity::PerTensor => 1,
        };
        let part = (kernel.len() / parts.max(1)).max(1);
        let scales: Vec<f32> = kernel.chunks_exact(part).map(scale).collect();
        let values = kernel.chunks_exact(part).zip(&scales).flat_map(|(values, &scale)| {
            let inverse = 1.0 / scale;
            values.iter().map(move |value| (value * inverse).round().clamp(-LARGEST, LARGEST) as i8)
        });
        Self { values: values.collect(), scales }
    }

    /// The scale of an output.
    pub(crate) fn scale(&self, output: usize) -> f32 {
        // One for all, where there is no other.
        self.scales.get(output).or(self.scales.first()).copied().unwrap_or(1.0)
    }
}

fn scale(values: &[f32]) -> f32 {
    let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let (largest, least) = (f64::from(largest), LEAST_RANGE / 2.0);
    let largest = if 2.0 * largest > LEAST_RANGE { largest } else { largest.max(least) };
    (largest / f64::from(LARGEST)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_output_has_a_scale_of_its_own_or_all_share_one() {
        let kernel = [1.27, -0.635, 0.1, 0.0, 0.0, 12.7];
        let own = QuantisedKernel::new(&kernel, 2, Granularity::PerChannel);
        assert_eq!((own.values, own.scales), (vec![127, -64, 10, 0, 0, 127], vec![0.01, 0.1]));
        let shared = QuantisedKernel::new(&kernel, 2, Granularity::PerTensor);
        assert_eq!((shared.values, shared.scales), (vec![13, -6, 1, 0, 0, 127], vec![0.1]));
    }

    /// As TensorFlow 2.12 does.
    #[test]
    fn a_filter_of_zeros_has_the_smallest_scale() {
        for tiny in [0.0, 1e-9] {
            let kernel = QuantisedKernel::new(&[tiny, -tiny], 1, Granularity::PerChannel);
            assert_eq!((kernel.values, kernel.scales), (vec![0, 0], vec![3.937_008e-9]));
        }
    }
}
