//! The contract between a search and whatever trains its networks.

use std::{fmt, time::Instant};

use danas_space::Network;
use ndarray::{Array2, ArrayView4, Axis};

use crate::{
    Batches, Checkpoints, ClassWeights, ModelError, Samples, TrainConfig, TrainedModel,
    samples::{example_shape, refuse_not_finite},
};

/// One training to be done: a network, what it learns from and how, checked to fit each other.
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
}

impl<'a> Training<'a> {
    /// Trains `network` on `samples` as `config` says; all randomness flows from `seed`.
    ///
    /// # Errors
    /// [`ModelError::FeatureShape`] or [`ModelError::ClassCount`] where samples and network do not
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
        })
    }

    /// The same with samples that judge the network after each epoch. They change nothing but the
    /// training's record, unless a setting compares epochs or looks for constant classifiers.
    ///
    /// # Errors
    /// [`ModelError::FeatureShape`] or [`ModelError::ClassCount`] where samples and network do not
    /// fit.
    pub fn with_validation<'s: 'a>(self, samples: Samples<'s>) -> Result<Self, ModelError> {
        check(self.network, samples)?;
        Ok(Self { validation: Some(samples.reborrow()), ..self })
    }

    /// Adds altered versions of the examples: each epoch draws one of them, or the example itself, for every
    /// example, each equally likely. Scaling and validation do not look at them.
    ///
    /// # Shapes
    /// - `versions`: `[versions · examples, height, width, channels]`, all examples of the first version first
    ///
    /// # Errors
    /// [`ModelError::FeatureShape`], [`ModelError::VersionCount`] or [`ModelError::NotFinite`].
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

    /// The same, to be over at `deadline`, if that is before the end of
    /// [`TrainConfig::time_limit`](crate::TrainConfig::time_limit).
    #[must_use]
    pub const fn with_deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// The same, judged on its way: it may end at a checkpoint.
    #[must_use]
    pub const fn with_checkpoints(self, checkpoints: Checkpoints<'a>) -> Self {
        Self { checkpoints: Some(checkpoints), ..self }
    }

    /// The network to train.
    #[must_use]
    pub const fn network(&self) -> &'a Network {
        self.network
    }

    /// What it learns from.
    #[must_use]
    pub const fn samples(&self) -> Samples<'a> {
        self.samples
    }

    /// What judges it after each epoch.
    #[must_use]
    pub const fn validation(&self) -> Option<Samples<'a>> {
        self.validation
    }

    /// Altered versions of the examples, as [`with_versions`](Self::with_versions) was given them.
    #[must_use]
    pub const fn versions(&self) -> Option<ArrayView4<'a, f32>> {
        self.versions
    }

    /// How it learns.
    #[must_use]
    pub const fn config(&self) -> &'a TrainConfig {
        self.config
    }

    /// How much an example of each class counts in the loss; 1 where batches are balanced.
    #[must_use]
    pub fn class_weights(&self) -> Vec<f32> {
        let (labels, classes) = (self.samples.labels(), self.samples.classes());
        match self.config.batches {
            Batches::Shuffled => self.config.class_weights.resolve(labels, classes),
            Batches::Balanced => ClassWeights::Uniform.resolve(labels, classes),
        }
    }

    /// Where all randomness comes from.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// When it must be over.
    #[must_use]
    pub const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Who judges it on its way.
    #[must_use]
    pub const fn checkpoints(&self) -> Option<Checkpoints<'a>> {
        self.checkpoints
    }
}

/// The size of a training, before there are features for it.
#[derive(Debug, Clone, Copy)]
pub struct Workload<'a> {
    /// The network to train.
    pub network: &'a Network,
    /// How it learns.
    pub config: &'a TrainConfig,
    /// Examples to learn from.
    pub examples: usize,
    /// Examples that judge it after each epoch; 0 for none.
    pub validation: usize,
    /// Altered versions of each example; 0 for none.
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

/// Something that can train networks and predict with them.
///
/// # Contract
/// - A training starts from [`Weights::initial`](crate::Weights::initial), visits the
///   examples of each epoch in the order of [`Batches`], each weighted as
///   [`Training::class_weights`] says, its steps follow the [`Schedule`](crate::Schedule), and its dropout
///   keeps what [`dropout_factors`](crate::dropout_factors) say, so that engines differ by rounding only.
/// - Where the training [alters its examples](crate::Augmentation), or has versions of them, it learns from
///   [`Training::epoch_examples`], with the loss of a mixture.
/// - Batch normalisation is Keras': epsilon 0.001, momentum 0.99, and the biased variance of a batch
///   both to normalise and to move.
/// - A layer that an engine does not know is [`ModelError::Unsupported`].
/// - The same training on the same machine gives the same bits, whatever else runs beside it.
///   An engine that cannot promise this says so.
/// - A training keeps to its configuration, its deadline and its checkpoints, and its record says how it went.
/// - A diverged training is [`ModelError::Diverged`]; an engine never panics.
pub trait Engine: fmt::Debug + Send + Sync {
    /// What results record about their origin, such as `torch-cpu`.
    fn name(&self) -> &str;

    /// Refuses a network that it cannot train. Without this method, it can train all.
    ///
    /// # Errors
    /// [`ModelError::Unsupported`] names the layer.
    fn check(&self, _network: &Network) -> Result<(), ModelError> {
        Ok(())
    }

    /// What a training takes in memory at its peak, at most, beside the samples that it is given: in bytes,
    /// from shapes alone, without what is done at checkpoints. `None` where the engine cannot tell, such as for a device of its own.
    ///
    /// # Errors
    /// [`ModelError::Unsupported`] as [`check`](Self::check); [`ModelError::OutOfMemory`] for a network that
    /// no memory can hold.
    fn peak_memory(&self, _workload: &Workload<'_>) -> Result<Option<u64>, ModelError> {
        Ok(None)
    }

    /// Trains a network.
    ///
    /// # Errors
    /// [`ModelError::Diverged`], [`ModelError::OutOfTime`] and [`ModelError::Unsupported`] for a failed
    /// training, [`ModelError::NoValidation`] for a setting that needs what the training lacks, or
    /// [`ModelError::Engine`] and its kin where machinery failed.
    fn train(&self, training: &Training<'_>) -> Result<TrainedModel, ModelError>;

    /// The probability of every class, after the model's own scaling of the features.
    ///
    /// # Shapes
    /// - `features`: `[examples, height, width, channels]`, not scaled; zero examples are allowed
    /// - returns `[examples, classes]`, each row summing to 1
    ///
    /// # Errors
    /// [`ModelError::FeatureShape`] for features that the network does not read,
    /// [`ModelError::NotFinite`] for a NaN or infinity among them, or [`ModelError::Engine`] and
    /// its kin where machinery failed.
    fn predict(
        &self,
        model: &TrainedModel,
        features: ArrayView4<'_, f32>,
    ) -> Result<Array2<f32>, ModelError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compiles only while engines can be chosen at run time.
    #[test]
    fn engines_are_object_safe() {
        fn names(engines: &[Box<dyn Engine>]) -> Vec<&str> {
            engines.iter().map(|engine| engine.name()).collect()
        }
        assert!(names(&[]).is_empty());
    }
}
