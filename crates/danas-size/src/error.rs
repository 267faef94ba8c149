//! Why a model has no size.

use danas_space::{Bytes, Network};

/// A network that no TensorFlow Lite file can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SizeError {
    /// A model beyond the 2 GiB that a flatbuffer can address.
    #[error(
        "{network}: a model of at least {at_least} exceeds the {} that a flatbuffer holds",
        Self::LIMIT
    )]
    TooLarge {
        /// The network.
        network: Box<Network>,
        /// What its weights alone, or its file, would take.
        at_least: Bytes,
    },
}

impl SizeError {
    /// The largest flatbuffer: its references are signed 32-bit distances.
    ///
    /// Source: `FLATBUFFERS_MAX_BUFFER_SIZE` in `flatbuffers/base.h`.
    pub const LIMIT: Bytes = Bytes((1 << 31) - 1);
}
