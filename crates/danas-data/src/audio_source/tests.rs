//! Recordings that are opened with an index.

use std::{
    fs::{self, File},
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use danas_dsp::DspError;
use danas_space::{FrontEnd, Representation};
use tempfile::TempDir;

use super::*;
use crate::dataset::Clip;

/// Two classes of two recordings each, two noises, and an index.
struct Sounds {
    folder: TempDir,
}

impl Sounds {
    fn new() -> Self {
        let sounds = Self { folder: tempfile::tempdir().unwrap() };
        (0..6).for_each(|number| sounds.write(number, number));
        sounds
    }

    fn path(&self, number: u8) -> PathBuf {
        self.folder.path().join(format!("{number}.wav"))
    }

    /// Writes a recording of 0.2 s at 8 kHz, with samples of 8 bits.
    fn write(&self, number: u8, seed: u8) {
        let samples = (0..1600_u32).map(|n| ((n * n * (7 + u32::from(seed))) >> 5) as u8);
        let mut file = b"RIFF\x64\x06\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
        file.extend(b"\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x40\x06\0\0");
        file.extend(samples);
        fs::write(self.path(number), file).unwrap();
    }

    fn index(&self) -> FileIndex {
        FileIndex::trusting(self.folder.path().join("index"))
    }

    fn open(&self, opening: &Opening<'_>) -> AudioSource {
        let clip =
            |number: u8| Clip { path: self.path(number), label: number as usize / 2, group: None };
        let dataset = Dataset::new(["a", "b"].map(str::to_owned), [0, 1, 2, 3].map(clip)).unwrap();
        let noise = Noise { paths: vec![self.path(4)], sound_gain: 1.0, noise_gain: 0.5 };
        let source = AudioSource::open_with(dataset, Some(noise), opening).unwrap();
        let noises = vec![self.path(5)];
        source.with_versions(Versions { count: 1, noises, ..Versions::default() }).unwrap()
    }

    fn open_indexed(&self) -> AudioSource {
        self.open(&Opening { index: Some(&self.index()), ..Opening::default() })
    }

    /// Lets the index say that a recording is another one, at this rate.
    fn forge(&self, number: u8, rate: u32) {
        let sound = Sound::open(&self.path(number)).unwrap();
        let rate = Hertz::new(rate).unwrap();
        let forged = Sound { digest: Digest::of(b"another"), rate, ..sound };
        let open = |_: &Path| Ok::<_, DspError>(forged);
        let (path, index) = (self.path(number), self.index());
        assert!(
            open_unknown([&path].into_iter(), Some(&index), Broken::Refuse, open, &|| ()).is_ok()
        );
    }
}

fn granularity() -> AudioGranularity {
    let front_end = FrontEnd::builder().clip(Duration::from_millis(200)).build().unwrap();
    AudioGranularity::new(Hertz::new(2000).unwrap(), Representation::Waveform, front_end)
}

#[test]
fn an_index_makes_no_difference_to_a_source() {
    let sounds = Sounds::new();
    let plain = sounds.open(&Opening::default());
    let all = [0, 1, 2, 3];
    for _ in 0..2 {
        let indexed = sounds.open_indexed();
        assert_eq!(indexed.fingerprint(), plain.fingerprint());
        assert_eq!((indexed.labels(), indexed.dataset()), (plain.labels(), plain.dataset()));
        assert_eq!((&indexed.rates, indexed.channels()), (&plain.rates, plain.channels()));
        let features = |source: &AudioSource| source.features(&granularity(), &all).unwrap();
        assert_eq!(features(&indexed), features(&plain));
        let versions =
            |source: &AudioSource| source.version_features(&granularity(), 0, &all).unwrap();
        assert_eq!(versions(&indexed), versions(&plain));
    }
}

#[test]
fn known_recordings_are_not_decoded_and_wrong_knowledge_is_forgotten() {
    let sounds = Sounds::new();
    sounds.forge(1, 4000);
    let source = sounds.open_indexed();
    assert_eq!(source.native_rate().get(), 4000);
    let error = source.features(&granularity(), &[0, 1]).unwrap_err();
    assert!(matches!(error, AudioError::Changed { path } if path == sounds.path(1)));
    let source = sounds.open_indexed();
    assert_eq!(source.native_rate().get(), 8000);
    assert!(source.features(&granularity(), &[0, 1]).is_ok());
}

#[test]
fn wrong_knowledge_of_the_noise_of_versions_is_forgotten() {
    let sounds = Sounds::new();
    let plain = sounds.open(&Opening::default());
    sounds.forge(5, 8000);
    let source = sounds.open_indexed();
    assert_ne!(source.fingerprint(), plain.fingerprint());
    let error = source.version_features(&granularity(), 0, &[0]).unwrap_err();
    assert!(matches!(error, AudioError::Changed { path } if path == sounds.path(5)));
    assert_eq!(sounds.open_indexed().fingerprint(), plain.fingerprint());
}

#[test]
fn a_change_with_the_same_length_and_time_is_noticed_when_features_are_computed() {
    let sounds = Sounds::new();
    sounds.open_indexed();
    let source = sounds.open_indexed();
    let modified = fs::metadata(sounds.path(2)).unwrap().modified().unwrap();
    thread::sleep(Duration::from_millis(50));
    sounds.write(2, 9);
    let file = File::options().append(true).open(sounds.path(2)).unwrap();
    file.set_modified(modified).unwrap();
    let error = source.features(&granularity(), &[1, 2]).unwrap_err();
    assert!(matches!(error, AudioError::Changed { path } if path == sounds.path(2)));
    let source = sounds.open_indexed();
    assert!(source.features(&granularity(), &[1, 2]).is_ok());
}

#[test]
fn progress_counts_known_recordings() {
    let sounds = Sounds::new();
    let index = sounds.index();
    for _ in 0..2 {
        let calls = AtomicUsize::new(0);
        let progress = |_: usize, all: usize| {
            assert_eq!(all, 5);
            calls.fetch_add(1, Ordering::Relaxed);
        };
        let (index, progress) = (Some(&index), Some(&progress as _));
        sounds.open(&Opening { index, progress, ..Opening::default() });
        assert_eq!(calls.into_inner(), 5);
    }
}
