//! Reading recordings from files.

use std::{
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use danas_space::Hertz;
use symphonia::{
    core::{
        audio::GenericAudioBufferRef,
        codecs::audio::{AudioDecoder, AudioDecoderOptions},
        errors::Error,
        formats::{FormatOptions, FormatReader, Track, TrackType, probe::Hint},
        io::MediaSourceStream,
        meta::MetadataOptions,
    },
    default::{get_codecs, get_probe},
};

use crate::{DspError, Recording, recording::check_len};

/// Reads a sound file: WAV (8, 16, 24 and 32 bit, float) or FLAC, of any number of channels.
///
/// The format is found by content, not by name. Integers are scaled to ±1 (a 16-bit sample `n` is
/// `n / 32768`); channels are averaged in `f32`, at the native rate. Samples are those that
/// libsndfile, librosa's reader, would give.
///
/// A file is read whole or not at all: one that is shorter than its header promises is an error, as
/// is a FLAC file that does not match its checksum. A WAV file that was written to a pipe promises
/// nothing, and is read to its end. Memory is bounded by [`Recording::MAX_SAMPLES`], whatever the
/// header says.
///
/// # Errors
/// [`DspError::Read`], [`DspError::UnknownFormat`], [`DspError::Damaged`], [`DspError::Truncated`],
/// and [`DspError::Unusable`] for sound that cannot be a [`Recording`] (empty, too long, a rate of
/// zero, a NaN). All name `path` as it is given here.
pub fn decode(path: impl AsRef<Path>) -> Result<Recording, DspError> {
    let path = path.as_ref();
    // Symphonia 0.6 multiplies fields of WAV headers unchecked, which panics in debug builds.
    catch_unwind(AssertUnwindSafe(|| read(path)))
        .unwrap_or_else(|_| Err(Fault::Damaged("the decoder panicked".into())))
        .map_err(|fault| fault.of(path))
}

/// What can go wrong, before it is known by path.
enum Fault {
    Read(io::Error),
    UnknownFormat(Error),
    Damaged(Box<dyn std::error::Error + Send + Sync>),
    Truncated { frames: u64, expected: u64 },
    Unusable(DspError),
}

impl Fault {
    fn of(self, path: &Path) -> DspError {
        let path = path.to_owned();
        match self {
            Self::Read(source) => DspError::Read { path, source },
            Self::UnknownFormat(source) => {
                DspError::UnknownFormat { path, source: Box::new(source) }
            }
            Self::Damaged(source) => DspError::Damaged { path, source },
            Self::Truncated { frames, expected } => DspError::Truncated { path, frames, expected },
            Self::Unusable(source) => DspError::Unusable { path, source: Box::new(source) },
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::IoError(error) if !is_end(&error) => Self::Read(error),
            error => Self::Damaged(Box::new(error)),
        }
    }
}

impl From<DspError> for Fault {
    fn from(error: DspError) -> Self {
        Self::Unusable(error)
    }
}

fn is_end(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::UnexpectedEof
}

fn read(path: &Path) -> Result<Recording, Fault> {
    let file = File::open(path).map_err(Fault::Read)?;
    let metadata = file.metadata().map_err(Fault::Read)?;
    if metadata.is_dir() {
        return Err(Fault::Read(io::ErrorKind::IsADirectory.into()));
    }
    if metadata.is_file() && metadata.len() == 0 {
        return Err(DspError::Empty.into());
    }
    let mut format = open(file)?;
    let track = format.default_track(TrackType::Audio).ok_or(DspError::Empty)?;
    let (id, expected) = (track.id, track.num_frames);
    check_len(expected.unwrap_or(0))?;
    let (mut decoder, rate) = decoder(track)?;
    let mut samples = Vec::new();
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            Err(Error::IoError(error)) if is_end(&error) => break,
            Err(error) => return Err(error.into()),
        };
        if packet.track_id == id {
            let sound = decoder.decode(&packet)?;
            if sound.spec().rate() != rate.get() {
                return Err(Fault::Damaged("the rate changes".into()));
            }
            check_len((samples.len() + sound.frames()) as u64)?;
            append_mean(&sound, &mut samples);
        }
    }
    let frames = samples.len() as u64;
    match expected {
        Some(expected) if frames < expected => Err(Fault::Truncated { frames, expected }),
        _ if decoder.finalize().verify_ok == Some(false) => {
            Err(Fault::Damaged("the checksum does not match".into()))
        }
        _ => Ok(Recording::new(samples, rate)?),
    }
}

/// Finds the format of a file.
fn open(file: File) -> Result<Box<dyn FormatReader>, Fault> {
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let found = get_probe().probe(
        &Hint::new(),
        stream,
        FormatOptions::default(),
        MetadataOptions::default(),
    );
    found.map_err(|error| match error {
        Error::IoError(error) if !is_end(&error) => Fault::Read(error),
        Error::IoError(_) | Error::Unsupported(_) => Fault::UnknownFormat(error),
        error => Fault::from(error),
    })
}

/// The decoder of a track, and the track's rate.
fn decoder(track: &Track) -> Result<(Box<dyn AudioDecoder>, Hertz), Fault> {
    let Some(parameters) = track.codec_params.as_ref().and_then(|codec| codec.audio()) else {
        return Err(DspError::Empty.into());
    };
    let hertz = parameters.sample_rate.unwrap_or(0);
    let rate = Hertz::new(hertz).ok_or(DspError::Rate { hertz })?;
    let options = AudioDecoderOptions::default().verify(true);
    let decoder = get_codecs().make_audio_decoder(parameters, &options);
    Ok((decoder.map_err(Fault::UnknownFormat)?, rate))
}

/// Appends the mean of all channels.
fn append_mean(sound: &GenericAudioBufferRef<'_>, samples: &mut Vec<f32>) {
    let mut channels: Vec<Vec<f32>> = Vec::new();
    sound.copy_to_vecs_planar(&mut channels);
    let count = channels.len() as f32;
    let start = samples.len();
    // In the order of numpy's mean over channels: first the sum, then one division.
    let mut channels = channels.into_iter();
    samples.extend(channels.next().into_iter().flatten());
    for channel in channels {
        samples[start..].iter_mut().zip(channel).for_each(|(sum, sample)| *sum += sample);
    }
    samples[start..].iter_mut().for_each(|sum| *sum /= count);
}
