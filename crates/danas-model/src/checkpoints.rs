//! Checkpoints, at which a training in progress may be ended.

use std::fmt;

use crate::trained::TrainedModel;

/// Epochs after which a callback decides whether a training continues.
///
/// The callback sees the model that the training would leave if it ended there.
#[derive(Clone, Copy)]
pub struct Checkpoints<'a> {
    epochs: &'a [usize],
    goes_on: &'a (dyn Fn(&TrainedModel) -> bool + Sync),
}

impl<'a> Checkpoints<'a> {
    /// Creates checkpoints that call `goes_on` after each of these epochs, counted from 1.
    ///
    /// The training continues if `goes_on` returns `true`. It is not called after the last epoch of
    /// a training.
    #[must_use]
    pub const fn new(
        epochs: &'a [usize],
        goes_on: &'a (dyn Fn(&TrainedModel) -> bool + Sync),
    ) -> Self {
        Self { epochs, goes_on }
    }

    pub(crate) fn has(&self, epoch: usize) -> bool {
        self.epochs.contains(&epoch)
    }

    pub(crate) fn goes_on(&self, model: &TrainedModel) -> bool {
        (self.goes_on)(model)
    }
}

impl fmt::Debug for Checkpoints<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoints").field("epochs", &self.epochs).finish_non_exhaustive()
    }
}
