//! The code of a front end.

/// Code that turns raw data into the input of a network, and the memory that it needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrontEndCode {
    /// Constants, tables and functions. The last one is
    /// `static void front_end(const SAMPLE *ring, uint32_t start, float *memory)`, where `start` is
    /// the oldest moment in the ring. Raw data that is no stream has no `start`.
    pub(crate) text: String,
    /// Number of words from the beginning of the network's input on that it works in. It leaves
    /// the input of the network there.
    pub(crate) words: usize,
    /// Bytes of constant tables.
    pub(crate) constant_bytes: u64,
}

/// The type of the memory that a front end works in: a word of 4 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Float,
    #[cfg_attr(
        not(feature = "audio"),
        allow(dead_code, reason = "only sound has a front end in integers")
    )]
    Integer,
}

impl Word {
    /// Returns the name of the type in C.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Integer => "int32_t",
        }
    }

    /// Returns the name of the type in Rust.
    pub(crate) const fn rust_name(self) -> &'static str {
        match self {
            Self::Float => "f32",
            Self::Integer => "i32",
        }
    }
}
