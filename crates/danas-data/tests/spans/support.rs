//! Recordings on disk, and datasets of their spans.

use std::{fs, path::Path, time::Duration};

use danas_data::{AudioError, AudioSource, Broken, Clip, Dataset, Span};
use danas_space::{AudioGranularity, FrontEnd, Hertz, Representation};
use tempfile::TempDir;

/// The native rate of all recordings.
pub(crate) const RATE: u32 = 8000;

/// Returns white noise, which is different for each seed.
pub(crate) fn noise(seed: u32, samples: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 - 0.5
    };
    (0..samples).map(|_| next()).collect()
}

/// Writes a WAV file whose samples are exactly these.
pub(crate) fn write_wav(path: &Path, samples: &[f32]) {
    let size = samples.len() as u32 * 4;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + size).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x03\0\x01\0");
    bytes.extend([RATE, RATE * 4].map(u32::to_le_bytes).concat());
    bytes.extend(b"\x04\0\x20\0data");
    bytes.extend(size.to_le_bytes());
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

pub(crate) fn span(start: f64, end: f64) -> Option<Span> {
    Some(Span::new(start, end).unwrap())
}

/// An example: its file, class and span.
pub(crate) type Example<'a> = (&'a str, usize, Option<Span>);

/// Returns a dataset of the classes `a` and `b`.
pub(crate) fn dataset(folder: &TempDir, examples: &[Example<'_>]) -> Dataset {
    let clips = examples.iter().map(|&(name, label, _)| Clip {
        path: folder.path().join(name),
        label,
        group: None,
    });
    let dataset = Dataset::new(["a", "b"].map(str::to_owned), clips.collect::<Vec<_>>()).unwrap();
    dataset.with_spans(examples.iter().map(|one| one.2).collect::<Vec<_>>()).unwrap()
}

pub(crate) fn open(folder: &TempDir, examples: &[Example<'_>]) -> Result<AudioSource, AudioError> {
    AudioSource::open(dataset(folder, examples), None, Broken::Refuse)
}

/// Returns a granularity with clips of half a second.
pub(crate) fn granularity(hertz: u32, representation: Representation) -> AudioGranularity {
    let front_end = FrontEnd::builder().clip(Duration::from_millis(500)).build().unwrap();
    AudioGranularity::new(Hertz::new(hertz).unwrap(), representation, front_end)
}
