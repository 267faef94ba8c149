//! What a candidate can be judged by.

use std::{fmt, str::FromStr};

use danas_evo::{Direction, Objective};
use serde::{Deserialize, Serialize};

/// A named property of an evaluated candidate: an objective of a search, or what a limit bounds.
///
/// ```
/// use danas::Quantity;
///
/// assert_eq!("model_size".parse(), Ok(Quantity::ModelSize));
/// assert!("size".parse::<Quantity>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// The share of examples that are classified right.
    Accuracy,
    /// The precision of the positive class, or the mean over classes.
    Precision,
    /// The recall of the positive class, or the mean over classes.
    Recall,
    /// The F1 score of the positive class, or the mean over classes.
    F1,
    /// The mean recall over classes, which accuracy is where all of them are equally frequent.
    BalancedAccuracy,
    /// The area under the ROC curve of the positive class, or the mean over classes, each against all
    /// others.
    RocAuc,
    /// The accuracy of the model of 8-bit integers that the trained network becomes on a device.
    Int8Accuracy,
    /// What accuracy reaches with some certainty: less one standard error of its mean over the folds that
    /// judge a candidate, or where one part judges it, the lower end of Wilson's interval of one standard
    /// error. As an objective, it prefers what is good on every fold.
    AccuracyLowerBound,
    /// The bytes of the TensorFlow Lite model with float32 weights.
    ModelSize,
    /// The bytes of the same model quantised to 8-bit integers.
    Int8Size,
    /// The bytes of the tensor arena that TensorFlow Lite Micro needs for the float32 model.
    Arena,
    /// The bytes of the tensor arena for the model of 8-bit integers.
    Int8Arena,
    /// The bytes of RAM that a microcontroller needs with the float32 model: arena, input buffer and
    /// preprocessing.
    Ram,
    /// The bytes of RAM with the model of 8-bit integers.
    Int8Ram,
    /// The bytes of one raw example (Section 2.2 of the paper), which a device keeps whole.
    InputBuffer,
    /// Model and input buffer together: what data and network cost a device.
    TotalSize,
    /// The multiply-accumulates of one inference.
    Macs,
    /// The seconds of one inference on the search's device, without preprocessing.
    Latency,
    /// The joules of one inference on the search's device, without preprocessing.
    Energy,
    /// The bytes of raw data that a device keeps while it turns an example into features as it comes
    /// in.
    StreamingBuffer,
    /// The bytes of RAM that a microcontroller needs with the float32 model and a streaming buffer:
    /// arena, streaming buffer and preprocessing.
    StreamingRam,
    /// The bytes of RAM with the model of 8-bit integers and a streaming buffer.
    Int8StreamingRam,
    /// All that the model of 8-bit integers takes of a device that listens all the time: flash and
    /// streaming RAM together, in bytes. What data and network cost such a device, as
    /// [`TotalSize`](Self::TotalSize) is it in the paper.
    Int8Footprint,
}

impl Quantity {
    /// All quantities.
    pub const ALL: [Self; 23] = [
        Self::Accuracy,
        Self::Precision,
        Self::Recall,
        Self::F1,
        Self::BalancedAccuracy,
        Self::RocAuc,
        Self::Int8Accuracy,
        Self::AccuracyLowerBound,
        Self::ModelSize,
        Self::Int8Size,
        Self::Arena,
        Self::Int8Arena,
        Self::Ram,
        Self::Int8Ram,
        Self::InputBuffer,
        Self::TotalSize,
        Self::Macs,
        Self::Latency,
        Self::Energy,
        Self::StreamingBuffer,
        Self::StreamingRam,
        Self::Int8StreamingRam,
        Self::Int8Footprint,
    ];

    /// The name in configurations and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::F1 => "f1",
            Self::BalancedAccuracy => "balanced_accuracy",
            Self::RocAuc => "roc_auc",
            Self::Int8Accuracy => "int8_accuracy",
            Self::AccuracyLowerBound => "accuracy_lower_bound",
            Self::ModelSize => "model_size",
            Self::Int8Size => "int8_size",
            Self::Arena => "arena",
            Self::Int8Arena => "int8_arena",
            Self::Ram => "ram",
            Self::Int8Ram => "int8_ram",
            Self::InputBuffer => "input_buffer",
            Self::TotalSize => "total_size",
            Self::Macs => "macs",
            Self::Latency => "latency",
            Self::Energy => "energy",
            Self::StreamingBuffer => "streaming_buffer",
            Self::StreamingRam => "streaming_ram",
            Self::Int8StreamingRam => "int8_streaming_ram",
            Self::Int8Footprint => "int8_footprint",
        }
    }

    /// Whether more or less of it is better.
    #[must_use]
    pub const fn direction(self) -> Direction {
        if self.is_cost() { Direction::Minimise } else { Direction::Maximise }
    }

    /// Whether it is known from shapes alone, before any training.
    #[must_use]
    pub const fn is_cost(self) -> bool {
        match self {
            Self::Accuracy
            | Self::Precision
            | Self::Recall
            | Self::F1
            | Self::BalancedAccuracy
            | Self::RocAuc
            | Self::Int8Accuracy
            | Self::AccuracyLowerBound => false,
            Self::ModelSize
            | Self::Int8Size
            | Self::Arena
            | Self::Int8Arena
            | Self::Ram
            | Self::Int8Ram
            | Self::InputBuffer
            | Self::TotalSize
            | Self::Macs
            | Self::Latency
            | Self::Energy
            | Self::StreamingBuffer
            | Self::StreamingRam
            | Self::Int8StreamingRam
            | Self::Int8Footprint => true,
        }
    }

    /// The unit of its values; `None` for shares and counts.
    #[must_use]
    pub const fn unit(self) -> Option<&'static str> {
        match self {
            Self::Latency => Some("s"),
            Self::Energy => Some("J"),
            Self::Macs => None,
            _ if self.is_cost() => Some("B"),
            _ => None,
        }
    }

    /// Whether only a device has it.
    #[must_use]
    pub const fn needs_device(self) -> bool {
        matches!(self, Self::Latency | Self::Energy)
    }

    /// The quantity as an objective of the search engine.
    #[must_use]
    pub fn objective(self) -> Objective {
        let objective = Objective::new(self.name(), self.direction());
        match self.unit() {
            Some(unit) => objective.with_unit(unit),
            None => objective,
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Quantity {
    type Err = UnknownQuantity;

    fn from_str(text: &str) -> Result<Self, UnknownQuantity> {
        let unknown = || UnknownQuantity { text: text.to_owned() };
        Self::ALL.into_iter().find(|quantity| quantity.name() == text).ok_or_else(unknown)
    }
}

/// A word that names no [`Quantity`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no quantity: expected one of {}", Quantity::ALL.map(Quantity::name).join(", "))]
pub struct UnknownQuantity {
    /// The word.
    pub text: String,
}
