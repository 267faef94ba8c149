//! A candidate's way up the rungs of successive halving.

use std::sync::{Mutex, MutexGuard, PoisonError};

use danas_evo::{Scores, Task};
use danas_model::{Checkpoints, TrainedModel};

use crate::failure::Failure;

/// What a candidate has reached at the rungs that it came to, and whether it goes on.
pub(crate) struct Ascent<'a> {
    task: &'a Task,
    /// After how many epochs each rung is.
    epochs: Vec<usize>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    reached: Vec<Scores>,
    is_over: bool,
    failure: Option<Failure>,
}

impl<'a> Ascent<'a> {
    /// Of a training that may have so many epochs. Shares of it become whole epochs; two rungs after the
    /// same epoch are one.
    pub(crate) fn new(task: &'a Task, epochs: usize) -> Self {
        let shares = task.shares().into_iter();
        let mut rungs: Vec<usize> =
            shares.map(|share| (share * epochs as f64).ceil() as usize).collect();
        rungs.dedup();
        Self { task, epochs: rungs, state: Mutex::default() }
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
                Ok(scores) => {
                    state.is_over = !self.task.goes_on(state.reached.len(), &scores);
                    state.reached.push(scores);
                    !state.is_over
                }
                Err(failure) => {
                    state.failure = Some(failure);
                    false
                }
            }
        };
        let model = train(Checkpoints::new(&self.epochs, &goes_on))?;
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
        assert_eq!(Ascent::new(&Task::new(0, 0), 20).epochs, [0_usize; 0]);
    }
}
