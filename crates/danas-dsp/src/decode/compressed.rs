//! Decoding of compressed sound with symphonia.

use std::{borrow::Cow, io::Cursor};

use danas_space::Hertz;
use symphonia::{
    core::{
        codecs::audio::{AudioDecoder, AudioDecoderOptions},
        formats::{FormatOptions, FormatReader, Track, TrackType},
        io::{MediaSource, MediaSourceStream, ReadOnlySource},
        packet::Packet,
    },
    default::{
        formats::{FlacReader, MpaReader, OggReader},
        get_codecs,
    },
};

use super::{
    codebooks,
    fault::{Fault, is_end},
    flac, mp3, ogg,
};
use crate::{
    error::DspError,
    recording::{Recording, check_channels, check_len},
};

/// A format of files with packets of compressed sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Flac,
    Ogg,
    Mp3,
}

/// Decodes the bytes of a compressed file.
pub(super) fn decode(format: Format, bytes: &[u8]) -> Result<Recording, Fault> {
    let mut most = u64::MAX;
    let mut bytes = Cow::Borrowed(bytes);
    match format {
        Format::Flac => flac::repair_header(&mut bytes),
        Format::Ogg => most = ogg::check(&bytes)?,
        Format::Mp3 => mp3::check(&bytes)?,
    }
    let mut reader = format.open(&bytes)?;
    let track = reader.default_track(TrackType::Audio).ok_or(DspError::Empty)?;
    let promise = Promise::of(track, format, most);
    let mut decoding = Decoding::new(track, &promise)?;
    decoding.read(reader.as_mut(), &promise, bytes.len())?;
    if format == Format::Flac && promise.frames.is_none_or(|frames| decoding.frames < frames) {
        decoding.read_last_flac_frame(&bytes)?;
    }
    let Decoding { mut decoder, rate, mut channels, frames, .. } = decoding;
    if let Some(len) = promise.padded_after.and_then(|frames| usize::try_from(frames).ok()) {
        channels.iter_mut().for_each(|channel| channel.truncate(len));
    }
    match promise.frames {
        Some(expected) if frames + promise.slack < expected => {
            Err(Fault::Truncated { frames, expected })
        }
        _ if decoder.finalize().verify_ok == Some(false) => {
            Err(Fault::damaged("the checksum does not match the decoded samples"))
        }
        _ if channels.is_empty() => Err(DspError::Empty.into()),
        _ => Ok(Recording::from_channels(channels, rate)?),
    }
}

impl Format {
    /// Opens a reader of packets.
    fn open(self, bytes: &[u8]) -> Result<Box<dyn FormatReader + '_>, Fault> {
        let cursor = Cursor::new(bytes);
        let source: Box<dyn MediaSource + '_> = match self {
            // If symphonia can seek in an MP3 file without a header, it guesses the length from the
            // first frames, and cuts off the rest.
            Self::Mp3 => Box::new(ReadOnlySource::new(cursor)),
            Self::Flac | Self::Ogg => Box::new(cursor),
        };
        let stream = MediaSourceStream::new(source, Default::default());
        let options = FormatOptions::default();
        let reader: Result<Box<dyn FormatReader + '_>, _> = match self {
            Self::Flac => FlacReader::try_new(stream, options).map(|reader| Box::new(reader) as _),
            Self::Ogg => OggReader::try_new(stream, options).map(|reader| Box::new(reader) as _),
            Self::Mp3 => MpaReader::try_new(stream, options).map(|reader| Box::new(reader) as _),
        };
        reader.map_err(Fault::opening)
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
    /// Number of samples per channel after which the rest is padding that the decoder leaves in.
    padded_after: Option<u64>,
}

