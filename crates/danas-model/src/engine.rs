//! The contract between a search and the engines that train its networks.

use std::{fmt, time::Instant};

use danas_space::Network;
use ndarray::{Array2, ArrayView4, Axis};

use crate::{
    callback::{Callback, Epoch, ObserveEpoch, Stop},
    checkpoints::Checkpoints,
    config::{Batches, ClassWeights, TrainConfig},
    error::ModelError,
    samples::{Samples, example_shape, refuse_not_finite},
    trained::TrainedModel,
};

/// One training to run: a network, its samples and its settings, checked to fit each other.
///
/// ```
/// use danas_model::{ModelError, Samples, TrainConfig, Training};
/// use danas_space::{Architecture, Network, Shape, parse_layers};
/// use ndarray::Array4;
///
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let features = Array4::zeros((4, 80, 8, 1)); // 80 mel bands instead of 39 coefficients
/// let samples = Samples::new(features.view(), &[0, 1, 0, 1], 2)?;
/// let config = TrainConfig::default();
/// let refused = Training::new(&network, samples, &config, 7);
/// assert!(matches!(refused, Err(ModelError::FeatureShape { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Training<'a> {
    network: &'a Network,
    samples: Samples<'a>,
    validation: Option<Samples<'a>>,
    versions: Option<ArrayView4<'a, f32>>,
    config: &'a TrainConfig,
    seed: u64,
    deadline: Option<Instant>,
    checkpoints: Option<Checkpoints<'a>>,
    observer: Option<ObserveEpoch<'a>>,
    stop: Option<Stop<'a>>,
}

impl<'a> Training<'a> {
    /// Creates a training of `network` on `samples` with the settings `config`. All randomness
    /// comes from `seed`.
    ///
    /// # Errors
    /// [`ModelError::FeatureShape`] or [`ModelError::ClassCount`] if samples and network do not
    /// fit, [`ModelError::Config`] for a setting outside its range.
    pub fn new<'s: 'a>(
        network: &'a Network,
        samples: Samples<'s>,
        config: &'a TrainConfig,
        seed: u64,
    ) -> Result<Self, ModelError> {
        config.validate()?;
        check(network, samples)?;
        let samples = samples.reborrow();
        Ok(Self {
            network,
            samples,
            validation: None,
            versions: None,
            config,
            seed,
            deadline: None,
            checkpoints: None,
            observer: None,
            stop: None,
        })
    }

    /// Adds samples that evaluate the network after each epoch. They affect only the training's
    /// record, unless a setting compares epochs or looks for constant classifiers.
    ///
    /// # Errors
    /// [`ModelError::FeatureShape`] or [`ModelError::ClassCount`] if samples and network do not
    /// fit.
    pub fn with_validation<'s: 'a>(self, samples: Samples<'s>) -> Result<Self, ModelError> {
        check(self.network, samples)?;
        Ok(Self { validation: Some(samples.reborrow()), ..self })
    }

    /// Adds altered versions of the examples. In every epoch, each example is drawn from its
    /// versions and the example itself, all equally likely. Scaling and validation ignore the
    /// versions.
    ///
    /// # Shapes
    /// - `versions`: `[versions · examples, height, width, channels]`, with all examples of the
    ///   first version first
    ///
    /// # Errors
    /// [`ModelError::FeatureShape`] for versions of another shape than the network reads,
    /// [`ModelError::VersionCount`] if their number is not a multiple of the number of examples,
    /// [`ModelError::NotFinite`] for a NaN or infinity among them.
    pub fn with_versions<'s: 'a>(self, versions: ArrayView4<'s, f32>) -> Result<Self, ModelError> {
        let (expected, actual) = (self.network.input(), example_shape(versions));
        if expected != actual {
            return Err(ModelError::FeatureShape { expected, actual });
        }
        let (versions_of_all, examples) = (versions.len_of(Axis(0)), self.samples.len());
        if versions_of_all % examples != 0 {
            return Err(ModelError::VersionCount { versions: versions_of_all, examples });
        }
        refuse_not_finite(versions)?;
        Ok(Self { versions: (versions_of_all > 0).then(|| versions.reborrow()), ..self })
    }

