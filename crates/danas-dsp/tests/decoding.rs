//! Tests of decoding sound files of every format, intact and damaged.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests may fail as tests do")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use danas_dsp::{DspError, Recording, SoundFile, decode, ndarray::Array1};
use proptest::prelude::*;
use tempfile::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A WAV file: the fields of its header, and its data.
struct Wav {
    /// Format tag: 1 for integers, 3 for floats.
    tag: u16,
    channels: u16,
    rate: u32,
    bits: u16,
    data: Vec<u8>,
}

impl Wav {
    /// Creates a file of 16-bit integers at 8 kHz.
    fn pcm16(channels: u16, samples: &[i16]) -> Self {
        let data = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        Self { tag: 1, channels, rate: 8000, bits: 16, data }
    }

    fn float(samples: &[f32]) -> Self {
        let data = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        Self { tag: 3, channels: 1, rate: 8000, bits: 32, data }
    }

    fn bytes(&self) -> Vec<u8> {
        let frame = self.channels.wrapping_mul(self.bits / 8);
        let mut bytes = b"RIFF".to_vec();
        bytes.extend((36 + self.data.len() as u32).to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\0\0\0");
        bytes.extend(self.tag.to_le_bytes());
        bytes.extend(self.channels.to_le_bytes());
        bytes.extend(self.rate.to_le_bytes());
        bytes.extend(self.rate.wrapping_mul(u32::from(frame)).to_le_bytes());
        bytes.extend(frame.to_le_bytes());
        bytes.extend(self.bits.to_le_bytes());
        bytes.extend(b"data");
        bytes.extend((self.data.len() as u32).to_le_bytes());
        bytes.extend(&self.data);
        bytes
    }
}

/// Decodes bytes as a file named `sound.wav`. Also returns the path that an error must name.
fn decode_bytes(bytes: &[u8]) -> (Result<Recording, DspError>, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sound.wav");
    fs::write(&path, bytes).unwrap();
    (decode(&path), path)
}

fn samples_of(wav: &Wav) -> Vec<f32> {
    decode_bytes(&wav.bytes()).0.unwrap().mixdown().into_channels().concat()
}

/// Returns the error of bytes that must not decode, and checks that it names the file.
#[track_caller]
fn error_of(bytes: &[u8]) -> DspError {
    let (result, path) = decode_bytes(bytes);
    let error = result.unwrap_err();
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    error
}

/// Returns the reason why a readable file contains no recording.
#[track_caller]
fn unusable(bytes: &[u8]) -> DspError {
    match error_of(bytes) {
        DspError::Unusable { source, .. } => *source,
        error => panic!("{error:?}"),
    }
}

#[test]
fn integers_of_every_width_are_scaled_to_one() {
    assert_eq!(
        samples_of(&Wav::pcm16(1, &[0, 1, -32_768, 32_767])),
        [0.0, 1.0 / 32_768.0, -1.0, 32_767.0 / 32_768.0]
    );
    let wav =
        |bits, data: &[u8]| Wav { tag: 1, channels: 1, rate: 8000, bits, data: data.to_vec() };
    assert_eq!(samples_of(&wav(8, &[0, 128, 192, 255])), [-1.0, 0.0, 0.5, 127.0 / 128.0]);
    let data = [0, 0, 0x80, 0, 0, 0x40, 1, 0, 0];
    assert_eq!(samples_of(&wav(24, &data)), [-1.0, 0.5, 1.0 / 8_388_608.0]);
    assert_eq!(samples_of(&wav(32, &[0, 0, 0, 0x80, 0, 0, 0, 0x40])), [-1.0, 0.5]);
}

#[test]
fn floats_are_taken_as_they_are() {
    assert_eq!(samples_of(&Wav::float(&[0.25, -1.5, 1e6])), [0.25, -1.5, 1e6]);
    let data = [0.1_f64, -0.7].iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let double = Wav { tag: 3, channels: 1, rate: 8000, bits: 64, data };
    assert_eq!(samples_of(&double), [0.1, -0.7]);
}

#[test]
fn channels_are_averaged() {
    assert_eq!(samples_of(&Wav::pcm16(2, &[16_384, -8192, 0, 8192])), [0.125, 0.125]);
    assert_eq!(samples_of(&Wav::pcm16(3, &[8192, 16_384, 24_576])), [0.5]);
}

#[test]
fn a_stereo_flac_has_librosas_samples() {
    let recording = decode(fixture("printer.flac")).unwrap();
    assert_eq!(recording.rate().get(), 44_100);
    let theirs: Array1<f32> = ndarray_npy::read_npy(fixture("printer_native.npy")).unwrap();
    assert_eq!(recording.mixdown().channels()[0], theirs.as_slice().unwrap());
}

#[test]
fn the_path_is_named_as_given() {
    let error = decode("no/such/file.wav").unwrap_err();
    assert_eq!(error.to_string(), "cannot read no/such/file.wav");
    assert!(matches!(decode("."), Err(DspError::Read { .. })));
}

#[test]
fn what_is_not_audio_is_an_unknown_format() {
    for bytes in [b"hello".as_slice(), &[0; 5000], b"RIFF", b"%PDF-1.7 and so on, for a while"] {
        let error = error_of(bytes);
        assert!(matches!(error, DspError::UnknownFormat { .. }), "{error:?}");
    }
}

#[test]
fn sound_without_samples_is_unusable() {
    assert!(matches!(unusable(&[]), DspError::Empty));
    assert!(matches!(unusable(&Wav::pcm16(1, &[]).bytes()), DspError::Empty));
}

#[test]
fn an_impossible_rate_is_unusable() {
    for rate in [0, u32::MAX] {
        let wav = Wav { rate, ..Wav::pcm16(1, &[1, 2]) };
        assert!(matches!(unusable(&wav.bytes()), DspError::Rate { hertz } if hertz == rate));
    }
}

#[test]
fn numbers_that_are_none_are_unusable() {
    for value in [f32::NAN, f32::INFINITY, 1e30] {
        let error = unusable(&Wav::float(&[0.0, value]).bytes());
        assert!(matches!(error, DspError::Sample { index: 1, .. }), "{error:?}");
    }
}

#[test]
fn a_wav_that_ends_early_is_truncated() {
    let bytes = Wav::pcm16(1, &[1000; 5000]).bytes();
    for cut in [1, 2, 999, 5000, 9999] {
        match error_of(&bytes[..bytes.len() - cut]) {
            DspError::Truncated { frames, expected: 5000, .. } => {
                assert_eq!(frames, (10_000 - cut as u64) / 2);
            }
            error => panic!("{error:?}"),
        }
    }
}

#[test]
fn a_flac_that_ends_early_or_lies_is_refused() {
    let whole = fs::read(fixture("printer.flac")).unwrap();
    for len in [4, 30, 100, 5000, whole.len() / 2, whole.len() - 1] {
        let error = error_of(&whole[..len]);
        assert!(
            matches!(
                error,
                DspError::Truncated { .. }
                    | DspError::Damaged { .. }
                    | DspError::UnknownFormat { .. }
            ),
            "{len}: {error:?}"
        );
    }
    // Changes the last byte of the checksum in the header.
    let mut wrong = whole;
    wrong[41] ^= 1;
    assert!(matches!(error_of(&wrong), DspError::Damaged { .. }));
}

#[test]
fn ogg_and_mp3_give_their_tones_at_their_length() {
    for (name, tolerance) in [("formats/tones.ogg", 0.05), ("formats/tones.mp3", 0.05)] {
        let recording = decode(fixture(name)).unwrap();
        assert_eq!((recording.rate().get(), recording.samples_per_channel()), (16_000, 8000));
        for (channel, (hertz, level)) in
            recording.channels().iter().zip([(440.0, 0.5), (1000.0, 0.25)])
        {
            for (n, sample) in channel.iter().enumerate() {
                let tone: f32 = level * (std::f32::consts::TAU * hertz * n as f32 / 16_000.0).sin();
                assert!((sample - tone).abs() < tolerance, "{name} {n}: {sample} for {tone}");
            }
        }
    }
}

#[test]
fn an_ogg_or_mp3_that_ends_early_is_refused() {
    for name in ["formats/tones.ogg", "formats/tones.mp3"] {
        let whole = fs::read(fixture(name)).unwrap();
        for len in [40, whole.len() / 2, whole.len() * 3 / 4] {
            let error = error_of(&whole[..len]);
            assert!(
                matches!(
                    error,
                    DspError::Truncated { .. }
                        | DspError::Unfinished { .. }
                        | DspError::Damaged { .. }
                        | DspError::UnknownFormat { .. }
                ),
                "{name} {len}: {error:?}"
            );
        }
    }
    let mut wrong = fs::read(fixture("formats/tones.ogg")).unwrap();
    let middle = wrong.len() / 2;
    wrong[middle] ^= 1;
    assert!(matches!(error_of(&wrong), DspError::Damaged { .. }));
}

/// Returns bytes that follow or precede the sound in some files: tags, zeros, and remains of others.
fn foreign() -> [Vec<u8>; 5] {
    let ape = b"APETAGEX\xd0\x07\0\0\x20\0\0\0\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\0".to_vec();
    let id3 = [b"TAG".as_slice(), &[b'x'; 125]].concat();
    [id3.clone(), vec![0; 1], vec![0; 3000], [ape, id3].concat(), b"\xff\xf8\xc9\x18\0".repeat(60)]
}

#[test]
fn tags_in_front_are_skipped() {
    let tag = [b"ID3\x04\0\0\0\0\x01\x02".as_slice(), &[1; 130]].concat();
    let wav = Wav::pcm16(1, &[1, 2, 3]).bytes();
    let files = ["printer.flac", "formats/tones.ogg", "formats/tones.mp3"];
    for whole in files.map(|name| fs::read(fixture(name)).unwrap()).into_iter().chain([wav]) {
        let expected = decode_bytes(&whole).0.unwrap();
        for front in [tag.clone(), tag.repeat(2), [tag.clone(), vec![0; 300]].concat()] {
            assert_eq!(decode_bytes(&[front, whole.clone()].concat()).0.unwrap(), expected);
        }
    }
}

#[test]
fn data_behind_a_flac_is_ignored() {
    let whole = fs::read(fixture("printer.flac")).unwrap();
    let expected = decode_bytes(&whole).0.unwrap();
    // The same file without a stated length and a checksum of its samples.
    let mut open = whole.clone();
    open[21] &= 0xf0;
    open[22..42].fill(0);
    for behind in foreign() {
        for file in [&whole, &open] {
            let bytes = [file.as_slice(), &behind].concat();
            assert_eq!(decode_bytes(&bytes).0.unwrap(), expected);
        }
        let cut = [&whole[..whole.len() - 100], &behind].concat();
        assert!(matches!(error_of(&cut), DspError::Truncated { .. }));
    }
}

#[test]
fn a_flac_may_state_any_sizes_of_its_frames() {
    let whole = fs::read(fixture("printer.flac")).unwrap();
    let expected = decode_bytes(&whole).0.unwrap();
    let most = [whole[10], whole[11]];
    for (min, max) in [([0, 0], most), ([0, 0], [0, 0]), ([0, 16], most), ([255, 255], most)] {
        let mut bytes = whole.clone();
        bytes[8..10].copy_from_slice(&min);
        bytes[10..12].copy_from_slice(&max);
        assert_eq!(decode_bytes(&bytes).0.unwrap(), expected, "{min:?} {max:?}");
    }
}

#[test]
fn an_mp3_may_have_other_data_around_it() {
    let whole = fs::read(fixture("formats/tones.mp3")).unwrap();
    let expected = decode_bytes(&whole).0.unwrap();
    for foreign in foreign() {
        assert_eq!(decode_bytes(&[foreign.as_slice(), &whole].concat()).0.unwrap(), expected);
        assert_eq!(decode_bytes(&[whole.as_slice(), &foreign].concat()).0.unwrap(), expected);
    }
    // A frame or two in other data are no MP3.
    let error = error_of(&[&[0; 100], &whole[whole.len() - 300..]].concat());
    assert!(matches!(error, DspError::UnknownFormat { .. }));
}

/// Returns the pages of an Ogg file.
fn pages(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut pages = Vec::new();
    while !bytes.is_empty() {
        let body = 27 + usize::from(bytes[26]);
        let len = body + bytes[27..body].iter().map(|&size| usize::from(size)).sum::<usize>();
        pages.push(bytes[..len].to_vec());
        bytes = &bytes[len..];
    }
    pages
}

/// Writes a page's position, and its checksum anew.
fn set_position(page: &mut [u8], position: u64) {
    page[6..14].copy_from_slice(&position.to_le_bytes());
    page[22..26].fill(0);
    let sum = page.iter().fold(0_u32, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte) << 24, |sum, _| {
            sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    });
    page[22..26].copy_from_slice(&sum.to_le_bytes());
}

