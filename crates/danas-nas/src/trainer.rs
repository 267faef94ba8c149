//! Training single candidates outside of a search.

use std::{fmt, sync::Arc};

use danas_data::{DataSource, Part};
use danas_space::Candidate;
use ndarray::Array4;

use crate::{
    deployment::TrainedCandidate,
    error::Error,
    experiment::{Experiment, TrainingRun},
    failure::Failure,
};

/// A trainer of single candidates, which trains as a search does and returns the models; see
/// [`DataAwareSearch::trainer`](crate::DataAwareSearch::trainer).
pub struct Trainer<S: DataSource> {
    experiment: Experiment<S>,
}

impl<S: DataSource> Trainer<S> {
    pub(crate) const fn new(experiment: Experiment<S>) -> Self {
        Self { experiment }
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
        Ok(self.experiment.examples.labelled(granularity, part.into())?)
    }

    /// Returns the names of the classes, in the order of labels and outputs.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        self.experiment.classes()
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
        let refused = |reason| Error::Candidate { candidate: candidate.to_string(), reason };
        let measured = self.experiment.measure(candidate);
        let (network, costs) = measured.map_err(|infeasible| refused(infeasible.to_string()))?;
        let trained = || {
            let partition = self.experiment.examples.final_partition();
            let model = self.experiment.fit(
                candidate,
                &network,
                TrainingRun::whole(seed, partition),
                None,
                None,
            )?;
            self.experiment.deploy(candidate, model, costs)
        };
        trained().or_else(|failure: Failure| Err(refused(failure.reason()?)))
    }
}

impl<S: DataSource> fmt::Debug for Trainer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trainer").finish_non_exhaustive()
    }
}
