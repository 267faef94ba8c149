//! Resampling to lower sample rates.

mod conversion;
mod kaiser;

use danas_space::{Hertz, ResamplingFilter};

use crate::{
    error::DspError,
    recording::{Recording, check_len, check_rate, check_samples},
};
pub(crate) use conversion::{Conversion, ConversionBuffers};
use kaiser::KaiserSinc;
pub(crate) use kaiser::bessel_i0;

/// Largest ratio of two rates, which limits the length of the filters.
const MAX_RATIO: u32 = 4096;

/// Returns the number of samples that [`resample`] makes of `samples` samples. As in librosa, this
/// is `ceil(n · to / from)`, where the ratio is first rounded to an `f64`.
#[must_use]
pub fn resampled_len(samples: usize, from: Hertz, to: Hertz) -> usize {
    if from == to {
        return samples;
    }
    (samples as f64 * (f64::from(to.get()) / f64::from(from.get()))).ceil() as usize
}

/// Lowers the rate of `samples`, with linear phase and without delay.
///
/// Output sample `m` has the time of input sample `m · from / to`. The signal is zero beyond its
/// edges. If the input covers the last output sample only in part, soxr drops this sample when less
/// than half is covered, and resampy always drops it. As in librosa, a dropped sample becomes zero.
///
/// Equal rates return a copy. Any other ratio is a convolution with one Kaiser-windowed sinc,
/// through one FFT of the whole signal, which takes about 40 bytes per sample.
///
/// [`ResamplingFilter::SoxrHq`] has the response of soxr's high quality recipe, librosa's default.
/// It is flat within 0.001 dB up to 0.91 of the new Nyquist frequency, -6 dB at 0.957, and below
/// -110 dB from the new Nyquist frequency on. If the signal starts near silence, the samples agree
/// with soxr's to 115 dB for ratios of 2ᵏ, 4:3, 3:2, 3:1 and 6:1, and to at least 50 dB for others.
/// If it does not, the first output samples differ, because soxr discards the part of the response
/// that lies before the first sample.
///
/// The Kaiser filters are those of resampy 0.4, which librosa 0.9 used. The samples agree with
/// resampy's to 95 dB for ratios of 2ᵏ, 4:3 and 8:3. For other ratios, resampy rounds its steps
/// through a table of the filter, which limits the agreement to 80 dB (`kaiser_best`) or 55 dB
/// (`kaiser_fast`).
///
/// # Errors
/// [`DspError::Upsampling`] if `to` is above `from`, [`DspError::Downsampling`] if it is below
/// 1/4096 of `from`, and [`DspError::Empty`], [`DspError::Sample`], [`DspError::TooLong`] and
/// [`DspError::Rate`] if a [`Recording`](crate::Recording) would reject the signal.
pub fn resample(
    samples: &[f32],
    from: Hertz,
    to: Hertz,
    filter: ResamplingFilter,
) -> Result<Vec<f32>, DspError> {
    check_rate(from)?;
    check_samples(samples)?;
    check_len(samples.len() as u64)?;
    if from == to {
        return Ok(samples.to_vec());
    }
    let conversion = Conversion::new(samples.len(), from, [(to, filter)])?;
    let mut buffers = ConversionBuffers::default();
    conversion.take_in(samples, &mut buffers);
    Ok(conversion.target(0, &mut buffers))
}

impl Recording {
    /// Returns the recording at a lower rate: see [`resample`].
    ///
    /// # Errors
    /// The errors of [`resample`].
    pub fn resampled(&self, to: Hertz, filter: ResamplingFilter) -> Result<Self, DspError> {
        let convert = |samples: &Vec<f32>| resample(samples, self.rate(), to, filter);
        let channels = self.channels().iter().map(convert).collect::<Result<_, _>>()?;
        Self::from_channels(channels, to)
    }
}

/// The ratio of two rates in lowest terms, above 1 and at most `MAX_RATIO`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ratio {
    from: usize,
    to: usize,
}

impl Ratio {
    fn new(from: Hertz, to: Hertz) -> Result<Self, DspError> {
        if to >= from {
            return Err(DspError::Upsampling { from, to });
        }
        if from.get().div_ceil(to.get()) > MAX_RATIO {
            return Err(DspError::Downsampling { from, to });
        }
        let divisor = gcd(from.get(), to.get());
        Ok(Self { from: (from.get() / divisor) as usize, to: (to.get() / divisor) as usize })
    }

    /// Returns the number of input samples per output sample.
    fn get(self) -> f64 {
        self.from as f64 / self.to as f64
    }
}

const fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOXR: ResamplingFilter = ResamplingFilter::SoxrHq;

    fn hertz(hertz: u32) -> Hertz {
        Hertz::new(hertz).unwrap()
    }

    #[test]
    fn ratios_are_in_lowest_terms_and_bounded() {
        let ratio = |from, to| Ratio::new(hertz(from), hertz(to));
        assert_eq!(ratio(48_000, 375).unwrap(), Ratio { from: 128, to: 1 });
        assert_eq!(ratio(44_100, 16_000).unwrap(), Ratio { from: 441, to: 160 });
        assert!(matches!(ratio(8000, 8001), Err(DspError::Upsampling { .. })));
        assert!(ratio(8192, 2).is_ok());
        assert!(matches!(ratio(8193, 2), Err(DspError::Downsampling { .. })));
    }

    #[test]
    fn lengths_are_librosas() {
        for (samples, from, to, len) in [
            (68_545, 48_000, 24_000, 34_273),
            (68_545, 48_000, 375, 536),
            (132_300, 44_100, 6000, 18_000),
            (3472, 8000, 750, 326),
            (1, 8000, 8000, 1),
            (1, 48_000, 375, 1),
        ] {
            assert_eq!(resampled_len(samples, hertz(from), hertz(to)), len);
            let resampled = resample(&vec![0.1; samples], hertz(from), hertz(to), SOXR).unwrap();
            assert_eq!(resampled.len(), len);
        }
    }

    #[test]
    fn what_is_no_signal_is_refused() {
        let to = hertz(4000);
        assert!(matches!(resample(&[], hertz(8000), to, SOXR), Err(DspError::Empty)));
        assert!(matches!(
            resample(&[f32::NAN], hertz(8000), to, SOXR),
            Err(DspError::Sample { .. })
        ));
        assert!(matches!(resample(&[0.0], hertz(u32::MAX), to, SOXR), Err(DspError::Rate { .. })));
    }
}
