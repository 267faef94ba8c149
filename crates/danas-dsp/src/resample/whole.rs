//! One target of a conversion through one FFT of the whole signal.

use danas_space::Hertz;
use realfft::{
    RealFftPlanner,
    num_complex::{Complex32, Complex64},
};

use super::{
    kaiser::KaiserSinc,
    ratio::{Ratio, resampled_len},
    smooth::smooth,
};
use crate::{
    error::DspError,
    fft::{FftBuffers, InverseFft},
};

/// A windowed sinc as the gains of a spectrum, and the transform back to samples.
///
/// For `k` periods of two rates, the spectrum of `k · from` samples is multiplied by that of the
/// filter, and then cut to the spectrum of `k · to` samples. The filter has removed the frequencies
/// that would fold back.
#[derive(Debug)]
pub(super) struct WholeTarget {
    /// Number of samples of the signal and the zeros after it.
    inputs: usize,
    /// Gains of the filter for each bin up to half of the lower rate. They include the factor that
    /// normalises the transforms.
    gains: Vec<f32>,
    inverse: InverseFft,
    /// Number of samples that are computed; zeros follow up to `len`.
    computed: usize,
    len: usize,
}

impl WholeTarget {
    /// Plans the conversion of signals of `samples` samples with `filter`.
    pub(super) fn new(
        samples: usize,
        [from, to]: [Hertz; 2],
        ratio: Ratio,
        filter: KaiserSinc,
    ) -> Result<Self, DspError> {
        let taps = filter.right_half(ratio.get(), 1);
        let periods = periods(samples, taps.len(), from, ratio);
        let (inputs, outputs) = (periods * ratio.from, periods * ratio.to);
        let len = resampled_len(samples, from, to);
        Ok(Self {
            inputs,
            gains: gains(&taps, inputs, outputs / 2 + 1)?,
            inverse: InverseFft::new(outputs / 2),
            computed: filter.computed(samples, ratio).min(len),
            len,
        })
    }

    /// Returns the number of samples whose spectrum [`samples`](Self::samples) needs.
    pub(super) const fn inputs(&self) -> usize {
        self.inputs
    }

    /// Returns the signal of a spectrum at the lower rate.
    pub(super) fn samples(&self, spectrum: &[Complex32], buffers: &mut FftBuffers) -> Vec<f32> {
        let mut samples = vec![0.0; self.len];
        let computed = &mut samples[..self.computed];
        self.inverse.weighted(spectrum, &self.gains, buffers, computed);
        samples
    }
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
