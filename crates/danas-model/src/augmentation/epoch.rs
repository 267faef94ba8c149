//! All that a training learns from in an epoch.

use ndarray::{Array4, Axis};

use super::{Augmenter, Lines, Mix};
use crate::{ModelError, Scaler, Training};

/// The examples of one epoch of a training, in the order of their visit, as its network reads them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EpochExamples {
    /// Scaled and altered, `[examples, height, width, channels]`.
    pub features: Array4<f32>,
    /// Which example each of them is.
    pub order: Vec<usize>,
    /// What each of them is mixed with, where it is.
    pub mixes: Vec<Option<Mix>>,
}

impl Training<'_> {
    /// What this training learns from in `epoch`, counted from 0: for an engine that does not alter examples
    /// itself, and for whoever wants to see them.
    ///
    /// # Errors
    /// [`ModelError::ScalerShape`] for a scaler of other features.
    pub fn epoch_examples(
        &self,
        epoch: usize,
        scaler: Option<&Scaler>,
    ) -> Result<EpochExamples, ModelError> {
        let samples = self.samples();
        let order = self.config().batches.order(self.seed(), epoch, samples.labels());
        let features = match scaler {
            Some(scaler) => scaler.transform(samples.features())?,
            None => samples.features().to_owned(),
        };
        let Some(mut augmenter) = Augmenter::new(self, Lines::ByRow) else {
            let (features, mixes) = (features.select(Axis(0), &order), vec![None; order.len()]);
            return Ok(EpochExamples { features, order, mixes });
        };
        augmenter.set_epoch(epoch);
        let lines = features.permuted_axes([0, 1, 3, 2]);
        let (shape, size) = (lines.raw_dim(), lines.len() / lines.len_of(Axis(0)).max(1));
        let lines: Vec<f32> = lines.iter().copied().collect();
        let mut copies = vec![0.0; lines.len()];
        let of = |example: usize| &lines[example * size..][..size];
        let pairs = order.iter().zip(copies.chunks_exact_mut(size.max(1)));
        let mixes = pairs.map(|(&it, to)| augmenter.copy(it, &order, of, to)).collect();
        let mut values = copies.into_iter();
        let copies = Array4::from_shape_simple_fn(shape, || values.next().unwrap_or_default());
        let features = copies.permuted_axes([0, 1, 3, 2]).as_standard_layout().into_owned();
        Ok(EpochExamples { features, order, mixes })
    }
}
