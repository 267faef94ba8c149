//! Series at lower rates.

use danas_space::{Hertz, Rate, ResamplingFilter};
use ndarray::{Array2, ArrayView2, Axis};

use crate::{
    error::DspError,
    recording::{check_len, check_rate, check_samples},
    resample::{Conversion, ConversionBuffers, gcd, resampled_len},
};

/// Lowers the rate of a series, `[samples, channels]`, to each of several rates in one pass, with
/// [soxr's filter](ResamplingFilter::SoxrHq), linear phase and without delay. The rate of the series
/// itself gives a copy.
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
/// The errors of [`resample`](crate::resample).
pub fn lower_rates(
    series: ArrayView2<'_, f32>,
    from: Rate,
    to: &[Rate],
) -> Result<Vec<Array2<f32>>, DspError> {
    let samples = series.nrows();
    check_len(samples as u64)?;
    let (native, rates) = in_whole_hertz(from, to)?;
    let lower: Vec<Hertz> = rates.iter().copied().filter(|&rate| rate != native).collect();
    let filter = ResamplingFilter::SoxrHq;
    let conversion = Conversion::new(samples, native, lower.iter().map(|&rate| (rate, filter)))?;
    let length = |&rate: &Hertz| resampled_len(samples, native, rate);
    let empty = |rate| Array2::zeros((length(rate), series.ncols()));
    let mut lowered: Vec<Array2<f32>> = lower.iter().map(empty).collect();
    let mut buffers = ConversionBuffers::default();
    for (channel, column) in series.axis_iter(Axis(1)).enumerate() {
        let mut column = column.to_vec();
        check_samples(&column)?;
        let line = Line::through(&column);
        line.take_from(&mut column);
        conversion.take_in(&column, &mut buffers);
        for (index, (rate, lowered)) in lower.iter().zip(&mut lowered).enumerate() {
            let step = f64::from(native.get()) / f64::from(rate.get());
            let values = conversion.target(index, &column, &mut buffers)?;
            let times = (0..).map(|sample| f64::from(sample) * step);
            for ((to, value), time) in lowered.column_mut(channel).iter_mut().zip(values).zip(times)
            {
                *to = (f64::from(value) + line.at(time)) as f32;
            }
        }
    }
    let mut lowered = lowered.into_iter();
    let mut of = |rate: &Hertz| if *rate == native { None } else { lowered.next() };
    Ok(rates.iter().map(|rate| of(rate).unwrap_or_else(|| series.to_owned())).collect())
}

/// Returns rates with the same ratios as whole numbers. Only ratios matter to a filter.
fn in_whole_hertz(from: Rate, to: &[Rate]) -> Result<(Hertz, Vec<Hertz>), DspError> {
    let divisor =
        to.iter().fold(from.millihertz(), |divisor, rate| gcd(divisor, rate.millihertz()));
    let whole = |rate: Rate| {
        let hertz = u32::try_from(rate.millihertz() / divisor).unwrap_or(u32::MAX);
        let whole = Hertz::new(hertz).filter(|&it| check_rate(it).is_ok());
        whole.ok_or(DspError::Rate { hertz })
    };
    Ok((whole(from)?, to.iter().copied().map(whole).collect::<Result<_, _>>()?))
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