#[test]
fn the_position_of_an_ogg_page_may_be_too_large_by_two_to_the_32() {
    let whole = fs::read(fixture("formats/tones.ogg")).unwrap();
    let expected = decode_bytes(&whole).0.unwrap();
    let mut pages = pages(&whole);
    let last = pages.last_mut().unwrap();
    set_position(last, (1 << 32) + 8000);
    assert_eq!(decode_bytes(&pages.concat()).0.unwrap(), expected);
    let last = pages.last_mut().unwrap();
    set_position(last, u64::MAX);
    assert!(matches!(error_of(&pages.concat()), DspError::Damaged { .. }));
}

#[test]
fn codings_that_are_not_read_are_named() {
    let reason = |bytes: &[u8]| match error_of(bytes) {
        DspError::UnknownFormat { source, .. } => source.to_string(),
        error => panic!("{error:?}"),
    };
    let mut pages = pages(&fs::read(fixture("formats/tones.ogg")).unwrap());
    for (magic, name) in [(b"OpusHead", "Opus"), (b"Speex   ", "Speex")] {
        pages[0][28..36].copy_from_slice(magic);
        set_position(&mut pages[0], 0);
        assert_eq!(reason(&pages.concat()), format!("Ogg with {name} is not supported"));
    }
    let free = [0xff, 0xfb, 0x00, 0x00].repeat(100);
    assert_eq!(reason(&free), "MP3 with a free bit rate is not supported");
    assert_eq!(reason(b"caff\0\x01\0\0desc"), "the file is not WAV, AIFF, FLAC, Ogg or MP3");
}

