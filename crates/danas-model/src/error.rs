//! The error type of training, prediction and measurement.

use std::error::Error;

use danas_space::{Layer, Shape};

use crate::native::InstructionSet;

/// Error of a training, a prediction or a measurement.
///
/// Most variants mean a caller's mistake or broken machinery. A failed training means neither: it
/// is a result about one candidate. [`is_failed_training`](Self::is_failed_training) recognises it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A training whose loss, validation loss or weights became NaN or infinite.
    #[error("training diverged in epoch {epoch}: NaN or infinite values; lower the learning rate")]
    Diverged {
        /// Epoch, counted from 1.
        epoch: usize,
    },
    /// A training whose time ran out before its first epoch ended or, with a budget of steps,
    /// before its first step.
    #[error("the training ran out of time in its first epoch")]
    OutOfTime,
    /// A setting that compares epochs, in a training without validation samples.
    #[error(
        "`{setting}` needs validation samples, but the training has none; \
         add some or remove the setting"
    )]
    NoValidation {
        /// Name of the setting in a configuration.
        setting: &'static str,
    },
    /// No examples to train on or to measure.
    #[error("there are no examples: at least one is needed")]
    NoExamples,
    /// Different numbers of labels and examples.
    #[error("there are {labels} labels for {examples} examples: expected one for each example")]
    LabelCount {
        /// Number of examples.
        examples: usize,
        /// Number of labels.
        labels: usize,
    },
    /// Altered versions whose number is not a multiple of the number of examples.
    #[error("{versions} altered versions cannot be divided equally among {examples} examples")]
    VersionCount {
        /// Number of altered versions of all examples together.
        versions: usize,
        /// Number of examples.
        examples: usize,
    },
    /// A label or prediction that is not the number of a class.
    #[error("example {example} has class {class}: there are {classes} classes, counted from 0")]
    ClassOutOfRange {
        /// Example, counted from 0.
        example: usize,
        /// Label or prediction of the example.
        class: usize,
        /// Number of classes.
        classes: usize,
    },
    /// A figure that was requested for a class that does not exist.
    #[error("class {class} does not exist: there are {classes} classes, counted from 0")]
    NoSuchClass {
        /// Requested class.
        class: usize,
        /// Number of classes.
        classes: usize,
    },
    /// A feature or probability that is NaN or infinite.
    #[error("example {example} contains {value}: all values must be finite")]
    NotFinite {
        /// Example, counted from 0.
        example: usize,
        /// Invalid value.
        value: f32,
    },
    /// Features of another shape than the network reads.
    #[error("the features have shape {actual}, but the network reads {expected}")]
    FeatureShape {
        /// Shape of the network's input.
        expected: Shape,
        /// Shape of the features of one example.
        actual: Shape,
    },
    /// Samples with another number of classes than the network, or a confusion matrix with another
    /// number of classes than the one that it is added to.
    #[error("there are {actual} classes, but the network or confusion matrix has {expected}")]
    ClassCount {
        /// Number of classes of the network, or of the matrix that is added to.
        expected: usize,
        /// Number of classes of the samples, or of the added matrix.
        actual: usize,
    },
    /// A setting outside its legal range.
    #[error("`{name}` is {value}, but must be {expected}")]
    Config {
        /// Name of the setting in a configuration.
        name: &'static str,
        /// Invalid value.
        value: String,
        /// Legal values, in words.
        expected: &'static str,
    },
    /// A different number of weight tensors than the network has.
    #[error("there are {actual} weight tensors, but the network has {expected}")]
    TensorCount {
        /// Number of tensors of the network.
        expected: usize,
        /// Number of given tensors.
        actual: usize,
    },
    /// A tensor of another shape than the network needs.
    #[error("tensor `{tensor}` has shape {actual:?}, but the network needs {expected:?}")]
    TensorShape {
        /// Name of the tensor, such as `layer1.kernel`.
        tensor: String,
        /// Shape that the network needs.
        expected: Vec<usize>,
        /// Shape of the given tensor.
        actual: Vec<usize>,
    },
    /// A weight that is NaN or infinite.
    #[error("tensor `{tensor}` contains {value}: all weights must be finite")]
    WeightNotFinite {
        /// Name of the tensor, such as `layer1.kernel`.
        tensor: String,
        /// Invalid value.
        value: f32,
    },
    /// A moving variance below 0.
    #[error("tensor `{tensor}` contains {value}, but a variance cannot be negative")]
    NegativeVariance {
        /// Name of the tensor, such as `layer1.variance`.
        tensor: String,
        /// Invalid value.
        value: f32,
    },
    /// A scaler whose constants, rows × channels, do not fit each other or the features.
    #[error("the scaler has {actual:?} rows and channels, but {expected:?} are needed")]
    ScalerShape {
        /// Rows and channels that are needed.
        expected: [usize; 2],
        /// Rows and channels of the scaler.
        actual: [usize; 2],
    },
    /// A mean that is not finite, or a deviation that is not finite and positive.
    #[error(
        "the scaler's {constant} of row {row}, channel {channel} is {value}: \
         means must be finite, deviations finite and positive"
    )]
    ScalerConstant {
        /// Kind of constant: `mean` or `deviation`.
        constant: &'static str,
        /// Feature row, counted from 0.
        row: usize,
        /// Channel, counted from 0.
        channel: usize,
        /// Invalid value.
        value: f32,
    },
    /// Something that does not fit in memory.
    #[error("there is not enough memory for {what}")]
    OutOfMemory {
        /// Description of what is too large, such as `a training step`.
        what: &'static str,
    },
    /// A word that is not the name of an instruction set.
    #[error("unknown instruction set `{text}`: expected `portable`, `avx2` or `avx512`")]
    UnknownInstructionSet {
        /// Unknown word.
        text: String,
    },
    /// An instruction set that this machine does not support.
    #[error("this machine does not support the instruction set `{set}`")]
    InstructionSetUnavailable {
        /// Instruction set.
        set: InstructionSet,
    },
    /// A word that is not the name of a device.
    #[error("unknown device `{text}`: expected `cpu`, `cuda:0` or `mps`")]
    UnknownDevice {
        /// Unknown word.
        text: String,
    },
    /// A device that this machine, or the library in use, does not support.
    #[error("device `{device}` is not available on this machine or in the library in use")]
    DeviceUnavailable {
        /// Device, such as `cuda:1`.
        device: String,
    },
    /// A layer that an engine cannot train.
    #[error("engine `{engine}` does not support layer {layer}, `{kind}`")]
    Unsupported {
        /// Name of the engine.
        engine: &'static str,
        /// Layer, counted from 1.
        layer: usize,
        /// The layer itself, such as `2x3nR`.
        kind: Layer,
    },
    /// A failure of the library below an engine.
    #[error("engine `{engine}` failed during {operation}")]
    Engine {
        /// Name of the engine.
        engine: &'static str,
        /// Operation that failed, such as `a training step`.
        operation: &'static str,
        /// Error of the library.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl ModelError {
    /// Returns whether a training ended without a usable model for a reason that lies in its
    /// candidate alone: it diverged, is too large or too slow for this machine, or has a layer that
    /// the engine does not support. Every other error is a caller's mistake or broken machinery.
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
