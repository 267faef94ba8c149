//! Tests of the headers of WAV and AIFF files, above all of those that are wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests may fail as tests do")]

use std::error::Error;

use danas_dsp::{DspError, Recording, SoundFile};

/// Sizes that writers state who do not know the size: FFmpeg, LAME, `opusdec`, SoX, `espeak-ng`,
/// `arecord`, and others.
const PLACEHOLDERS: [u32; 9] = [
    u32::MAX,
    u32::MAX - 36,
    0x8000_0024,
    0x8000_0000,
    0x7fff_ffff,
    0x7fff_f000,
    0x7fff_ff00,
    2_000_000_000,
    0,
];

/// Coding of samples: format tag, and bits of a sample.
const CODINGS: [(u16, u16); 8] =
    [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64), (6, 8), (7, 8)];

/// A WAV file in parts.
#[derive(Clone)]
struct Wav {
    fmt: Vec<u8>,
    data: Vec<u8>,
    /// Stated sizes of the file without its first 8 bytes, and of the data.
    sizes: [u32; 2],
    /// Chunks before and after the data.
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Wav {
    fn new(channels: u16, (tag, bits): (u16, u16), data: &[u8]) -> Self {
        let block = channels * bits / 8;
        let mut fmt = Vec::new();
        for field in [tag, channels, 8000, 0, 0, 0, block, bits] {
            fmt.extend(field.to_le_bytes());
        }
        let mut wav =
            Self { fmt, data: data.to_vec(), sizes: [0; 2], before: vec![], after: vec![] };
        wav.sizes = [wav.bytes().len() as u32 - 8, data.len() as u32];
        wav
    }

    fn pcm16(samples: &[i16]) -> Self {
        let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        Self::new(1, (1, 16), &data)
    }

    fn bytes(&self) -> Vec<u8> {
        let [file, data] = self.sizes.map(u32::to_le_bytes);
        let fmt_size = (self.fmt.len() as u32).to_le_bytes();
        let parts: [&[u8]; 10] = [
            b"RIFF",
            &file,
            b"WAVEfmt ",
            &fmt_size,
            &self.fmt,
            &self.before,
            b"data",
            &data,
            &self.data,
            &self.after,
        ];
        parts.concat()
    }
}

fn decode(bytes: impl Into<Vec<u8>>) -> Result<Recording, DspError> {
    SoundFile::from_bytes("sound", bytes).decode()
}

/// Returns samples whose bytes look like no chunk.
fn noise(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|n| (n * n % 251) as u8 & 0x1f | 0x80).collect()
}

/// Returns the message of an error with its causes.
fn message(error: &DspError) -> String {
    let source = error.source().map(ToString::to_string);
    format!("{error}: {}", source.unwrap_or_default())
}

#[test]
fn samples_without_a_size_go_on_to_the_end() {
    for coding in CODINGS {
        for channels in [1, 2, 6] {
            let whole = Wav::new(channels, coding, &noise(960));
            let expected = decode(whole.bytes()).unwrap();
            assert_eq!(expected.samples_per_channel() as u16, 960 / (channels * coding.1 / 8));
            for data in PLACEHOLDERS {
                for file in PLACEHOLDERS.into_iter().chain([8, 36, 4088, whole.sizes[0]]) {
                    let open = Wav { sizes: [file, data], ..whole.clone() };
                    assert_eq!(decode(open.bytes()).unwrap(), expected, "{coding:?} {file} {data}");
                }
            }
        }
    }
}

#[test]
fn the_size_of_the_file_may_be_wrong() {
    let whole = Wav::pcm16(&[1, -2, 3, -4]);
    let expected = decode(whole.bytes()).unwrap();
    let after = b"LIST\x04\0\0\0INFO".to_vec();
    for wrong in PLACEHOLDERS.into_iter().chain([4, 8, 36, 41, 43, 45, 4088]) {
        let wav = Wav { sizes: [wrong, 8], after: after.clone(), ..whole.clone() };
        assert_eq!(decode(wav.bytes()).unwrap(), expected, "{wrong}");
    }
}

#[test]
fn samples_are_missing_only_if_the_file_is_shorter_than_stated() {
    let whole = Wav::pcm16(&[1, -2, 3, -4]);
    let expected = decode(whole.bytes()).unwrap();
    for file in PLACEHOLDERS.into_iter().chain([4, 8, 36, 40, whole.sizes[0]]) {
        let wav = Wav { sizes: [file, 100], ..whole.clone() };
        assert_eq!(decode(wav.bytes()).unwrap(), expected, "{file}");
    }
}

#[test]
fn no_samples_before_other_chunks_are_no_samples() {
    let wav = Wav { after: b"LIST\x04\0\0\0INFO".to_vec(), ..Wav::pcm16(&[]) };
    let Err(DspError::Unusable { source, .. }) = decode(wav.bytes()) else { panic!() };
    assert!(matches!(*source, DspError::Empty));
}

