//! Training engines for small convolutional networks, and metrics of the trained models.
//!
//! A [`Training`] consists of a [`Network`](danas_space::Network), labelled [`Samples`], a
//! [`TrainConfig`] and a seed. An [`Engine`] turns it into a [`TrainedModel`] and makes predictions
//! with that model. [`Metrics`] measure how good the predictions are. Only an engine knows which
//! library trains; everything else in this crate works without such a library.
//!
//! ```
//! use danas_model::{Averaging, Engine, Metrics, ModelError, Samples, TrainConfig, Training};
//! use danas_space::Network;
//! use ndarray::array;
//!
//! fn validate(
//!     engine: &dyn Engine,
//!     network: &Network,
//!     (training, validation): (Samples<'_>, Samples<'_>),
//! ) -> Result<Metrics, ModelError> {
//!     let config = TrainConfig::default();
//!     let model = engine.train(&Training::new(network, training, &config, 7)?)?;
//!     let probabilities = engine.predict(&model, validation.features())?;
//!     Metrics::new(validation.labels(), probabilities.view())
//! }
//!
//! // Four predictions over three classes, as an engine returns them.
//! let probabilities =
//!     array![[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.2, 0.2, 0.6]];
//! let metrics = Metrics::new(&[0, 0, 1, 2], probabilities.view())?;
//! assert_eq!(metrics.accuracy(), 0.75);
//! assert_eq!(metrics.recall(Averaging::Positive(0))?, 0.5);
//! assert_eq!(metrics.precision(Averaging::Macro)?, (1.0 + 0.5 + 1.0) / 3.0);
//! # Ok::<(), ModelError>(())
//! ```
//!
//! | term | meaning |
//! |---|---|
//! | features | the network's input, `[examples, height, width, channels]` |
//! | scaler | constants that standardise the features; part of the trained model |
//! | engine | an implementation of training and prediction: [`NativeEngine`], or libtorch |
//! | step | one update of the weights, from the gradient of one batch |
//! | epoch | one pass over the training examples, in a fresh order |
//! | diverged | state of a training whose loss or weights are not finite; its candidate fails |
//! | constant classifier | a network that assigns all examples to one class |
//! | logits | the network's outputs before the softmax |
//!
//! | feature | adds |
//! |---|---|
//! | `torch` | `TorchEngine`: libtorch on CPU, CUDA or MPS; libtorch must be found at build time |
//! | `doc-only` | type-checks and documents `torch` on a machine without libtorch; does not link |
//!
//! [`NativeEngine`] is always available. On the CPU, the same training with the same seed gives the
//! same bits on the same machine, whatever else runs at the time; for other devices, see
//! `TorchEngine`. Initial weights ([`Weights::initial`]), the order of the examples
//! ([`epoch_order`]) and the dropout masks ([`dropout_factors`]) are the same for every engine.

mod augmentation;
mod auto;
mod callback;
#[cfg(test)]
mod candidates;
mod checkpoints;
mod checks;
mod config;
mod count;
mod engine;
mod error;
mod fit;
#[cfg(test)]
mod keras;
mod metrics;
mod moving_average;
mod native;
mod random;
mod record;
mod samples;
mod saved;
mod scaler;
#[cfg(feature = "torch")]
mod torch;
mod trained;
mod weights;

pub use augmentation::{Augmentation, Edge, EpochExamples, Mix};
pub use auto::AutoEngine;
pub use callback::Epoch;
pub use checkpoints::Checkpoints;
pub use config::{
    Adam, Batches, ClassWeights, Cosine, Initialisation, Keep, Loss, Monitor, Optimizer, Scaling,
    Schedule, Sgd, TrainConfig,
};
pub use danas_space::{Place, Role, TensorSpec};
pub use engine::{Engine, Training, Workload};
pub use error::ModelError;
pub use metrics::{Averaging, ConfusionMatrix, Metrics};
pub use native::{InstructionSet, NativeEngine};
pub use ndarray;
pub use random::{dropout_factors, epoch_order};
pub use record::{Ended, TrainingRecord, Validation};
pub use samples::Samples;
pub use saved::SafetensorsError;
pub use scaler::Scaler;
#[cfg(feature = "torch")]
pub use torch::{TorchDevice, TorchEngine};
pub use trained::TrainedModel;
pub use weights::Weights;
