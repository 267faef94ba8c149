//! Detection of file formats.

use super::{compressed::Format, mp3};

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Wav,
    Aiff,
    Compressed(Format),
}

impl Container {
    /// Detects the format from the first bytes after any tags, and returns it with the bytes from
    /// there on.
    ///
    /// Symphonia's own detection searches the first megabyte for a format, and would find MP3 data
    /// in many pictures.
    pub(super) fn find(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let bytes = after_tags(bytes);
        let container = match bytes {
            [b'R', b'I', b'F', b'F' | b'X', ..] | [b'R', b'F', b'6', b'4', ..] => Self::Wav,
            [b'F', b'O', b'R', b'M', ..] => Self::Aiff,
            [b'f', b'L', b'a', b'C', ..] => Self::Compressed(Format::Flac),
            [b'O', b'g', b'g', b'S', ..] => Self::Compressed(Format::Ogg),
            // Eleven one bits, then any version, then layer III.
            [0xff, second, ..] if second & 0xe6 == 0xe2 => Self::Compressed(Format::Mp3),
            _ => return Some((Self::Compressed(Format::Mp3), mp3::after_junk(bytes)?)),
        };
        Some((container, bytes))
    }
}

/// Returns the bytes after the ID3v2 tags at the start of a file, and after the zeros that some
/// taggers write there.
fn after_tags(mut bytes: &[u8]) -> &[u8] {
    while let [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = *bytes {
        // The size has seven bits per byte. A footer adds ten bytes.
        let size = [a, b, c, d].iter().fold(0, |size, &byte| size << 7 | usize::from(byte & 0x7f));
        let len = 10 + size + if flags & 0x10 == 0 { 0 } else { 10 };
        bytes = bytes.get(len..).unwrap_or(&[]);
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        bytes = &bytes[zeros..];
    }
    bytes
}
