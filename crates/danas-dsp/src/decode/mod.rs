//! Decoding of sound files.

mod aiff;
mod chunks;
mod codebooks;
mod compressed;
mod container;
mod fault;
mod flac;
mod mp3;
mod ogg;
mod pcm;
mod sound_file;
mod wav;

use std::path::Path;

use crate::{error::DspError, recording::Recording};
use container::Container;
use fault::Fault;
pub use sound_file::SoundFile;

/// Reads and decodes all channels of a sound file, at its native rate.
///
/// This is a shorthand for [`SoundFile::read`] and [`SoundFile::decode`]; the latter documents the
/// supported formats.
///
/// # Errors
/// The errors of [`SoundFile::read`] and [`SoundFile::decode`].
pub fn decode(path: impl AsRef<Path>) -> Result<Recording, DspError> {
    SoundFile::read(path)?.decode()
}

/// Decodes the bytes of a sound file.
fn decode_bytes(bytes: &[u8]) -> Result<Recording, Fault> {
    if bytes.is_empty() {
        return Err(DspError::Empty.into());
    }
    let (container, bytes) = Container::find(bytes).ok_or_else(Fault::unknown)?;
    match container {
        Container::Wav => wav::read(bytes)?.decode(),
        Container::Aiff => aiff::read(bytes)?.decode(),
        Container::Compressed(format) => compressed::decode(format, bytes),
    }
}
