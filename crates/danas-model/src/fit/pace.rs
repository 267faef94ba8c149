//! How far a training has come, in steps.

use crate::TrainConfig;

/// The steps of a training, and how large they are.
#[derive(Debug)]
pub(crate) struct Pace<'a> {
    pub(super) config: &'a TrainConfig,
    /// The steps so far.
    done: usize,
    /// The steps of the whole training.
    steps: usize,
}

impl<'a> Pace<'a> {
    /// Of a training on so many examples.
    pub(crate) const fn new(config: &'a TrainConfig, examples: usize) -> Self {
        Self { config, done: 0, steps: config.steps_for(examples) }
    }

    /// How many examples the steps that are left come to, at most.
    pub(super) const fn examples_left(&self) -> usize {
        self.steps.saturating_sub(self.done).saturating_mul(self.config.batch_size)
    }

    /// The share of the learning rate in the next step.
    pub(super) fn next_rate(&mut self) -> f64 {
        let share = self.config.schedule.share(self.done as u64, self.steps as u64);
        self.done += 1;
        share
    }
}
