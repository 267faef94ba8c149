//! The number formats of models, and the TensorFlow versions that write them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The format in which a model stores its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NumberFormat {
    /// 32-bit floats throughout.
    #[default]
    Float32,
    /// TensorFlow's *dynamic range quantisation*. Kernels of 1024 or more values are 8-bit integers
    /// with a scale for each output channel, or a single scale for a dense layer up to TensorFlow
    /// 2.15. Everything else is float, including the activations between layers.
    DynamicRange,
    /// TensorFlow's *full integer quantisation*, which TensorFlow Lite Micro runs. Weights,
    /// activations, input and output are 8-bit integers, and biases are 32-bit integers.
    Int8,
}

impl NumberFormat {
    /// All number formats.
    pub const ALL: [Self; 3] = [Self::Float32, Self::DynamicRange, Self::Int8];

    /// Returns the same format as a [`DeployedFormat`], or `None` for dynamic range.
    #[must_use]
    pub const fn deployed(self) -> Option<DeployedFormat> {
        match self {
            Self::Float32 => Some(DeployedFormat::Float32),
            Self::DynamicRange => None,
            Self::Int8 => Some(DeployedFormat::Int8),
        }
    }
}

/// A number format that TensorFlow Lite Micro runs. Dynamic range is not one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeployedFormat {
    /// 32-bit floats.
    Float32,
    /// 8-bit integers.
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

/// A TensorFlow version whose converter is reproduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Profile {
    /// TensorFlow 2.12 with Keras 2 and Python `flatbuffers` 25.9.23. It is the version closest to
    /// the paper's. TensorFlow 2.10 to 2.15 write files of the same length.
    #[default]
    Tf2_12,
    /// TensorFlow 2.21 with Keras 3 and Python `flatbuffers` 25.12.19. Its layers have other names.
    /// Its flattening works for any number of examples, which takes three more operators.
    Tf2_21,
}

impl Profile {
    /// All profiles.
    pub const ALL: [Self; 2] = [Self::Tf2_12, Self::Tf2_21];
}
