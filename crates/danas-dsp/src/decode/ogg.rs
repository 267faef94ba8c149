//! Check that an Ogg file is complete and undamaged.

use std::collections::BTreeMap;

use symphonia::core::{checksum::Crc32, io::Monitor};

use super::fault::Fault;

/// Size of a page header before its segment table, in bytes.
const HEADER: usize = 27;

/// Largest number of samples in a packet: that of FLAC. A packet of Vorbis has up to 8192.
const MAX_PACKET: u64 = 1 << 16;

/// Rejects a file with a damaged or missing page, or without its end, or with an unsupported coding.
/// Returns the largest number of samples per channel that its packets can have.
///
/// Symphonia skips pages that it cannot read, and returns the rest as if nothing were missing.
pub(super) fn check(mut bytes: &[u8]) -> Result<u64, Fault> {
    let mut packets = 0;
    // The number of the next page of each stream that has not ended.
    let mut streams = BTreeMap::new();
    let mut frames = 0;
    while !bytes.is_empty() {
        let Some(page) = Page::first(bytes) else {
            // After the end of all streams, other programs may have appended tags.
            if streams.is_empty() {
                break;
            }
            return Err(if is_cut(bytes) {
                Fault::Unfinished { frames }
            } else {
                Fault::damaged("an Ogg page is followed by unknown data")
            });
        };
        if page.checksum() != page.field(22) {
            return Err(Fault::damaged("the checksum of an Ogg page does not match"));
        }
        if let Some(name) = page.unsupported() {
            return Err(Fault::unsupported(format!("Ogg with {name} is not supported")));
        }
        packets += page.packets();
        let (serial, sequence) = (page.field(14), page.field(18));
        let next = streams.insert(serial, sequence.wrapping_add(1));
        if next.is_some_and(|next| next != sequence) {
            return Err(Fault::damaged("an Ogg page is missing"));
        }
        // The position is all ones if no packet ends in the page.
        let granule = u64::from(page.field(6)) | u64::from(page.field(10)) << 32;
        if granule == u64::MAX && page.packets() > 0 {
            return Err(Fault::damaged("an Ogg page does not state its position"));
        }
        frames = if granule == u64::MAX { frames } else { granule };
        if page.0[5] & 4 != 0 {
            streams.remove(&serial);
        }
        bytes = &bytes[page.0.len()..];
    }
    if streams.is_empty() { Ok(packets * MAX_PACKET) } else { Err(Fault::Unfinished { frames }) }
}

/// Returns whether bytes begin like a page, which then is cut off.
fn is_cut(bytes: &[u8]) -> bool {
    bytes.iter().zip(b"OggS").all(|(byte, magic)| byte == magic)
}

/// A page, including its header.
struct Page<'a>(&'a [u8]);

impl<'a> Page<'a> {
    /// Returns the page at the start of `bytes`, if it is complete.
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let header = bytes.get(..HEADER).filter(|header| header.starts_with(b"OggS"))?;
        let body = HEADER + usize::from(header[HEADER - 1]);
        let segments = bytes.get(HEADER..body)?;
        let len = body + segments.iter().map(|&segment| usize::from(segment)).sum::<usize>();
        bytes.get(..len).map(Self)
    }

    /// Returns the sizes of the segments, and the segments.
    fn segments(&self) -> (&'a [u8], &'a [u8]) {
        self.0[HEADER..].split_at(usize::from(self.0[HEADER - 1]))
    }

    /// Returns the number of packets that end in the page: those with a segment that is not full.
    fn packets(&self) -> u64 {
        self.segments().0.iter().filter(|&&size| size < u8::MAX).count() as u64
    }

    /// Returns the name of the coding, if the page begins a stream of speech or music that is not
    /// read.
    fn unsupported(&self) -> Option<&'static str> {
        let codings = [(b"OpusHead", "Opus"), (b"Speex   ", "Speex")];
        let (_, body) = self.segments();
        codings.into_iter().find(|(magic, _)| body.starts_with(*magic)).map(|(_, name)| name)
    }

    /// Returns the little-endian number at `offset` in the header.
    fn field(&self, offset: usize) -> u32 {
        let bytes = &self.0[offset..offset + 4];
        bytes.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
    }

    /// Computes the checksum of the page, with zeros in place of the stored checksum.
    fn checksum(&self) -> u32 {
        let mut sum = Crc32::new(0);
        sum.process_buf_bytes(&self.0[..22]);
        sum.process_buf_bytes(&[0; 4]);
        sum.process_buf_bytes(&self.0[26..]);
        sum.crc()
    }
}
