//! Altered versions of recordings.

use std::path::Path;

use danas::{
    AudioError, AudioSource, DataConfig, DataError, DataSource, Error, VersionsConfig,
    space::{AudioGranularity, FrontEnd, Hertz, Representation},
};

/// Writes a recording of a hum that begins after some silence.
fn write_wav(path: &Path, rate: u32, period: usize) {
    let sample = |n: usize| if n < 1000 { 0 } else { (n % period) as i16 * 100 };
    crate::support::wav::write(path, rate, (0..4000).map(sample));
}

fn source(folder: &Path, augmentation: Option<VersionsConfig>) -> Result<AudioSource, Error> {
    for (name, period) in [("hum/a.wav", 40), ("hum/b.wav", 50), ("buzz/c.wav", 60)] {
        write_wav(&folder.join("sounds").join(name), 8000, period);
    }
    let folder = Some(folder.join("sounds"));
    DataConfig { folder, augmentation, ..DataConfig::default() }.open([])
}

fn granularity() -> AudioGranularity {
    let front_end = FrontEnd::builder().frame_length(256).hop_length(128).build().unwrap();
    AudioGranularity::new(Hertz::new(4000).unwrap(), Representation::MelSpectrogram, front_end)
}

#[test]
fn without_the_setting_there_are_no_versions() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(source(folder.path(), None).unwrap().versions(), 0);
}

#[test]
fn a_version_that_changes_nothing_has_the_features_of_its_recording() {
    let folder = tempfile::tempdir().unwrap();
    let source = source(folder.path(), Some(VersionsConfig::default())).unwrap();
    assert_eq!(source.versions(), 4);
    let plain = source.features(&granularity(), &[2, 0]).unwrap();
    assert_eq!(source.version_features(&granularity(), 1, &[2, 0]).unwrap(), plain);
}

#[test]
fn versions_differ_from_each_other_and_are_the_same_every_time() {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("noise/n.wav"), 8000, 7);
    let noise = Some(folder.path().join("noise"));
    let gain = VersionsConfig { gain: [-12.0, -3.0], ..VersionsConfig::default() };
    let speed = VersionsConfig { speed: [0.8, 1.25], ..VersionsConfig::default() };
    let shift = VersionsConfig { shift: 0.1, ..VersionsConfig::default() };
    let noise = VersionsConfig { noise, ..VersionsConfig::default() };
    let plain = source(folder.path(), None).unwrap();
    let original = plain.features(&granularity(), &[0, 1, 2]).unwrap();
    for settings in [gain, speed, shift, noise] {
        let source = source(folder.path(), Some(settings.clone())).unwrap();
        let version = |it| source.version_features(&granularity(), it, &[0, 1, 2]).unwrap();
        assert_eq!(version(0), version(0));
        assert_ne!(version(0), version(1), "{settings:?}");
        assert_ne!(version(0), original, "{settings:?}");
        // The recordings themselves, by which models are judged, do not change.
        assert_eq!(source.features(&granularity(), &[0, 1, 2]).unwrap(), original);
        assert_ne!(source.fingerprint(), plain.fingerprint());
        // The features of one example are the same alone and among others.
        let alone = source.version_features(&granularity(), 0, &[2]).unwrap();
        assert_eq!(
            alone.index_axis(ndarray::Axis(0), 0),
            version(0).index_axis(ndarray::Axis(0), 2)
        );
    }
}

#[test]
fn a_gain_is_added_to_decibels() {
    let folder = tempfile::tempdir().unwrap();
    let gain = VersionsConfig { gain: [-6.0, -6.0], ..VersionsConfig::default() };
    let source = source(folder.path(), Some(gain)).unwrap();
    let plain = source.features(&granularity(), &[0]).unwrap();
    let quieter = source.version_features(&granularity(), 0, &[0]).unwrap();
    let loudest = plain.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    // Only values above the floor, which is 80 decibels below the loudest value.
    for (plain, quieter) in plain.iter().zip(&quieter).filter(|(plain, _)| **plain > loudest - 70.0)
    {
        assert!((plain - 6.0 - quieter).abs() < 1e-2, "{plain}, then {quieter}");
    }
}

#[test]
fn settings_and_noise_that_cannot_be_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let speed = VersionsConfig { speed: [1.2, 0.8], ..VersionsConfig::default() };
    let refused = source(folder.path(), Some(speed)).unwrap_err();
    let Error::Data(DataError::Audio(error @ AudioError::VersionRange { .. })) = refused else {
        panic!("{refused}")
    };
    assert!(error.to_string().starts_with("`speed` is from 1.2 to 0.8"), "{error}");
    write_wav(&folder.path().join("noise/n.wav"), 4000, 7);
    let noise = Some(folder.path().join("noise"));
    let refused = source(folder.path(), Some(VersionsConfig { noise, ..Default::default() }));
    let refused = refused.unwrap_err();
    assert!(
        matches!(refused, Error::Data(DataError::Audio(AudioError::NoiseRate { .. }))),
        "{refused}"
    );
}
