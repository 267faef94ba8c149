//! Observers of the epochs of all trainings.

use std::sync::Arc;

use danas_model::Epoch;
use danas_space::Candidate;

/// One epoch of a training of a candidate.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CandidateEpoch<'a, G> {
    /// Candidate that is trained.
    pub candidate: &'a Candidate<G>,
    /// Seed of the training. A candidate is trained with several seeds, and on several folds.
    pub seed: u64,
    /// The epoch.
    pub epoch: Epoch,
}

/// Observer of the epochs of all trainings, which workers call from their threads.
pub(crate) type EpochObserver<G> = Arc<dyn Fn(&CandidateEpoch<'_, G>) + Send + Sync>;
