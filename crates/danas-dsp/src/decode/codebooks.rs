//! Limit on the memory that the codebooks of a Vorbis file take.

use symphonia::core::{
    codecs::audio::{AudioCodecParameters, well_known::CODEC_ID_VORBIS},
    errors::{Error, Result},
    io::{BitReaderRtl, ReadBitsRtl},
};

use super::fault::Fault;

/// Largest number of values in all codebooks together: 64 MB, a hundred times what encoders write.
const MAX_VALUES: u64 = 1 << 24;

/// Size of the identification header and of the start of the setup header (its type and `vorbis`),
/// in bytes.
const HEADERS: usize = 30 + 7;

/// Rejects a Vorbis file whose codebooks would exhaust the memory.
///
/// A codebook takes dimensions × entries values in memory, whatever its length in the file, and a
/// file may have 256 codebooks: 5 kB can expand to 4 GB.
pub(super) fn check(parameters: &AudioCodecParameters) -> std::result::Result<(), Fault> {
    let headers = parameters.extra_data.as_deref().unwrap_or(&[]);
    match headers.get(HEADERS..) {
        Some(setup) if parameters.codec == CODEC_ID_VORBIS => Ok(check_setup(setup)?),
        _ => Ok(()),
    }
}

/// Reads through the codebooks, which are the first part of a setup header.
fn check_setup(setup: &[u8]) -> Result<()> {
    let mut bits = BitReaderRtl::new(setup);
    let mut values = 0;
    for _ in 0..=bits.read_bits_leq32(8)? {
        values += skip_codebook(&mut bits)?;
        if values > MAX_VALUES {
            return Err(Error::LimitError("the Vorbis codebooks are too large"));
        }
    }
    Ok(())
}

/// Reads through one codebook, and returns the number of values that it takes in memory.
fn skip_codebook(bits: &mut BitReaderRtl<'_>) -> Result<u64> {
    if bits.read_bits_leq32(24)? != 0x56_43_42 {
        return Err(Error::DecodeError("a Vorbis codebook lacks its sync pattern"));
    }
    let dimensions = bits.read_bits_leq32(16)?;
    let entries = bits.read_bits_leq32(24)?;
    skip_lengths(bits, entries)?;
    let values = u64::from(dimensions) * u64::from(entries);
    let multiplicands = match bits.read_bits_leq32(4)? {
        0 => return Ok(u64::from(entries)),
        1 => u64::from(lattice_values(entries, dimensions)),
        2 => values,
        _ => return Err(Error::DecodeError("a Vorbis codebook has an unknown type")),
    };
    bits.ignore_bits(64)?;
    let width = bits.read_bits_leq32(4)? + 1;
    bits.ignore_bits(1)?;
    for _ in 0..multiplicands {
        bits.ignore_bits(width)?;
    }
    Ok(values)
}

/// Reads through the lengths of the code words.
fn skip_lengths(bits: &mut BitReaderRtl<'_>, entries: u32) -> Result<()> {
    if bits.read_bool()? {
        // Ordered codebooks state the number of words of each length.
        bits.ignore_bits(5)?;
        let mut seen = 0;
        while seen < entries {
            let left = entries - seen;
            seen += bits.read_bits_leq32(u32::BITS - left.leading_zeros())?;
        }
    } else {
        let sparse = bits.read_bool()?;
        for _ in 0..entries {
            if !sparse || bits.read_bool()? {
                bits.ignore_bits(5)?;
            }
        }
    }
    Ok(())
}

/// Returns the largest number that is at most `entries` when raised to the power `dimensions`.
fn lattice_values(entries: u32, dimensions: u32) -> u32 {
    let fits = |value: u32| value.checked_pow(dimensions).is_some_and(|power| power <= entries);
    if dimensions == 0 {
        return 0;
    }
    // The root may be off by one after rounding.
    let root = f64::from(entries).powf(1.0 / f64::from(dimensions)) as u32;
    if fits(root + 1) {
        root + 1
    } else if fits(root) {
        root
    } else {
        root.saturating_sub(1)
    }
}
