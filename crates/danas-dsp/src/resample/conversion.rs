//! Conversion of sample rates through one FFT of the whole signal.

use danas_space::{Hertz, ResamplingFilter};
use realfft::{
    RealFftPlanner,
    num_complex::{Complex32, Complex64},
};

use super::{KaiserSinc, Ratio, resampled_len};
use crate::{
    error::DspError,
    fft::{FftBuffers, ForwardFft, InverseFft},
};

/// The conversion of signals of one rate and length to several lower rates, planned once.
///
/// For `k` periods of two rates, the spectrum of `k · from` samples is multiplied by that of a
/// filter, and then cut to the spectrum of `k · to` samples. The filter has removed the frequencies
/// that would fold back. Target rates with the same length of the spectrum share it. The result for
/// one target does not depend on the others.
#[derive(Debug)]
pub(crate) struct Conversion {
    forward: Vec<ForwardFft>,
    targets: Vec<Target>,
}

/// The spectra of a signal and the buffers of the transforms, which many signals can share.
#[derive(Debug, Default)]
pub(crate) struct ConversionBuffers {
    spectra: Vec<Vec<Complex32>>,
    fft: FftBuffers,
}

/// Conversion to one of the lower rates.
#[derive(Debug)]
struct Target {
    /// Index of the spectrum.
    spectrum: usize,
    /// Gains of the filter for each bin up to half of the lower rate. They include the factor that
    /// normalises the transforms.
    gains: Vec<f32>,
    inverse: InverseFft,
    /// Number of samples that are computed; zeros follow up to `len`.
    computed: usize,
    len: usize,
}

impl Conversion {
    /// Plans the conversion of signals of `samples` samples at `from` to each of `targets`.
    pub(crate) fn new(
        samples: usize,
        from: Hertz,
        targets: impl IntoIterator<Item = (Hertz, ResamplingFilter)>,
    ) -> Result<Self, DspError> {
        let mut conversion = Self { forward: Vec::new(), targets: Vec::new() };
        for (to, filter) in targets {
            let ratio = Ratio::new(from, to)?;
            let taps = KaiserSinc::new(filter, ratio).right_half(ratio.get());
            let periods = periods(samples, taps.len(), from, ratio);
            let (inputs, outputs) = (periods * ratio.from, periods * ratio.to);
            let known = conversion.forward.iter().position(|fft| fft.len() == inputs);
            let spectrum = known.unwrap_or_else(|| {
                conversion.forward.push(ForwardFft::new(inputs));
                conversion.forward.len() - 1
            });
            let len = resampled_len(samples, from, to);
            conversion.targets.push(Target {
                spectrum,
                gains: gains(&taps, inputs, outputs / 2 + 1)?,
                inverse: InverseFft::new(outputs / 2),
                computed: computed(samples, ratio, filter).min(len),
                len,
            });
        }
        Ok(conversion)
    }

    /// Computes the spectra of a signal, from which [`target`](Self::target) makes the signal at
    /// each rate.
    pub(crate) fn take_in(&self, samples: &[f32], buffers: &mut ConversionBuffers) {
        let ConversionBuffers { spectra, fft: buffers } = buffers;
        spectra.resize_with(self.forward.len(), Vec::new);
        for (spectrum, fft) in spectra.iter_mut().zip(&self.forward) {
            spectrum.resize(fft.bins(), Complex32::ZERO);
            fft.plain(samples, buffers, spectrum);
        }
    }

    /// Returns the signal of the last [`take_in`](Self::take_in) at the rate of the target `index`.
    pub(crate) fn target(&self, index: usize, buffers: &mut ConversionBuffers) -> Vec<f32> {
        let Target { spectrum, gains, inverse, computed, len } = &self.targets[index];
        let ConversionBuffers { spectra, fft: buffers } = buffers;
        let mut samples = vec![0.0; *len];
        inverse.weighted(&spectra[*spectrum], gains, buffers, &mut samples[..*computed]);
        samples
    }
}

/// Returns the number of samples that soxr or resampy compute from `samples` samples: soxr rounds
/// half up, and resampy rounds down. librosa rounds up, and appends a zero if this gives one more
/// sample.
fn computed(samples: usize, ratio: Ratio, filter: ResamplingFilter) -> usize {
    let [samples, from, to] = [samples, ratio.from, ratio.to].map(|number| number as u64);
    let computed = match filter {
        ResamplingFilter::SoxrHq => (2 * samples * to + from) / (2 * from),
        ResamplingFilter::KaiserBest | ResamplingFilter::KaiserFast => samples * to / from,
    };
    usize::try_from(computed).unwrap_or(usize::MAX)
}

/// Returns the number of periods of both rates that hold the signal and enough zeros after it. The
/// zeros make the circular convolution linear in the part that is read.
///
/// There are at least 0.3 s of zeros, which the filter for the paper's lowest rate, 375 Hz, needs.
/// If both rates are multiples of 25 Hz, as all common rates are, the total duration is a multiple
/// of 2/25 s. The length of the spectrum is then the same for all such rates down to 375 Hz.
fn periods(samples: usize, taps: usize, from: Hertz, ratio: Ratio) -> usize {
    let rate = from.get() as usize;
    let zeros = taps.max((3 * rate).div_ceil(10));
    let common = rate / ratio.from;
    // The lengths of both spectra must be even.
    let unit = if common.is_multiple_of(25) { 2 * common / 25 } else { 2 };
    unit * smooth((samples + zeros).div_ceil(unit * ratio.from))
}