impl Promise {
    /// Reads the length of a track that has at most `most` samples per channel. A length above that
    /// is wrong: FFmpeg 5 writes positions in copied Ogg streams that are too large by 2^32.
    fn of(track: &Track, format: Format, most: u64) -> Self {
        // Ogg counts from the time of the first page, which is not 0 in an excerpt of a live
        // stream.
        let start = u64::try_from(track.start_ts.get()).unwrap_or(0);
        let mp3 = format == Format::Mp3;
        // The number may include the frame of the header itself, unless the encoder states its
        // delay.
        let uncertain = mp3 && track.delay.unwrap_or(0) == 0;
        let wrong = track.num_frames.filter(|frames| frames.saturating_sub(start) > most);
        Self {
            track: track.id,
            frames: track
                .num_frames
                .filter(|_| wrong.is_none())
                .map(|frames| frames.saturating_sub(start)),
            padded_after: wrong.map(|frames| (frames & u64::from(u32::MAX)).saturating_sub(start)),
            slack: if uncertain { MPEG_FRAME } else { 0 },
            ends: mp3,
        }
    }
}

/// Number of samples in the longest frame of an MP3 file.
const MPEG_FRAME: u64 = 1152;

/// The samples of a track that are decoded so far.
struct Decoding {
    decoder: Box<dyn AudioDecoder>,
    rate: Hertz,
    channels: Vec<Vec<f32>>,
    /// Number of samples per channel.
    frames: u64,
    /// Number of bytes in all packets.
    bytes: usize,
    /// The samples of the last packet.
    planes: Vec<Vec<f32>>,
}

impl Decoding {
    fn new(track: &Track, promise: &Promise) -> Result<Self, Fault> {
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
        let decoder =
            get_codecs().make_audio_decoder(parameters, &options).map_err(Fault::opening)?;
        Ok(Self { decoder, rate, channels: Vec::new(), frames: 0, bytes: 0, planes: Vec::new() })
    }

    /// Decodes every packet. Leaves no channels if the track has no packets.
    ///
    /// Memory for the samples that the header states is reserved at the start. Since headers can be
    /// wrong, this is at most one sample per byte of the file, which has `bytes` bytes.
    fn read(
        &mut self,
        reader: &mut dyn FormatReader,
        promise: &Promise,
        bytes: usize,
    ) -> Result<(), Fault> {
        while !(promise.ends && Some(self.frames) == promise.frames) {
            let packet = match reader.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => break,
                Err(symphonia::core::errors::Error::IoError(error)) if is_end(&error) => break,
                Err(error) => return Err(error.into()),
            };
            if packet.track_id == promise.track {
                let room = promise.frames.and_then(|frames| usize::try_from(frames).ok());
                self.add(&packet, room.unwrap_or(0).min(bytes))?;
            }
        }
        Ok(())
    }

    /// Decodes a packet. Memory for `room` samples is reserved before the first.
    fn add(&mut self, packet: &Packet, room: usize) -> Result<(), Fault> {
        let sound = self.decoder.decode(packet)?;
        if sound.spec().rate() != self.rate.get() {
            return Err(Fault::damaged("the sample rate changes within the file"));
        }
        let count = sound.num_planes();
        if self.channels.is_empty() {
            check_channels(count, [self.frames, self.frames])?;
            self.channels.resize_with(count, || Vec::with_capacity(room / count));
        } else if self.channels.len() != count {
            return Err(Fault::damaged("the number of channels changes within the file"));
        }
        self.frames += sound.frames() as u64;
        self.bytes += packet.data.len();
        check_len(self.frames.saturating_mul(count as u64))?;
        sound.copy_to_vecs_planar(&mut self.planes);
        for (channel, plane) in self.channels.iter_mut().zip(&self.planes) {
            channel.extend_from_slice(plane);
        }
        Ok(())
    }

    /// Decodes the last frame of a FLAC file if other data follows it.
    ///
    /// Symphonia looks for the end of a frame at the next frame and at the end of the file, so that
    /// it does not find that of the last frame if there is a tag behind it.
    fn read_last_flac_frame(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for frame in flac::possible_frames(bytes, self.bytes) {
            match self.add(&Packet::new(0, 0.into(), 0_u64.into(), frame), 0) {
                Err(Fault::Damaged(_) | Fault::Read(_)) => {}
                result => return result,
            }
        }
        Ok(())
    }
}
