//! Lower sample rates on a device.

use danas_space::{Hertz, ResamplingFilter};

use crate::{
    error::DspError,
    resample::{KaiserSinc, Ratio, resampled_len},
};

/// The filter that lowers the rate of a clip on a device, as a sum over the samples of the clip.
///
/// Sample `m` at the lower rate is `Σ taps[|m · from − n · to|] · x[n]` over all samples `n` of the
/// clip for which there is a tap. It differs from [`resample`](crate::resample), which computes the
/// same sum through a Fourier transform, only by rounding.
#[derive(Debug, Clone, PartialEq)]
pub struct Decimation {
    /// Ratio of the rates in lowest terms: `from` samples become `to` samples.
    pub from: usize,
    /// See [`from`](Self::from).
    pub to: usize,
    /// The right half of the filter, from its middle on. The left half mirrors it.
    pub taps: Vec<f32>,
    /// Number of samples at the lower rate that the sum gives. Zeros follow up to the length of the
    /// clip.
    pub computed: usize,
}

impl Decimation {
    /// Returns the filter for clips of `samples` samples at `from`.
    ///
    /// # Errors
    /// [`DspError::Upsampling`] and [`DspError::Downsampling`] for rates that cannot be converted,
    /// [`DspError::BlockFilter`] for [`ResamplingFilter::RubatoFft`].
    pub(super) fn new(
        samples: usize,
        [from, to]: [Hertz; 2],
        filter: ResamplingFilter,
    ) -> Result<Self, DspError> {
        let ratio = Ratio::new(from, to)?;
        let sinc = KaiserSinc::new(filter, ratio).ok_or(DspError::BlockFilter { filter })?;
        let gain = ratio.to as f64;
        let taps = sinc.right_half(ratio.get(), ratio.to);
        Ok(Self {
            from: ratio.from,
            to: ratio.to,
            taps: taps.into_iter().map(|tap| (gain * tap) as f32).collect(),
            computed: sinc.computed(samples, ratio).min(resampled_len(samples, from, to)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resample;

    #[test]
    fn the_sum_is_the_resampled_signal() {
        for (samples, from, to) in
            [(1000_usize, 2, 1), (700, 13, 5), (900, 8, 3), (5, 8, 1), (3000, 64, 3)]
        {
            for filter in [ResamplingFilter::SoxrHq, ResamplingFilter::KaiserFast] {
                let rates = [from, to].map(|rate| Hertz::new(1000 * rate).unwrap());
                let signal: Vec<f32> =
                    (0..samples).map(|n| ((n * n) as f32 * 0.11).sin()).collect();
                let expected = resample(&signal, rates[0], rates[1], filter).unwrap();
                let Decimation { from, to, taps, computed } =
                    Decimation::new(samples, rates, filter).unwrap();
                let sum = |m: usize| -> f64 {
                    let tap = |n: usize| taps.get((m * from).abs_diff(n * to)).copied();
                    let product = |(n, &x): (usize, &f32)| Some(f64::from(tap(n)?) * f64::from(x));
                    signal.iter().enumerate().filter_map(product).sum()
                };
                for (m, expected) in expected.iter().enumerate() {
                    let sum = if m < computed { sum(m) } else { 0.0 };
                    let error = (sum - f64::from(*expected)).abs();
                    assert!(error < 5e-6, "{from}:{to} {filter} [{m}]: {error}");
                }
            }
        }
    }

    #[test]
    fn a_filter_in_blocks_is_refused() {
        let rates = [2, 1].map(|rate| Hertz::new(rate).unwrap());
        let refused = Decimation::new(10, rates, ResamplingFilter::RubatoFft).unwrap_err();
        assert!(refused.to_string().contains(ResamplingFilter::RubatoFft.name()), "{refused}");
    }
}
