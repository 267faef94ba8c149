//! Series at lower rates.

use danas_space::{Hertz, Rate, ResamplingFilter};
use ndarray::{Array2, ArrayView2, Axis};

use crate::{
    error::DspError,
    recording::{check_len, check_rate, check_samples},
    resample::{Conversion, ConversionBuffers, check_resampling, gcd, resampled_len},
};

/// Lowers the rate of a series, `[samples, channels]`, to each of several rates, with
/// [soxr's filter](ResamplingFilter::SoxrHq), linear phase and without delay. The rate of the series
/// itself gives a copy. The result at one rate does not depend on the others.
///
/// Sample `m` of a result has the time of sample `m · from / to` of the series. Unlike sound, series
/// seldom begin and end near zero. Each channel is therefore reduced by the straight line through its
/// first and its last sample before it is filtered, and the line is added to the result, as with
/// `padtype="line"` of SciPy's `resample_poly`.
///
/// ```
/// use danas_dsp::{lower_rates, ndarray::Array2};
/// use danas_space::Rate;
///
/// let [from, half] = [50.0, 25.0].map(Rate::from_hertz);
/// let series = Array2::from_elem((100, 3), 9.81); // at rest
/// let lowered = lower_rates(series.view(), from?, &[half?])?;
/// assert_eq!(lowered[0], Array2::from_elem((50, 3), 9.81));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The errors of [`resample`](crate::resample), and those of [`check_lowering`].
pub fn lower_rates(
    series: ArrayView2<'_, f32>,
    from: Rate,
    to: &[Rate],
) -> Result<Vec<Array2<f32>>, DspError> {
    check_len(series.nrows() as u64)?;
    let mut channels = Vec::with_capacity(series.ncols());
    for column in series.axis_iter(Axis(1)) {
        let mut column = column.to_vec();
        check_samples(&column)?;
        let line = Line::through(&column);
        line.take_from(&mut column);
        channels.push((line, column));
    }
    to.iter()
        .map(|&rate| match rate == from {
            true => Ok(series.to_owned()),
            false => lowered(&channels, series.nrows(), from, rate),
        })
        .collect()
}

/// Checks that a rate can be lowered to another one.
///
/// # Errors
/// [`DspError::Upsampling`] if `to` is above `from`, [`DspError::Downsampling`] if it is below 1/4096 of
/// `from`, and [`DspError::RatePair`] if only numbers above a million express their ratio.
pub fn check_lowering(from: Rate, to: Rate) -> Result<(), DspError> {
    let [from, to] = in_whole_hertz(from, to)?;
    check_resampling(from, to, ResamplingFilter::SoxrHq)
}

/// Lowers the rate of channels without their lines, and adds the lines.
fn lowered(
    channels: &[(Line, Vec<f32>)],
    samples: usize,
    from: Rate,
    to: Rate,
) -> Result<Array2<f32>, DspError> {
    let [from, to] = in_whole_hertz(from, to)?;
    let conversion = Conversion::new(samples, from, [(to, ResamplingFilter::SoxrHq)])?;
    let step = f64::from(from.get()) / f64::from(to.get());
    let mut lowered = Array2::zeros((resampled_len(samples, from, to), channels.len()));
    let mut buffers = ConversionBuffers::default();
    for ((line, channel), mut lowered) in channels.iter().zip(lowered.axis_iter_mut(Axis(1))) {
        conversion.take_in(channel, &mut buffers);
        let values = conversion.target(0, channel, &mut buffers)?;
        let times = (0..).map(|sample| f64::from(sample) * step);
        for ((to, value), time) in lowered.iter_mut().zip(values).zip(times) {
            *to = (f64::from(value) + line.at(time)) as f32;
        }
    }
    Ok(lowered)
}

/// Returns two rates in lowest terms. Only their ratio matters to a filter.
pub(crate) fn in_whole_hertz(from: Rate, to: Rate) -> Result<[Hertz; 2], DspError> {
    let divisor = gcd(from.millihertz(), to.millihertz());
    let whole = |rate: Rate| {
        let hertz = u32::try_from(rate.millihertz() / divisor).ok().and_then(Hertz::new);
        let legal = hertz.filter(|&hertz| check_rate(hertz).is_ok());
        legal.ok_or(DspError::RatePair { from, to })
    };
    Ok([whole(from)?, whole(to)?])
}

/// The straight line through the first and the last sample.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: f64,
    slope: f64,
}

impl Line {
    fn through(samples: &[f32]) -> Self {
        let end = |sample: Option<&f32>| f64::from(sample.copied().unwrap_or(0.0));
        let (start, last) = (end(samples.first()), end(samples.last()));
        let steps = samples.len().saturating_sub(1).max(1);
        Self { start, slope: (last - start) / steps as f64 }
    }

    fn at(self, time: f64) -> f64 {
        self.start + self.slope * time
    }

    fn take_from(self, samples: &mut [f32]) {
        for (time, sample) in (0..).zip(samples) {
            *sample = (f64::from(*sample) - self.at(f64::from(time))) as f32;
        }
    }
}
