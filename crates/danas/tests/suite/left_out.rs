//! Recordings that are left out of a dataset: broken, repeated, and those that were never named.

use std::fs;

use crate::support::ramps::{granularity, source, two_classes, write_wav};
use danas::{AudioError, Broken, Config, DataConfig, DataError, DataSource, DatasetError, Error};

#[test]
fn a_corrupt_recording_is_named_before_the_search_begins() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path());
    fs::write(folder.path().join("hum/b.wav"), b"RIFF\x10\0\0\0WAVEjunk").unwrap();
    let error = source(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Data(DataError::Audio(AudioError::Broken { .. }))), "{error}");
    let path = folder.path().join("hum/b.wav");
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
}

#[test]
fn broken_recordings_are_refused_or_skipped_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(&folder.path().join("sounds"));
    let broken = folder.path().join("sounds/hum/a.wav");
    fs::write(&broken, "RIFF, but not for long").unwrap();
    write_wav(&folder.path().join("noise/m.wav"), 8000, 700);
    let silent = folder.path().join("noise/n.wav");
    write_wav(&silent, 8000, 0);
    let text = format!(
        "[data]\nbroken = 'skip'\nfolder = {:?}\nnoise = {{ folder = {:?} }}",
        folder.path().join("sounds"),
        folder.path().join("noise")
    );
    let config = Config::from_toml(&text).unwrap().data;

    let source = config.open([]).unwrap();
    assert_eq!(source.labels(), [0, 0, 1]);
    let skipped: Vec<_> = source.skipped().iter().map(|one| &one.path).collect();
    assert_eq!(skipped, [&broken, &silent]);
    let reasons: Vec<_> = source.skipped().iter().map(|one| &one.reason).collect();
    assert!(reasons[0].contains("a.wav") && reasons[1].contains("no samples"), "{reasons:?}");
    source.features(&granularity(4000), &[0, 1, 2]).unwrap();

    fs::write(folder.path().join("sounds/hum/b.wav"), "").unwrap();
    let refused = DataConfig { broken: Broken::Refuse, ..config.clone() }.open([]).unwrap_err();
    let refused = refused.to_string();
    for named in ["2 of the recordings", "a.wav", "b.wav", "data.broken = \"skip\""] {
        assert!(refused.contains(named), "{refused}");
    }
    let error = config.open([]).unwrap_err();
    let Error::Data(DataError::Audio(AudioError::Skipped { skipped: 2, source })) = error else {
        panic!("{error}")
    };
    assert!(matches!(source, DatasetError::EmptyClass { class } if class == "hum"));
    fs::write(folder.path().join("noise/m.wav"), "").unwrap();
    write_wav(&broken, 8000, 4000);
    assert!(matches!(config.open([]), Err(Error::Data(DataError::Audio(AudioError::NoNoise)))));
}

#[test]
fn only_named_classes_are_looked_at_and_what_is_no_recording_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path());
    for path in ["__MACOSX/notes.txt", "_background_noise_/x/y/z.wav", "hum/labels.csv"] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "no recording").unwrap();
    }
    fs::create_dir(folder.path().join("empty")).unwrap();
    let classes = ["hum", "buzz"].map(str::to_owned).to_vec();
    let named = DataConfig {
        folder: Some(folder.path().to_owned()),
        classes: classes.clone(),
        ..DataConfig::default()
    };
    let source = named.open([]).unwrap();
    assert_eq!(source.classes(), classes);
    assert_eq!(source.dataset().ignored(), [folder.path().join("hum/labels.csv")]);
    let missing = DataConfig { classes: vec!["hum".into(), "hiss".into()], ..named.clone() };
    let error = missing.open([]).unwrap_err().to_string();
    assert!(error.contains("hiss") && error.contains("buzz"), "{error}");
    let all = DataConfig { classes: Vec::new(), ..named }.open([]).unwrap_err();
    let Error::Data(DataError::Dataset(DatasetError::EmptyClass { .. })) = all else {
        panic!("{all}")
    };
}

#[test]
fn identical_recordings_are_used_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    two_classes(folder.path());
    fs::copy(path("hum/a.wav"), path("hum/copy.wav")).unwrap();
    // The same samples in a file with other bytes.
    let mut bytes = fs::read(path("hum/b.wav")).unwrap();
    bytes.extend(*b"LIST\x04\0\0\0INFO");
    let riff = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&riff);
    fs::write(path("hum/tagged.wav"), bytes).unwrap();

    let opened = source(folder.path()).unwrap();
    assert_eq!(opened.labels(), [0, 0, 1, 1]);
    let repeated = opened.repeated().iter().map(|one| (one.path.clone(), one.original.clone()));
    let expected = [("hum/copy.wav", "hum/a.wav"), ("hum/tagged.wav", "hum/b.wav")];
    assert_eq!(repeated.collect::<Vec<_>>(), expected.map(|(a, b)| (path(a), path(b))));
    assert!(opened.skipped().is_empty());
}

#[test]
fn a_recording_in_two_classes_is_refused_with_both_names_or_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    two_classes(folder.path());
    write_wav(&path("buzz/e.wav"), 8000, 4000);
    for copy in ["hum/x.wav", "hum/y.wav"] {
        fs::copy(path("buzz/c.WAV"), path(copy)).unwrap();
    }
    let config = DataConfig { folder: Some(folder.path().to_owned()), ..DataConfig::default() };
    let refused = config.open([]).unwrap_err();
    let Error::Data(DataError::Audio(AudioError::Contradictions { pairs })) = &refused else {
        panic!("{refused}")
    };
    assert_eq!(pairs[0].paths, [path("buzz/c.WAV"), path("hum/x.wav")]);
    assert_eq!(pairs[0].classes, ["buzz", "hum"]);
    let text = refused.to_string();
    for named in ["in different classes (2)", "c.WAV", "x.wav", "y.wav", "data.broken = \"skip\""] {
        assert!(text.contains(named), "{text}");
    }
    let source = DataConfig { broken: Broken::Skip, ..config }.open([]).unwrap();
    assert_eq!(source.labels(), [0, 0, 1, 1]);
    let skipped: Vec<_> = source.skipped().iter().map(|one| one.path.clone()).collect();
    assert_eq!(skipped, ["buzz/c.WAV", "hum/x.wav", "hum/y.wav"].map(path));
}
