//! Callbacks of a training in progress.

use std::fmt;

use crate::record::Validation;

/// One epoch of a training in progress, for its [observer](crate::Training::with_observer).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Epoch {
    /// Number of the epoch, counted from 1.
    pub number: usize,
    /// Number of epochs that the training will have if nothing ends it early.
    pub of: usize,
    /// Loss of the epoch, as in [`TrainingRecord::loss`](crate::TrainingRecord::loss).
    pub loss: f32,
    /// Figures of the validation samples after the epoch, if the training has any.
    pub validation: Option<Validation>,
}

/// Observer of epochs.
pub(crate) type ObserveEpoch<'a> = Callback<'a, dyn Fn(&Epoch) + Sync + 'a>;

/// Condition that ends a training.
pub(crate) type Stop<'a> = Callback<'a, dyn Fn() -> bool + Sync + 'a>;

/// A borrowed function, such as `dyn Fn(&Epoch) + Sync`.
pub(crate) struct Callback<'a, F: ?Sized>(pub(crate) &'a F);

impl<F: ?Sized> Clone for Callback<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: ?Sized> Copy for Callback<'_, F> {}

impl<F: ?Sized> fmt::Debug for Callback<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}
