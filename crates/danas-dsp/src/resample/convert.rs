//! Rate conversion through one FFT of the whole signal.

use realfft::{RealFftPlanner, num_complex::Complex64};

use super::{KaiserSinc, Ratio};
use crate::DspError;

/// The first `len` samples of `samples` convolved with `filter` and read at the lower rate.
///
/// With `k` periods of the two rates, a spectrum of `k · from` samples is multiplied with the
/// filter's and cut to that of `k · to` samples: what would fold back has been filtered away.
pub(super) fn convert(
    samples: &[f32],
    ratio: Ratio,
    filter: KaiserSinc,
    len: usize,
) -> Result<Vec<f32>, DspError> {
    let taps = filter.right_half(ratio.get());
    // With so many zeros behind it, the circular convolution is a linear one where it is read.
    let periods = fast_len((samples.len() + taps.len()).div_ceil(ratio.from));
    let (inputs, outputs) = (periods * ratio.from, periods * ratio.to);
    let response = response(&taps, inputs, outputs / 2 + 1)?;

    let mut planner = RealFftPlanner::<f32>::new();
    let forward = planner.plan_fft_forward(inputs);
    let mut signal = forward.make_input_vec();
    signal[..samples.len()].copy_from_slice(samples);
    let mut spectrum = forward.make_output_vec();
    forward.process(&mut signal, &mut spectrum).map_err(DspError::transform)?;
    drop(signal);

    spectrum.truncate(response.len());
    spectrum.iter_mut().zip(&response).for_each(|(bin, gain)| *bin *= gain);
    // The spectrum of a real signal of even length is real at both ends.
    if let [first, .., last] = spectrum.as_mut_slice() {
        (first.im, last.im) = (0.0, 0.0);
    }
    let inverse = planner.plan_fft_inverse(outputs);
    let mut converted = inverse.make_output_vec();
    inverse.process(&mut spectrum, &mut converted).map_err(DspError::transform)?;
    converted.truncate(len);
    Ok(converted)
}

/// The first `bins` gains of a symmetric filter around sample 0 in an FFT of `inputs` samples,
/// divided by `inputs` since the transforms are not normalised.
fn response(taps: &[f64], inputs: usize, bins: usize) -> Result<Vec<f32>, DspError> {
    let fft = RealFftPlanner::<f64>::new().plan_fft_forward(inputs);
    let mut impulse = fft.make_input_vec();
    // The two halves overlap in the middle where the signal is shorter than the filter.
    for (n, &tap) in taps.iter().enumerate() {
        impulse[n] += tap;
        if n > 0 {
            impulse[inputs - n] += tap;
        }
    }
    let mut gains: Vec<Complex64> = fft.make_output_vec();
    fft.process(&mut impulse, &mut gains).map_err(DspError::transform)?;
    Ok(gains[..bins].iter().map(|gain| (gain.re / inputs as f64) as f32).collect())
}

/// The least even number from `least` on without a prime factor above 5: FFTs like it.
fn fast_len(least: usize) -> usize {
    let smooth = |&len: &usize| {
        let strip = |mut len: usize, prime| {
            while len.is_multiple_of(prime) {
                len /= prime;
            }
            len
        };
        strip(strip(strip(len, 2), 3), 5) == 1
    };
    let least = least.max(2).next_multiple_of(2);
    (least..).step_by(2).find(smooth).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use danas_space::{Hertz, ResamplingFilter};

    use super::*;

    /// Convolution by its definition, in `f64`, at the least common multiple of the two rates.
    fn naive(samples: &[f32], ratio: Ratio, filter: KaiserSinc, len: usize) -> Vec<f64> {
        let taps = filter.right_half(ratio.from as f64);
        let product = |m: usize, n: usize| {
            let tap = taps.get((m * ratio.from).abs_diff(n * ratio.to)).copied().unwrap_or(0.0);
            ratio.to as f64 * tap * f64::from(samples[n])
        };
        (0..len).map(|m| (0..samples.len()).map(|n| product(m, n)).sum()).collect()
    }

    fn ratio(from: u32, to: u32) -> Ratio {
        Ratio::new(Hertz::new(from).unwrap(), Hertz::new(to).unwrap()).unwrap()
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
        ] {
            let signal: Vec<f32> = (0..samples).map(|n| ((n * n) as f32 * 0.11).sin()).collect();
            let (ratio, len) = (ratio(from, to), (samples * to as usize).div_ceil(from as usize));
            let filter = KaiserSinc::new(ResamplingFilter::SoxrHq, ratio);
            let fast = convert(&signal, ratio, filter, len).unwrap();
            assert_eq!(fast.len(), len);
            for (fast, slow) in fast.iter().zip(naive(&signal, ratio, filter, len)) {
                assert!((f64::from(*fast) - slow).abs() < 2e-6, "{samples} from {from} to {to}");
            }
        }
    }

    #[test]
    fn fast_lengths_are_even_and_smooth() {
        let lengths = [0, 1, 7, 11, 31, 97, 1025].map(fast_len);
        assert_eq!(lengths, [2, 2, 8, 12, 32, 100, 1080]);
    }
}
