//! The errors of reading and writing model files.

use std::error::Error;

use danas_space::{Infeasible, SpaceError};

use crate::error::ModelError;

/// Error of reading or writing a model file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SafetensorsError {
    /// Bytes that are not a safetensors file, a truncated file, or a file that cannot be written.
    #[error("the safetensors file is invalid, damaged or truncated")]
    Format(#[source] Box<dyn Error + Send + Sync>),
    /// A safetensors file that does not contain a model of this crate.
    #[error("the file does not contain a danas model: its metadata have no entry `danas`")]
    Foreign,
    /// A model in another version of the format.
    #[error("the file has format version {actual}, but only version {supported} can be read")]
    Version {
        /// Version of the file.
        actual: u32,
        /// Version that can be read.
        supported: u32,
    },
    /// A description that cannot be read or written.
    #[error("the description of the model is invalid")]
    Description(#[source] Box<dyn Error + Send + Sync>),
    /// Invalid layers.
    #[error("the layers of the model in the file are invalid")]
    Layers(#[from] SpaceError),
    /// An infeasible network.
    #[error("the network of the model in the file is infeasible")]
    Network(#[from] Infeasible),
    /// A tensor that the network needs, but the file does not contain.
    #[error("the file does not contain the tensor `{tensor}`")]
    Missing {
        /// Name of the tensor, such as `layer1.kernel`.
        tensor: String,
    },
    /// A tensor that the network does not have.
    #[error("the file contains a tensor `{tensor}`, which its network does not have")]
    Unknown {
        /// Name of the tensor.
        tensor: String,
    },
    /// A tensor whose values are not single-precision floats.
    #[error("tensor `{tensor}` has type {actual}, but must have type F32")]
    ElementType {
        /// Name of the tensor.
        tensor: String,
        /// Type of the tensor, as safetensors names it.
        actual: String,
    },
    /// Weights or scaling constants that have another shape than the network needs, or invalid
    /// values.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Content that was changed after it had been written.
    #[error("the file was changed after it had been written: its digest does not match")]
    Digest,
}
