//! How a training went.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Keep;

/// How a model came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TrainingRecord {
    /// The engine, by its [`name`](crate::Engine::name).
    pub engine: String,
    /// The training's seed.
    pub seed: u64,
    /// The loss of each whole epoch: the mean over its examples, each weighted by its class and
    /// measured before the step that it contributed to, as Keras reports it. An epoch that a budget of
    /// [`steps`](crate::TrainConfig::steps) cuts short counts as whole; its mean is over the examples that
    /// it came to.
    pub loss: Vec<f32>,
    /// The figures of the validation samples after each of these epochs; none where the training had
    /// no such samples.
    pub validation: Vec<Validation>,
    /// The epoch, counted from 1, that is the best by the training's [`Monitor`](crate::Monitor);
    /// `None` without validation samples.
    pub best_epoch: Option<usize>,
    /// Which epoch's weights the model has.
    pub kept: Keep,
    /// How the training ended.
    pub ended: Ended,
}

impl TrainingRecord {
    /// A record of a training on `engine` with `seed`, and its `loss` per epoch: completed, and
    /// without validation samples.
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

/// The validation samples after an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// The mean of their losses, whatever their classes weigh, as Keras reports it.
    pub loss: f32,
    /// The share that is classified right.
    pub accuracy: f32,
}

/// How a training ended that left a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ended {
    /// After its last epoch.
    Completed,
    /// Its [`patience`](crate::TrainConfig::patience) was exhausted.
    Patience,
    /// It ran out of time, perhaps within an epoch: the weights are then those after the last step.
    TimeLimit,
    /// It gave all examples one class for
    /// [`constant_epochs`](crate::TrainConfig::constant_epochs) in a row.
    Constant,
    /// At one of its [checkpoints](crate::Checkpoints).
    Stopped,
}

impl Ended {
    /// The name in tables and files.
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
