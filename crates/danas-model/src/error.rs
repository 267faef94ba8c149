//! What can go wrong between samples and a trained model.

use std::error::Error;

use danas_space::{Layer, Shape};

use crate::InstructionSet;

/// A training, a prediction or a measurement that gave no result.
///
/// Most variants are a caller's mistake or broken machinery. A failed training is neither: it is a
/// result about one candidate, and [`is_failed_training`](Self::is_failed_training) tells it apart.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The loss, that of the validation samples, or a weight became NaN or infinite.
    #[error("training diverged in epoch {epoch}")]
    Diverged {
        /// The epoch, counted from 1.
        epoch: usize,
    },
    /// The time was over before one epoch had ended, or one step of a budget of steps.
    #[error("the training ran out of time in its first epoch")]
    OutOfTime,
    /// A setting that compares epochs, in a training without validation samples.
    #[error("{setting} needs validation samples, but the training has none")]
    NoValidation {
        /// The setting, as it is called in a configuration.
        setting: &'static str,
    },
    /// There is nothing to train on or to measure.
    #[error("there are no examples")]
    NoExamples,
    /// A different number of labels than of examples.
    #[error("{labels} labels stand beside {examples} examples")]
    LabelCount {
        /// The number of examples.
        examples: usize,
        /// The number of labels.
        labels: usize,
    },
    /// Altered versions that are not as many of each example.
    #[error(
        "{versions} altered versions stand beside {examples} examples: expected as many of each"
    )]
    VersionCount {
        /// The number of versions of all examples.
        versions: usize,
        /// The number of examples.
        examples: usize,
    },
    /// A label or prediction that names no class.
    #[error("example {example} has class {class}, but there are {classes} classes from 0")]
    ClassOutOfRange {
        /// The example, counted from 0.
        example: usize,
        /// Its label or prediction.
        class: usize,
        /// The number of classes.
        classes: usize,
    },
    /// An average was asked for a class that does not exist.
    #[error("there is no class {class} among {classes} classes from 0")]
    NoSuchClass {
        /// The wanted class.
        class: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A feature or probability that is NaN or infinite.
    #[error("example {example} holds {value}")]
    NotFinite {
        /// The example, counted from 0.
        example: usize,
        /// The value.
        value: f32,
    },
    /// Features of another shape than the network reads.
    #[error("the features are {actual}, but the network reads {expected}")]
    FeatureShape {
        /// The network's input.
        expected: Shape,
        /// The features' shape.
        actual: Shape,
    },
    /// Samples of another number of classes than the network tells apart.
    #[error("the samples have {actual} classes, but the network has {expected} outputs")]
    ClassCount {
        /// The network's outputs.
        expected: usize,
        /// The samples' classes.
        actual: usize,
    },
    /// A setting outside its legal range.
    #[error("{name} is {value}, but must be {expected}")]
    Config {
        /// The setting, as it is called in a configuration.
        name: &'static str,
        /// The refused value.
        value: String,
        /// The legal values in words.
        expected: &'static str,
    },
    /// A different number of weight tensors than the network has.
    #[error("{actual} weight tensors were given for a network of {expected}")]
    TensorCount {
        /// The network's tensors.
        expected: usize,
        /// The given tensors.
        actual: usize,
    },
    /// A weight tensor of another shape than the network's.
    #[error("{tensor} has shape {actual:?}, but the network needs {expected:?}")]
    TensorShape {
        /// The tensor, such as `layer1.kernel`.
        tensor: String,
        /// The shape in the network.
        expected: Vec<usize>,
        /// The given shape.
        actual: Vec<usize>,
    },
    /// A weight that is NaN or infinite.
    #[error("{tensor} holds {value}")]
    WeightNotFinite {
        /// The tensor, such as `layer1.kernel`.
        tensor: String,
        /// The value.
        value: f32,
    },
    /// A moving variance below 0.
    #[error("{tensor} holds {value}, but a variance is not negative")]
    NegativeVariance {
        /// The tensor, such as `layer1.variance`.
        tensor: String,
        /// The value.
        value: f32,
    },
    /// A scaler whose constants do not fit each other or their features, rows × channels.
    #[error("the scaler has constants for {actual:?} rows and channels, not {expected:?}")]
    ScalerShape {
        /// The shape that was needed.
        expected: [usize; 2],
        /// The scaler's shape.
        actual: [usize; 2],
    },
    /// A scaling constant that cannot be used.
    #[error("the {constant} of row {row}, channel {channel} is {value}")]
    ScalerConstant {
        /// `mean` or `deviation`.
        constant: &'static str,
        /// The feature row.
        row: usize,
        /// The channel.
        channel: usize,
        /// The refused value.
        value: f32,
    },
    /// Something for which the memory does not suffice.
    #[error("{what} does not fit in memory")]
    OutOfMemory {
        /// What is too large, such as `a training step`.
        what: &'static str,
    },
    /// A word that names no instruction set.
    #[error("`{text}` is no instruction set: expected `portable`, `avx2` or `avx512`")]
    UnknownInstructionSet {
        /// The refused word.
        text: String,
    },
    /// An instruction set that this machine does not have.
    #[error("this machine has no {set}")]
    InstructionSetUnavailable {
        /// The instruction set.
        set: InstructionSet,
    },
    /// A word that names no device.
    #[error("`{text}` is no device: expected `cpu`, `cuda:0` or `mps`")]
    UnknownDevice {
        /// The refused word.
        text: String,
    },
    /// A device that this machine, or the library in use, does not have.
    #[error("device {device} is not available")]
    DeviceUnavailable {
        /// The device, such as `cuda:1`.
        device: String,
    },
    /// A layer that an engine cannot train.
    #[error("engine {engine} does not support layer {layer}, {kind}")]
    Unsupported {
        /// The engine.
        engine: &'static str,
        /// The layer, counted from 1.
        layer: usize,
        /// What it is.
        kind: Layer,
    },
    /// The library below an engine failed.
    #[error("engine {engine} failed in {operation}")]
    Engine {
        /// The engine.
        engine: &'static str,
        /// What it was doing, such as `a training step`.
        operation: &'static str,
        /// The library's error.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl ModelError {
    /// Whether a training ended without a usable model for a reason that lies in its candidate
    /// alone (it diverged, is too large or too slow for this machine, or has a layer that the engine does
    /// not support); every other error is a caller's mistake or broken machinery.
    #[must_use]
    pub const fn is_failed_training(&self) -> bool {
        matches!(
            self,
            Self::Diverged { .. }
                | Self::OutOfMemory { .. }
                | Self::OutOfTime
                | Self::Unsupported { .. }
        )
    }
}