#[test]
fn a_sound_file_can_come_from_memory() {
    let bytes = fs::read(fixture("digit.wav")).unwrap();
    let file = SoundFile::from_bytes("digit.wav", bytes);
    assert_eq!(file.decode().unwrap(), decode(fixture("digit.wav")).unwrap());
    let error = SoundFile::from_bytes("noise.wav", vec![1; 100]).decode().unwrap_err();
    assert_eq!(error.to_string(), "noise.wav is not in a supported audio format");
}

/// Generates the first bytes of a file with some of them replaced.
fn mutated(name: &str) -> impl Strategy<Value = Vec<u8>> {
    let whole = fs::read(fixture(name)).unwrap();
    let edits = prop::collection::vec((0..200_usize, any::<u8>()), 1..6);
    (edits, 0..whole.len().min(9000)).prop_map(move |(edits, len)| {
        let mut bytes = whole[..whole.len().min(12_000)].to_vec();
        edits.iter().for_each(|&(at, byte)| bytes[at] = byte);
        bytes.truncate(len.max(200));
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_damage_gives_a_recording_or_an_error(
        bytes in prop_oneof![
            mutated("digit.wav"),
            mutated("printer.flac"),
            mutated("formats/tones.ogg"),
            mutated("formats/tones.mp3"),
        ]
    ) {
        let (result, path) = decode_bytes(&bytes);
        if let Err(error) = result {
            prop_assert!(error.to_string().contains(&path.display().to_string()));
        }
    }
}
