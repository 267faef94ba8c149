//! Parts of FLAC files that symphonia does not read.

use std::{borrow::Cow, iter};

use symphonia::core::{checksum::Crc16Ansi, io::Monitor};

/// Positions of the smallest and largest number of samples in a frame, each a number of 16 bits.
const MIN_BLOCK: usize = 8;
const MAX_BLOCK: usize = 10;

/// Largest size of a frame that is looked for, in bytes: twice that of the most samples that a frame
/// can have.
const MAX_FRAME: usize = 1 << 22;

/// Smallest number of samples in a frame that FLAC allows.
const SMALLEST_BLOCK: u16 = 16;

/// Changes the sizes of frames in the header to ones that symphonia accepts.
///
/// Some encoders write 0 or the size of the last frame as the smallest size. Symphonia rejects the
/// first, and then expects frames of several sizes. The sizes have no effect on the samples.
pub(super) fn repair_header(bytes: &mut Cow<'_, [u8]>) {
    let size = |at: usize| Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
    // The last bit of the first frame's sync code tells whether frames differ in size.
    let (Some(min), Some(max), Some([0xff, sync, ..])) =
        (size(MIN_BLOCK), size(MAX_BLOCK), frames(bytes))
    else {
        return;
    };
    let largest = if max < SMALLEST_BLOCK { u16::MAX } else { max };
    let smallest = match sync & 1 {
        0 => largest,
        _ if (SMALLEST_BLOCK..largest).contains(&min) => min,
        _ => SMALLEST_BLOCK,
    };
    if (smallest, largest) != (min, max) {
        let bytes = bytes.to_mut();
        bytes[MIN_BLOCK..MAX_BLOCK].copy_from_slice(&smallest.to_be_bytes());
        bytes[MAX_BLOCK..MAX_BLOCK + 2].copy_from_slice(&largest.to_be_bytes());
    }
}

/// Returns data that may be the frame after the first `before` bytes of frames: whatever begins
/// there and ends with a checksum of its own.
///
/// One in 65 536 parts of a frame happens to end like this. They cannot be decoded.
pub(super) fn possible_frames(bytes: &[u8], before: usize) -> impl Iterator<Item = &[u8]> {
    let rest = frames(bytes).and_then(|frames| frames.get(before..)).unwrap_or(&[]);
    let rest = &rest[..rest.len().min(MAX_FRAME)];
    let mut checksum = Crc16Ansi::new(0);
    let mut len = 0;
    iter::from_fn(move || {
        while let Some(&byte) = rest.get(len) {
            len += 1;
            checksum.process_byte(byte);
            // The checksum of data and its checksum is 0.
            if checksum.crc() == 0 {
                return rest.get(..len);
            }
        }
        None
    })
}

/// Returns the bytes after the metadata.
fn frames(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.strip_prefix(b"fLaC")?;
    loop {
        let &[kind, a, b, c] = rest.first_chunk()?;
        let len = u32::from_be_bytes([0, a, b, c]) as usize;
        rest = rest.get(4 + len..)?;
        if kind & 0x80 != 0 {
            return Some(rest);
        }
    }
}
