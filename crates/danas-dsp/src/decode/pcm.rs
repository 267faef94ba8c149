//! Samples that are not compressed, or only by A-law and µ-law.

use danas_space::Hertz;

use super::{
    chunks::{ByteOrder, Chunks},
    fault::Fault,
};
use crate::{
    error::DspError,
    limits,
    recording::{Recording, check_channels, check_len},
};

/// Coding of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// An integer of 8 bits to which 128 is added.
    Offset8,
    /// An integer of 1 to 4 bytes.
    Integer(u16),
    Float32,
    Float64,
    ALaw,
    MuLaw,
}

/// The samples of a file, channel after channel in each frame.
pub(super) struct Pcm<'a> {
    pub(super) coding: Coding,
    pub(super) order: ByteOrder,
    pub(super) channels: u16,
    pub(super) hertz: u32,
    pub(super) extent: Extent<'a>,
}

/// The bytes of the samples, and how many of them the header promises.
pub(super) struct Extent<'a> {
    data: &'a [u8],
    promised: u64,
}

impl<'a> Extent<'a> {
    /// Finds the samples at the start of `rest`, the end of a file, whose header states that they
    /// have `stated` bytes. `cut` tells whether the header also states that the file was longer.
    ///
    /// A writer that cannot go back to its header, because it writes to a pipe or is stopped, states
    /// sizes without meaning. The samples then go on to the end of the file. This is so if their
    /// size is
    ///
    /// - 0, and no other chunks follow,
    /// - that of a file that would be too large to be read even if it were complete: 0x7ffff000 (SoX,
    ///   `espeak-ng`), 0x7fffffff (LAME, `opusdec`), 0x80000000 (`arecord`), 2 000 000 000,
    ///   0xffffffff (FFmpeg), and others,
    /// - beyond the end of a file that is not `cut`.
    ///
    /// Otherwise, the samples were once there.
    pub(super) fn new(stated: u64, rest: &'a [u8], order: ByteOrder, cut: bool) -> Self {
        let len = usize::try_from(stated).ok().filter(|&len| len <= rest.len());
        match len {
            Some(0) if !Chunks::new(rest, order).are_all() => Self { data: rest, promised: 0 },
            Some(len) => Self { data: &rest[..len], promised: stated },
            None if cut && stated < limits::MAX_BYTES => Self { data: rest, promised: stated },
            None => Self { data: rest, promised: 0 },
        }
    }
}

impl Pcm<'_> {
    /// Decodes all channels. Memory is only taken for samples that are in the file.
    pub(super) fn decode(&self) -> Result<Recording, Fault> {
        let rate = Hertz::new(self.hertz).ok_or(DspError::Rate { hertz: self.hertz })?;
        let channels = usize::from(self.channels);
        check_channels(channels, [0, 0])?;
        let block = (self.width() * channels) as u64;
        let frames = self.extent.data.len() as u64 / block;
        let expected = self.extent.promised / block;
        if frames < expected {
            return Err(Fault::Truncated { frames, expected });
        }
        if frames == 0 {
            return Err(DspError::Empty.into());
        }
        check_len(frames.saturating_mul(channels as u64))?;
        Ok(Recording::from_channels(self.planes(), rate)?)
    }

    /// Returns the size of a sample, in bytes.
    fn width(&self) -> usize {
        match self.coding {
            Coding::Offset8 | Coding::ALaw | Coding::MuLaw => 1,
            Coding::Integer(bytes) => usize::from(bytes),
            Coding::Float32 => 4,
            Coding::Float64 => 8,
        }
    }

    fn planes(&self) -> Vec<Vec<f32>> {
        let integer = |bytes: [u8; 4]| i32::from_le_bytes(bytes) as f32 / 2_147_483_648.0;
        let short = |sample: i16| f32::from(sample) / 32_768.0;
        match self.coding {
            Coding::Offset8 => self.split(|[byte]| (f32::from(byte) - 128.0) / 128.0),
            Coding::Integer(1) => self.split(|[a]| integer([0, 0, 0, a])),
            Coding::Integer(2) => self.split(|[a, b]| integer([0, 0, a, b])),
            Coding::Integer(3) => self.split(|[a, b, c]| integer([0, a, b, c])),
            Coding::Integer(_) => self.split(integer),
            Coding::Float32 => self.split(f32::from_le_bytes),
            Coding::Float64 => self.split(|bytes| f64::from_le_bytes(bytes) as f32),
            Coding::ALaw => self.split(|[byte]| short(a_law(byte))),
            Coding::MuLaw => self.split(|[byte]| short(mu_law(byte))),
        }
    }

    /// Converts samples of `N` bytes, whose order `convert` gets as little-endian.
    fn split<const N: usize>(&self, convert: impl Fn([u8; N]) -> f32) -> Vec<Vec<f32>> {
        let channels = usize::from(self.channels);
        let (samples, _) = self.extent.data.as_chunks::<N>();
        let convert = |sample: &[u8; N]| {
            let mut sample = *sample;
            if self.order == ByteOrder::Big {
                sample.reverse();
            }
            convert(sample)
        };
        let frames = samples.len() / channels;
        (0..channels)
            .map(|channel| {
                samples.iter().skip(channel).step_by(channels).take(frames).map(convert).collect()
            })
            .collect()
    }
}

/// Expands a byte of A-law to 16 bits (ITU-T G.711).
fn a_law(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let mantissa = i16::from(byte & 0x0f) << 4;
    let magnitude = match (byte & 0x70) >> 4 {
        0 => mantissa + 8,
        exponent => (mantissa + 0x108) << (exponent - 1),
    };
    if byte & 0x80 == 0 { -magnitude } else { magnitude }
}

/// Expands a byte of µ-law to 16 bits (ITU-T G.711).
fn mu_law(byte: u8) -> i16 {
    let byte = !byte;
    let mantissa = i16::from(byte & 0x0f) << 3;
    let magnitude = ((mantissa + 0x84) << ((byte & 0x70) >> 4)) - 0x84;
    if byte & 0x80 == 0 { magnitude } else { -magnitude }
}