    /// Ends the training at `deadline`, unless
    /// [`TrainConfig::time_limit`](crate::TrainConfig::time_limit) ends it earlier.
    #[must_use]
    pub const fn with_deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// Adds checkpoints, at which the training may end early.
    #[must_use]
    pub const fn with_checkpoints(self, checkpoints: Checkpoints<'a>) -> Self {
        Self { checkpoints: Some(checkpoints), ..self }
    }

    /// Adds an observer, which is called after each epoch.
    #[must_use]
    pub const fn with_observer(self, observer: &'a (dyn Fn(&Epoch) + Sync)) -> Self {
        Self { observer: Some(Callback(observer)), ..self }
    }

    /// Adds a condition that is checked before each step. Once it returns `true`, the training ends
    /// as at its [deadline](Self::with_deadline).
    #[must_use]
    pub const fn with_stop(self, stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self { stop: Some(Callback(stop)), ..self }
    }

    /// Returns the network to train.
    #[must_use]
    pub const fn network(&self) -> &'a Network {
        self.network
    }

    /// Returns the samples that the network learns from.
    #[must_use]
    pub const fn samples(&self) -> Samples<'a> {
        self.samples
    }

    /// Returns the samples that evaluate the network after each epoch, if there are any.
    #[must_use]
    pub const fn validation(&self) -> Option<Samples<'a>> {
        self.validation
    }

    /// Returns the altered versions of the examples that were given to
    /// [`with_versions`](Self::with_versions), if there are any.
    #[must_use]
    pub const fn versions(&self) -> Option<ArrayView4<'a, f32>> {
        self.versions
    }

    /// Returns the settings of the training.
    #[must_use]
    pub const fn config(&self) -> &'a TrainConfig {
        self.config
    }

    /// Returns the weight of each class in the loss. All weights are 1 if batches are balanced.
    #[must_use]
    pub fn class_weights(&self) -> Vec<f32> {
        let (labels, classes) = (self.samples.labels(), self.samples.classes());
        match self.config.batches {
            Batches::Shuffled => self.config.class_weights.resolve(labels, classes),
            Batches::Balanced => ClassWeights::Uniform.resolve(labels, classes),
        }
    }

    /// Returns the seed that all randomness comes from.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns the time at which the training must end, if there is one.
    #[must_use]
    pub const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Returns whether the training must end before its next step, because of its
    /// [condition](Self::with_stop).
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| (stop.0)())
    }

    /// Passes an epoch to the [observer](Self::with_observer), if there is one.
    pub fn observe(&self, epoch: &Epoch) {
        if let Some(observer) = self.observer {
            (observer.0)(epoch);
        }
    }

    /// Returns the checkpoints, if there are any.
    #[must_use]
    pub const fn checkpoints(&self) -> Option<Checkpoints<'a>> {
        self.checkpoints
    }
}

/// The size of a training, for estimates before its features exist.
#[derive(Debug, Clone, Copy)]
pub struct Workload<'a> {
    /// Network to train.
    pub network: &'a Network,
    /// Settings of the training.
    pub config: &'a TrainConfig,
    /// Number of examples to learn from.
    pub examples: usize,
    /// Number of examples that evaluate the network after each epoch; 0 for none.
    pub validation: usize,
    /// Number of altered versions of each example; 0 for none.
    pub versions: usize,
}

/// Refuses samples that do not fit a network.
fn check(network: &Network, samples: Samples<'_>) -> Result<(), ModelError> {
    let (expected, actual) = (network.input(), samples.shape());
    if expected != actual {
        return Err(ModelError::FeatureShape { expected, actual });
    }
    let (expected, actual) = (network.classes(), samples.classes());
    if expected != actual {
        return Err(ModelError::ClassCount { expected, actual });
    }
    Ok(())
}

