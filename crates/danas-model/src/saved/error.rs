//! What can go wrong between a trained model and its file.

use std::error::Error;

use danas_space::{Infeasible, SpaceError};

use crate::ModelError;

/// Bytes that are no saved model, or a model that cannot be saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SafetensorsError {
    /// No safetensors file, or a truncated one.
    #[error("the file is no safetensors file")]
    Format(#[source] Box<dyn Error + Send + Sync>),
    /// A safetensors file that holds no model of this crate.
    #[error("the file holds no model of danas")]
    Foreign,
    /// A model of another version of the format.
    #[error("the file's version is {actual}, but only {supported} is known")]
    Version {
        /// The file's.
        actual: u32,
        /// The one that can be read.
        supported: u32,
    },
    /// A description that cannot be read or written.
    #[error("the description of the model is damaged")]
    Description(#[source] Box<dyn Error + Send + Sync>),
    /// Layers that cannot be.
    #[error("the file's layers cannot be")]
    Layers(#[from] SpaceError),
    /// A network that cannot be.
    #[error("the file's network cannot be")]
    Network(#[from] Infeasible),
    /// A tensor that the network needs and the file lacks.
    #[error("the file has no {tensor}")]
    Missing {
        /// The tensor, such as `layer1.kernel`.
        tensor: String,
    },
    /// A tensor that the network does not have.
    #[error("the file has a tensor `{tensor}`, which is none of its network's")]
    Unknown {
        /// The tensor.
        tensor: String,
    },
    /// A tensor of other numbers than single-precision floats.
    #[error("{tensor} is of type {actual}, not F32")]
    ElementType {
        /// The tensor.
        tensor: String,
        /// Its type, in the words of safetensors.
        actual: String,
    },
    /// Weights or scaling constants of another shape than the network's, or not finite.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Content that is not what was written.
    #[error("the file was changed after it had been written: its digest is another")]
    Digest,
}
