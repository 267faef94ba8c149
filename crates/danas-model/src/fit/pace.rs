//! The progress of a training, in steps.

use crate::config::TrainConfig;

/// Progress of a training in steps, and the learning rate of each step.
#[derive(Debug)]
pub(crate) struct Pace<'a> {
    pub(super) config: &'a TrainConfig,
    /// Number of steps so far.
    done: usize,
    /// Number of steps of the whole training.
    steps: usize,
}

impl<'a> Pace<'a> {
    /// Starts a training on `examples` examples.
    pub(crate) const fn new(config: &'a TrainConfig, examples: usize) -> Self {
        Self { config, done: 0, steps: config.steps_for(examples) }
    }

    /// Returns how many examples the remaining steps can visit at most.
    pub(super) const fn examples_left(&self) -> usize {
        self.steps.saturating_sub(self.done).saturating_mul(self.config.batch_size)
    }

    /// Counts the next step and returns its share of the learning rate.
    pub(super) fn next_rate(&mut self) -> f64 {
        let share = self.config.schedule.share(self.done as u64, self.steps as u64);
        self.done += 1;
        share
    }
}