/// An engine that trains networks and predicts with them.
///
/// # Contract
/// - A training starts from [`Weights::initial`](crate::Weights::initial). It visits the examples
///   of each epoch in the order of [`Batches`] and weights them by [`Training::class_weights`]. Its
///   steps follow the [`Schedule`](crate::Schedule), and its dropout multiplies values with
///   [`dropout_factors`](crate::dropout_factors). So engines differ by rounding only.
/// - If a training [alters its examples](crate::Augmentation), or has altered versions of them, it
///   learns from [`Training::epoch_examples`], with the loss of
///   [mixed examples](crate::Augmentation::mix_up).
/// - Batch normalisation is Keras': epsilon 0.001, momentum 0.99, and the biased variance of a batch
///   both for normalising and for the moving variance.
/// - A layer that the engine does not support leads to [`ModelError::Unsupported`].
/// - The same training on the same machine gives the same bits, whatever else runs at the time. An
///   engine that cannot promise this says so in its documentation.
/// - A training keeps to its configuration, its deadline, its [stop
///   condition](Training::is_stopped) and its checkpoints, and [reports](Training::observe) each
///   epoch. Its record says how it went.
/// - A diverged training leads to [`ModelError::Diverged`]; an engine never panics.
pub trait Engine: fmt::Debug + Send + Sync {
    /// Returns the name of the engine, such as `torch-cpu`. Results record it as their origin.
    fn name(&self) -> &str;

    /// Returns the numeric identity of the engine. Engines with the same identity give the same bits
    /// for the same training, so one of them may resume a search that another one began. Default:
    /// the name.
    fn identity(&self) -> String {
        self.name().to_owned()
    }

    /// Checks whether the engine can train a network. The provided method accepts every network.
    ///
    /// # Errors
    /// [`ModelError::Unsupported`] names the layer that the engine cannot train.
    fn check(&self, _network: &Network) -> Result<(), ModelError> {
        Ok(())
    }

    /// Returns an upper bound on the peak memory of a training, in bytes. It does not include the
    /// samples that the training is given, nor the work done at checkpoints, and follows from
    /// shapes alone. `None` if the engine cannot tell, for example because it computes on a
    /// graphics card.
    ///
    /// # Errors
    /// [`ModelError::Unsupported`] as in [`check`](Self::check); [`ModelError::OutOfMemory`] for a
    /// network that no memory can hold.
    fn peak_memory(&self, _workload: &Workload<'_>) -> Result<Option<u64>, ModelError> {
        Ok(None)
    }

    /// Trains a network.
    ///
    /// # Errors
    /// [`ModelError::Diverged`], [`ModelError::OutOfTime`], [`ModelError::OutOfMemory`] or
    /// [`ModelError::Unsupported`] for a failed training; [`ModelError::NoValidation`] for a
    /// setting that needs validation samples if the training has none; [`ModelError::Engine`] if
    /// the library below the engine fails.
    fn train(&self, training: &Training<'_>) -> Result<TrainedModel, ModelError>;

    /// Returns the probability of every class. The model's own scaler is applied to the features
    /// first.
    ///
    /// # Shapes
    /// - `features`: `[examples, height, width, channels]`, not scaled; zero examples are allowed
    /// - result: `[examples, classes]`; each row sums to 1
    ///
    /// # Errors
    /// [`ModelError::FeatureShape`] for features of another shape than the network reads,
    /// [`ModelError::NotFinite`] for a NaN or infinity among them, [`ModelError::OutOfMemory`] if
    /// memory runs out, and [`ModelError::Engine`] if the library below the engine fails.
    fn predict(
        &self,
        model: &TrainedModel,
        features: ArrayView4<'_, f32>,
    ) -> Result<Array2<f32>, ModelError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compiles only if engines can be chosen at run time.
    #[test]
    fn engines_are_object_safe() {
        fn names(engines: &[Box<dyn Engine>]) -> Vec<&str> {
            engines.iter().map(|engine| engine.name()).collect()
        }
        assert!(names(&[]).is_empty());
    }
}
