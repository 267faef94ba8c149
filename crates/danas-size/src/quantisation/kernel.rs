//! Kernels of 8-bit integers.

use super::affine::LEAST_RANGE;

/// Largest integer of a kernel. The smallest is its negative, so that the zero point is 0.
const LARGEST: f32 = 127.0;

/// Difference from a kernel's own scale up to which a given scale is ignored. Only a kernel with a
/// single scale is treated in this way.
const CHANGED: f64 = 1e-3;

/// The values of a kernel that share a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScalesPer {
    /// The values of an output, which is an index of the first axis.
    Channel,
    /// The values of a channel of a depthwise kernel, which is an index of the last axis.
    DepthwiseChannel,
    /// All values.
    Tensor,
}

impl ScalesPer {
    /// Returns the number of scales of a kernel with this number of outputs.
    const fn scales(self, outputs: usize) -> usize {
        match self {
            Self::Channel | Self::DepthwiseChannel => outputs,
            Self::Tensor => 1,
        }
    }

    /// Returns each value of a kernel with the index of its scale, out of `scales` scales.
    fn scaled(self, kernel: &[f32], scales: usize) -> impl Iterator<Item = (usize, f32)> {
        let window = (kernel.len() / scales.max(1)).max(1);
        kernel.iter().enumerate().map(move |(index, &value)| {
            let scale = match self {
                Self::Channel => index / window,
                Self::DepthwiseChannel => index % scales,
                Self::Tensor => 0,
            };
            (scale, value)
        })
    }

    /// Returns the largest absolute value for each scale. `scales` is the number of scales.
    fn ranges(self, kernel: &[f32], scales: usize) -> Vec<f32> {
        let mut ranges = vec![0.0_f32; scales];
        for (scale, value) in self.scaled(kernel, scales) {
            ranges[scale] = ranges[scale].max(value.abs());
        }
        ranges
    }
}

/// A kernel of 8-bit integers, with a scale for each output or one for all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QuantisedKernel {
    pub(crate) values: Vec<i8>,
    pub(crate) scales: Vec<f32>,
}

impl QuantisedKernel {
    /// Quantises a kernel with this number of outputs for a dynamic range model. Scales are rounded
    /// to single precision only when they are written.
    ///
    /// Source: `Quantize` in TensorFlow's `quantization_utils.cc` and `UniformSupport.h`.
    pub(crate) fn dynamic(kernel: &[f32], outputs: usize, scales_per: ScalesPer) -> Self {
        let ranges = scales_per.ranges(kernel, scales_per.scales(outputs)).into_iter();
        let scale = |range| f64::from(range).max(LEAST_RANGE / 2.0) / f64::from(LARGEST);
        let scales: Vec<f64> = ranges.map(scale).collect();
        let values = scales_per.scaled(kernel, scales.len());
        let values = values.map(|(scale, value)| divided(value, scales[scale])).collect();
        Self { values, scales: scales.into_iter().map(|scale| scale as f32).collect() }
    }

    /// Quantises a kernel for an integer model with given scales, such as its own [`scales`]. Their
    /// number must be that of the scales_per.
    ///
    /// With a scale for each output, values are multiplied by the reciprocal of their scale. With a
    /// single scale, they are multiplied by 127 over their range, or divided by the scale if it is
    /// far from the kernel's own. Only this division is in double precision.
    ///
    /// Source: `QuantizeLegacy` in TensorFlow's `quantization_utils.cc`.
    pub(crate) fn with_scales(kernel: &[f32], scales: Vec<f32>, scales_per: ScalesPer) -> Self {
        let ranges = scales_per.ranges(kernel, scales.len()).into_iter().zip(&scales);
        let factors = ranges.map(|(range, &scale)| {
            let own = f64::from(range / LARGEST);
            let is_changed = range == 0.0 || (own - f64::from(scale)).abs() > CHANGED;
            match scales_per {
                ScalesPer::Tensor if is_changed => None,
                ScalesPer::Tensor => Some(LARGEST / range),
                ScalesPer::Channel | ScalesPer::DepthwiseChannel => Some(1.0 / scale),
            }
        });
        let factors: Vec<Option<f32>> = factors.collect();
        let values =
            scales_per.scaled(kernel, scales.len()).map(|(scale, value)| match factors[scale] {
                Some(factor) => (value * factor).round().clamp(-LARGEST, LARGEST) as i8,
                None => divided(value, scales[scale].into()),
            });
        Self { values: values.collect(), scales }
    }

