//! All settings of a training in one place.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::seconds;
use crate::{
    augmentation::Augmentation,
    config::{
        Batches, ClassWeights, Initialisation, Keep, Loss, Monitor, Optimizer, Scaling, Schedule,
    },
};

/// Settings of a training. The default is the paper's training, with standardised features.
///
/// If several reasons to end a training early apply at once, its record names the first of these:
/// it ran out of time, it assigns all examples to one class, or its patience is exhausted.
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
/// In a file, every key is optional, and unknown keys are refused:
///
/// ```toml
/// epochs = 20
/// steps = 1000                # instead of epochs
/// batch_size = 32
/// batches = "shuffled"
/// optimizer = { kind = "adam", learning_rate = 0.001, weight_decay = 0.0 }
/// schedule = { kind = "cosine", warmup = 0.05, floor = 0.0 }
/// loss = "categorical_cross_entropy"
/// label_smoothing = 0.1
/// class_weights = "balanced"
/// scaling = "standardise"
/// initialisation = "he"
/// head_dropout = 0.2
/// weight_average = 0.99
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
    /// Number of epochs, each a pass over the training examples. Ignored if [`steps`](Self::steps)
    /// is set. Default: 20.
    pub epochs: usize,
    /// Budget of steps, used instead of the epochs. The training takes as many epochs as it needs
    /// ([`epochs_for`](Self::epochs_for)) and ends after exactly this number of steps. A last epoch
    /// that is cut short is treated like any other: it is validated, and its loss is the mean over
    /// the examples that it visited. Default: `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
    /// Examples per step. The last step of an epoch takes the remaining ones. Default: 32.
    pub batch_size: usize,
    /// Order of the examples, and so the contents of batches. Default: [`Batches::Shuffled`].
    pub batches: Batches,
    /// Rule by which a gradient updates the weights. Default: [`Adam`](crate::Adam).
    pub optimizer: Optimizer,
    /// Change of the learning rate over all steps of the budget. A training that ends early does
    /// not reach the end of the schedule. Default: [`Schedule::Constant`].
    pub schedule: Schedule,
    /// Loss that the training minimises. Default: [`Loss::CategoricalCrossEntropy`].
    pub loss: Loss,
    /// Share `s` of each label that is spread evenly over all classes, as in Keras. The loss uses
    /// `y·(1 − s) + s / classes` instead of the one-hot label `y`, for either [`Loss`]. Validation
    /// samples keep their labels. Default: 0.
    ///
    /// C. Szegedy et al. (2016). Rethinking the Inception architecture for computer vision.
    /// <https://arxiv.org/abs/1512.00567>
    pub label_smoothing: f64,
    /// Weight of each class in the loss. Default: [`ClassWeights::Balanced`].
    pub class_weights: ClassWeights,
    /// Scaling of the features before the training. Default: [`Scaling::Standardise`].
    pub scaling: Scaling,
    /// Distribution from which kernels are drawn before the training. Default:
    /// [`Initialisation::GlorotUniform`].
    pub initialisation: Initialisation,
    /// Share of the first dense layer's inputs that dropout sets to zero in each step of the
    /// training. It is not part of the network. Default: 0.
    pub head_dropout: f64,
    /// Decay `d` of a moving average of the weights over the steps. If it is set, the model gets
    /// the average, and epochs and checkpoints are judged by it. Default: `None`.
    ///
    /// After step `t`, the average is `(1 − d) / (1 − dᵗ) · Σ dᵗ⁻ⁱ·wᵢ`: the older a step, the
    /// smaller the share of its weights. Keras' `use_ema` differs: it counts the weights of the
    /// first step as if they had existed before it, too. The moving statistics of a normalisation
    /// are not averaged.
    ///
    /// D. P. Kingma and J. Ba (2015), section 7.2. <https://arxiv.org/abs/1412.6980>
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_average: Option<f64>,
    /// Alteration of the examples, anew in every epoch. Default: none.
    #[serde(skip_serializing_if = "Augmentation::is_default")]
    pub augmentation: Augmentation,
    /// Figure of the validation samples by which epochs are compared. Default:
    /// [`Monitor::ValidationLoss`].
    pub monitor: Monitor,
    /// Epoch whose weights the model gets. Default: [`Keep::Last`].
    pub keep: Keep,
    /// Number of epochs in a row without an improvement after which the training ends, as in Keras'
    /// `EarlyStopping`. Needs validation samples. Default: `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patience: Option<usize>,
    /// Improvement that an epoch must exceed to count as one for [`patience`](Self::patience).
    /// Default: 0.
    pub min_delta: f64,
    /// Number of epochs in a row after which the training ends if the network assigned all
    /// validation samples to one class after each of them. Without validation samples, the training
    /// samples are used, which takes about a third more time. Default: `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant_epochs: Option<usize>,
    /// Time limit of a training; in a file, in seconds. It is checked before every step. Once
    /// it is over, the training ends with the weights that it has. It fails if no epoch has ended
    /// or, with a budget of [`steps`](Self::steps), if no step has been made. A training that the
    /// limit ends is not reproducible: the same seed may give another model. Default: `None`.
    #[serde(with = "seconds", skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<Duration>,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 20,
            steps: None,
            batch_size: 32,
            batches: Batches::default(),
            optimizer: Optimizer::default(),
            schedule: Schedule::default(),
            loss: Loss::default(),
            label_smoothing: 0.0,
            class_weights: ClassWeights::default(),
            scaling: Scaling::default(),
            initialisation: Initialisation::default(),
            head_dropout: 0.0,
            weight_average: None,
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
    /// Returns the settings of the paper's experiments: the default, but without scaling of
    /// features.
    #[must_use]
    pub fn paper() -> Self {
        Self { scaling: Scaling::None, ..Self::default() }
    }

    /// Returns the number of steps in an epoch over `examples` examples.
    #[must_use]
    pub const fn steps_per_epoch(&self, examples: usize) -> usize {
        let batch = if self.batch_size == 0 { 1 } else { self.batch_size };
        examples.div_ceil(batch)
    }

    /// Returns the number of epochs of a training on `examples` examples that does not end early.
    /// With a budget of [`steps`](Self::steps), it follows from the budget; otherwise, it is
    /// [`epochs`](Self::epochs).
    ///
    /// ```
    /// use danas_model::TrainConfig;
    ///
    /// let mut config = TrainConfig::default();
    /// assert_eq!((config.epochs_for(100), config.steps_for(100)), (20, 80));
    /// config.steps = Some(50);
    /// // 12 epochs of 4 steps, and one of 2.
    /// assert_eq!((config.epochs_for(100), config.steps_for(100)), (13, 50));
    /// ```
    #[must_use]
    pub const fn epochs_for(&self, examples: usize) -> usize {
        match (self.steps, self.steps_per_epoch(examples)) {
            (Some(steps), 1..) => steps.div_ceil(self.steps_per_epoch(examples)),
            (Some(_), 0) => 1,
            (None, _) => self.epochs,
        }
    }

    /// Returns these settings with only a share of the epochs and steps, each rounded up and at
    /// least 1.
    ///
    /// ```
    /// use danas_model::TrainConfig;
    ///
    /// assert_eq!(TrainConfig::default().shortened(0.33).epochs, 7);
    /// ```
    #[must_use]
    pub fn shortened(&self, share: f64) -> Self {
        let of = |budget: usize| ((budget as f64 * share).ceil() as usize).clamp(1, budget.max(1));
        Self { epochs: of(self.epochs), steps: self.steps.map(of), ..self.clone() }
    }

    /// Returns the number of steps of a training on `examples` examples that does not end early.
    #[must_use]
    pub const fn steps_for(&self, examples: usize) -> usize {
        match self.steps {
            Some(steps) => steps,
            None => self.epochs.saturating_mul(self.steps_per_epoch(examples)),
        }
    }

    /// Returns the first setting that compares epochs and therefore needs validation samples, if
    /// there is one.
    #[must_use]
    pub fn needs_validation(&self) -> Option<&'static str> {
        let patience = self.patience.map(|_| "patience");
        patience.or_else(|| (self.keep == Keep::Best).then_some("keep"))
    }

    /// Returns whether validation samples affect the training: to compare epochs, or to look for
    /// constant classifiers.
    #[must_use]
    pub fn uses_validation(&self) -> bool {
        self.needs_validation().is_some() || self.constant_epochs.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Adam, Cosine, Sgd};

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
            steps: Some(70),
            batches: Batches::Balanced,
            optimizer: Optimizer::Adam(Adam { weight_decay: 0.0625, ..Adam::default() }),
            schedule: Schedule::Cosine(Cosine { warmup: 0.25, floor: 0.125 }),
            label_smoothing: 0.125,
            initialisation: Initialisation::He,
            head_dropout: 0.25,
            weight_average: Some(0.75),
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
    fn a_schedule_is_a_word_or_a_table() {
        let schedule = |text: &str| toml::from_str::<TrainConfig>(text).unwrap().schedule;
        assert_eq!(schedule("schedule = 'constant'"), Schedule::Constant);
        assert_eq!(schedule("schedule = { kind = 'constant' }"), Schedule::Constant);
        assert_eq!(schedule("schedule = 'cosine'"), Schedule::Cosine(Cosine::default()));
        let expected = Schedule::Cosine(Cosine { floor: 0.5, ..Cosine::default() });
        assert_eq!(schedule("schedule = { kind = 'cosine', floor = 0.5 }"), expected);
    }

    #[test]
    fn steps_take_the_place_of_epochs() {
        let config = |steps| TrainConfig { steps, batch_size: 10, epochs: 7, ..Default::default() };
        let budget = |steps, examples| {
            let config = config(steps);
            (config.epochs_for(examples), config.steps_for(examples))
        };
        assert_eq!(budget(None, 35), (7, 28));
        assert_eq!(budget(Some(8), 35), (2, 8));
        assert_eq!(budget(Some(9), 35), (3, 9));
        assert_eq!(budget(Some(3), 35), (1, 3));
        assert_eq!(budget(Some(3), 0), (1, 3));
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
            ("initialisation = 'lecun'", "lecun"),
            ("schedule = 'linear'", "linear"),
            ("schedule = { kind = 'linear' }", "linear"),
            ("schedule = { kind = 'cosine', top = 1.0 }", "top"),
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
}
