//! Kernels of integers.

use super::affine::LEAST_RANGE;

/// The largest integer of a kernel; the smallest is its negative, so that zero stands for 0.
const LARGEST: f32 = 127.0;

/// A scale that was changed by more than this is respected when a whole tensor is quantised.
const CHANGED: f64 = 1e-3;

/// What shares a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Granularity {
    /// The values of an output, the first axis.
    Channel,
    /// The values of a channel of a depthwise kernel, the last axis.
    DepthwiseChannel,
    Tensor,
}

impl Granularity {
    /// How many scales a kernel of so many outputs has.
    const fn scales(self, outputs: usize) -> usize {
        match self {
            Self::Channel | Self::DepthwiseChannel => outputs,
            Self::Tensor => 1,
        }
    }

    /// Each value of a kernel with the number of its scale, of so many.
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

    /// The largest absolute value for each of so many scales.
    fn ranges(self, kernel: &[f32], scales: usize) -> Vec<f32> {
        let mut ranges = vec![0.0_f32; scales];
        for (scale, value) in self.scaled(kernel, scales) {
            ranges[scale] = ranges[scale].max(value.abs());
        }
        ranges
    }
}

/// A kernel as integers of 8 bits, with a scale for each output or one for all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QuantisedKernel {
    pub(crate) values: Vec<i8>,
    pub(crate) scales: Vec<f32>,
}

impl QuantisedKernel {
    /// The kernel of a dynamic range model with so many outputs.
    ///
    /// Source: `Quantize` in TensorFlow's `quantization_utils.cc` and `UniformSupport.h`: scales are
    /// rounded to single precision only when they are written.
    pub(crate) fn dynamic(kernel: &[f32], outputs: usize, granularity: Granularity) -> Self {
        let ranges = granularity.ranges(kernel, granularity.scales(outputs)).into_iter();
        let scale = |range| f64::from(range).max(LEAST_RANGE / 2.0) / f64::from(LARGEST);
        let scales: Vec<f64> = ranges.map(scale).collect();
        let values = granularity.scaled(kernel, scales.len());
        let values = values.map(|(scale, value)| divided(value, scales[scale])).collect();
        Self { values, scales: scales.into_iter().map(|scale| scale as f32).collect() }
    }

    /// The kernel of a model of integers, at scales such as its own [`scales`], as many as the
    /// granularity asks for.
    ///
    /// Source: `QuantizeLegacy` in TensorFlow's `quantization_utils.cc`. With a scale for each output,
    /// values are multiplied with its reciprocal; as a whole, with 127 over their range, or, where
    /// that is far from the scale, divided by it. All but the last in single precision.
    pub(crate) fn with_scales(kernel: &[f32], scales: Vec<f32>, granularity: Granularity) -> Self {
        let ranges = granularity.ranges(kernel, scales.len()).into_iter().zip(&scales);
        let factors = ranges.map(|(range, &scale)| {
            let own = f64::from(range / LARGEST);
            let is_changed = range == 0.0 || (own - f64::from(scale)).abs() > CHANGED;
            match granularity {
                Granularity::Tensor if is_changed => None,
                Granularity::Tensor => Some(LARGEST / range),
                Granularity::Channel | Granularity::DepthwiseChannel => Some(1.0 / scale),
            }
        });
        let factors: Vec<Option<f32>> = factors.collect();
        let values =
            granularity.scaled(kernel, scales.len()).map(|(scale, value)| match factors[scale] {
                Some(factor) => (value * factor).round().clamp(-LARGEST, LARGEST) as i8,
                None => divided(value, scales[scale].into()),
            });
        Self { values: values.collect(), scales }
    }

    /// The scale of an output.
    pub(crate) fn scale(&self, output: usize) -> f32 {
        // One for all, where there is no other.
        self.scales.get(output).or(self.scales.first()).copied().unwrap_or(1.0)
    }
}

/// The integer for a value, in double precision.
fn divided(value: f32, scale: f64) -> i8 {
    (f64::from(value) / scale).round().clamp(f64::from(-LARGEST), f64::from(LARGEST)) as i8
}

/// The scales that a kernel has by its ranges, which are taken to be 10⁻⁶ wide at least.
///
/// Source: `ExpandVerySmallRange` and `DownCastScale` in TensorFlow's `quantization_utils.cc`.
pub(super) fn scales(kernel: &[f32], outputs: usize, granularity: Granularity) -> Vec<f32> {
    let ranges = granularity.ranges(kernel, granularity.scales(outputs)).into_iter();
    ranges.map(|range| range.max((LEAST_RANGE / 2.0) as f32) / LARGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        Granularity::{Channel, DepthwiseChannel, Tensor},
        *,
    };

    fn own(kernel: &[f32], outputs: usize, granularity: Granularity) -> QuantisedKernel {
        let scales = scales(kernel, outputs, granularity);
        QuantisedKernel::with_scales(kernel, scales, granularity)
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

    /// Half a quantum: 127 over the range gives less, the reciprocal of the scale more.
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
            |scales, granularity| QuantisedKernel::with_scales(&kernel, scales, granularity).values;
        assert_eq!(given(vec![0.5, 0.1], Channel), [3, 127]);
        assert_eq!(given(vec![0.5], Tensor), [3, 25]);
        assert_eq!(given(vec![0.1005], Tensor), [13, 127]); // hardly changed
    }

    /// As TensorFlow 2.12 does.
    #[test]
    fn a_filter_of_zeros_has_the_smallest_scale() {
        for tiny in [0.0, 1e-9] {
            let kernel = own(&[tiny, -tiny], 1, Channel);
            assert_eq!((kernel.values, kernel.scales), (vec![0, 0], vec![3.937_008e-9]));
        }
        assert_eq!(own(&[0.0, 0.0], 1, Tensor).values, [0, 0]);
    }
}