    /// Returns the scale of an output.
    pub(crate) fn scale(&self, output: usize) -> f32 {
        // All outputs share the first scale if there is only one.
        self.scales.get(output).or(self.scales.first()).copied().unwrap_or(1.0)
    }
}

/// Returns the integer for a value, computed in double precision.
fn divided(value: f32, scale: f64) -> i8 {
    (f64::from(value) / scale).round().clamp(f64::from(-LARGEST), f64::from(LARGEST)) as i8
}

/// Returns a kernel's own scales, which follow from its ranges. A range is taken to be at least
/// 10⁻⁶ wide.
///
/// Source: `ExpandVerySmallRange` and `DownCastScale` in TensorFlow's `quantization_utils.cc`.
pub(super) fn scales(kernel: &[f32], outputs: usize, scales_per: ScalesPer) -> Vec<f32> {
    let ranges = scales_per.ranges(kernel, scales_per.scales(outputs)).into_iter();
    ranges.map(|range| range.max((LEAST_RANGE / 2.0) as f32) / LARGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        ScalesPer::{Channel, DepthwiseChannel, Tensor},
        *,
    };

    fn own(kernel: &[f32], outputs: usize, scales_per: ScalesPer) -> QuantisedKernel {
        let scales = scales(kernel, outputs, scales_per);
        QuantisedKernel::with_scales(kernel, scales, scales_per)
    }

    #[test]
    fn each_output_has_a_scale_of_its_own_or_all_share_one() {
        let kernel = [1.27, -0.635, 0.1, 0.0, 0.0, 12.7];
        let each = own(&kernel, 2, Channel);
        assert_eq!((each.values, each.scales), (vec![127, -64, 10, 0, 0, 127], vec![0.01, 0.1]));
        let interleaved = [1.27, 0.0, -0.635, 0.0, 0.1, 12.7];
        let last = own(&interleaved, 2, DepthwiseChannel);
        assert_eq!((last.values, last.scales), (vec![127, 0, -64, 0, 10, 127], vec![0.01, 0.1]));
        let shared = own(&kernel, 2, Tensor);
        assert_eq!((shared.values, shared.scales), (vec![13, -6, 1, 0, 0, 127], vec![0.1]));
    }

    /// The second value is close to half a step. Multiplied by 127 over the range, it is rounded
    /// down. Multiplied by the reciprocal of the scale, it is rounded up.
    #[test]
    fn a_whole_kernel_is_multiplied_by_127_over_its_range() {
        let kernel = [0.143_020_6, 0.000_563_073_2];
        assert_eq!(own(&kernel, 1, Tensor).values, [127, 0]);
        assert_eq!(own(&kernel, 1, Channel).values, [127, 1]);
        assert_eq!(QuantisedKernel::dynamic(&kernel, 1, Tensor).values, [127, 0]);
    }

    #[test]
    fn other_scales_are_respected_where_they_are_far_from_its_own() {
        let kernel = [1.27, 12.7];
        let given =
            |scales, scales_per| QuantisedKernel::with_scales(&kernel, scales, scales_per).values;
        assert_eq!(given(vec![0.5, 0.1], Channel), [3, 127]);
        assert_eq!(given(vec![0.5], Tensor), [3, 25]);
        assert_eq!(given(vec![0.1005], Tensor), [13, 127]); // close to its own scale
    }

    /// The expected values are those of TensorFlow 2.12.
    #[test]
    fn a_filter_of_zeros_has_the_smallest_scale() {
        for tiny in [0.0, 1e-9] {
            let kernel = own(&[tiny, -tiny], 1, Channel);
            assert_eq!((kernel.values, kernel.scales), (vec![0, 0], vec![3.937_008e-9]));
        }
        assert_eq!(own(&[0.0, 0.0], 1, Tensor).values, [0, 0]);
    }
}
