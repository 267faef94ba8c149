//! Front ends in C: from raw data to the input of a network.

#[cfg(feature = "audio")]
mod audio;
#[cfg(feature = "audio")]
mod fourier;
mod input;

use crate::error::FirmwareError;

#[cfg(feature = "audio")]
pub use audio::AudioFrontEnd;
pub use input::NetworkInput;

/// Code that turns raw data into the input of a network, and the memory that it needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrontEndCode {
    /// Constants, tables and functions. The last one is
    /// `static void front_end(const SAMPLE *ring, uint32_t start, float *memory)`, where `start` is
    /// the oldest sample in the ring.
    pub(crate) text: String,
    /// Number of floats from the beginning of the network's input on that it works in. It leaves
    /// the input of the network there.
    pub(crate) floats: usize,
    /// Bytes of constant tables.
    pub(crate) constant_bytes: u64,
    /// The raw data of one example.
    pub(crate) ring: Ring,
}

/// The raw data that a front end reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ring {
    /// Type of a sample in the ring.
    pub(crate) sample: SampleType,
    /// Number of moments of an example.
    pub(crate) moments: usize,
    /// Number of samples of a moment.
    pub(crate) channels: usize,
}

/// The type of a raw sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SampleType {
    /// 8-bit integers.
    Int8,
    /// 16-bit integers.
    Int16,
}

impl SampleType {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Int8 => "int8_t",
            Self::Int16 => "int16_t",
        }
    }

    pub(crate) const fn bytes(self) -> u64 {
        match self {
            Self::Int8 => 1,
            Self::Int16 => 2,
        }
    }

    /// Returns the magnitude that stands for 1.
    pub(crate) const fn full_scale(self) -> u32 {
        match self {
            Self::Int8 => 1 << 7,
            Self::Int16 => 1 << 15,
        }
    }
}

impl Ring {
    pub(crate) const fn bytes(self) -> u64 {
        self.sample.bytes() * self.moments as u64 * self.channels as u64
    }
}

/// Returns an error unless a number of values can be counted by the code, in 31 bits.
fn check_count(what: &'static str, count: usize) -> Result<(), FirmwareError> {
    if i32::try_from(count).is_ok() {
        return Ok(());
    }
    Err(FirmwareError::TooMany { what, count })
}
