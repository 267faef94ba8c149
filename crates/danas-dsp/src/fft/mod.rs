//! Fourier transforms of real signals.
//!
//! A signal of even length is transformed as half as many complex numbers: its even samples are the
//! real parts, and its odd samples the imaginary parts. The spectrum of the signal then follows
//! from pairs of coefficients (`pairs.rs`). The complex transform is rustfft's.

mod pairs;

use std::{fmt, sync::Arc};

use realfft::num_complex::Complex32;
use rustfft::{Fft, FftDirection, FftPlanner};

pub(crate) use self::pairs::Value;
use self::pairs::{Twiddles, tangle, untangle};

/// Transform of real signals of one length, without normalisation.
#[derive(Clone)]
pub(crate) struct ForwardFft {
    len: usize,
    fft: Arc<dyn Fft<f32>>,
    /// `None` if the length is odd: the signal is then transformed as complex numbers.
    twiddles: Option<Twiddles>,
}

/// Buffers of a transform, which many transforms can share.
#[derive(Debug, Default)]
pub(crate) struct FftBuffers {
    packed: Vec<Complex32>,
    coefficients: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl FftBuffers {
    fn fit(&mut self, fft: &dyn Fft<f32>, scratch: usize) {
        self.packed.resize(fft.len(), Complex32::ZERO);
        self.coefficients.resize(fft.len(), Complex32::ZERO);
        self.scratch.resize(scratch, Complex32::ZERO);
    }
}

impl ForwardFft {
    /// Plans the transform of signals of `len` samples, at least one.
    pub(crate) fn new(len: usize) -> Self {
        let half = len.is_multiple_of(2).then_some(len / 2);
        let fft = FftPlanner::new().plan_fft(half.unwrap_or(len), FftDirection::Forward);
        Self { len, fft, twiddles: half.map(Twiddles::new) }
    }

    /// Returns the number of samples of a signal.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Returns the number of coefficients of a spectrum, from frequency 0 to half the rate.
    pub(crate) const fn bins(&self) -> usize {
        self.len / 2 + 1
    }

    /// Transforms `signal` into `spectrum`. The signal is weighted by `window` and padded with
    /// zeros to the length of this transform. `spectrum` has [`bins`](Self::bins) values.
    pub(crate) fn weighted<T: Value>(
        &self,
        signal: &[f32],
        window: &[f32],
        buffers: &mut FftBuffers,
        spectrum: &mut [T],
    ) {
        self.prepare(buffers);
        let samples = signal.len().min(window.len()).min(self.len);
        let (signal, window) = (&signal[..samples], &window[..samples]);
        if self.twiddles.is_some() {
            let (pairs, last) = signal.as_chunks::<2>();
            let (weights, last_weight) = window.as_chunks::<2>();
            let (packed, rest) = buffers.packed.split_at_mut(pairs.len());
            for (to, ([a, b], [v, w])) in packed.iter_mut().zip(pairs.iter().zip(weights)) {
                *to = Complex32 { re: a * v, im: b * w };
            }
            let last = last.iter().zip(last_weight).map(|(sample, weight)| sample * weight);
            fill(rest, last);
        } else {
            fill(&mut buffers.packed, signal.iter().zip(window).map(|(sample, w)| sample * w));
        }
        self.transform(buffers, spectrum);
    }

    /// Transforms `signal`, padded with zeros to the length of this transform, into `spectrum`.
    pub(crate) fn plain<T: Value>(
        &self,
        signal: &[f32],
        buffers: &mut FftBuffers,
        spectrum: &mut [T],
    ) {
        self.prepare(buffers);
        let signal = &signal[..signal.len().min(self.len)];
        if self.twiddles.is_some() {
            let (pairs, last) = signal.as_chunks::<2>();
            let (packed, rest) = buffers.packed.split_at_mut(pairs.len());
            for (to, &[re, im]) in packed.iter_mut().zip(pairs) {
                *to = Complex32 { re, im };
            }
            fill(rest, last.iter().copied());
        } else {
            fill(&mut buffers.packed, signal.iter().copied());
        }
        self.transform(buffers, spectrum);
    }

    fn prepare(&self, buffers: &mut FftBuffers) {
        buffers.fit(&*self.fft, self.fft.get_outofplace_scratch_len());
    }

    fn transform<T: Value>(&self, buffers: &mut FftBuffers, spectrum: &mut [T]) {
        let FftBuffers { packed, coefficients, scratch } = buffers;
        self.fft.process_outofplace_with_scratch(packed, coefficients, scratch);
        match &self.twiddles {
            Some(twiddles) => untangle(coefficients, twiddles, spectrum),
            None => {
                let values = coefficients.iter().map(|&coefficient| T::of(coefficient));
                spectrum.iter_mut().zip(values).for_each(|(to, from)| *to = from);
            }
        }
    }
}

/// Inverse transform to real signals of one even length, without normalisation. A spectrum computed
/// by [`ForwardFft`] gives the signal multiplied by half its length.
#[derive(Clone)]
pub(crate) struct InverseFft {
    fft: Arc<dyn Fft<f32>>,
    twiddles: Twiddles,
}

impl InverseFft {
    /// Plans the transform to signals of `2 · half` samples.
    pub(crate) fn new(half: usize) -> Self {
        let fft = FftPlanner::new().plan_fft(half, FftDirection::Inverse);
        Self { fft, twiddles: Twiddles::new(half) }
    }

