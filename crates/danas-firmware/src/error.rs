//! Errors of generating code.

use crate::network::NetworkError;

/// The reason why there is no code for a device.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FirmwareError {
    /// A name that C does not allow.
    #[error(
        "`{name}` cannot name a library in C; begin with a letter, then use letters, digits and `_`"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// A frame whose Fourier transform would be too slow.
    #[error(
        "frames of {length} samples have the prime factor {factor}; use a length without prime factors above {largest}"
    )]
    FrameLength {
        /// Number of samples of a frame.
        length: usize,
        /// The prime factor.
        factor: usize,
        /// Largest prime factor that there is code for.
        largest: usize,
    },
    /// More values than an index can count.
    #[error("{count} {what} are more than code for devices can count")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How much there is of it.
        count: usize,
    },
    /// A network that is too large for C's counters.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A front end whose output is not the input of the network.
    #[error("the library needs {expected} {what}, but there are {actual}")]
    Shape {
        /// What has the wrong number.
        what: &'static str,
        /// Number of values that the network needs.
        expected: usize,
        /// Number of values that there are.
        actual: usize,
    },
    /// An example whose samples are of another type than those of the library.
    #[error("the library reads samples of type {expected}, but those of the example are {actual}")]
    Sample {
        /// Type of the library's samples.
        expected: &'static str,
        /// Type of the example's samples.
        actual: &'static str,
    },
    /// A full scale that is not a positive number.
    #[error("the full scale of a channel is {value}, but it must be a positive number")]
    FullScale {
        /// The full scale.
        value: f32,
    },
    /// A front end in integers before a network in floats.
    #[error("a front end in integers needs a network in 8-bit integers, but it is in floats")]
    FixedPoint,
    /// A row of features that hardly varies.
    #[error(
        "row {row} of the features has a deviation of {deviation}, which is too small for a front end in integers; use the one in floats"
    )]
    Deviation {
        /// Index of the row and channel, in the order row, channel.
        row: usize,
        /// The deviation.
        deviation: f32,
    },
    /// Features that a device cannot compute.
    #[error("a device cannot compute these features")]
    Features(#[source] Box<dyn std::error::Error + Send + Sync>),
}
