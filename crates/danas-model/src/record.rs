//! The record of a training.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::config::Keep;

/// Record of how a model was trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TrainingRecord {
    /// [Name](crate::Engine::name) of the engine.
    pub engine: String,
    /// Seed of the training.
    pub seed: u64,
    /// Loss of each complete epoch: the mean over its examples, as Keras reports it. Each example
    /// is weighted by its class and measured before the step that it contributes to. An epoch cut
    /// short by a budget of [`steps`](crate::TrainConfig::steps) counts as complete; its mean is
    /// over the examples that it visited.
    pub loss: Vec<f32>,
    /// Figures of the validation samples after each of these epochs; empty if the training had no
    /// validation samples.
    pub validation: Vec<Validation>,
    /// Best epoch by the training's [`Monitor`](crate::Monitor), counted from 1; `None` without
    /// validation samples.
    pub best_epoch: Option<usize>,
    /// Epoch whose weights the model has.
    pub kept: Keep,
    /// Reason why the training ended.
    pub ended: Ended,
}

impl TrainingRecord {
    /// Creates the record of a completed training without validation samples, on `engine` with
    /// `seed`. `loss` holds one value per epoch.
    pub fn new(engine: impl Into<String>, seed: u64, loss: Vec<f32>) -> Self {
        Self {
            engine: engine.into(),
            seed,
            loss,
            validation: Vec::new(),
            best_epoch: None,
            kept: Keep::Last,
            ended: Ended::Completed,
        }
    }
}

/// Figures of the validation samples after an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// Mean of the samples' losses without class weights, as Keras reports it.
    pub loss: f32,
    /// Share of the samples that are classified correctly, from 0 to 1.
    pub accuracy: f32,
}

/// Reason why a training that left a model ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ended {
    /// It used its whole budget of epochs or steps.
    Completed,
    /// Its [`patience`](crate::TrainConfig::patience) was exhausted.
    Patience,
    /// It ran out of time, or its [condition](crate::Training::with_stop) ended it, perhaps within an
    /// epoch. The weights are then those after the last step,
    /// unless those of the best epoch are [kept](Keep::Best).
    TimeLimit,
    /// It assigned all examples to one class for
    /// [`constant_epochs`](crate::TrainConfig::constant_epochs) in a row.
    Constant,
    /// One of its [checkpoints](crate::Checkpoints) ended it.
    Stopped,
}

impl Ended {
    /// Returns the name used in tables and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Patience => "patience",
            Self::TimeLimit => "time_limit",
            Self::Constant => "constant",
            Self::Stopped => "stopped",
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
