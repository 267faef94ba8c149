//! Training single candidates outside of a search.

use std::{fmt, sync::Arc};

use danas_space::Candidate;
use ndarray::Array4;

use super::TrainedCandidate;
use crate::{
    DataSource, Error, Part,
    evaluator::{CandidateEvaluator, Exam},
    failure::Failure,
};

/// Trains candidates as a search does, and keeps their models; see
/// [`DataAwareSearch::trainer`](crate::DataAwareSearch::trainer).
pub struct Trainer<S: DataSource> {
    evaluator: CandidateEvaluator<S>,
}

impl<S: DataSource> Trainer<S> {
    pub(crate) const fn new(evaluator: CandidateEvaluator<S>) -> Self {
        Self { evaluator }
    }

    /// The features of a part of the data at a granularity, `[examples, height, width, channels]`, and the
    /// labels of its examples.
    ///
    /// # Errors
    /// [`Error`] where the granularity is infeasible, or data breaks.
    pub fn data(
        &self,
        granularity: &S::Granularity,
        part: Part,
    ) -> Result<(Arc<Array4<f32>>, Vec<usize>), Error> {
        self.evaluator.examples().labelled(granularity, part.into())
    }

    /// The names of the classes, in the order of labels and outputs.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        self.evaluator.classes()
    }

    /// Trains a candidate as a search trains what it exports, without regard to limits and device. The
    /// same seed gives the same model.
    ///
    /// # Errors
    /// [`Error::Candidate`] where the candidate is infeasible or its training fails; others where
    /// data or machinery break.
    pub fn train(
        &self,
        candidate: &Candidate<S::Granularity>,
        seed: u64,
    ) -> Result<TrainedCandidate<S::Granularity>, Error> {
        let refused = |reason| Error::Candidate { candidate: candidate.to_string(), reason };
        let measured = self.evaluator.measure(candidate);
        let (network, costs) = measured.map_err(|infeasible| refused(infeasible.to_string()))?;
        let trained = || {
            let lesson = self.evaluator.examples().last_lesson();
            let model =
                self.evaluator.fit(candidate, &network, Exam::whole(seed, lesson), None, None)?;
            self.evaluator.deploy(candidate, model, costs)
        };
        trained().or_else(|failure: Failure| Err(refused(failure.reason()?)))
    }
}

impl<S: DataSource> fmt::Debug for Trainer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trainer").finish_non_exhaustive()
    }
}