    /// Multiplies each coefficient of `spectrum` by its gain, and writes the start of the resulting
    /// signal into `signal`, which must not be longer than the planned length.
    pub(crate) fn weighted(
        &self,
        spectrum: &[Complex32],
        gains: &[f32],
        buffers: &mut FftBuffers,
        signal: &mut [f32],
    ) {
        buffers.fit(&*self.fft, self.fft.get_outofplace_scratch_len());
        let FftBuffers { packed, coefficients, scratch } = buffers;
        tangle(spectrum, gains, &self.twiddles, coefficients, packed);
        self.fft.process_outofplace_with_scratch(packed, coefficients, scratch);
        let (pairs, last) = signal.as_chunks_mut::<2>();
        for (to, from) in pairs.iter_mut().zip(&*coefficients) {
            *to = [from.re, from.im];
        }
        if let (Some(to), Some(from)) = (last.first_mut(), coefficients.get(pairs.len())) {
            *to = from.re;
        }
    }
}

impl fmt::Debug for ForwardFft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForwardFft").field("len", &self.len).finish_non_exhaustive()
    }
}

impl fmt::Debug for InverseFft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InverseFft").field("len", &(2 * self.fft.len())).finish_non_exhaustive()
    }
}

/// Writes real samples, followed by zeros.
fn fill(packed: &mut [Complex32], samples: impl Iterator<Item = f32>) {
    let samples = samples.map(Complex32::from).chain(std::iter::repeat(Complex32::ZERO));
    packed.iter_mut().zip(samples).for_each(|(to, from)| *to = from);
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn signal(len: usize) -> Vec<f32> {
        (0..len).map(|n| ((n * n) as f32 * 0.37).sin()).collect()
    }

    /// Computes coefficient `k` from the definition, in `f64`.
    fn naive(signal: &[f32], k: usize) -> (f64, f64) {
        let len = signal.len();
        signal.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, &sample)| {
            let angle = TAU * ((k * n) % len) as f64 / len as f64;
            (re + f64::from(sample) * angle.cos(), im - f64::from(sample) * angle.sin())
        })
    }

    #[test]
    fn every_length_agrees_with_the_definition() {
        let mut buffers = FftBuffers::default();
        for len in (1..70).chain([128, 135, 254, 300]) {
            let (fft, signal) = (ForwardFft::new(len), signal(len));
            let mut spectrum = vec![Complex32::ZERO; fft.bins()];
            fft.plain(&signal, &mut buffers, &mut spectrum);
            let mut power = vec![0.0_f32; fft.bins()];
            fft.plain(&signal, &mut buffers, &mut power);
            for (k, (bin, power)) in spectrum.iter().zip(&power).enumerate() {
                let (re, im) = naive(&signal, k);
                let error = (f64::from(bin.re) - re).hypot(f64::from(bin.im) - im);
                assert!(error < 1e-5, "{len} [{k}]: {error}");
                assert_eq!(*power, bin.re * bin.re + bin.im * bin.im);
            }
        }
    }

    #[test]
    fn the_inverse_gives_the_signal_back() {
        let mut buffers = FftBuffers::default();
        for half in (1..40).chain([64, 75, 128]) {
            let signal = signal(2 * half);
            let mut spectrum = vec![Complex32::ZERO; half + 1];
            ForwardFft::new(2 * half).plain(&signal, &mut buffers, &mut spectrum);
            let gains = vec![1.0 / half as f32; half + 1];
            let inverse = InverseFft::new(half);
            for len in [2 * half, 2 * half - 1] {
                let mut back = vec![f32::NAN; len];
                inverse.weighted(&spectrum, &gains, &mut buffers, &mut back);
                let errors = back.iter().zip(&signal).map(|(a, b)| (a - b).abs());
                assert!(errors.clone().all(|error| error < 1e-6), "{half}: {errors:?}");
            }
        }
    }

    #[test]
    fn a_short_signal_is_continued_with_zeros_and_windows_are_weights() {
        let mut buffers = FftBuffers::default();
        for len in [15, 16] {
            let fft = ForwardFft::new(len);
            let short = signal(7);
            let padded: Vec<f32> = short.iter().copied().chain(vec![0.0; len - 7]).collect();
            let window = signal(len);
            let products: Vec<f32> = short.iter().zip(&window).map(|(a, w)| a * w).collect();
            let [mut a, mut b] = [0, 1].map(|_| vec![Complex32::ZERO; fft.bins()]);
            fft.plain(&short, &mut buffers, &mut a);
            fft.plain(&padded, &mut buffers, &mut b);
            assert_eq!(a, b);
            fft.weighted(&short, &window, &mut buffers, &mut a);
            fft.plain(&products, &mut buffers, &mut b);
            assert_eq!(a, b);
        }
    }
}
