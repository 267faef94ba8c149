//! The legal ranges of the settings of a training.

use crate::{checks::in_range, config::TrainConfig, error::ModelError};

impl TrainConfig {
    /// Checks every setting.
    ///
    /// # Errors
    /// [`ModelError::Config`] names the first setting outside its legal range.
    pub fn validate(&self) -> Result<(), ModelError> {
        positive("epochs", self.epochs)?;
        self.steps.map_or(Ok(()), |steps| positive("steps", steps))?;
        positive("batch_size", self.batch_size)?;
        self.optimizer.validate()?;
        self.schedule.validate()?;
        share("label_smoothing", self.label_smoothing)?;
        share("head_dropout", self.head_dropout)?;
        let decay = self.weight_average.unwrap_or(0.5);
        let legal = decay > 0.0 && decay < 1.0;
        in_range("weight_average", decay, legal, "above 0 and below 1")?;
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

fn share(name: &'static str, value: f64) -> Result<(), ModelError> {
    in_range(name, value, (0.0..1.0).contains(&value), "at least 0 and below 1")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::{Adam, Cosine, Optimizer, Schedule, Sgd};

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let adam = |adam| TrainConfig { optimizer: Optimizer::Adam(adam), ..Default::default() };
        let cosine = |it| TrainConfig { schedule: Schedule::Cosine(it), ..Default::default() };
        let sgd = |sgd| TrainConfig { optimizer: Optimizer::Sgd(sgd), ..Default::default() };
        for (config, message) in [
            (
                TrainConfig { epochs: 0, ..Default::default() },
                "`epochs` is 0, but must be at least 1",
            ),
            (
                TrainConfig { batch_size: 0, ..Default::default() },
                "`batch_size` is 0, but must be at least 1",
            ),
            (
                adam(Adam { learning_rate: f64::NAN, ..Adam::default() }),
                "`optimizer.learning_rate` is NaN, but must be positive and finite",
            ),
            (
                adam(Adam { beta2: 1.0, ..Adam::default() }),
                "`optimizer.beta2` is 1, but must be at least 0 and below 1",
            ),
            (
                sgd(Sgd { momentum: -0.1, ..Sgd::default() }),
                "`optimizer.momentum` is -0.1, but must be at least 0 and below 1",
            ),
            (
                adam(Adam { weight_decay: -0.5, ..Adam::default() }),
                "`optimizer.weight_decay` is -0.5, but must be at least 0 and finite",
            ),
            (
                TrainConfig { steps: Some(0), ..Default::default() },
                "`steps` is 0, but must be at least 1",
            ),
            (
                cosine(Cosine { warmup: 1.0, floor: 0.0 }),
                "`schedule.warmup` is 1, but must be at least 0 and below 1",
            ),
            (
                cosine(Cosine { warmup: 0.0, floor: f64::NAN }),
                "`schedule.floor` is NaN, but must be from 0 to 1",
            ),
            (
                TrainConfig { label_smoothing: 1.0, ..Default::default() },
                "`label_smoothing` is 1, but must be at least 0 and below 1",
            ),
            (
                TrainConfig { head_dropout: -0.5, ..Default::default() },
                "`head_dropout` is -0.5, but must be at least 0 and below 1",
            ),
            (
                TrainConfig { weight_average: Some(1.0), ..Default::default() },
                "`weight_average` is 1, but must be above 0 and below 1",
            ),
            (
                TrainConfig { patience: Some(0), ..Default::default() },
                "`patience` is 0, but must be at least 1",
            ),
            (
                TrainConfig { min_delta: -1.0, ..Default::default() },
                "`min_delta` is -1, but must be at least 0 and finite",
            ),
            (
                TrainConfig { constant_epochs: Some(0), ..Default::default() },
                "`constant_epochs` is 0, but must be at least 1",
            ),
            (
                TrainConfig { time_limit: Some(Duration::ZERO), ..Default::default() },
                "`time_limit` is 0, but must be positive",
            ),
        ] {
            assert_eq!(config.validate().unwrap_err().to_string(), message);
        }
    }
}
