//! Reads any TensorFlow Lite file: verifies it, then gives access to operators, tensors and sizes.
//!
//! ```
//! use danas_size::{TfliteFile, reader::ElementType};
//!
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/two_classes.tflite");
//! let bytes = std::fs::read(path)?;
//! let file = TfliteFile::read(&bytes)?;
//! let graph = file.subgraph(0).ok_or("every model has a graph")?;
//! let kinds: Vec<String> = graph.operators().map(|kind| kind.name().to_string()).collect();
//! assert_eq!(kinds[3..6], ["CONV_2D", "LOGISTIC", "RESHAPE"]);
//!
//! let weights = graph.tensor_named("sequential/conv2d/Conv2D").ok_or("another network")?;
//! assert_eq!(weights.element(), ElementType::Float32);
//! assert_eq!(weights.shape().collect::<Vec<_>>(), [4, 5, 5, 1]);
//! assert_eq!(weights.data().len(), 400);
//! assert_eq!(file.sizes().constants.to_string(), "6328 B");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is verified
//! [`TfliteFile::read`] trusts nothing in the file. It first checks every part that the schema
//! describes, as flatbuffers' own verifiers do: see [`Fault`]. It then checks the indices by which
//! parts refer to each other, the shapes, and that no constant is too short: see [`ReadError`]. This
//! takes time in proportion to the length of the file, and hardly any memory. Nothing is copied out
//! of the file.
//!
//! Fields and kinds of options that are newer than the [schema](self#schema) are accepted, as
//! flatbuffers require. They are not followed, since it is unknown what they refer to.
//!
//! # What can be read
//! A [`TfliteFile`] has [`Subgraph`]s of [`Tensor`]s and [`Operator`]s, [`Metadata`] and
//! [`Signature`]s. They are views, which are small and as cheap to copy as a reference. Options of
//! operators are verified but cannot be read. Weights in other files (`external_buffers`) are not
//! opened.
//!
//! # Schema
//! The schema is version 3 in revision 3d, as of LiteRT 2.3. It includes the older revisions of
//! version 3.

mod check;
mod element;
mod error;
mod file;
mod flatbuffer;
mod operator;
mod operator_name;
mod read;
mod schema;
mod signature;
mod sizes;
mod subgraph;
mod tensor;
#[cfg(test)]
mod tests;
mod verify;

pub use element::ElementType;
pub use error::{Fault, Item, Place, ReadError};
pub use file::{Metadata, TfliteFile};
pub use operator::Operator;
pub use operator_name::OperatorName;
pub use signature::Signature;
pub use sizes::FileSizes;
pub use subgraph::Subgraph;
pub use tensor::Tensor;
