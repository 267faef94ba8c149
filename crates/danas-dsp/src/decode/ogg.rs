//! Whether an Ogg file is whole.

use std::collections::BTreeMap;

use symphonia::core::{checksum::Crc32, io::Monitor};

use super::fault::Fault;

/// The bytes of a page before its segment table.
const HEADER: usize = 27;

/// Refuses a file with a damaged or missing page, or without its end.
///
/// Symphonia skips what it cannot read, and gives the rest as if nothing had been there.
pub(super) fn check(mut bytes: &[u8]) -> Result<(), Fault> {
    // The next page that each unended stream should have.
    let mut streams = BTreeMap::new();
    let mut frames = 0;
    while !bytes.is_empty() {
        let Some(page) = Page::first(bytes) else {
            // Tags of another program may follow the end, but not sound.
            if streams.is_empty() {
                break;
            }
            return Err(if is_cut(bytes) {
                Fault::Unfinished { frames }
            } else {
                Fault::Damaged("there is no page where one should start".into())
            });
        };
        if page.checksum() != page.field(22) {
            return Err(Fault::Damaged("the checksum of a page does not match".into()));
        }
        let (serial, sequence) = (page.field(14), page.field(18));
        let next = streams.insert(serial, sequence.wrapping_add(1));
        if next.is_some_and(|next| next != sequence) {
            return Err(Fault::Damaged("a page is missing".into()));
        }
        // All ones where no packet ends in the page.
        let granule = u64::from(page.field(6)) | u64::from(page.field(10)) << 32;
        frames = if granule == u64::MAX { frames } else { granule };
        if page.0[5] & 4 != 0 {
            streams.remove(&serial);
        }
        bytes = &bytes[page.0.len()..];
    }
    if streams.is_empty() { Ok(()) } else { Err(Fault::Unfinished { frames }) }
}

/// Whether bytes are the start of a page that ends too early.
fn is_cut(bytes: &[u8]) -> bool {
    bytes.iter().zip(b"OggS").all(|(byte, magic)| byte == magic)
}

/// A page with its header.
struct Page<'a>(&'a [u8]);

impl<'a> Page<'a> {
    /// The page at the start of `bytes`, if it is whole.
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let header = bytes.get(..HEADER).filter(|header| header.starts_with(b"OggS"))?;
        let body = HEADER + usize::from(header[HEADER - 1]);
        let segments = bytes.get(HEADER..body)?;
        let len = body + segments.iter().map(|&segment| usize::from(segment)).sum::<usize>();
        bytes.get(..len).map(Self)
    }

    /// The little-endian number at `offset` of the header.
    fn field(&self, offset: usize) -> u32 {
        let bytes = &self.0[offset..offset + 4];
        bytes.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
    }

    /// The sum of the page with zeros in the checksum's place.
    fn checksum(&self) -> u32 {
        let mut sum = Crc32::new(0);
        sum.process_buf_bytes(&self.0[..22]);
        sum.process_buf_bytes(&[0; 4]);
        sum.process_buf_bytes(&self.0[26..]);
        sum.crc()
    }
}
