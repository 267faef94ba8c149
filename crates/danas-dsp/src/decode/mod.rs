//! Decoding of sound files.

mod codebooks;
mod container;
mod fault;
mod ogg;
mod sound_file;

use std::path::Path;

use danas_space::Hertz;
use symphonia::{
    core::{
        codecs::audio::{AudioDecoder, AudioDecoderOptions},
        formats::{FormatReader, Track, TrackType},
    },
    default::get_codecs,
};

use crate::{
    error::DspError,
    recording::{Recording, check_channels, check_len},
};
use container::Container;
use fault::{Fault, is_end};
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
    let mut format = container.open(bytes)?;
    let track = format.default_track(TrackType::Audio).ok_or(DspError::Empty)?;
    let promise = Promise::of(track, container);
    let (mut decoder, rate) = decoder(track, &promise)?;
    let channels = samples(format.as_mut(), decoder.as_mut(), rate, &promise, bytes.len())?;
    let frames = channels.first().map_or(0, Vec::len) as u64;
    match promise.frames {
        Some(expected) if frames + promise.slack < expected => {
            Err(Fault::Truncated { frames, expected })
        }
        _ if decoder.finalize().verify_ok == Some(false) => {
            Err(Fault::Damaged("the checksum does not match the decoded samples".into()))
        }
        _ if channels.is_empty() => Err(DspError::Empty.into()),
        _ => Ok(Recording::from_channels(channels, rate)?),
    }
}

/// The length of a track according to its header.
struct Promise {
    track: u32,
    /// Number of samples per channel, if the header states it.
    frames: Option<u64>,
    /// Number of these samples that may be missing without being an error.
    slack: u64,
    /// Whether data after the stated samples is ignored, since it is not sound.
    ends: bool,
}

impl Promise {
    fn of(track: &Track, container: Container) -> Self {
        // Ogg counts from the time of the first page, which is not 0 in an excerpt of a live
        // stream.
        let start = u64::try_from(track.start_ts.get()).unwrap_or(0);
        let mp3 = container == Container::Mp3;
        // The number may include the frame of the header itself, unless the encoder states its
        // delay.
        let uncertain = mp3 && track.delay.unwrap_or(0) == 0;
        Self {
            track: track.id,
            frames: track.num_frames.map(|frames| frames.saturating_sub(start)),
            slack: if uncertain { MPEG_FRAME } else { 0 },
            ends: mp3,
        }
    }
}

/// Number of samples in the longest frame of an MP3 file.
const MPEG_FRAME: u64 = 1152;

/// Returns the decoder of a track, and the track's rate.
fn decoder(track: &Track, promise: &Promise) -> Result<(Box<dyn AudioDecoder>, Hertz), Fault> {
    let Some(parameters) = track.codec_params.as_ref().and_then(|codec| codec.audio()) else {
        return Err(DspError::Empty.into());
    };
    let hertz = parameters.sample_rate.unwrap_or(0);
    let rate = Hertz::new(hertz).ok_or(DspError::Rate { hertz })?;
    let channels = parameters.channels.as_ref().map_or(1, |channels| channels.count());
    let frames = promise.frames.unwrap_or(0);
    check_channels(channels, [frames, frames])?;
    check_len(frames.saturating_mul(channels as u64))?;
    codebooks::check(parameters)?;
    let options = AudioDecoderOptions::default().verify(true).gapless(true);
    let decoder = get_codecs().make_audio_decoder(parameters, &options);
    Ok((decoder.map_err(Fault::opening)?, rate))
}

/// Decodes every channel of a track. Returns no channels if the track has no packets.
///
/// Memory for the samples that the header states is reserved at the start. Since headers can be
/// wrong, this is at most one sample per byte of the file, which has `bytes` bytes.
fn samples(
    format: &mut dyn FormatReader,
    decoder: &mut dyn AudioDecoder,
    rate: Hertz,
    promise: &Promise,
    bytes: usize,
) -> Result<Vec<Vec<f32>>, Fault> {
    let mut channels: Vec<Vec<f32>> = Vec::new();
    let mut planes: Vec<Vec<f32>> = Vec::new();
    let mut frames = 0;
    while !(promise.ends && Some(frames) == promise.frames) {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            Err(symphonia::core::errors::Error::IoError(error)) if is_end(&error) => break,
            Err(error) => return Err(error.into()),
        };
        if packet.track_id != promise.track {
            continue;
        }
        let sound = decoder.decode(&packet)?;
        if sound.spec().rate() != rate.get() {
            return Err(Fault::Damaged("the sample rate changes within the file".into()));
        }
        let count = sound.num_planes();
        if channels.is_empty() {
            check_channels(count, [frames, frames])?;
            let promised = promise.frames.and_then(|frames| usize::try_from(frames).ok());
            let room = promised.unwrap_or(0).min(bytes / count);
            channels.resize_with(count, || Vec::with_capacity(room));
        } else if channels.len() != count {
            return Err(Fault::Damaged("the number of channels changes within the file".into()));
        }
        frames += sound.frames() as u64;
        check_len(frames.saturating_mul(count as u64))?;
        sound.copy_to_vecs_planar(&mut planes);
        for (channel, plane) in channels.iter_mut().zip(&planes) {
            channel.extend_from_slice(plane);
        }
    }
    Ok(channels)
}
