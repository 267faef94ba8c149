//! Measuring, judging and training single candidates outside of a search.

use std::{fmt, sync::Arc};

use danas_data::{DataSource, Part};
use danas_evo::{Evaluator, Reason, Task, Verdict};
use danas_space::Candidate;
use ndarray::Array4;

use crate::{
    assessment::Assessment, costs::Costs, deployment::TrainedCandidate, error::Error,
    evaluator::CandidateEvaluator, experiment::TrainingRun, failure::Failure, until::Until,
};

/// A trainer of single candidates, which measures, judges and trains them as a search does; see
/// [`DataAwareSearch::trainer`](crate::DataAwareSearch::trainer).
pub struct Trainer<S: DataSource> {
    evaluator: CandidateEvaluator<S>,
}

impl<S: DataSource> Trainer<S> {
    pub(crate) const fn new(evaluator: CandidateEvaluator<S>) -> Self {
        Self { evaluator }
    }

    /// Returns the features of a part of the data at a granularity,
    /// `[examples, height, width, channels]`, and the labels of its examples.
    ///
    /// # Errors
    /// [`Error`] if the features cannot be computed, for example at an infeasible granularity.
    pub fn data(
        &self,
        granularity: &S::Granularity,
        part: Part,
    ) -> Result<(Arc<Array4<f32>>, Vec<usize>), Error> {
        Ok(self.evaluator.experiment().examples.labelled(granularity, part.into())?)
    }

    /// Returns the names of the classes, in the order of labels and outputs.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        self.evaluator.experiment().classes()
    }

    /// Returns the costs of a candidate on a device. Nothing is trained.
    ///
    /// # Errors
    /// The [`Reason`] why the candidate cannot be trained, or why a search would refuse it: a limit,
    /// or the memory of the device.
    pub fn measure(&self, candidate: &Candidate<S::Granularity>) -> Result<Costs, Reason> {
        self.evaluator.measured(candidate).map(|(_, costs)| costs).map_err(Reason::from)
    }

    /// Evaluates a candidate as a search does: trains it on every fold, or on the train part, and
    /// judges it on what was held out. The verdict of a search on the same candidate with the same
    /// seed is the same, unless its time limit or successive halving ended the evaluation early.
    ///
    /// # Errors
    /// [`Error`] if the data or the engine fails. A candidate that is infeasible, or whose training
    /// fails, has a [`Verdict`] with the reason.
    pub fn evaluate(
        &self,
        candidate: &Candidate<S::Granularity>,
        seed: u64,
    ) -> Result<Verdict<Assessment>, Error> {
        self.evaluator.evaluate(candidate, &Task::new(0, seed))
    }

    /// Trains a candidate in the same way as a search trains the models that it exports. Limits and
    /// the memory of the device are ignored. The same seed gives the same model.
    ///
    /// # Errors
    /// [`Error::Candidate`] if the candidate is infeasible or its training fails; other errors if
    /// the data or the engine fails.
    pub fn train(
        &self,
        candidate: &Candidate<S::Granularity>,
        seed: u64,
    ) -> Result<TrainedCandidate<S::Granularity>, Error> {
        let experiment = self.evaluator.experiment();
        let refused = |reason| Error::Candidate { candidate: candidate.to_string(), reason };
        let measured = experiment.measure(candidate);
        let (network, costs) = measured.map_err(|refusal| refused(refusal.into()))?;
        let trained = || {
            let run = TrainingRun::whole(seed, experiment.examples.final_partition());
            let model = experiment.fit(candidate, &network, run, None, Until::default())?;
            experiment.deploy(candidate, model, costs)
        };
        trained().or_else(|failure: Failure| Err(refused(failure.reason()?)))
    }
}

impl<S: DataSource> fmt::Debug for Trainer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trainer").finish_non_exhaustive()
    }
}
