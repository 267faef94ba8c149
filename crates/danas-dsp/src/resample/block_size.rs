//! The blocks in which rubato's FFT resampler works.

use danas_space::Hertz;

use super::{ratio::Ratio, smooth::smooth};
use crate::{error::DspError, limits::MAX_BLOCK};

/// Smallest number of output samples in a block. The filter is as long as a block: with 512 samples,
/// it is flat up to 0.95 of the new Nyquist frequency.
const LEAST_OUTPUT: usize = 512;

/// Numbers of samples that a block has before and after the conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockSize {
    pub(super) input: usize,
    pub(super) output: usize,
}

impl BlockSize {
    /// Returns the shortest blocks with enough output samples. They are an even number of periods of
    /// both rates, or the middle of the filter would lie between two samples, and the output would be
    /// half a sample late.
    pub(super) fn new([from, to]: [Hertz; 2], ratio: Ratio) -> Result<Self, DspError> {
        let periods = 2 * smooth(LEAST_OUTPUT.div_ceil(2 * ratio.to));
        let (input, output) = (periods * ratio.from, periods * ratio.to);
        if input > MAX_BLOCK {
            return Err(DspError::ResamplingBlock { from, to, samples: input });
        }
        Ok(Self { input, output })
    }

    /// Returns the number of output samples before the first one of a signal: half a block, by which
    /// the filter delays the signal.
    pub(super) const fn delay(self) -> usize {
        self.output / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(from: u32, to: u32) -> Result<BlockSize, DspError> {
        let rates = [from, to].map(|hertz| Hertz::new(hertz).unwrap());
        BlockSize::new(rates, Ratio::new(rates[0], rates[1])?)
    }

    #[test]
    fn blocks_are_an_even_number_of_periods_with_at_least_512_outputs() {
        for (from, to, input, output) in [
            (48_000, 24_000, 1024, 512),
            (44_100, 16_000, 4 * 441, 4 * 160),
            (16_000, 6000, 176 * 8, 176 * 3),
            (48_000, 375, 65_536, 512),
            (44_100, 15_999, 29_400, 10_666),
            (8001, 8000, 2 * 8001, 2 * 8000),
        ] {
            assert_eq!(size(from, to).unwrap(), BlockSize { input, output }, "{from} to {to}");
        }
    }

    #[test]
    fn rates_whose_blocks_would_be_too_long_are_named() {
        for (from, to, samples) in [
            // A common period of 44 101 samples; the ratio alone would be served.
            (44_101, 200, 4 * 44_101),
            // 512 outputs of one period each.
            (257_000, 1000, 131_584),
            (65_537, 65_536, 131_074),
        ] {
            let refused = size(from, to).unwrap_err();
            let text = refused.to_string();
            assert!(text.contains(&format!("from {from} Hz to {to} Hz")), "{text}");
            let DspError::ResamplingBlock { samples: found, .. } = refused else {
                panic!("{text}");
            };
            assert_eq!(found, samples);
        }
        assert_eq!(size(256_000, 1000).unwrap().input, 131_072);
    }
}
