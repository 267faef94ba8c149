//! Sound files before they are decoded.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use super::{decode_bytes, fault::Fault};
use crate::{Digest, DspError, Recording};

/// A sound file's bytes, under the path that errors name.
///
/// ```
/// use danas_dsp::{DspError, SoundFile};
///
/// let picture = SoundFile::from_bytes("cat.png", *b"\x89PNG");
/// assert!(matches!(picture.decode(), Err(DspError::UnknownFormat { .. })));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SoundFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl SoundFile {
    /// The largest file that is read: 1 GiB.
    pub const MAX_BYTES: u64 = 1 << 30;

    /// Reads a file into memory.
    ///
    /// # Errors
    /// [`DspError::Read`] for what is not a file, or cannot be read, and [`DspError::Oversized`] for
    /// more than [`MAX_BYTES`](Self::MAX_BYTES), of which no more are read.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DspError> {
        let path = path.as_ref();
        let unreadable = |source| DspError::Read { path: path.to_owned(), source };
        let oversized = |_| DspError::Oversized { path: path.to_owned() };
        // Before it is opened: that alone would wait for a writer to a pipe.
        check_kind(&fs::metadata(path).map_err(unreadable)?).map_err(unreadable)?;
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        check_kind(&metadata).map_err(unreadable)?;
        let len = check_size(metadata.len()).map_err(oversized)?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).map_err(|error| unreadable(io::Error::other(error)))?;
        // The file may grow, or be of a kind that does not know its length.
        file.take(Self::MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        check_size(bytes.len() as u64).map_err(oversized)?;
        Ok(Self::from_bytes(path, bytes))
    }

    /// The hash of the content.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// The file `path` with the content `bytes`, which need not exist on disk.
    #[must_use]
    pub fn from_bytes(path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into() }
    }

    /// The path as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The content.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Decodes all channels, at the native rate.
    ///
    /// # Formats
    /// The format is found by the first bytes, not by name; ID3v2 tags before them are skipped.
    ///
    /// | format | content |
    /// |---|---|
    /// | WAV | integers of 8, 16, 24 and 32 bits, floats of 32 and 64, A-law and µ-law; at most 26 channels |
    /// | FLAC | up to 24 bits and 8 channels |
    /// | Ogg | Vorbis or FLAC, one stream after its start, up to 8 channels |
    /// | MP3 | MPEG 1, 2 and 2.5 layer III, mono or stereo, but no free bit rate |
    ///
    /// Integers are scaled to ±1: a 16-bit sample `n` is `n / 32768`. Of WAV and FLAC files, samples
    /// are those that libsndfile, librosa's reader, would give. Vorbis and MP3 decoders may round
    /// as they like: the samples agree with libsndfile's to 1e-5 of full scale, and their number is
    /// the same. Channels are in the order of a WAV file.
    ///
    /// # Delay and padding
    /// The samples that an encoder of Vorbis or MP3 put before and after the sound are cut where the
    /// file says how many they are. Ogg always does. An MP3 file does in its LAME header; without,
    /// the recording starts about 1100 samples late and ends with up to 2300 samples of silence.
    ///
    /// # What is noticed
    /// A file is read whole or not at all, as far as its format lets one see:
    ///
    /// | format | cut short | changed bytes |
    /// |---|---|---|
    /// | WAV | always, unless it was written to a pipe, and its header promises nothing | no |
    /// | FLAC | always, unless the header does not know its length | by checksums |
    /// | Ogg | always | by checksums |
    /// | MP3 | only where a Xing, Info or VBRI header counts the frames | only what breaks the decoding |
    ///
    /// Of an MP3 file that counts no frames, one that is cut between frames is a shorter file, one
    /// that is cut within a frame loses it, and what is no frame is skipped. What follows the
    /// counted frames is not read.
    ///
    /// Memory is bounded by [`Recording::MAX_SAMPLES`], whatever the header says. A panic of the
    /// decoder is an error, but runs the panic hook, which may print it.
    ///
    /// # Errors
    /// [`DspError::UnknownFormat`], [`DspError::Damaged`], [`DspError::Truncated`],
    /// [`DspError::Unfinished`], and [`DspError::Unusable`] for sound that cannot be a
    /// [`Recording`] (empty, too long, too many channels, a rate of zero, a NaN). All name
    /// [`path`](Self::path).
    pub fn decode(&self) -> Result<Recording, DspError> {
        // Symphonia 0.6 multiplies fields of WAV headers unchecked, which panics in debug builds.
        catch_unwind(AssertUnwindSafe(|| decode_bytes(&self.bytes)))
            .unwrap_or_else(|_| Err(Fault::Damaged("the decoder panicked".into())))
            .map_err(|fault| fault.of(&self.path))
    }
}

/// The path and the number of bytes: the bytes themselves would fill a terminal.
impl fmt::Debug for SoundFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoundFile")
            .field("path", &self.path)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// Refuses directories, pipes and devices: they may have no end.
fn check_kind(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    Ok(())
}

/// A length in memory, if it is allowed.
fn check_size(bytes: u64) -> Result<usize, ()> {
    if bytes > SoundFile::MAX_BYTES { Err(()) } else { usize::try_from(bytes).map_err(|_| ()) }
}
