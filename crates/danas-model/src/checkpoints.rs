//! Judging a training on its way.

use std::fmt;

use crate::TrainedModel;

/// Epochs after which somebody decides whether a training goes on, by the model that it would leave if it
/// ended there.
#[derive(Clone, Copy)]
pub struct Checkpoints<'a> {
    epochs: &'a [usize],
    goes_on: &'a (dyn Fn(&TrainedModel) -> bool + Sync),
}

impl<'a> Checkpoints<'a> {
    /// Asks `goes_on` after each of these epochs, counted from 1; the last of a training is not asked
    /// about.
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
