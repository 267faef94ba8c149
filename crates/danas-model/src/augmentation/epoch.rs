//! The examples that a training learns from in one epoch.

use ndarray::{Array4, ArrayView4, Axis};

use super::{Augmenter, Lines, Mix};
use crate::{engine::Training, error::ModelError, scaler::Scaler};

/// Examples of one epoch of a training, as its network reads them and in the order in which it
/// visits them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EpochExamples {
    /// Scaled and altered features, `[examples, height, width, channels]`.
    pub features: Array4<f32>,
    /// Number of each example, counted from 0, `[examples]`.
    pub order: Vec<usize>,
    /// Mixture of each example, `[examples]`; `None` if it is not mixed.
    pub mixes: Vec<Option<Mix>>,
}

impl Training<'_> {
    /// Returns the examples that this training learns from in `epoch`, counted from 0. This is
    /// useful for an engine that does not alter examples itself, and for inspecting the altered
    /// copies.
    ///
    /// # Errors
    /// [`ModelError::ScalerShape`] for a scaler that does not fit the features.
    pub fn epoch_examples(
        &self,
        epoch: usize,
        scaler: Option<&Scaler>,
    ) -> Result<EpochExamples, ModelError> {
        let samples = self.samples();
        let order = self.config().batches.order(self.seed(), epoch, samples.labels());
        let scaled = |features: ArrayView4<'_, f32>| match scaler {
            Some(scaler) => scaler.transform(features),
            None => Ok(features.to_owned()),
        };
        let features = scaled(samples.features())?;
        let Some(mut augmenter) = Augmenter::new(self, Lines::ByRow) else {
            let (features, mixes) = (features.select(Axis(0), &order), vec![None; order.len()]);
            return Ok(EpochExamples { features, order, mixes });
        };
        augmenter.set_epoch(epoch);
        let versions = self.versions().map(scaled).transpose()?;
        let of_lines = |features: Array4<f32>| -> Vec<f32> {
            features.permuted_axes([0, 1, 3, 2]).iter().copied().collect()
        };
        let (count, height, width, channels) = features.dim();
        let size = height * width * channels;
        let mut lines = of_lines(features);
        lines.extend(versions.map(of_lines).unwrap_or_default());
        let of = |version: usize, it: usize| &lines[(version * count + it) * size..][..size];
        let mut copies = vec![0.0; count * size];
        let pairs = order.iter().zip(copies.chunks_exact_mut(size.max(1)));
        let mixes = pairs.map(|(&it, to)| augmenter.copy(it, &order, of, to)).collect();
        let mut values = copies.into_iter();
        let mut next = || values.next().unwrap_or_default();
        let copies = Array4::from_shape_simple_fn((count, height, channels, width), &mut next);
        let features = copies.permuted_axes([0, 1, 3, 2]).as_standard_layout().into_owned();
        Ok(EpochExamples { features, order, mixes })
    }
}
