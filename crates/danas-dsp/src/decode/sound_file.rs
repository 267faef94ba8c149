//! Sound files before they are decoded.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use danas_space::Digest;

use super::{decode_bytes, fault::Fault};
use crate::{error::DspError, limits, recording::Recording};

/// The bytes of a sound file, and the path that errors name.
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
    /// Size of the largest file that is read: 1 GiB.
    pub const MAX_BYTES: u64 = limits::MAX_BYTES;

    /// Reads a file into memory.
    ///
    /// # Errors
    /// [`DspError::Read`] if the path is not a regular file or cannot be read, and
    /// [`DspError::Oversized`] if the file has more than [`MAX_BYTES`](Self::MAX_BYTES); the rest
    /// of it is not read.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DspError> {
        let path = path.as_ref();
        let unreadable = |source| DspError::Read { path: path.to_owned(), source };
        let oversized = |_| DspError::Oversized { path: path.to_owned() };
        // Checks before opening, since opening a pipe would wait for a writer.
        check_kind(&fs::metadata(path).map_err(unreadable)?).map_err(unreadable)?;
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        check_kind(&metadata).map_err(unreadable)?;
        let len = check_size(metadata.len()).map_err(oversized)?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).map_err(|error| unreadable(io::Error::other(error)))?;
        // The file may grow, or its file system may not report its length.
        file.take(Self::MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        check_size(bytes.len() as u64).map_err(oversized)?;
        Ok(Self::from_bytes(path, bytes))
    }

    /// Returns the hash of the content.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// Creates a sound file from its content. `path` need not exist on disk.
    #[must_use]
    pub fn from_bytes(path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into() }
    }

    /// Returns the path as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the content.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Decodes all channels, at the native rate.
    ///
    /// # Formats
    /// The format is detected from the first bytes, not from the name. ID3v2 tags at the start are
    /// skipped, as are up to 64 kB of other data before the first frame of an MP3 file. Data behind
    /// the sound, such as ID3v1 and APE tags, is ignored.
    ///
    /// | format | content |
    /// |---|---|
    /// | WAV, also RF64 and RIFX | integers of 8, 16, 24 and 32 bits, floats of 32 and 64 bits, A-law and µ-law |
    /// | AIFF, AIFF-C | the same, in both byte orders |
    /// | FLAC | up to 24 bits and 8 channels |
    /// | Ogg | Vorbis or FLAC, up to 8 channels; no second stream after the first |
    /// | MP3 | MPEG 1, 2 and 2.5 layer III, mono or stereo, but no free bit rate |
    ///
    /// Integers are scaled to ±1: a 16-bit sample `n` is `n / 32768`. The samples of WAV, AIFF and
    /// FLAC files are exactly those of libsndfile, librosa's reader. Vorbis and MP3 decoders may
    /// round differently: the samples agree with libsndfile's to 1e-5 of full scale, and their number
    /// is the same. If an MP3 file begins in the middle of a stream, its first two frames can differ,
    /// since a part of their data is missing; libsndfile may also end it early. Channels are in the
    /// order of a WAV file.
    ///
    /// # Delay and padding
    /// Vorbis and MP3 encoders add samples before and after the sound. These samples are removed if
    /// the file states their number. Ogg files always do, and MP3 files do in a LAME header.
    /// Without this header, the recording starts about 1100 samples late and ends with up to 2300
    /// samples of silence.
    ///
    /// # Unfinished files
    /// A WAV or AIFF file from a pipe, or from a recorder that was stopped, does not state how long
    /// it is. Its samples go on to the end of the file if their stated size is
    ///
    /// - 0, and no other chunks follow (libsndfile mostly reads no samples then),
    /// - at least [`MAX_BYTES`](Self::MAX_BYTES), which programs write that do not know it, or
    /// - beyond the end of the file, while the size that the header states for the whole file is not,
    ///   or is at least [`MAX_BYTES`](Self::MAX_BYTES).
    ///
    /// If both sizes are beyond the end, they were true once, and the file is truncated. If the
    /// samples fit, the size of the file does not matter.
    ///
    /// # Damaged files
    /// A file is decoded completely or not at all, as far as its format allows damage to be
    /// detected:
    ///
    /// | format | truncation is detected | changed bytes are detected |
    /// |---|---|---|
    /// | WAV, AIFF | always, unless the header states no length, as above | no |
    /// | FLAC | always, unless the header states no length | by checksums |
    /// | Ogg | always | by checksums |
    /// | MP3 | only if a Xing, Info or VBRI header counts the frames | only if they break the decoding |
    ///
    /// If an MP3 file does not count its frames, a cut between frames gives a shorter recording, a
    /// frame that is cut is lost, and data that is not a frame is skipped. If it counts them, data
    /// after the last counted frame is not read.
    ///
    /// Memory is bounded by [`Recording::MAX_SAMPLES`], whatever the header states. A panic of the
    /// decoder becomes an error, but it runs the panic hook, which may print a message.
    ///
    /// # Errors
    /// [`DspError::UnknownFormat`], [`DspError::Damaged`], [`DspError::Truncated`],
    /// [`DspError::Unfinished`], and [`DspError::Unusable`] for sound that cannot be a
    /// [`Recording`] (empty, too long, too many channels, a rate of zero, a NaN). All errors name
    /// the [`path`](Self::path).
    pub fn decode(&self) -> Result<Recording, DspError> {
        // Symphonia may have arithmetic that overflows for invalid data, which panics in debug builds.
        catch_unwind(AssertUnwindSafe(|| decode_bytes(&self.bytes)))
            .unwrap_or_else(|_| Err(Fault::damaged("the decoder panicked")))
            .map_err(|fault| fault.of(&self.path))
    }
}

/// Shows the path and the number of bytes. The bytes themselves would fill a terminal.
impl fmt::Debug for SoundFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoundFile")
            .field("path", &self.path)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// Rejects directories, pipes and devices, which may have no end.
fn check_kind(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    Ok(())
}

/// Returns a size as a length in memory, if it is allowed.
fn check_size(bytes: u64) -> Result<usize, ()> {
    if bytes > SoundFile::MAX_BYTES { Err(()) } else { usize::try_from(bytes).map_err(|_| ()) }
}
