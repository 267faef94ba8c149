//! The chunks of RIFF and IFF files, of which WAV and AIFF are kinds.

use crate::limits;

/// Order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// Reads a number of 16 bits, unless `bytes` ends before it does.
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let number = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(number),
            Self::Big => u16::from_be_bytes(number),
        })
    }

    /// Reads a number of 32 bits, unless `bytes` ends before it does.
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let number = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(number),
            Self::Big => u32::from_be_bytes(number),
        })
    }
}

/// Returns whether the first chunk of a file states a size for it that it may once have had, and does
/// not have.
pub(super) fn is_cut(bytes: &[u8], order: ByteOrder) -> bool {
    let stated = order.u32(bytes, 4).map_or(0, u64::from);
    stated < limits::MAX_BYTES && stated + 8 > bytes.len() as u64
}

/// A part of a file with a name and a size.
pub(super) struct Chunk<'a> {
    pub(super) id: [u8; 4],
    /// Size according to the header, in bytes.
    pub(super) size: u32,
    /// The bytes from the start of the content to the end of the file.
    pub(super) rest: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Returns the content, as far as the file has it.
    pub(super) fn content(&self) -> &'a [u8] {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        self.rest.get(..size).unwrap_or(self.rest)
    }
}

/// Iterator over the chunks of a file.
pub(super) struct Chunks<'a> {
    bytes: &'a [u8],
    order: ByteOrder,
}

impl<'a> Chunks<'a> {
    /// Creates an iterator over the chunks that begin at the start of `bytes`.
    pub(super) fn new(bytes: &'a [u8], order: ByteOrder) -> Self {
        Self { bytes, order }
    }

    /// Returns whether nothing but complete chunks is left. Sound samples hardly ever look like this.
    pub(super) fn are_all(mut self) -> bool {
        let complete = self.all(|chunk| {
            chunk.id.iter().all(|byte| (b' '..=b'~').contains(byte))
                && chunk.content().len() as u64 == u64::from(chunk.size)
        });
        complete && self.bytes.is_empty()
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let (&id, after_id) = self.bytes.split_first_chunk()?;
        let chunk = Chunk { id, size: self.order.u32(after_id, 0)?, rest: after_id.get(4..)? };
        let content = chunk.content().len();
        // A byte of padding follows an odd size, but some writers leave it out.
        let padded = content % 2 == 1 && !begins_chunk(&chunk.rest[content..]);
        self.bytes = chunk.rest.get(content + usize::from(padded)..).unwrap_or(&[]);
        Some(chunk)
    }
}

/// Returns whether bytes begin like one of the chunks that often precede the samples.
fn begins_chunk(bytes: &[u8]) -> bool {
    [b"fmt ", b"data", b"fact", b"LIST", b"COMM", b"SSND"].iter().any(|id| bytes.starts_with(*id))
}