#[test]
fn a_file_with_sizes_that_were_true_is_truncated() {
    for file in [1437, 5000, 10_036, (1 << 30) - 1] {
        let wav = Wav { sizes: [file, 10_000], ..Wav::pcm16(&[5; 700]) };
        match decode(wav.bytes()) {
            Err(DspError::Truncated { frames: 700, expected: 5000, .. }) => {}
            other => panic!("{file}: {other:?}"),
        }
    }
}

#[test]
fn memory_is_taken_for_what_is_there() {
    for size in [(1 << 30) - 2, 1 << 30, u32::MAX] {
        let bytes = Wav { sizes: [1 << 29, size], ..Wav::pcm16(&[5; 700]) }.bytes();
        let mut result = None;
        let allocated = allocation_counter::measure(|| result = Some(decode(bytes)));
        assert!(allocated.bytes_max < 100_000, "{allocated:?}");
        match result.unwrap() {
            Ok(recording) => assert_eq!(recording.samples_per_channel(), 700),
            Err(error) => {
                assert!(matches!(error, DspError::Truncated { frames: 700, .. }), "{error:?}");
                assert_eq!(size, (1 << 30) - 2);
            }
        }
    }
}

#[test]
fn a_format_may_have_more_fields_than_are_needed() {
    let whole = Wav::pcm16(&[1, -2, 3]);
    let expected = decode(whole.bytes()).unwrap();
    for extra in [2, 4, 6, 24, 34] {
        let mut longer = whole.clone();
        longer.fmt.extend(vec![0; extra]);
        assert_eq!(decode(longer.bytes()).unwrap(), expected, "{extra}");
    }
    for (stated, extra) in [(0_u16, 0), (22, 0), (24, 2), (65_535, 8)] {
        let mut extensible = whole.clone();
        extensible.fmt[..2].copy_from_slice(&0xfffe_u16.to_le_bytes());
        extensible.fmt.extend(stated.to_le_bytes());
        extensible.fmt.extend(b"\x0c\0\x03\0\0\0\x01\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
        extensible.fmt.extend(vec![7; extra]);
        assert_eq!(decode(extensible.bytes()).unwrap(), expected, "{stated}");
    }
    let mut short = whole;
    short.fmt.truncate(14);
    assert!(matches!(decode(short.bytes()), Err(DspError::Damaged { .. })));
}

#[test]
fn chunks_of_odd_size_may_lack_their_padding() {
    let whole = Wav::pcm16(&[1, -2, 3]);
    let expected = decode(whole.bytes()).unwrap();
    for before in [b"JUNK\x03\0\0\0abc\0".as_slice(), b"JUNK\x03\0\0\0abcx", b"JUNK\x03\0\0\0abc"] {
        let wav = Wav { before: before.to_vec(), ..whole.clone() };
        assert_eq!(decode(wav.bytes()).unwrap(), expected, "{before:?}");
    }
}

#[test]
fn codings_that_are_not_read_are_named() {
    for (coding, name) in [
        ((2, 4), "Microsoft ADPCM"),
        ((0x11, 4), "IMA ADPCM"),
        ((0x31, 0), "GSM"),
        ((0x55, 0), "MPEG sound"),
        ((1, 40), "integers of 40 bits"),
        ((3, 16), "floats of 16 bits"),
        ((0x1234, 8), "coding 0x1234"),
    ] {
        let error = decode(Wav::new(1, coding, &noise(64)).bytes()).unwrap_err();
        assert!(matches!(error, DspError::UnknownFormat { .. }), "{error:?}");
        assert!(message(&error).contains(name), "{}", message(&error));
    }
    // Three bytes of four: which of them are the sample depends on the writer.
    let mut ambiguous = Wav::new(1, (1, 24), &noise(64));
    ambiguous.fmt[12] = 4;
    assert!(message(&decode(ambiguous.bytes()).unwrap_err()).contains("ambiguous"));
}

#[test]
fn a_law_and_mu_law_are_libsndfiles() {
    let bytes = [0x00, 0x2a, 0x55, 0x7f, 0x80, 0x91, 0xd5, 0xff];
    for (tag, theirs) in [
        (6, [-5504, -32_256, -8, -848, 5504, 2624, 8, 848]),
        (7, [-32_124, -5372, -716, 0, 32_124, 15_484, 716, 0_i16]),
    ] {
        let ours = decode(Wav::new(1, (tag, 8), &bytes).bytes()).unwrap();
        let theirs = theirs.map(|sample| f32::from(sample) / 32_768.0);
        assert_eq!(ours.channels(), [theirs]);
    }
}

#[test]
fn a_big_endian_wav_is_read() {
    let fields = b"\0\x01\0\x02\0\0\x1f\x40\0\0\0\0\0\x04\0\x10";
    let parts: [&[u8]; 4] =
        [b"RIFX\0\0\0\x2cWAVEfmt \0\0\0\x10", fields, b"data\0\0\0\x08", b"\x40\0\xe0\0\0\0\x20\0"];
    let recording = decode(parts.concat()).unwrap();
    assert_eq!(recording.channels(), [[0.5, 0.0], [-0.25, 0.25]]);
}

#[test]
fn a_wav_of_more_than_four_gigabytes_states_its_size_elsewhere() {
    let sizes = |data: u64| {
        let data = data.to_le_bytes();
        [b"ds64\x1c\0\0\0".as_slice(), &[0; 8], &data, &[0; 12]].concat()
    };
    let long = |data| {
        let mut wav = Wav { sizes: [u32::MAX; 2], ..Wav::pcm16(&[1, -2, 3]) };
        wav.before = sizes(data);
        let mut bytes = wav.bytes();
        bytes[..4].copy_from_slice(b"RF64");
        bytes
    };
    assert_eq!(decode(long(4)).unwrap().samples_per_channel(), 2);
    assert_eq!(decode(long(1 << 40)).unwrap().samples_per_channel(), 3);
    assert!(matches!(decode(long(8)), Err(DspError::Truncated { frames: 3, expected: 4, .. })));
}

/// Creates an AIFF file at 8 kHz. `sizes` are the stated sizes of the file and of the sound.
fn aiff(channels: u16, bits: u16, code: &[u8], data: &[u8], sizes: Option<[u32; 2]>) -> Vec<u8> {
    let form = if code.is_empty() { b"AIFF" } else { b"AIFC" };
    let mut comm = Vec::new();
    for field in [channels, 0, 0, bits] {
        comm.extend(field.to_be_bytes());
    }
    comm.extend(b"\x40\x0b\xfa\0\0\0\0\0\0\0");
    comm.extend(code);
    let comm_size = (comm.len() as u32).to_be_bytes();
    let sound = data.len() as u32 + 8;
    let [file, sound] = sizes.unwrap_or([28 + comm.len() as u32 + data.len() as u32, sound]);
    let (file, sound) = (file.to_be_bytes(), sound.to_be_bytes());
    let parts: [&[u8]; 9] =
        [b"FORM", &file, form, b"COMM", &comm_size, &comm, b"SSND", &sound, &[0; 8]];
    [parts.concat(), data.to_vec()].concat()
}

#[test]
fn aiff_is_read_in_every_coding() {
    for (bits, code, data) in [
        (16, "", b"\x40\0\xe0\0".as_slice()),
        (16, "NONE", b"\x40\0\xe0\0"),
        (16, "twos", b"\x40\0\xe0\0"),
        (16, "sowt", b"\0\x40\0\xe0"),
        (12, "", b"\x40\0\xe0\0"),
        (8, "", b"\x40\xe0"),
        (8, "raw ", b"\xc0\x60"),
        (24, "in24", b"\x40\0\0\xe0\0\0"),
        (32, "23ni", b"\0\0\0\x40\0\0\0\xe0"),
        (32, "fl32", b"\x3f\0\0\0\xbe\x80\0\0"),
        (16, "FL32", b"\x3f\0\0\0\xbe\x80\0\0"),
        (64, "fl64", b"\x3f\xe0\0\0\0\0\0\0\xbf\xd0\0\0\0\0\0\0"),
    ] {
        let mono = decode(aiff(1, bits, code.as_bytes(), data, None)).unwrap();
        assert_eq!(mono.rate().get(), 8000);
        assert_eq!(mono.channels(), [[0.5, -0.25]], "{bits} {code}");
        let stereo = decode(aiff(2, bits, code.as_bytes(), data, None)).unwrap();
        assert_eq!(stereo.channels(), [[0.5], [-0.25]], "{bits} {code}");
    }
    let error = decode(aiff(1, 16, b"ima4", &noise(34), None)).unwrap_err();
    assert!(message(&error).contains("`ima4`"), "{}", message(&error));
    assert!(matches!(decode(*b"FORM\0\0\0\x048SVX"), Err(DspError::UnknownFormat { .. })));
}

#[test]
fn an_unfinished_aiff_is_read_to_its_end() {
    let data = noise(60);
    let expected = decode(aiff(2, 24, b"", &data, None)).unwrap();
    for sound in PLACEHOLDERS.into_iter().chain([8]) {
        for file in PLACEHOLDERS {
            let bytes = aiff(2, 24, b"", &data, Some([file, sound]));
            assert_eq!(decode(bytes).unwrap(), expected, "{file} {sound}");
        }
    }
    let cut = decode(aiff(2, 24, b"", &data, Some([136, 98])));
    assert!(matches!(cut, Err(DspError::Truncated { frames: 10, expected: 15, .. })));
}
