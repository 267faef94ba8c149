//! Resampling to lower sample rates.

mod block_size;
mod blocks;
mod conversion;
mod kaiser;
mod ratio;
mod smooth;
mod stream;
mod whole;

use danas_space::{Hertz, ResamplingFilter};

use crate::{
    error::DspError,
    recording::{Recording, check_len, check_rate, check_samples},
};
use block_size::BlockSize;
pub(crate) use conversion::{Conversion, ConversionBuffers};
pub(crate) use kaiser::{KaiserSinc, bessel_i0};
pub use ratio::resampled_len;
pub(crate) use ratio::{Ratio, gcd};
pub use stream::StreamResampler;

/// Lowers the rate of `samples`, with linear phase and without delay.
///
/// Output sample `m` has the time of input sample `m · from / to`. The signal is zero beyond its
/// edges. If the input covers the last output sample only in part, soxr drops this sample when less
/// than half is covered, and resampy always drops it. As in librosa, a dropped sample becomes zero.
/// rubato keeps it.
///
/// Equal rates return a copy. The filters of soxr and resampy are one Kaiser-windowed sinc each,
/// through one FFT of the whole signal, which takes about 40 bytes per sample. rubato's filter works
/// in blocks, so its samples are those of a [`StreamResampler`].
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
/// [`ResamplingFilter::RubatoFft`] is the synchronous FFT resampler of rubato 5, with blocks of at
/// least 512 output samples, of which it makes one filter: a sinc under a squared Blackman-Harris
/// window, as long as a block. It is flat within 0.001 dB up to 0.95 of the new Nyquist frequency,
/// -6 dB at 0.973 or higher (longer blocks are steeper), and below -130 dB from the new Nyquist
/// frequency on.
///
/// # Errors
/// [`DspError::Upsampling`] if `to` is above `from`, [`DspError::Downsampling`] if it is below
/// 1/4096 of `from`, [`DspError::ResamplingBlock`] if rubato's blocks would be too long for the two
/// rates, and [`DspError::Empty`], [`DspError::Sample`], [`DspError::TooLong`] and
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
    conversion.target(0, samples, &mut buffers)
}

/// Checks that a filter can lower a rate to another one, without planning the conversion.
///
/// # Errors
/// The errors of [`resample`] that follow from the rates alone.
pub fn check_resampling(from: Hertz, to: Hertz, filter: ResamplingFilter) -> Result<(), DspError> {
    check_rate(from)?;
    if from == to {
        return Ok(());
    }
    let ratio = Ratio::new(from, to)?;
    match filter {
        ResamplingFilter::SoxrHq | ResamplingFilter::KaiserBest | ResamplingFilter::KaiserFast => {
            Ok(())
        }
        ResamplingFilter::RubatoFft => BlockSize::new([from, to], ratio).map(|_| ()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const SOXR: ResamplingFilter = ResamplingFilter::SoxrHq;

    fn hertz(hertz: u32) -> Hertz {
        Hertz::new(hertz).unwrap()
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
