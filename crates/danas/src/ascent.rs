//! A candidate's way up the rungs of successive halving.

use std::sync::{Mutex, MutexGuard, PoisonError};

use danas_evo::{Scores, ScoresError, Task};
use danas_model::{Checkpoints, TrainedModel};

use crate::failure::Failure;

/// What a candidate has reached at the rungs that it came to, and whether it goes on.
pub(crate) struct Ascent<'a> {
    task: &'a Task,
    /// After how many epochs, or trainings, each rung is.
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
    fn goes_on(&mut self, task: &Task, scores: Scores) -> bool {
        self.is_over = !task.goes_on(self.reached.len(), &scores);
        self.reached.push(scores);
        !self.is_over
    }
}

impl<'a> Ascent<'a> {
    /// Puts the rungs between the epochs of a training.
    pub(crate) fn of_epochs(task: &'a Task, epochs: usize) -> Self {
        Self::new(task, epochs, false)
    }

    /// Puts the rungs between the trainings of a candidate, such as those of its folds.
    pub(crate) fn of_trainings(task: &'a Task, trainings: usize) -> Self {
        Self::new(task, trainings, true)
    }

    /// Makes whole steps of the shares; two rungs after the same step are one.
    fn new(task: &'a Task, steps: usize, counts_trainings: bool) -> Self {
        let shares = task.shares().into_iter();
        let mut rungs: Vec<usize> =
            shares.map(|share| (share * steps as f64).ceil() as usize).collect();
        rungs.dedup();
        if counts_trainings {
            // A candidate that has come to its end was not ended early.
            rungs.retain(|&rung| rung < steps);
        }
        Self { task, rungs, counts_trainings, state: Mutex::default() }
    }

    /// Whether rungs are between trainings.
    pub(crate) const fn counts_trainings(&self) -> bool {
        self.counts_trainings
    }

    /// Whether a candidate goes on after some trainings; `reached` says what it is worth by then, where
    /// that is a rung.
    pub(crate) fn passes(
        &self,
        trainings: usize,
        reached: impl FnOnce() -> Result<Scores, ScoresError>,
    ) -> Result<bool, ScoresError> {
        if !self.rungs.contains(&trainings) {
            return Ok(true);
        }
        let scores = reached()?;
        Ok(self.state().goes_on(self.task, scores))
    }

    /// Trains with checkpoints at the rungs; `reached` judges the model that is there.
    pub(crate) fn climb(
        &self,
        reached: impl Fn(&TrainedModel) -> Result<Scores, Failure> + Sync,
        train: impl FnOnce(Checkpoints<'_>) -> Result<TrainedModel, Failure>,
    ) -> Result<TrainedModel, Failure> {
        let goes_on = |model: &TrainedModel| {
            let reached = reached(model);
            let mut state = self.state();
            match reached {
                Ok(scores) => state.goes_on(self.task, scores),
                Err(failure) => {
                    state.failure = Some(failure);
                    false
                }
            }
        };
        let model = train(Checkpoints::new(&self.rungs, &goes_on))?;
        self.state().failure.take().map_or(Ok(model), Err)
    }

    /// Whether the candidate fell behind.
    pub(crate) fn is_over(&self) -> bool {
        self.state().is_over
    }

    /// What it had reached at the rungs that it passed.
    pub(crate) fn passed(self) -> Vec<Scores> {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if state.is_over {
            state.reached.pop();
        }
        state.reached
    }

    /// What a panic left is as good as any state: its candidate counts as failed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_rungs_there_are_no_checkpoints() {
        assert_eq!(Ascent::of_epochs(&Task::new(0, 0), 20).rungs, [0_usize; 0]);
    }
}
