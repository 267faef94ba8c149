//! Features of motion, vibration and other series.

mod bands;
mod rates;
mod statistics;

use danas_space::{Granularity, MotionGranularity, MotionRepresentation};
use ndarray::{Array2, Array3, ArrayView1, ArrayView2, Axis, s};

use crate::{error::DspError, quantise::quantise, recording::check_samples, stft::Stft};
pub(crate) use bands::edges as band_edges;
pub(crate) use rates::in_whole_hertz;
pub use rates::{check_lowering, lower_rates};

/// Version of the features of series. It is raised whenever the same window gives other features.
pub const MOTION_VERSION: u32 = 1;

/// Turns windows of a series into the features of one granularity.
///
/// ```
/// use danas_dsp::{MotionExtractor, ndarray::Array2};
/// use danas_space::{DataSpace, MotionRepresentation, MotionSpace, Rate};
/// use std::time::Duration;
///
/// let space = MotionSpace::builder().representations([MotionRepresentation::Statistics]).build()?;
/// let names = ["x", "y", "z"].map(String::from);
/// let space = space.suited(Rate::from_hertz(25.0)?, &names, Duration::from_secs(2));
/// let granularity = space.granularities().last().ok_or("the space is not empty")?;
/// let extractor = MotionExtractor::new(&granularity)?;
/// let window = Array2::from_shape_fn((50, 3), |(n, channel)| (n * channel) as f32);
/// let features = extractor.extract(window.view(), &[16.0; 3])?;
/// assert_eq!(features.dim(), (6, 1, 3));
/// assert_eq!(features[[0, 0, 1]], 24.5); // the mean of 0 to 49
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A spectrogram has Hann windows, half of which overlap, and starts with the first sample. Its power
/// is |Z|² of a transform that is divided by the sum of its window, so that a sine of amplitude `A`
/// has the power `A²/4`, whatever the length of the frame; it is `10 log₁₀ max(1e-6, |Z|²)`. Bands are
/// of equal numbers of bins, as nearly as possible, and hold the sum of their bins' means over the
/// frames, in the same decibels.
#[derive(Debug, Clone)]
pub struct MotionExtractor {
    granularity: MotionGranularity,
    /// The transform of what has frequencies.
    stft: Option<Stft>,
}

impl MotionExtractor {
    /// Plans the features of a granularity.
    ///
    /// # Errors
    /// [`DspError::Parameter`] for a frame of more than 2²⁴ samples.
    pub fn new(granularity: &MotionGranularity) -> Result<Self, DspError> {
        let stft = match granularity.representation {
            MotionRepresentation::Raw | MotionRepresentation::Statistics => None,
            MotionRepresentation::Spectrogram | MotionRepresentation::Bands => {
                let (frame, hop) = (granularity.frame_length(), granularity.hop_length());
                Some(Stft::new(frame, hop)?.inside())
            }
        };
        Ok(Self { granularity: granularity.clone(), stft })
    }

    /// Returns the features of a window, `[height, width, channels]` as in the granularity's input
    /// shape. `window` is `[samples, channels]` at the granularity's rate. `full_scales` are the
    /// largest magnitudes that the sensor of each channel tells apart; samples that are rounded to
    /// fewer bits are clipped there.
    ///
    /// # Errors
    /// [`DspError::Window`] for a window of another size, or one without as many full scales;
    /// [`DspError::Parameter`] for a window that is shorter than a frame; and errors of the samples as
    /// for a [`Recording`](crate::Recording).
    pub fn extract(
        &self,
        window: ArrayView2<'_, f32>,
        full_scales: &[f32],
    ) -> Result<Array3<f32>, DspError> {
        let granularity = &self.granularity;
        let (samples, channels) = (granularity.samples(), granularity.channels.names().len());
        if window.dim() != (samples, channels) || full_scales.len() != channels {
            let (expected, found) = ([samples, channels], window.dim().into());
            return Err(DspError::Window { expected, found });
        }
        let too_short = || DspError::Parameter { name: "window", value: samples };
        let shape = granularity.input_shape().map_err(|_| too_short())?;
        let mut features = Array3::zeros((shape.height, shape.width, shape.channels));
        let columns = window.axis_iter(Axis(1)).zip(full_scales).enumerate();
        for (channel, (column, &full_scale)) in columns {
            let column = self.rounded(column, full_scale);
            check_samples(&column)?;
            match granularity.representation {
                MotionRepresentation::Raw => {
                    let mut row = features.slice_mut(s![channel, .., 0]);
                    row.assign(&ArrayView1::from(&column));
                }
                MotionRepresentation::Statistics => {
                    let mut row = features.slice_mut(s![.., 0, channel]);
                    row.assign(&ArrayView1::from(&statistics::of(&column)));
                }
                MotionRepresentation::Bands => {
                    let mut row = features.slice_mut(s![.., 0, channel]);
                    let bands = bands::of(self.power(&column)?.view(), shape.height);
                    row.assign(&bands.mapv(decibels));
                }
                MotionRepresentation::Spectrogram => {
                    let mut plane = features.slice_mut(s![.., .., channel]);
                    plane.assign(&self.power(&column)?.mapv(decibels));
                }
            }
        }
        Ok(features)
    }

    /// Returns the samples of a channel, rounded to the granularity's depth.
    fn rounded(&self, column: ArrayView1<'_, f32>, full_scale: f32) -> Vec<f32> {
        let mut samples = column.to_vec();
        if let Some(bits) = self.granularity.depth.rounded_to().filter(|_| full_scale > 0.0) {
            samples.iter_mut().for_each(|sample| *sample /= full_scale);
            quantise(&mut samples, bits);
            samples.iter_mut().for_each(|sample| *sample *= full_scale);
        }
        samples
    }

    /// Returns the power of each bin and frame, relative to the sum of the window.
    fn power(&self, samples: &[f32]) -> Result<Array2<f32>, DspError> {
        let stft = self.stft.as_ref();
        let power = stft.map(|stft| stft.power(samples)).transpose()?.unwrap_or_default();
        Ok(power * self.power_scale())
    }

    /// Returns the weights of the samples of a frame; none for what has no frames.
    pub(crate) fn weights(&self) -> &[f32] {
        self.stft.as_ref().map_or(&[], Stft::window)
    }

    /// Returns what the power of a bin is multiplied by: the inverse square of the sum of the window,
    /// a power of two; 0 for what has no frames.
    pub(crate) fn power_scale(&self) -> f32 {
        // The weights of a periodic Hann window add up to half its length.
        let sum = self.granularity.frame_length() as f32 / 2.0;
        if self.stft.is_some() { 1.0 / (sum * sum) } else { 0.0 }
    }
}

fn decibels(power: f32) -> f32 {
    10.0 * power.max(MotionGranularity::FLOOR).log10()
}
