//! Kaiser-windowed sinc filters.

use std::f64::consts::PI;

use danas_space::ResamplingFilter;

use super::ratio::Ratio;

/// A low-pass filter: a Kaiser-windowed sinc, in units of the lower rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct KaiserSinc {
    /// Frequency at which the response is halved (-6 dB), as a fraction of the output's Nyquist
    /// frequency.
    cutoff: f64,
    /// Half the length of the window, in output samples.
    reach: f64,
    /// Shape of the window: a larger value lowers the side lobes.
    beta: f64,
    /// Entries of resampy's filter table per output sample, or `None` for an exact filter.
    ///
    /// resampy steps through the table in whole entries, which stretches the filter, and its taps
    /// sum to 1 only within the ripple of the window. Without a table, the taps sum to exactly 1.
    table: Option<f64>,
}

impl KaiserSinc {
    /// Returns the sinc of a filter for a ratio. `None` for a filter with another window.
    pub(crate) fn new(filter: ResamplingFilter, ratio: Ratio) -> Option<Self> {
        match filter {
            ResamplingFilter::SoxrHq => Some(Self::soxr_hq(ratio)),
            ResamplingFilter::KaiserBest => {
                Some(Self::resampy(0.917_347_371_260_876_1, 50.0, 12.984_585_247_040_012, 8192.0))
            }
            ResamplingFilter::KaiserFast => {
                Some(Self::resampy(0.868_212_038_837_778_4, 24.0, 9.903_224_416_455_27, 512.0))
            }
            ResamplingFilter::RubatoFft => None,
        }
    }

    /// Returns the number of samples that soxr or resampy compute from `samples` samples: soxr
    /// rounds half up, and resampy rounds down. librosa rounds up, and appends a zero if this gives
    /// one more sample.
    pub(crate) fn computed(self, samples: usize, ratio: Ratio) -> usize {
        let [samples, from, to] = [samples, ratio.from, ratio.to].map(|number| number as u64);
        let computed = match self.table {
            Some(_) => samples * to / from,
            None => (2 * samples * to + from) / (2 * from),
        };
        usize::try_from(computed).unwrap_or(usize::MAX)
    }

    /// Returns a filter of resampy 0.4, from the parameters of its table.
    const fn resampy(cutoff: f64, reach: f64, beta: f64, table: f64) -> Self {
        Self { cutoff, reach, beta, table: Some(table) }
    }

    /// Returns a single filter that is equivalent to all stages of soxr's high quality recipe for a
    /// ratio.
    ///
    /// The parameters are fitted to soxr's output. For the listed ratios, the difference is at most
    /// -130 dB. For all others, soxr interpolates between the taps of a table. The remaining
    /// difference lies close to the Nyquist frequency, and amounts to -50 to -90 dB for white
    /// noise.
    fn soxr_hq(ratio: Ratio) -> Self {
        // `taps` is four times the reach. For 2:1, it is the number of taps of soxr's halving
        // filter.
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

    /// Returns the right half of the impulse response, from its middle on; the left half mirrors
    /// it. It is sampled at `steps` times the input's rate, which is `ratio` times the output's.
    pub(crate) fn right_half(self, ratio: f64, steps: usize) -> Vec<f64> {
        let stretched = match self.table {
            Some(entries) if entries >= ratio => entries / (entries / ratio).floor(),
            _ => ratio,
        };
        let steps = steps as f64;
        let reach = self.reach * stretched * steps;
        let cutoff = self.cutoff / (stretched * steps);
        let peak = bessel_i0(self.beta);
        let tap = |n: usize| {
            let n = n as f64;
            let window = bessel_i0(self.beta * (1.0 - (n / reach).powi(2)).max(0.0).sqrt()) / peak;
            let angle = PI * cutoff * n;
            window * if n == 0.0 { 1.0 } else { angle.sin() / angle }
        };
        let mut taps: Vec<f64> = (0..=reach as usize).map(tap).collect();
        let sum = match self.table {
            Some(_) => ratio * steps / self.cutoff,
            None => taps[0] + 2.0 * taps[1..].iter().sum::<f64>(),
        };
        taps.iter_mut().for_each(|tap| *tap /= sum);
        taps
    }
}

/// Returns the modified Bessel function of the first kind and order zero, by its power series.
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
            let taps = KaiserSinc::soxr_hq(ratio).right_half(ratio.get(), 1);
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

    #[test]
    fn soxr_rounds_half_up_and_resampy_down() {
        // The lengths of soxr.resample(numpy.zeros(n), 8000, 1000) and resampy.resample(...).
        let ratio = Ratio { from: 8, to: 1 };
        for (samples, soxr, resampy) in
            [(24_003, 3000, 3000), (24_004, 3001, 3000), (24_008, 3001, 3001)]
        {
            let computed =
                |filter| KaiserSinc::new(filter, ratio).unwrap().computed(samples, ratio);
            assert_eq!(computed(ResamplingFilter::SoxrHq), soxr);
            assert_eq!(computed(ResamplingFilter::KaiserFast), resampy);
        }
    }
}
