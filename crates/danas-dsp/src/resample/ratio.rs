//! The ratio of two sample rates.

use danas_space::Hertz;

use crate::error::DspError;

/// Largest ratio of two rates, which limits the length of the filters.
const MAX_RATIO: u32 = 4096;

/// Returns the number of samples that [`resample`](crate::resample) makes of `samples` samples. As
/// in librosa, this is `ceil(n · to / from)`, where the ratio is first rounded to an `f64`.
#[must_use]
pub fn resampled_len(samples: usize, from: Hertz, to: Hertz) -> usize {
    if from == to {
        return samples;
    }
    (samples as f64 * (f64::from(to.get()) / f64::from(from.get()))).ceil() as usize
}

/// The ratio of two rates in lowest terms, above 1 and at most `MAX_RATIO`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ratio {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Ratio {
    pub(crate) fn new(from: Hertz, to: Hertz) -> Result<Self, DspError> {
        if to >= from {
            return Err(DspError::Upsampling { from, to });
        }
        if from.get().div_ceil(to.get()) > MAX_RATIO {
            return Err(DspError::Downsampling { from, to });
        }
        let [from, to] = [from, to].map(|rate| u64::from(rate.get()));
        let divisor = gcd(from, to);
        Ok(Self { from: (from / divisor) as usize, to: (to / divisor) as usize })
    }

    /// Returns the number of input samples per output sample.
    pub(crate) fn get(self) -> f64 {
        self.from as f64 / self.to as f64
    }
}

/// Returns the greatest common divisor.
pub(crate) const fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hertz(hertz: u32) -> Hertz {
        Hertz::new(hertz).unwrap()
    }

    #[test]
    fn ratios_are_in_lowest_terms_and_bounded() {
        let ratio = |from, to| Ratio::new(hertz(from), hertz(to));
        assert_eq!(ratio(48_000, 375).unwrap(), Ratio { from: 128, to: 1 });
        assert_eq!(ratio(44_100, 16_000).unwrap(), Ratio { from: 441, to: 160 });
        assert!(matches!(ratio(8000, 8001), Err(DspError::Upsampling { .. })));
        assert!(ratio(8192, 2).is_ok());
        assert!(matches!(ratio(8193, 2), Err(DspError::Downsampling { .. })));
    }
}
