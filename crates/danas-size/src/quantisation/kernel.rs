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
    /// Of a kernel whose first axis is that of its outputs, each with the least scale that it may
    /// have.
    ///
    /// Source: `ExpandVerySmallRange` and `QuantizeLegacy` in TensorFlow's MLIR quantiser: scales in
    /// `f64` rounded to `f32`, values by the reciprocal of the scale in `f32`.
    pub(crate) fn new(kernel: &[f32], least: &[f32], granularity: Granularity) -> Self {
        let shared = [least.iter().copied().fold(0.0, f32::max)];
        let least = match granularity {
            Granularity::PerChannel => least,
            Granularity::PerTensor => &shared,
        };
        let part = (kernel.len() / least.len().max(1)).max(1);
        let parts = kernel.chunks_exact(part).zip(least);
        let scales: Vec<f32> = parts.map(|(values, &least)| scale(values).max(least)).collect();
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
        let own = QuantisedKernel::new(&kernel, &[0.0; 2], Granularity::PerChannel);
        assert_eq!((own.values, own.scales), (vec![127, -64, 10, 0, 0, 127], vec![0.01, 0.1]));
        let shared = QuantisedKernel::new(&kernel, &[0.0; 2], Granularity::PerTensor);
        assert_eq!((shared.values, shared.scales), (vec![13, -6, 1, 0, 0, 127], vec![0.1]));
    }

    #[test]
    fn a_scale_is_no_less_than_allowed() {
        let least = [0.5, 0.001];
        let own = QuantisedKernel::new(&[1.27, 12.7], &least, Granularity::PerChannel);
        assert_eq!((own.values, own.scales), (vec![3, 127], vec![0.5, 0.1]));
        let shared = QuantisedKernel::new(&[1.27, 12.7], &least, Granularity::PerTensor);
        assert_eq!((shared.values, shared.scales), (vec![3, 25], vec![0.5]));
    }

    /// As TensorFlow 2.12 does.
    #[test]
    fn a_filter_of_zeros_has_the_smallest_scale() {
        for tiny in [0.0, 1e-9] {
            let kernel = QuantisedKernel::new(&[tiny, -tiny], &[0.0], Granularity::PerChannel);
            assert_eq!((kernel.values, kernel.scales), (vec![0, 0], vec![3.937_008e-9]));
        }
    }
}
