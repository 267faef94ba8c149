//! Kaiser-windowed sinc filters.

use std::f64::consts::PI;

use danas_space::ResamplingFilter;

use super::Ratio;

/// A low-pass filter: a sinc under a Kaiser window, in units of the lower rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct KaiserSinc {
    /// Where the response is halved (-6 dB), as a fraction of the output's Nyquist frequency.
    cutoff: f64,
    /// From the middle to the end of the window, in output samples.
    reach: f64,
    /// Shape of the window: side lobes fall with it.
    beta: f64,
    /// The entries of resampy's table for one output sample. It steps through the table in whole
    /// entries, which stretches the filter; and its taps sum to 1 only within the window's ripple.
    /// Without a table they do exactly.
    table: Option<f64>,
}

impl KaiserSinc {
    pub(super) fn new(filter: ResamplingFilter, ratio: Ratio) -> Self {
        match filter {
            ResamplingFilter::SoxrHq => Self::soxr_hq(ratio),
            ResamplingFilter::KaiserBest => {
                Self::resampy(0.917_347_371_260_876_1, 50.0, 12.984_585_247_040_012, 8192.0)
            }
            ResamplingFilter::KaiserFast => {
                Self::resampy(0.868_212_038_837_778_4, 24.0, 9.903_224_416_455_27, 512.0)
            }
        }
    }

    /// A filter of resampy 0.4, by the numbers that its tables are made with.
    const fn resampy(cutoff: f64, reach: f64, beta: f64, table: f64) -> Self {
        Self { cutoff, reach, beta, table: Some(table) }
    }

    /// The filter that the stages of soxr's high quality recipe amount to for a ratio.
    ///
    /// Fitted to soxr's output: it meets the ratios that are listed to -130 dB and below. At the
    /// others soxr interpolates between the taps of a table; what is left of the difference lies
    /// close to the Nyquist frequency, and is -50 to -90 dB of white noise.
    fn soxr_hq(ratio: Ratio) -> Self {
        // Four times the reach: the taps of the halving filter in the case of 2:1.
        let (taps, beta) = match (ratio.from, ratio.to) {
            (4, 3) => (386.5, 13.040),
            (3, 2 | 1) => (387.339, 13.040),
            (2, 1) => (389.0, 13.040),
            (6, 1) => (406.0, 13.711),
            (4, 1) => (409.0, 13.711),
            (8, 1) => (421.0, 14.104),
            (16, 1) => (429.0, 14.383),
            (32, 1) => (433.0, 14.600),
            (64, 1) => (441.0, 14.777),
            (factor, 1) if factor.is_power_of_two() => (445.0, 14.926),
            _ if ratio.get() < 4.0 => (413.0, 14.1),
            _ => (431.0, 14.66),
        };
        Self { cutoff: 0.956_871_83, reach: taps / 4.0, beta, table: None }
    }

    /// The impulse response at the input's rate, `ratio` times the output's, from its middle to its
    /// right end; the left half mirrors it.
    pub(super) fn right_half(self, ratio: f64) -> Vec<f64> {
        let stretched = match self.table {
            Some(entries) if entries >= ratio => entries / (entries / ratio).floor(),
            _ => ratio,
        };
        let reach = self.reach * stretched;
        let cutoff = self.cutoff / stretched;
        let peak = bessel_i0(self.beta);
        let tap = |n: usize| {
            let n = n as f64;
            let window = bessel_i0(self.beta * (1.0 - (n / reach).powi(2)).max(0.0).sqrt()) / peak;
            let angle = PI * cutoff * n;
            window * if n == 0.0 { 1.0 } else { angle.sin() / angle }
        };
        let mut taps: Vec<f64> = (0..=reach as usize).map(tap).collect();
        let sum = match self.table {
            Some(_) => ratio / self.cutoff,
            None => taps[0] + 2.0 * taps[1..].iter().sum::<f64>(),
        };
        taps.iter_mut().for_each(|tap| *tap /= sum);
        taps
    }
}

/// The modified Bessel function of the first kind and order zero, by its power series.
pub(crate) fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut sum, mut term, mut k) = (1.0, 1.0, 1.0);
    while term > sum * f64::EPSILON {
        term *= quarter / (k * k);
        sum += term;
        k += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bessel_has_its_tabulated_values() {
        // Abramowitz and Stegun (1964), tables 9.8 and 9.11.
        for (x, value) in [(0.0, 1.0), (1.0, 1.266_065_877_752_008), (10.0, 2_815.716_628_466_254)]
        {
            assert!((bessel_i0(x) / value - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn the_response_has_its_bands() {
        let ratios = [(4, 3), (3, 1), (2, 1), (6, 1), (4, 1), (128, 1), (441, 160), (588, 5)];
        for ratio in ratios.map(|(from, to)| Ratio { from, to }) {
            let taps = KaiserSinc::soxr_hq(ratio).right_half(ratio.get());
            let gain = |nyquists: f64| {
                let angle = PI * nyquists / ratio.get();
                let cosine = |(n, tap): (usize, &f64)| tap * (angle * n as f64).cos();
                2.0 * taps.iter().enumerate().map(cosine).sum::<f64>() - taps[0]
            };
            assert!((gain(0.0) - 1.0).abs() < 1e-12);
            assert!((gain(0.912) - 1.0).abs() < 1e-5, "{ratio:?}: {}", gain(0.912));
            assert!((gain(0.956_871_83) - 0.5).abs() < 1e-3);
            let alias = |n| gain(f64::from(n) / 1000.0).abs();
            let alias = (1001..1300).map(alias).fold(0.0, f64::max);
            assert!(alias < 2e-6, "{ratio:?}: {alias}");
        }
    }
}
