//! Detection of file formats.

use std::io::Cursor;

use symphonia::{
    core::{
        formats::{FormatOptions, FormatReader},
        io::{MediaSource, MediaSourceStream, ReadOnlySource},
    },
    default::formats::{FlacReader, MpaReader, OggReader, WavReader},
};

use super::{fault::Fault, ogg};

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Wav,
    Flac,
    Ogg,
    Mp3,
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
            [b'R', b'I', b'F', b'F', ..] => Self::Wav,
            [b'f', b'L', b'a', b'C', ..] => Self::Flac,
            [b'O', b'g', b'g', b'S', ..] => Self::Ogg,
            // Eleven one bits, then any version, then layer III.
            [0xff, second, ..] if second & 0xe6 == 0xe2 => Self::Mp3,
            _ => return None,
        };
        Some((container, bytes))
    }

    /// Opens a reader of packets. Checks first that an Ogg file is complete.
    pub(super) fn open(self, bytes: &[u8]) -> Result<Box<dyn FormatReader + '_>, Fault> {
        if self == Self::Ogg {
            ogg::check(bytes)?;
        }
        let cursor = Cursor::new(bytes);
        let source: Box<dyn MediaSource + '_> = match self {
            // If symphonia can seek in an MP3 file without a header, it guesses the length from the
            // first frames, and cuts off the rest.
            Self::Mp3 => Box::new(ReadOnlySource::new(cursor)),
            _ => Box::new(cursor),
        };
        let stream = MediaSourceStream::new(source, Default::default());
        let options = FormatOptions::default();
        let reader: Result<Box<dyn FormatReader + '_>, _> = match self {
            Self::Wav => WavReader::try_new(stream, options).map(|reader| Box::new(reader) as _),
            Self::Flac => FlacReader::try_new(stream, options).map(|reader| Box::new(reader) as _),
            Self::Ogg => OggReader::try_new(stream, options).map(|reader| Box::new(reader) as _),
            Self::Mp3 => MpaReader::try_new(stream, options).map(|reader| Box::new(reader) as _),
        };
        reader.map_err(Fault::opening)
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