/// Returns the first `bins` gains of a symmetric filter, centred on sample 0, in a spectrum of
/// `inputs` samples.
fn gains(taps: &[f64], inputs: usize, bins: usize) -> Result<Vec<f32>, DspError> {
    let fft = RealFftPlanner::<f64>::new().plan_fft_forward(inputs);
    let mut impulse = fft.make_input_vec();
    // The two halves overlap in the middle if the signal is shorter than the filter.
    for (n, &tap) in taps.iter().enumerate() {
        impulse[n] += tap;
        if n > 0 {
            impulse[inputs - n] += tap;
        }
    }
    let mut gains: Vec<Complex64> = fft.make_output_vec();
    fft.process(&mut impulse, &mut gains).map_err(DspError::transform)?;
    // The factor 2 compensates for the inverse transform, which works on half as many complex
    // numbers.
    Ok(gains[..bins].iter().map(|gain| (2.0 * gain.re / inputs as f64) as f32).collect())
}

/// Returns the smallest number of at least `least` without a prime factor above 11, for which FFTs
/// are fast.
fn smooth(least: usize) -> usize {
    let is_smooth = |&number: &usize| {
        let strip = |mut number: usize, prime| {
            while number.is_multiple_of(prime) {
                number /= prime;
            }
            number
        };
        [2, 3, 5, 7, 11].into_iter().fold(number, strip) == 1
    };
    let least = least.max(1);
    (least..).find(is_smooth).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOXR: ResamplingFilter = ResamplingFilter::SoxrHq;

    fn hertz(hertz: u32) -> Hertz {
        Hertz::new(hertz).unwrap()
    }

    fn signal(samples: usize) -> Vec<f32> {
        (0..samples).map(|n| ((n * n) as f32 * 0.11).sin()).collect()
    }

    /// Computes the convolution from its definition, in `f64`, at the least common multiple of the
    /// two rates.
    fn naive(samples: &[f32], ratio: Ratio, filter: KaiserSinc, len: usize) -> Vec<f64> {
        let taps = filter.right_half(ratio.from as f64);
        let product = |m: usize, n: usize| {
            let tap = taps.get((m * ratio.from).abs_diff(n * ratio.to)).copied().unwrap_or(0.0);
            ratio.to as f64 * tap * f64::from(samples[n])
        };
        (0..len).map(|m| (0..samples.len()).map(|n| product(m, n)).sum()).collect()
    }

    #[test]
    fn it_agrees_with_a_naive_convolution() {
        for (samples, from, to) in [
            (1000_usize, 2, 1),
            (999, 3, 1),
            (3000, 16, 1),
            (5, 8, 1),
            (1, 2, 1),
            (800, 3, 2),
            (700, 13, 5),
            (700, 1300, 500),
            (900, 200, 175),
        ] {
            let signal = signal(samples);
            let (from, to) = (hertz(from), hertz(to));
            let ratio = Ratio::new(from, to).unwrap();
            let conversion = Conversion::new(samples, from, [(to, SOXR)]).unwrap();
            let mut buffers = ConversionBuffers::default();
            conversion.take_in(&signal, &mut buffers);
            let fast = conversion.target(0, &mut buffers);
            assert_eq!(fast.len(), resampled_len(samples, from, to));
            let mut slow = naive(&signal, ratio, KaiserSinc::new(SOXR, ratio), fast.len());
            slow[computed(samples, ratio, SOXR)..].fill(0.0);
            for (fast, slow) in fast.iter().zip(slow) {
                assert!((f64::from(*fast) - slow).abs() < 2e-6, "{samples} from {from} to {to}");
            }
        }
    }

    #[test]
    fn usual_rates_share_one_spectrum_and_do_not_depend_on_each_other() {
        let rates = [375, 750, 1500, 6000, 16_000, 24_000, 44_100].map(hertz);
        for (from, count) in [(48_000, 7), (44_100, 6), (22_050, 5)] {
            let (from, samples) = (hertz(from), 10 * from as usize);
            let targets = || rates[..count].iter().map(|&to| (to, SOXR));
            let together = Conversion::new(samples, from, targets()).unwrap();
            assert_eq!(together.forward.len(), 1, "{from}");
            let [mut buffers, mut others] = [0, 1].map(|_| ConversionBuffers::default());
            let signal = signal(samples);
            together.take_in(&signal, &mut buffers);
            for (index, target) in targets().enumerate() {
                let alone = Conversion::new(samples, from, [target]).unwrap();
                alone.take_in(&signal, &mut others);
                assert_eq!(together.target(index, &mut buffers), alone.target(0, &mut others));
            }
        }
    }

    #[test]
    fn soxr_rounds_half_up_and_resampy_down() {
        // The lengths of soxr.resample(numpy.zeros(n), 8000, 1000) and resampy.resample(...).
        let ratio = Ratio { from: 8, to: 1 };
        for (samples, soxr, resampy) in
            [(24_003, 3000, 3000), (24_004, 3001, 3000), (24_008, 3001, 3001)]
        {
            assert_eq!(computed(samples, ratio, SOXR), soxr);
            assert_eq!(computed(samples, ratio, ResamplingFilter::KaiserFast), resampy);
        }
    }

    #[test]
    fn smooth_numbers_have_small_factors() {
        assert_eq!([0, 1, 7, 13, 31, 97, 1025].map(smooth), [1, 1, 7, 14, 32, 98, 1029]);
    }
}
