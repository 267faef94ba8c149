//! Fourier transforms of real signals.
//!
//! A signal of even length is transformed as half as many complex numbers: its even samples are the
//! real parts, and its odd samples the imaginary parts. The spectrum of the signal then follows
//! from pairs of coefficients. The complex transform is rustfft's. The step over the pairs is
//! implemented here: it processes eight pairs at once, and takes a third of the time of realfft's.

use std::{f64::consts::TAU, fmt, sync::Arc};

use multiversion::multiversion;
use realfft::num_complex::Complex32;
use rustfft::{Fft, FftDirection, FftPlanner};

/// Number of pairs that are processed together.
const CHUNK: usize = 8;

/// A value that is computed from a Fourier coefficient.
pub(crate) trait Value: Copy + Default {
    fn of(coefficient: Complex32) -> Self;
}

impl Value for Complex32 {
    #[inline(always)]
    fn of(coefficient: Complex32) -> Self {
        coefficient
    }
}

/// Squared magnitude of a coefficient.
impl Value for f32 {
    #[inline(always)]
    fn of(coefficient: Complex32) -> Self {
        coefficient.re * coefficient.re + coefficient.im * coefficient.im
    }
}

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

/// Twiddle factors `exp(-πik/half) / 2` for the pairs `k` and `half - k`.
#[derive(Clone)]
struct Twiddles {
    re: Vec<f32>,
    im: Vec<f32>,
}

impl Twiddles {
    fn new(half: usize) -> Self {
        let angle = |k: usize| TAU * k as f64 / (2 * half) as f64;
        let pairs = 1..=pairs(half);
        Self {
            re: pairs.clone().map(|k| (0.5 * angle(k).cos()) as f32).collect(),
            im: pairs.map(|k| (-0.5 * angle(k).sin()) as f32).collect(),
        }
    }
}

/// Returns the number of pairs of coefficients `k` and `half - k`, for `k` from 1 up to but not
/// including `half / 2`.
const fn pairs(half: usize) -> usize {
    half.saturating_sub(1) / 2
}

/// Writes real samples, followed by zeros.
fn fill(packed: &mut [Complex32], samples: impl Iterator<Item = f32>) {
    let samples = samples.map(Complex32::from).chain(std::iter::repeat(Complex32::ZERO));
    packed.iter_mut().zip(samples).for_each(|(to, from)| *to = from);
}

/// Computes the spectrum of a real signal from the transform of its packed samples.
///
/// Let `E` be the spectrum of the even samples and `O` that of the odd samples. The packed
/// transform is `E + iO`, and the spectrum of the signal is `E + wO`, where `w` is a twiddle
/// factor. `E` and `O` belong to real signals, so coefficient `half - k` of each is the conjugate
/// of coefficient `k`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl"))]
fn untangle<T: Value>(packed: &[Complex32], twiddles: &Twiddles, spectrum: &mut [T]) {
    let half = packed.len();
    if half == 0 || spectrum.len() <= half {
        return;
    }
    let first = packed[0];
    spectrum[0] = T::of(Complex32 { re: first.re + first.im, im: 0.0 });
    spectrum[half] = T::of(Complex32 { re: first.re - first.im, im: 0.0 });
    if half.is_multiple_of(2) {
        spectrum[half / 2] = T::of(packed[half / 2].conj());
    }
    let count = pairs(half);
    let (low, high) = spectrum[1..half].split_at_mut(half - 1 - count);
    map_pairs(
        [&packed[1..=count], &packed[half - count..]],
        twiddles,
        [&mut low[..count], high],
        #[inline(always)]
        |a, b, w| {
            let (even_re, even_im) = (0.5 * (a.re + b.re), 0.5 * (a.im - b.im));
            let (odd_re, odd_im) = (a.im + b.im, b.re - a.re);
            let turned_re = w.re * odd_re - w.im * odd_im;
            let turned_im = w.re * odd_im + w.im * odd_re;
            [
                T::of(Complex32 { re: even_re + turned_re, im: even_im + turned_im }),
                T::of(Complex32 { re: even_re - turned_re, im: turned_im - even_im }),
            ]
        },
    );
}

