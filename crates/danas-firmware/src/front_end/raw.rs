//! The raw data of an example.

use danas_space::{Bytes, Rate};

use crate::error::FirmwareError;

/// The raw data that a front end reads: samples of one or more channels at consecutive moments. For
/// data that is no stream, moments are only a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Raw {
    /// Type of a sample as it is kept.
    pub sample: SampleType,
    /// Number of moments of an example.
    pub moments: usize,
    /// Number of samples of a moment.
    pub channels: usize,
    /// Moments in a second, or `None` for data that is no stream.
    pub rate: Option<Rate>,
}

/// The type of a raw sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SampleType {
    /// 8-bit integers.
    Int8,
    /// 16-bit integers.
    Int16,
    /// 8-bit integers without a sign.
    Uint8,
    /// 16-bit integers without a sign.
    Uint16,
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
            Self::Uint8 => "uint8_t",
            Self::Uint16 => "uint16_t",
            Self::Float => "float",
        }
    }

    /// Returns the size of a sample in bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        match self {
            Self::Int8 | Self::Uint8 => 1,
            Self::Int16 | Self::Uint16 => 2,
            Self::Float => 4,
        }
    }
}

impl Raw {
    /// Returns the type of a sample as the program hands it over. Samples that are kept in 8 bits with
    /// a sign arrive in 16.
    #[must_use]
    pub const fn arriving(&self) -> SampleType {
        match self.sample {
            SampleType::Int8 => SampleType::Int16,
            other => other,
        }
    }

    /// Returns the size of the raw data of an example.
    #[must_use]
    pub const fn bytes(&self) -> Bytes {
        let samples = (self.moments as u64).saturating_mul(self.channels as u64);
        Bytes(samples.saturating_mul(self.sample.bytes()))
    }
}

/// The raw data of one example: samples of all channels of a moment and then of the next one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RawExample {
    /// 16-bit integers, such as samples of sound.
    Int16(Vec<i16>),
    /// Bytes, such as a frame of a camera.
    Uint8(Vec<u8>),
    /// 16-bit integers without a sign, such as pixels in RGB 565.
    Uint16(Vec<u16>),
    /// Floats, such as samples of motion.
    Float(Vec<f32>),
}

impl RawExample {
    /// Returns the type of a sample.
    #[must_use]
    pub const fn sample(&self) -> SampleType {
        match self {
            Self::Int16(_) => SampleType::Int16,
            Self::Uint8(_) => SampleType::Uint8,
            Self::Uint16(_) => SampleType::Uint16,
            Self::Float(_) => SampleType::Float,
        }
    }

    /// Returns the number of samples.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Int16(samples) => samples.len(),
            Self::Uint8(samples) => samples.len(),
            Self::Uint16(samples) => samples.len(),
            Self::Float(samples) => samples.len(),
        }
    }

    /// Returns whether there are no samples.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns an error unless the example is of a type and a number of samples.
    pub(crate) fn check(&self, sample: SampleType, count: usize) -> Result<(), FirmwareError> {
        if self.sample() != sample {
            let [expected, actual] = [sample, self.sample()].map(SampleType::name);
            return Err(FirmwareError::Sample { expected, actual });
        }
        if self.len() != count {
            let (what, actual) = ("samples of an example", self.len());
            return Err(FirmwareError::Shape { what, expected: count, actual });
        }
        Ok(())
    }
}
