//! The settings of a training.

use std::{fmt::Display, time::Duration};

use serde::{Deserialize, Serialize};

use super::seconds;
use crate::{
    Augmentation, Batches, ClassWeights, Keep, Loss, ModelError, Monitor, Optimizer, Scaling,
};

/// The settings of a training. The default is the paper's, with standardised features.
///
/// A training that ends early does so for the first of these reasons: it ran out of time, it tells no
/// classes apart, or its patience is exhausted.
///
/// ```
/// use danas_model::{Optimizer, Sgd, TrainConfig};
///
/// let mut config = TrainConfig::default();
/// config.epochs = 5;
/// config.optimizer = Optimizer::Sgd(Sgd { momentum: 0.9, ..Sgd::default() });
/// config.validate()?;
/// # Ok::<(), danas_model::ModelError>(())
/// ```
///
/// Read from a file, every key may be left out and unknown ones are refused:
///
/// ```toml
/// epochs = 20
/// batch_size = 32
/// batches = "shuffled"
/// optimizer = { kind = "adam", learning_rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }
/// loss = "categorical_cross_entropy"
/// class_weights = "balanced"
/// scaling = "standardise"
/// monitor = "validation_loss"
/// keep = "best"
/// patience = 5
/// min_delta = 0.001
/// constant_epochs = 3
/// time_limit = 60.0
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TrainConfig {
    /// How often the training visits every example; 20.
    pub epochs: usize,
    /// Examples per step; 32. The last step of an epoch takes what remains.
    pub batch_size: usize,
    /// Which examples make a batch; [`Batches::Shuffled`].
    pub batches: Batches,
    /// How a gradient changes the weights; [`Adam`](crate::Adam).
    pub optimizer: Optimizer,
    /// What the training minimises; [`Loss::CategoricalCrossEntropy`].
    pub loss: Loss,
    /// How much each class counts; [`ClassWeights::Balanced`].
    pub class_weights: ClassWeights,
    /// What is done to the features first; [`Scaling::Standardise`].
    pub scaling: Scaling,
    /// How the examples are altered, anew in every epoch; not at all.
    #[serde(skip_serializing_if = "Augmentation::is_default")]
    pub augmentation: Augmentation,
    /// By which figure of the validation samples epochs are compared; [`Monitor::ValidationLoss`].
    pub monitor: Monitor,
    /// Which epoch's weights the model gets; [`Keep::Last`].
    pub keep: Keep,
    /// Ends the training once so many epochs in a row were no better than the best before them, as
    /// Keras' `EarlyStopping`; `None`. Needs validation samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patience: Option<usize>,
    /// By more than how much an epoch must be better to count as such for the patience; 0.
    pub min_delta: f64,
    /// Ends the training once it gave all validation samples one class after each of so many epochs
    /// in a row, or all training samples where there are no others; `None`. Without validation
    /// samples this takes about a third more time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant_epochs: Option<usize>,
    /// How long a training may take, in seconds in a file; `None`. Looked at before every step: the
    /// training then ends with the weights that it has, or fails where not one epoch has ended.
    /// With a limit that strikes, the same seed no longer gives the same model.
    #[serde(with = "seconds", skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<Duration>,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 20,
            batch_size: 32,
            batches: Batches::default(),
            optimizer: Optimizer::default(),
            loss: Loss::default(),
            class_weights: ClassWeights::default(),
            scaling: Scaling::default(),
            augmentation: Augmentation::default(),
            monitor: Monitor::default(),
            keep: Keep::default(),
            patience: None,
            min_delta: 0.0,
            constant_epochs: None,
            time_limit: None,
        }
    }
}

impl TrainConfig {
    /// The settings of the paper's experiments: the default, but features as they are.
    #[must_use]
    pub fn paper() -> Self {
        Self { scaling: Scaling::None, ..Self::default() }
    }

    /// The first setting that compares epochs, for which a training needs validation samples.
    #[must_use]
    pub fn needs_validation(&self) -> Option<&'static str> {
        let patience = self.patience.map(|_| "patience");
        patience.or_else(|| (self.keep == Keep::Best).then_some("keep"))
    }

    /// Whether validation samples make a difference: where epochs are compared, and where constant
    /// classifiers are looked for.
    #[must_use]
    pub fn uses_validation(&self) -> bool {
        self.needs_validation().is_some() || self.constant_epochs.is_some()
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`ModelError::Config`] names the first setting outside its legal range.
    pub fn validate(&self) -> Result<(), ModelError> {
        positive("epochs", self.epochs)?;
        positive("batch_size", self.batch_size)?;
        self.optimizer.validate()?;
        self.augmentation.validate()?;
        self.patience.map_or(Ok(()), |epochs| positive("patience", epochs))?;
        let legal = self.min_delta.is_finite() && self.min_delta >= 0.0;
        in_range("min_delta", self.min_delta, legal, "at least 0 and finite")?;
        self.constant_epochs.map_or(Ok(()), |epochs| positive("constant_epochs", epochs))?;
        let seconds = self.time_limit.map_or(1.0, |limit| limit.as_secs_f64());
        in_range("time_limit", seconds, seconds > 0.0, "positive")
    }
}

