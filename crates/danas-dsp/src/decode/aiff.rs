//! Headers of AIFF and AIFF-C files.

use super::{
    chunks::{ByteOrder, Chunks, is_cut},
    fault::Fault,
    pcm::{Coding, Extent, Pcm},
};

/// Reads the header of an AIFF or AIFF-C file.
///
/// As in WAV, the size of the samples tells where they end. The stated number of samples is not read.
pub(super) fn read(bytes: &[u8]) -> Result<Pcm<'_>, Fault> {
    if !matches!(bytes.get(8..12), Some(b"AIFF" | b"AIFC")) {
        return Err(Fault::unsupported("the IFF file contains no AIFF sound"));
    }
    let mut common = None;
    let mut extent = None;
    // The chunks can be in any order.
    for chunk in Chunks::new(&bytes[12..], ByteOrder::Big) {
        match &chunk.id {
            b"COMM" if common.is_none() => common = Some(Common::read(chunk.content())?),
            b"SSND" if extent.is_none() => {
                // The samples come after two fields: the number of bytes before the first of them,
                // and a size of blocks.
                let fields = 8;
                let offset = ByteOrder::Big.u32(chunk.rest, 0).unwrap_or(0);
                let start = usize::try_from(offset).ok().and_then(|skip| skip.checked_add(fields));
                let rest = start.and_then(|start| chunk.rest.get(start..)).unwrap_or(&[]);
                let before = u64::from(offset) + fields as u64;
                let stated = u64::from(chunk.size).saturating_sub(before);
                let cut = is_cut(bytes, ByteOrder::Big);
                extent = Some(Extent::new(stated, rest, ByteOrder::Big, cut));
            }
            _ => {}
        }
    }
    let Common { coding, order, channels, hertz } =
        common.ok_or(Fault::damaged("no `COMM` chunk with the format"))?;
    let extent = extent.ok_or(Fault::damaged("no `SSND` chunk with samples"))?;
    Ok(Pcm { coding, order, channels, hertz, extent })
}

struct Common {
    coding: Coding,
    order: ByteOrder,
    channels: u16,
    hertz: u32,
}

impl Common {
    /// Reads a `COMM` chunk.
    fn read(comm: &[u8]) -> Result<Self, Fault> {
        let short = || Fault::damaged("the `COMM` chunk is too short");
        let field = |at| ByteOrder::Big.u16(comm, at).ok_or_else(short);
        let (channels, bits) = (field(0)?, field(6)?);
        let rate = comm.get(8..18).and_then(|rate| rate.first_chunk()).ok_or_else(short)?;
        let integer = Coding::Integer(bits.div_ceil(8));
        // Plain AIFF has no code.
        let code = comm.get(18..22).and_then(|code| code.first_chunk()).unwrap_or(b"NONE");
        let (coding, order) = match code {
            b"NONE" | b"twos" | b"in24" | b"in32" => (integer, ByteOrder::Big),
            b"sowt" | b"42n1" | b"23ni" => (integer, ByteOrder::Little),
            b"raw " => (Coding::Offset8, ByteOrder::Big),
            b"fl32" | b"FL32" => (Coding::Float32, ByteOrder::Big),
            b"fl64" | b"FL64" => (Coding::Float64, ByteOrder::Big),
            b"alaw" | b"ALAW" => (Coding::ALaw, ByteOrder::Big),
            b"ulaw" | b"ULAW" => (Coding::MuLaw, ByteOrder::Big),
            code => {
                let code = code.escape_ascii();
                return Err(Fault::unsupported(format!("AIFF-C with `{code}` is not supported")));
            }
        };
        if matches!(coding, Coding::Integer(bytes) if !(1..=4).contains(&bytes)) {
            let reason = format!("AIFF with integers of {bits} bits is not supported");
            return Err(Fault::unsupported(reason));
        }
        Ok(Self { coding, order, channels, hertz: hertz(*rate) })
    }
}

/// Returns the whole part of a rate, a positive float of 80 bits, or 0 if it is invalid.
fn hertz([sign, exponent, mantissa @ ..]: [u8; 10]) -> u32 {
    let exponent = u16::from_be_bytes([sign, exponent]);
    // The mantissa has 63 bits after the point, and an exponent of 0 is stored as 16 383.
    let shift = (16_383_u32 + 63).checked_sub(u32::from(exponent));
    let whole = shift.and_then(|shift| u64::from_be_bytes(mantissa).checked_shr(shift));
    whole.and_then(|hertz| u32::try_from(hertz).ok()).unwrap_or(0)
}
