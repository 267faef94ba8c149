//! What a model's numbers are, and which TensorFlow wrote it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a model holds its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NumberFormat {
    /// Every number is a float of 32 bits.
    #[default]
    Float32,
    /// Weights of 1024 values and more are integers of 8 bits with a scale for each output channel
    /// (one for a dense layer, up to TensorFlow 2.15); all else is float, and so is the arithmetic
    /// between layers. TensorFlow's *dynamic range quantisation*.
    DynamicRange,
    /// Weights, activations, input and output are integers of 8 bits, biases of 32. TensorFlow's
    /// *full integer quantisation*, which TensorFlow Lite Micro runs.
    Int8,
}

impl NumberFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Float32, Self::DynamicRange, Self::Int8];

    /// The format on a microcontroller; `None` for dynamic range.
    #[must_use]
    pub const fn deployed(self) -> Option<DeployedFormat> {
        match self {
            Self::Float32 => Some(DeployedFormat::Float32),
            Self::DynamicRange => None,
            Self::Int8 => Some(DeployedFormat::Int8),
        }
    }
}

/// The number formats that TensorFlow Lite Micro runs: not that of dynamic range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeployedFormat {
    /// Floats of 32 bits.
    Float32,
    /// Integers of 8 bits.
    #[default]
    Int8,
}

impl From<DeployedFormat> for NumberFormat {
    fn from(format: DeployedFormat) -> Self {
        match format {
            DeployedFormat::Float32 => Self::Float32,
            DeployedFormat::Int8 => Self::Int8,
        }
    }
}

impl fmt::Display for DeployedFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Float32 => "float32",
            Self::Int8 => "int8",
        })
    }
}

/// Which TensorFlow's converter is stood in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Profile {
    /// TensorFlow 2.12, with Keras 2 and Python `flatbuffers` 25.9.23: the closest to the paper.
    /// 2.10 to 2.15 write files of the same length.
    #[default]
    Tf2_12,
    /// TensorFlow 2.21, with Keras 3 and Python `flatbuffers` 25.12.19. Its layers have other names,
    /// and the flattening works for any number of examples, which takes three operators more.
    Tf2_21,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Tf2_12, Self::Tf2_21];
}
