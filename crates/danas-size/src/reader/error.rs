//! Why a file is not a TensorFlow Lite model that can be told.

use std::fmt;

use crate::SizeError;

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A file beyond the 2 GiB that a flatbuffer can address.
    #[error("{bytes} bytes exceed the {} that a flatbuffer holds", SizeError::LIMIT)]
    TooLarge {
        /// The length of the file.
        bytes: u64,
    },
    /// A file without the letters `TFL3` after its first four bytes.
    #[error("not a TensorFlow Lite file: it lacks the letters TFL3 at byte 4")]
    NotTflite,
    /// A field that cannot be read.
    #[error("{field} of {table} at byte {at}: {fault}")]
    Malformed {
        /// The table of the schema.
        table: &'static str,
        /// Its field, or `vtable`, which tells where its fields are.
        field: &'static str,
        /// Where the field, the table or a vector's item begins.
        at: usize,
        /// What is wrong.
        fault: Fault,
    },
    /// More tables than a model has, if one that several others refer to counts as often.
    #[error("more than {limit} tables")]
    TooManyTables {
        /// The most that are read.
        limit: usize,
    },
    /// A small file that refers to the same parts over and over.
    #[error("parts that are referred to again and again take {limit} times the file or more")]
    TooMuchSharing {
        /// How many times the file may be.
        limit: usize,
    },
    /// A version of the schema other than 3.
    #[error("version {version} of the schema is not 3")]
    Version {
        /// The version.
        version: u32,
    },
    /// A model without a graph.
    #[error("no subgraph")]
    NoSubgraph,
    /// A number of something that is not there.
    #[error("{place} refers to {item} {index} of {count}")]
    OutOfRange {
        /// What refers.
        place: Place,
        /// What is referred to.
        item: Item,
        /// Its number.
        index: i64,
        /// How many there are.
        count: usize,
    },
    /// A dimension below zero.
    #[error("{place} has {size} as dimension {dimension}")]
    NegativeDimension {
        /// The tensor.
        place: Place,
        /// Which dimension, counted from 0.
        dimension: usize,
        /// Its size.
        size: i32,
    },
    /// Dimensions whose product is too large to be counted.
    #[error("{place} has more elements than can be counted")]
    ShapeOverflow {
        /// The tensor.
        place: Place,
    },
    /// A constant whose shape and type do not agree with its data.
    #[error("{place} takes {expected} bytes, but its buffer {buffer} has {found}")]
    DataLength {
        /// The tensor.
        place: Place,
        /// What its shape and its type take.
        expected: u64,
        /// The number of its buffer.
        buffer: u32,
        /// What the buffer holds.
        found: u64,
    },
    /// Data behind the flatbuffer, which would lie behind the end of the file.
    #[error("{place} has {size} bytes from byte {offset} on, but the file has {file}")]
    DataOutside {
        /// What the data belongs to.
        place: Place,
        /// Where the data would begin.
        offset: u64,
        /// Its length.
        size: u64,
        /// The length of the file.
        file: usize,
    },
}

/// Why a field cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It lies outside of the file, at least in part.
    #[error("lies outside of the file")]
    OutOfBounds,
    /// It lies at a position that its size does not divide.
    #[error("is not aligned")]
    Unaligned,
    /// It refers to itself.
    #[error("refers to itself")]
    SelfReference,
    /// A vtable without its own head, or with half a slot.
    #[error("has an impossible length")]
    VtableLength,
    /// A text without a zero behind it.
    #[error("does not end with a zero")]
    NotTerminated,
    /// A text that is not UTF-8.
    #[error("is not UTF-8")]
    NotUtf8,
    /// A union that has a type but no value, or a value but no type.
    #[error("has a type without a value, or a value without a type")]
    UnionMismatch,
}

/// A part of a model, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// A graph.
    Subgraph(usize),
    /// A tensor.
    Tensor {
        /// The number of its graph.
        subgraph: usize,
        /// Its number therein.
        index: usize,
        /// Its name.
        name: String,
    },
    /// An operator.
    Operator {
        /// The number of its graph.
        subgraph: usize,
        /// Its number therein.
        index: usize,
        /// The name of its kind; empty if its code is what is wrong.
        name: String,
    },
    /// A buffer.
    Buffer(usize),
    /// An entry of the metadata.
    Metadata {
        /// Its number.
        index: usize,
        /// Its name.
        name: String,
    },
    /// A signature.
    Signature {
        /// Its number.
        index: usize,
        /// Its key.
        key: String,
    },
}

/// Names are escaped: they come from the file.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subgraph(index) => write!(f, "subgraph {index}"),
            Self::Tensor { subgraph, index, name } => {
                write!(f, "tensor {index} {name:?} of subgraph {subgraph}")
            }
            Self::Operator { subgraph, index, name } if name.is_empty() => {
                write!(f, "operator {index} of subgraph {subgraph}")
            }
            Self::Operator { subgraph, index, name } => {
                write!(f, "operator {index} {} of subgraph {subgraph}", name.escape_debug())
            }
            Self::Buffer(index) => write!(f, "buffer {index}"),
            Self::Metadata { index, name } => write!(f, "metadata {index} {name:?}"),
            Self::Signature { index, key } => write!(f, "signature {index} {key:?}"),
        }
    }
}

/// What a number refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Item {
    /// A graph.
    Subgraph,
    /// A tensor of the same graph.
    Tensor,
    /// A kind of operator.
    OperatorCode,
    /// A buffer.
    Buffer,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subgraph => "subgraph",
            Self::Tensor => "tensor",
            Self::OperatorCode => "operator code",
            Self::Buffer => "buffer",
        })
    }
}
