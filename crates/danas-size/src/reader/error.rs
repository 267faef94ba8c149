//! Errors of reading a TensorFlow Lite file.

use std::fmt;

use crate::error::SizeError;

/// The error for a file that is not a valid TensorFlow Lite model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A file larger than the 2 GiB that a flatbuffer can address.
    #[error("the file has {bytes} bytes, but a flatbuffer holds at most {}", SizeError::LIMIT)]
    TooLarge {
        /// Length of the file, in bytes.
        bytes: u64,
    },
    /// A file without the identifier `TFL3` after its first four bytes.
    #[error("not a TensorFlow Lite file: the identifier `TFL3` is missing at byte 4")]
    NotTflite,
    /// A field that cannot be read.
    #[error("`{field}` of {table} at byte {at} {fault}")]
    Malformed {
        /// Table of the schema.
        table: &'static str,
        /// Field of the table, or `vtable`, the list of where its fields lie.
        field: &'static str,
        /// Byte at which the field, the table or the item of a vector begins.
        at: usize,
        /// What is wrong.
        fault: Fault,
    },
    /// More tables than any model has. A table counts each time that something refers to it.
    #[error("the file refers to more than {limit} tables, which is more than any model does")]
    TooManyTables {
        /// Largest number of tables that are read.
        limit: usize,
    },
    /// A file that refers to the same parts too often.
    #[error("the file refers to its parts so often that they take over {limit} times its length")]
    TooMuchSharing {
        /// Largest length of all parts, as a multiple of the file's length.
        limit: usize,
    },
    /// A version of the schema other than 3.
    #[error("the file has version {version} of the schema, but only version 3 can be read")]
    Version {
        /// The version.
        version: u32,
    },
    /// A model without a graph.
    #[error("the model has no subgraph")]
    NoSubgraph,
    /// An index of a part that does not exist.
    #[error("{place} refers to {item} {index}, but there are {count}, counted from 0")]
    OutOfRange {
        /// Part that has the index.
        place: Place,
        /// Kind of the part that the index refers to.
        item: Item,
        /// The index.
        index: i64,
        /// Number of parts of that kind.
        count: usize,
    },
    /// A dimension with a negative size.
    #[error("{place} has size {size} in dimension {dimension}; sizes cannot be negative")]
    NegativeDimension {
        /// The tensor.
        place: Place,
        /// Index of the dimension, counted from 0.
        dimension: usize,
        /// Its size.
        size: i32,
    },
    /// Dimensions with more elements, or more bits of elements, than can be counted.
    #[error("{place} is too large for its size to be counted in 64 bits")]
    ShapeOverflow {
        /// The tensor.
        place: Place,
    },
    /// A constant with less data than its shape and type require.
    #[error("{place} needs {expected} bytes of data, but its buffer {buffer} has {found}")]
    DataLength {
        /// The tensor.
        place: Place,
        /// Number of bytes that its shape and type require.
        expected: u64,
        /// Index of its buffer.
        buffer: u32,
        /// Number of bytes in the buffer.
        found: u64,
    },
    /// Data that would lie beyond the end of the file.
    #[error("{place} has {size} bytes of data at byte {offset}, but the file has {file} bytes")]
    DataOutside {
        /// Part that the data belongs to.
        place: Place,
        /// Byte at which the data would begin.
        offset: u64,
        /// Length of the data, in bytes.
        size: u64,
        /// Length of the file, in bytes.
        file: usize,
    },
}

/// The reason why a field cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It lies outside the file, at least in part.
    #[error("lies outside the file")]
    OutOfBounds,
    /// It lies at a position that is not a multiple of its alignment.
    #[error("is not aligned")]
    Unaligned,
    /// It refers to itself.
    #[error("refers to itself")]
    SelfReference,
    /// A vtable that is shorter than its header, or has an odd length.
    #[error("has an invalid length")]
    VtableLength,
    /// A string without a zero after it.
    #[error("does not end with a zero byte")]
    NotTerminated,
    /// A string that is not UTF-8.
    #[error("is not UTF-8")]
    NotUtf8,
    /// A union that has a type but no value, or a value but no type.
    #[error("has a type without a value, or a value without a type")]
    UnionMismatch,
}

/// A part of a model. Indices count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// A graph.
    Subgraph(usize),
    /// A tensor.
    Tensor {
        /// Index of its graph.
        subgraph: usize,
        /// Its index in the graph.
        index: usize,
        /// Its name.
        name: String,
    },
    /// An operator.
    Operator {
        /// Index of its graph.
        subgraph: usize,
        /// Its index in the graph.
        index: usize,
        /// Name of its kind, or empty if its operator code is invalid.
        name: String,
    },
    /// A buffer.
    Buffer(usize),
    /// An entry of the metadata.
    Metadata {
        /// Its index.
        index: usize,
        /// Its name.
        name: String,
    },
    /// A signature.
    Signature {
        /// Its index.
        index: usize,
        /// Its key.
        key: String,
    },
}

/// Names are escaped, since they come from the file.
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

/// The kind of part that an index refers to.
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
