//! Successive halving of one candidate: its scores at each rung, and whether it continues.

use std::sync::{Mutex, MutexGuard, PoisonError};

use danas_evo::{Scores, ScoresError, Task};
use danas_model::{Checkpoints, TrainedModel};

use crate::failure::Failure;

/// Scores that a candidate has reached at its rungs, and whether it continues.
pub(crate) struct HalvingProgress<'a> {
    task: &'a Task,
    /// Number of epochs, or of trainings, before each rung.
    rungs: Vec<usize>,
    counts_trainings: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    reached: Vec<Scores>,
    is_over: bool,
    failure: Option<Failure>,
}

impl State {
    fn continues(&mut self, task: &Task, scores: Scores) -> bool {
        self.is_over = !task.goes_on(self.reached.len(), &scores);
        self.reached.push(scores);
        !self.is_over
    }
}

impl<'a> HalvingProgress<'a> {
    /// Puts the rungs between the epochs of a training.
    pub(crate) fn of_epochs(task: &'a Task, epochs: usize) -> Self {
        Self::new(task, epochs, false)
    }

    /// Puts the rungs between the trainings of a candidate, such as those of its folds.
    pub(crate) fn of_trainings(task: &'a Task, trainings: usize) -> Self {
        Self::new(task, trainings, true)
    }

    /// Rounds the share of each rung up to a whole step. Rungs after the same step are merged.
    fn new(task: &'a Task, steps: usize, counts_trainings: bool) -> Self {
        let shares = task.shares().into_iter();
        let mut rungs: Vec<usize> =
            shares.map(|share| (share * steps as f64).ceil() as usize).collect();
        rungs.dedup();
        if counts_trainings {
            // A rung after the last training cannot end anything early.
            rungs.retain(|&rung| rung < steps);
        }
        Self { task, rungs, counts_trainings, state: Mutex::default() }
    }

    /// Returns whether rungs are between trainings, rather than between epochs.
    pub(crate) const fn counts_trainings(&self) -> bool {
        self.counts_trainings
    }

    /// Returns whether a candidate continues after some trainings. `reached` computes its scores, if there is a rung.
    pub(crate) fn continues_after(
        &self,
        trainings: usize,
        reached: impl FnOnce() -> Result<Scores, ScoresError>,
    ) -> Result<bool, ScoresError> {
        if !self.rungs.contains(&trainings) {
            return Ok(true);
        }
        let scores = reached()?;
        Ok(self.state().continues(self.task, scores))
    }

    /// Trains with a checkpoint at each rung, where `reached` computes the scores of the current model.
    pub(crate) fn train(
        &self,
        reached: impl Fn(&TrainedModel) -> Result<Scores, Failure> + Sync,
        train: impl FnOnce(Checkpoints<'_>) -> Result<TrainedModel, Failure>,
    ) -> Result<TrainedModel, Failure> {
        let continues = |model: &TrainedModel| {
            let reached = reached(model);
            let mut state = self.state();
            match reached {
                Ok(scores) => state.continues(self.task, scores),
                Err(failure) => {
                    state.failure = Some(failure);
                    false
                }
            }
        };
        let model = train(Checkpoints::new(&self.rungs, &continues))?;
        self.state().failure.take().map_or(Ok(model), Err)
    }

    /// Returns whether the candidate fell behind at a rung.
    pub(crate) fn is_over(&self) -> bool {
        self.state().is_over
    }

    /// Returns the scores at the rungs that the candidate passed.
    pub(crate) fn passed(self) -> Vec<Scores> {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if state.is_over {
            state.reached.pop();
        }
        state.reached
    }

    /// Locks the state, which is valid even after a panic: the candidate then counts as failed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_rungs_there_are_no_checkpoints() {
        assert_eq!(HalvingProgress::of_epochs(&Task::new(0, 0), 20).rungs, [0_usize; 0]);
    }
}