fn positive(name: &'static str, value: usize) -> Result<(), ModelError> {
    in_range(name, value, value > 0, "at least 1")
}

/// Refuses `value` unless it is `legal`.
pub(crate) fn in_range(
    name: &'static str,
    value: impl Display,
    legal: bool,
    expected: &'static str,
) -> Result<(), ModelError> {
    if legal {
        return Ok(());
    }
    Err(ModelError::Config { name, value: value.to_string(), expected })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Adam, Sgd};

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(toml::from_str::<TrainConfig>("").unwrap(), TrainConfig::default());
    }

    #[test]
    fn the_paper_trains_every_epoch_and_keeps_the_last() {
        let paper = TrainConfig::paper();
        assert_eq!(
            (paper.batches, paper.class_weights),
            (Batches::Shuffled, ClassWeights::Balanced)
        );
        assert_eq!((paper.epochs, paper.batch_size, paper.keep), (20, 32, Keep::Last));
        assert_eq!((paper.patience, paper.constant_epochs, paper.time_limit), (None, None, None));
    }

    #[test]
    fn a_file_sets_what_it_names() {
        let text = "epochs = 3\noptimizer = { kind = 'sgd', momentum = 0.9 }\nscaling = 'none'\n\
                    loss = 'mean_squared_error'\nclass_weights = 'uniform'";
        let config: TrainConfig = toml::from_str(text).unwrap();
        let expected = TrainConfig {
            epochs: 3,
            optimizer: Optimizer::Sgd(Sgd { learning_rate: 0.01, momentum: 0.9 }),
            loss: Loss::MeanSquaredError,
            class_weights: ClassWeights::Uniform,
            ..TrainConfig::paper()
        };
        assert_eq!(config, expected);
    }

    #[test]
    fn what_is_written_reads_back() {
        let all = TrainConfig {
            batches: Batches::Balanced,
            monitor: Monitor::ValidationAccuracy,
            keep: Keep::Best,
            patience: Some(4),
            min_delta: 0.125,
            constant_epochs: Some(2),
            time_limit: Some(Duration::from_millis(1500)),
            ..TrainConfig::default()
        };
        for config in [TrainConfig::default(), TrainConfig::paper(), all] {
            let text = toml::to_string(&config).unwrap();
            assert_eq!(toml::from_str::<TrainConfig>(&text).unwrap(), config, "{text}");
        }
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        for (text, key) in [
            ("epoch = 3", "epoch"),
            ("optimizer = { kind = 'adam', momentum = 0.9 }", "momentum"),
            ("optimizer = { kind = 'lion' }", "lion"),
            ("loss = 'hinge'", "hinge"),
            ("keep = 'first'", "first"),
            ("batches = 'sorted'", "sorted"),
            ("monitor = 'loss'", "loss"),
        ] {
            let refused = toml::from_str::<TrainConfig>(text).unwrap_err().to_string();
            assert!(refused.contains(&format!("`{key}`")), "{refused}");
        }
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        for seconds in ["-1.0", "nan", "1e30", "true"] {
            let refused = toml::from_str::<TrainConfig>(&format!("time_limit = {seconds}"));
            assert!(refused.unwrap_err().to_string().contains("time_limit"));
        }
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let adam = |adam| TrainConfig { optimizer: Optimizer::Adam(adam), ..Default::default() };
        let sgd = |sgd| TrainConfig { optimizer: Optimizer::Sgd(sgd), ..Default::default() };
        for (config, message) in [
            (
                TrainConfig { epochs: 0, ..Default::default() },
                "epochs is 0, but must be at least 1",
            ),
            (
                TrainConfig { batch_size: 0, ..Default::default() },
                "batch_size is 0, but must be at least 1",
            ),
            (
                adam(Adam { learning_rate: f64::NAN, ..Adam::default() }),
                "optimizer.learning_rate is NaN, but must be positive and finite",
            ),
            (
                adam(Adam { beta2: 1.0, ..Adam::default() }),
                "optimizer.beta2 is 1, but must be at least 0 and below 1",
            ),
            (
                sgd(Sgd { momentum: -0.1, ..Sgd::default() }),
                "optimizer.momentum is -0.1, but must be at least 0 and below 1",
            ),
            (
                TrainConfig { patience: Some(0), ..Default::default() },
                "patience is 0, but must be at least 1",
            ),
            (
                TrainConfig { min_delta: -1.0, ..Default::default() },
                "min_delta is -1, but must be at least 0 and finite",
            ),
            (
                TrainConfig { constant_epochs: Some(0), ..Default::default() },
                "constant_epochs is 0, but must be at least 1",
            ),
            (
                TrainConfig { time_limit: Some(Duration::ZERO), ..Default::default() },
                "time_limit is 0, but must be positive",
            ),
        ] {
            assert_eq!(config.validate().unwrap_err().to_string(), message);
        }
    }
}