/// Inverts [`untangle`]: multiplies `spectrum` by `gains`, and computes the packed transform that
/// has this product as its spectrum. `products` is a buffer as long as `packed`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl"))]
fn tangle(
    spectrum: &[Complex32],
    gains: &[f32],
    twiddles: &Twiddles,
    products: &mut [Complex32],
    packed: &mut [Complex32],
) {
    let half = packed.len();
    if half == 0 || spectrum.len() <= half || gains.len() <= half {
        return;
    }
    for (product, (bin, gain)) in products.iter_mut().zip(spectrum.iter().zip(gains)) {
        *product = Complex32 { re: bin.re * gain, im: bin.im * gain };
    }
    // The spectrum of a real signal of even length is real at both ends.
    let [first, last] = [products[0].re, spectrum[half].re * gains[half]];
    packed[0] = Complex32 { re: 0.5 * (first + last), im: 0.5 * (first - last) };
    if half.is_multiple_of(2) {
        packed[half / 2] = products[half / 2].conj();
    }
    let count = pairs(half);
    let (low, high) = packed[1..half].split_at_mut(half - 1 - count);
    map_pairs(
        [&products[1..=count], &products[half - count..]],
        twiddles,
        [&mut low[..count], high],
        #[inline(always)]
        |a, b, w| {
            let (even_re, even_im) = (0.5 * (a.re + b.re), 0.5 * (a.im - b.im));
            let (turned_re, turned_im) = (a.re - b.re, a.im + b.im);
            let odd_re = w.re * turned_re + w.im * turned_im;
            let odd_im = w.re * turned_im - w.im * turned_re;
            [
                Complex32 { re: even_re - odd_im, im: even_im + odd_re },
                Complex32 { re: even_re + odd_im, im: odd_re - even_im },
            ]
        },
    );
}

/// Maps pairs of values: the first of `low` with the last of `high`, the second with the last but
/// one, and so on. All slices have the same length.
#[inline(always)]
fn map_pairs<T: Value>(
    [low, high]: [&[Complex32]; 2],
    twiddles: &Twiddles,
    [low_out, high_out]: [&mut [T]; 2],
    map: impl Fn(Complex32, Complex32, Complex32) -> [T; 2],
) {
    // The compiler vectorises loops over whole chunks as arrays, but not over mirrored iterators.
    let (low, low_rest) = low.as_chunks::<CHUNK>();
    let (high_rest, high) = high.as_rchunks::<CHUNK>();
    let (re, re_rest) = twiddles.re.as_chunks::<CHUNK>();
    let (im, im_rest) = twiddles.im.as_chunks::<CHUNK>();
    let (low_out, low_out_rest) = low_out.as_chunks_mut::<CHUNK>();
    let (high_out_rest, high_out) = high_out.as_rchunks_mut::<CHUNK>();
    let from = low.iter().zip(high.iter().rev()).zip(re.iter().zip(im));
    let to = low_out.iter_mut().zip(high_out.iter_mut().rev());
    for (((a, b), (re, im)), (to_low, to_high)) in from.zip(to) {
        let (mut mapped_low, mut mapped_high) = ([T::default(); CHUNK], [T::default(); CHUNK]);
        for i in 0..CHUNK {
            let w = Complex32 { re: re[i], im: im[i] };
            [mapped_low[i], mapped_high[CHUNK - 1 - i]] = map(a[i], b[CHUNK - 1 - i], w);
        }
        (*to_low, *to_high) = (mapped_low, mapped_high);
    }
    let from = low_rest.iter().zip(high_rest.iter().rev()).zip(re_rest.iter().zip(im_rest));
    let to = low_out_rest.iter_mut().zip(high_out_rest.iter_mut().rev());
    for (((&a, &b), (&re, &im)), (to_low, to_high)) in from.zip(to) {
        [*to_low, *to_high] = map(a, b, Complex32 { re, im });
    }
}

#[cfg(test)]
mod tests {
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
