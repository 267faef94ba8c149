//! Headers of WAV files.

use super::{
    chunks::{ByteOrder, Chunks, is_cut},
    fault::Fault,
    pcm::{Coding, Extent, Pcm},
};

/// The rest of the identifier of a coding after its tag, in `WAVE_FORMAT_EXTENSIBLE`.
const EXTENSIBLE: [u8; 14] = *b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";

/// As [`EXTENSIBLE`], for the four directions of an Ambisonic recording.
const AMBISONIC: [u8; 14] = *b"\0\0\x21\x07\xd3\x11\x86\x44\xc8\xc1\xca\0\0\0";

/// Reads the header of a WAV file.
///
/// The size of the samples tells where they end. That of the file alone tells nothing, since many
/// writers never correct it.
pub(super) fn read(bytes: &[u8]) -> Result<Pcm<'_>, Fault> {
    let order = if bytes.starts_with(b"RIFX") { ByteOrder::Big } else { ByteOrder::Little };
    if bytes.get(8..12) != Some(b"WAVE") {
        return Err(Fault::unsupported("the RIFF file contains no WAV sound"));
    }
    let mut format = None;
    // The size of the samples in a file of more than 4 GB.
    let mut long = None;
    for chunk in Chunks::new(&bytes[12..], order) {
        match &chunk.id {
            b"fmt " if format.is_none() => format = Some(Format::read(chunk.content(), order)?),
            b"ds64" => long = chunk.content().get(8..).and_then(|sizes| sizes.first_chunk()),
            b"data" => {
                let format = format.ok_or(Fault::damaged("no `fmt ` chunk before the samples"))?;
                let (stated, cut) = match long {
                    Some(size) if chunk.size == u32::MAX => (u64::from_le_bytes(*size), true),
                    _ => (u64::from(chunk.size), is_cut(bytes, order)),
                };
                let extent = Extent::new(stated, chunk.rest, order, cut);
                let Format { coding, channels, hertz } = format;
                return Ok(Pcm { coding, order, channels, hertz, extent });
            }
            _ => {}
        }
    }
    Err(Fault::damaged("no `data` chunk with samples"))
}

struct Format {
    coding: Coding,
    channels: u16,
    hertz: u32,
}

impl Format {
    /// Reads a `fmt ` chunk. Bytes after the fields that tell the coding are ignored, as are the
    /// fields that repeat others.
    fn read(fmt: &[u8], order: ByteOrder) -> Result<Self, Fault> {
        let short = || Fault::damaged("the `fmt ` chunk is too short");
        let field = |at| order.u16(fmt, at).ok_or_else(short);
        let (channels, block, bits) = (field(2)?, field(12)?, field(14)?);
        let tag = match field(0)? {
            0xfffe => {
                let kind = fmt.get(26..40).ok_or_else(short)?;
                if kind != EXTENSIBLE && kind != AMBISONIC {
                    return Err(Fault::unsupported("the coding of the WAV file is unknown"));
                }
                field(24)?
            }
            tag => tag,
        };
        let bytes = bits.div_ceil(8);
        let coding = match (tag, bytes) {
            // Some writers mean four bytes with three of them used, in one of two ways.
            (1, 3) if block == channels.saturating_mul(4) => {
                return Err(Fault::unsupported(
                    "samples of 24 bits in blocks of 32 are ambiguous; convert them to 24-bit WAV",
                ));
            }
            (1, 1) => Coding::Offset8,
            (1, 2..=4) => Coding::Integer(bytes),
            (3, 4) => Coding::Float32,
            (3, 8) => Coding::Float64,
            (6, _) => Coding::ALaw,
            (7, _) => Coding::MuLaw,
            _ => return Err(Fault::unsupported(unsupported(tag, bits))),
        };
        let hertz = order.u32(fmt, 4).ok_or_else(short)?;
        Ok(Self { coding, channels, hertz })
    }
}

/// Describes a coding that is not read.
fn unsupported(tag: u16, bits: u16) -> String {
    let name = match tag {
        1 => return format!("WAV with integers of {bits} bits is not supported"),
        3 => return format!("WAV with floats of {bits} bits is not supported"),
        0x02 => "Microsoft ADPCM",
        0x11 => "IMA ADPCM",
        0x31 => "GSM",
        0x50 | 0x55 => "MPEG sound",
        _ => return format!("WAV with coding {tag:#06x} is not supported"),
    };
    format!("WAV with {name} is not supported")
}
