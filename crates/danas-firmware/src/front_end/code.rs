//! The code of a front end.

/// Code that turns raw data into the input of a network, and the memory that it needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrontEndCode {
    /// Constants, tables and functions. The last one is
    /// `static void front_end(const SAMPLE *ring, uint32_t start, float *memory)`, where `start` is
    /// the oldest moment in the ring. Raw data that is no stream has no `start`.
    pub(crate) text: String,
    /// Number of floats from the beginning of the network's input on that it works in. It leaves
    /// the input of the network there.
    pub(crate) floats: usize,
    /// Bytes of constant tables.
    pub(crate) constant_bytes: u64,
}
