//! The step between the spectrum of a real signal and the transform of its packed samples.
//!
//! The step processes eight pairs of coefficients at once, and takes a third of the time of
//! realfft's.

use std::f64::consts::TAU;

use multiversion::multiversion;
use realfft::num_complex::Complex32;

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

/// Twiddle factors `exp(-πik/half) / 2` for the pairs `k` and `half - k`.
#[derive(Clone)]
pub(super) struct Twiddles {
    re: Vec<f32>,
    im: Vec<f32>,
}

impl Twiddles {
    pub(super) fn new(half: usize) -> Self {
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

/// Computes the spectrum of a real signal from the transform of its packed samples.
///
/// Let `E` be the spectrum of the even samples and `O` that of the odd samples. The packed
/// transform is `E + iO`, and the spectrum of the signal is `E + wO`, where `w` is a twiddle
/// factor. `E` and `O` belong to real signals, so coefficient `half - k` of each is the conjugate
/// of coefficient `k`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl"))]
pub(super) fn untangle<T: Value>(packed: &[Complex32], twiddles: &Twiddles, spectrum: &mut [T]) {
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
pub(super) fn tangle(
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
