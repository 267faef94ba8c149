//! Conversion of sample rates block by block, by rubato's FFT resampler.

use std::mem;

use rubato::{
    Fft, FixedSync, Resampler, WindowFunction, audioadapter_buffers::direct::InterleavedSlice,
};

use super::block_size::BlockSize;
use crate::error::DspError;

/// A resampler of one channel, without delay.
///
/// The signal is cut into blocks wherever its chunks end, so the samples do not depend on the
/// chunks. rubato designs its filter in the type of the samples. In single precision, the gain of a
/// long filter would be off by more than the rounding of the samples.
#[derive(Debug)]
pub(super) struct Blocks {
    size: BlockSize,
    fft: Fft<f64>,
    /// The beginning of the next block.
    input: Vec<f64>,
    output: Vec<f64>,
    /// Number of output samples of the delay that are still to come. They are left out.
    delay: usize,
    /// Number of output samples of the signal so far.
    emitted: usize,
}

impl Blocks {
    pub(super) fn new(size: BlockSize) -> Result<Self, DspError> {
        let BlockSize { input, output } = size;
        // The two sizes have the ratio of the rates, and `Both` makes blocks of whole periods. One
        // chunk is one block.
        let (window, fixed) = (WindowFunction::BlackmanHarris2, FixedSync::Both);
        let fft = Fft::new_custom(input, output, input, 1, 1, window, fixed);
        Ok(Self {
            size,
            fft: fft.map_err(DspError::transform)?,
            input: Vec::with_capacity(input),
            output: vec![0.0; output],
            delay: size.delay(),
            emitted: 0,
        })
    }

    pub(super) const fn size(&self) -> BlockSize {
        self.size
    }

    /// Takes in the next samples of the signal, and appends the output samples that no later input
    /// can change.
    pub(super) fn push(
        &mut self,
        mut samples: &[f32],
        output: &mut Vec<f32>,
    ) -> Result<(), DspError> {
        loop {
            let missing = self.size.input - self.input.len();
            let Some((head, tail)) = samples.split_at_checked(missing) else {
                self.input.extend(samples.iter().map(|&sample| f64::from(sample)));
                return Ok(());
            };
            self.input.extend(head.iter().map(|&sample| f64::from(sample)));
            samples = tail;
            self.convert(usize::MAX, output)?;
        }
    }

    /// Ends the signal, which has `len` output samples, and appends those that are missing.
    /// Afterwards, another signal can begin.
    pub(super) fn finish(&mut self, len: usize, output: &mut Vec<f32>) -> Result<(), DspError> {
        while self.emitted < len {
            self.input.resize(self.size.input, 0.0);
            self.convert(len, output)?;
        }
        self.fft.reset();
        self.input.clear();
        self.delay = self.size.delay();
        self.emitted = 0;
        Ok(())
    }

    /// Converts a full block, and appends its samples of a signal of `len` output samples.
    fn convert(&mut self, len: usize, output: &mut Vec<f32>) -> Result<(), DspError> {
        let BlockSize { input: inputs, output: outputs } = self.size;
        let input = InterleavedSlice::new(&self.input, 1, inputs).map_err(DspError::transform)?;
        let mut converted =
            InterleavedSlice::new_mut(&mut self.output, 1, outputs).map_err(DspError::transform)?;
        self.fft.process_into_buffer(&input, &mut converted, None).map_err(DspError::transform)?;
        self.input.clear();
        let signal = &self.output[mem::take(&mut self.delay)..];
        let signal = &signal[..signal.len().min(len - self.emitted)];
        output.extend(signal.iter().map(|&sample| sample as f32));
        self.emitted += signal.len();
        Ok(())
    }
}
