//! Trained models of candidates that are on the front, or that may still join it.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use danas_evo::{Observer, Progress};
use danas_model::TrainedModel;
use danas_space::Candidate;

use crate::assessment::Assessment;

/// Models by ask number. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Models(Arc<Mutex<BTreeMap<usize, TrainedModel>>>);

impl Models {
    pub(crate) fn keep(&self, index: usize, model: TrainedModel) {
        self.lock().insert(index, model);
    }

    pub(crate) fn take(&self, index: usize) -> Option<TrainedModel> {
        self.lock().remove(&index)
    }

    /// Locks the map, which is valid even after a panic.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<usize, TrainedModel>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops the models of candidates that were committed and are not on the front.
impl<G> Observer<Candidate<G>, Assessment> for Models {
    fn evaluated(&mut self, progress: &Progress<'_, Candidate<G>, Assessment>) -> ControlFlow<()> {
        let committed = progress.record.index;
        let on_front = |index| progress.front.iter().any(|record| record.index == index);
        self.lock().retain(|&index, _| index > committed || on_front(index));
        ControlFlow::Continue(())
    }
}
