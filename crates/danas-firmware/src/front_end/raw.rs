//! The raw data of an example.

use danas_space::{Bytes, Hertz};

/// The raw data that a front end reads: samples of one or more channels at consecutive moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Raw {
    /// Type of a sample.
    pub sample: SampleType,
    /// Number of moments of an example.
    pub moments: usize,
    /// Number of samples of a moment.
    pub channels: usize,
    /// Moments in a second, or `None` for data that is no stream.
    pub rate: Option<Hertz>,
}

/// The type of a raw sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SampleType {
    /// 8-bit integers.
    Int8,
    /// 16-bit integers.
    Int16,
    /// 32-bit floats.
    Float,
}

impl SampleType {
    /// Returns the name of the type in C.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Int8 => "int8_t",
            Self::Int16 => "int16_t",
            Self::Float => "float",
        }
    }

    /// Returns the size of a sample in bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        match self {
            Self::Int8 => 1,
            Self::Int16 => 2,
            Self::Float => 4,
        }
    }

    /// Returns the magnitude that stands for 1.
    #[must_use]
    pub const fn full_scale(self) -> f32 {
        match self {
            Self::Int8 => 128.0,
            Self::Int16 => 32_768.0,
            Self::Float => 1.0,
        }
    }
}

impl Raw {
    /// Returns the size of the raw data of an example.
    #[must_use]
    pub const fn bytes(&self) -> Bytes {
        let samples = (self.moments as u64).saturating_mul(self.channels as u64);
        Bytes(samples.saturating_mul(self.sample.bytes()))
    }
}
