//! The settings of a training.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::{ClassWeights, Loss, ModelError, Optimizer, Scaling};

/// The settings of a training. The default is the paper's, with standardised features.
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
/// optimizer = { kind = "adam", learning_rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }
/// loss = "categorical_cross_entropy"
/// class_weights = "balanced"
/// scaling = "standardise"
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TrainConfig {
    /// How often the training visits every example; 20.
    pub epochs: usize,
    /// Examples per step; 32. The last step of an epoch takes what remains.
    pub batch_size: usize,
    /// How a gradient changes the weights; [`Adam`](crate::Adam).
    pub optimizer: Optimizer,
    /// What the training minimises; [`Loss::CategoricalCrossEntropy`].
    pub loss: Loss,
    /// How much each class counts; [`ClassWeights::Balanced`].
    pub class_weights: ClassWeights,
    /// What is done to the features first; [`Scaling::Standardise`].
    pub scaling: Scaling,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 20,
            batch_size: 32,
            optimizer: Optimizer::default(),
            loss: Loss::default(),
            class_weights: ClassWeights::default(),
            scaling: Scaling::default(),
        }
    }
}

impl TrainConfig {
    /// The settings of the paper's experiments: the default, but features as they are.
    #[must_use]
    pub fn paper() -> Self {
        Self { scaling: Scaling::None, ..Self::default() }
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// [`ModelError::Config`] names the first setting outside its legal range.
    pub fn validate(&self) -> Result<(), ModelError> {
        positive("epochs", self.epochs)?;
        positive("batch_size", self.batch_size)?;
        self.optimizer.validate()
    }
}

fn positive(name: &'static str, value: usize) -> Result<(), ModelError> {
    in_range(name, value, value > 0, "at least 1")
}

/// Refuses `value` unless it is `legal`.
pub(super) fn in_range(
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
        for config in [TrainConfig::default(), TrainConfig::paper()] {
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
        ] {
            let refused = toml::from_str::<TrainConfig>(text).unwrap_err().to_string();
            assert!(refused.contains(&format!("`{key}`")), "{refused}");
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
        ] {
            assert_eq!(config.validate().unwrap_err().to_string(), message);
        }
    }
}
