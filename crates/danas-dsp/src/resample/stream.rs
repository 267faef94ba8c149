//! Resampling of a signal that arrives in chunks.

use danas_space::Hertz;

use super::{
    block_size::BlockSize,
    blocks::Blocks,
    ratio::{Ratio, resampled_len},
};
use crate::{
    error::DspError,
    recording::{check_len, check_rate, check_samples},
};

/// Lowers the rate of one channel that arrives in chunks of any length, with
/// [`RubatoFft`](danas_space::ResamplingFilter::RubatoFft).
///
/// All output samples together are bit by bit those that [`resample`](crate::resample) makes of the
/// whole signal, whatever the chunks: their number is [`resampled_len`], and they have no delay. The
/// memory does not depend on the length of the signal: at most 24 MB for the longest blocks.
///
/// The other filters need the whole signal. Use one resampler for each channel.
///
/// ```
/// use danas_dsp::{StreamResampler, resample};
/// use danas_space::{Hertz, ResamplingFilter};
///
/// let rates = [16_000, 6_000].map(Hertz::new);
/// let [from, to] = rates.map(|rate| rate.expect("a rate is never zero"));
/// let signal: Vec<f32> = (0..20_000).map(|n| (n as f32 * 0.05).sin()).collect();
///
/// let mut resampler = StreamResampler::new(from, to)?;
/// let mut output = Vec::new();
/// for chunk in signal.chunks(480) {
///     resampler.push(chunk, &mut output)?;
/// }
/// resampler.finish(&mut output)?;
/// assert_eq!(output, resample(&signal, from, to, ResamplingFilter::RubatoFft)?);
/// # Ok::<(), danas_dsp::DspError>(())
/// ```
#[derive(Debug)]
pub struct StreamResampler {
    from: Hertz,
    to: Hertz,
    /// `None` if the rates are equal.
    blocks: Option<Blocks>,
    /// Number of samples of the signal so far.
    received: usize,
}

impl StreamResampler {
    /// Plans the conversion from one rate to another. Equal rates hand the samples on.
    ///
    /// # Errors
    /// [`DspError::Upsampling`] if `to` is above `from`, [`DspError::Downsampling`] if it is below
    /// 1/4096 of `from`, [`DspError::ResamplingBlock`] if a block would have more than 2¹⁷ input
    /// samples, and [`DspError::Rate`] for a rate above
    /// [`Recording::MAX_RATE`](crate::Recording::MAX_RATE).
    pub fn new(from: Hertz, to: Hertz) -> Result<Self, DspError> {
        check_rate(from)?;
        let blocks = if from == to {
            None
        } else {
            Some(Blocks::new(BlockSize::new([from, to], Ratio::new(from, to)?)?)?)
        };
        Ok(Self { from, to, blocks, received: 0 })
    }

    /// Returns the number of input samples after which an output sample of the same time is
    /// certain to have been returned: one and a half blocks, or 0 if the rates are equal.
    #[must_use]
    pub fn latency(&self) -> usize {
        self.blocks.as_ref().map_or(0, |blocks| blocks.size().input * 3 / 2)
    }

    /// Takes in the next samples of the signal, and appends to `output` the samples that no later
    /// input can change.
    ///
    /// # Errors
    /// [`DspError::Sample`] and [`DspError::TooLong`] if a [`Recording`](crate::Recording) would
    /// reject the signal so far. The chunk is then not part of the signal. The index in the error
    /// is that in the chunk.
    pub fn push(&mut self, chunk: &[f32], output: &mut Vec<f32>) -> Result<(), DspError> {
        if chunk.is_empty() {
            return Ok(());
        }
        check_samples(chunk)?;
        let received = self.received.saturating_add(chunk.len());
        check_len(received as u64)?;
        match &mut self.blocks {
            Some(blocks) => blocks.push(chunk, output)?,
            None => output.extend_from_slice(chunk),
        }
        self.received = received;
        Ok(())
    }

    /// Ends the signal, and appends its last samples to `output`. Afterwards, another signal can
    /// begin.
    ///
    /// # Errors
    /// [`DspError::Empty`] if the signal has no samples.
    pub fn finish(&mut self, output: &mut Vec<f32>) -> Result<(), DspError> {
        let received = std::mem::take(&mut self.received);
        if received == 0 {
            return Err(DspError::Empty);
        }
        match &mut self.blocks {
            Some(blocks) => blocks.finish(resampled_len(received, self.from, self.to), output),
            None => Ok(()),
        }
    }
}
