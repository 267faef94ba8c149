//! Folders of recordings with label tracks.

use std::fs;

use danas_data::{AudioSource, Broken, Dataset, DatasetError, LabelTrackError};
use tempfile::TempDir;

use crate::support::{noise, span, write_wav};

/// Writes label tracks and recordings: files with these names and contents, and a recording of two
/// seconds in place of a content for names that end with `wav`.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (seed, (name, content)) in (0..).zip(files) {
        let path = folder.path().join(name);
        match name.ends_with("wav") {
            true => write_wav(&path, &noise(seed, 16_000)),
            false => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, content).unwrap();
            }
        }
    }
    folder
}

#[test]
fn labels_are_examples_and_recordings_are_groups() {
    let folder = folder(&[
        ("b.wav", ""),
        ("b.csv", "start,end,label\n0.5,1,owl\n"),
        ("a.wav", ""),
        ("a.txt", "1.5\t1.75\towl\r\n\\\t10\t20\r\n0.25\t0.25\tfox\r\n"),
        ("silent.wav", ""),
        ("silent.txt", "\n"),
        ("plain.wav", ""),
        ("notes.txt", "none of the recordings has this name"),
        ("cover.png", ""),
    ]);
    let dataset = Dataset::from_label_tracks(folder.path()).unwrap();
    assert_eq!(dataset.classes(), ["fox", "owl"]);
    assert_eq!(dataset.labels(), [1, 0, 1]);
    assert_eq!(dataset.spans(), Some(&[span(1.5, 1.75), span(0.25, 0.25), span(0.5, 1.0)][..]));
    assert_eq!(dataset.groups().unwrap(), ["a.wav", "a.wav", "b.wav"]);
    assert_eq!(dataset.clips()[2].path, folder.path().join("b.wav"));
    let ignored = ["cover.png", "notes.txt", "plain.wav", "silent.wav"];
    assert_eq!(dataset.ignored(), ignored.map(|name| folder.path().join(name)));
    assert!(AudioSource::open(dataset, None, Broken::Refuse).is_ok());
}

#[test]
fn folders_are_groups() {
    let folder = folder(&[
        ("north/1.wav", ""),
        ("north/1.txt", "0\t1\towl"),
        ("south/1.wav", ""),
        ("south/1.TXT", "0\t1\tfox"),
        ("south/deep/2.wav", ""),
    ]);
    let dataset = Dataset::from_label_tracks(folder.path()).unwrap();
    assert_eq!(dataset.groups().unwrap(), ["north", "south"]);
    assert_eq!(dataset.ignored(), [folder.path().join("south/deep")]);

    write_wav(&folder.path().join("2.wav"), &noise(9, 9000));
    fs::write(folder.path().join("2.txt"), "0\t1\tfox").unwrap();
    let error = Dataset::from_label_tracks(folder.path()).unwrap_err();
    assert!(matches!(error, DatasetError::MissingGroup { .. }), "{error}");
}

#[test]
fn a_folder_that_gives_no_dataset_is_refused() {
    let read = |files: &[(&str, &str)]| Dataset::from_label_tracks(folder(files).path());
    for files in [&[][..], &[("1.wav", "")], &[("1.wav", ""), ("1.txt", "")]] {
        let error = read(files).unwrap_err();
        assert!(matches!(error, DatasetError::NoLabels { .. }), "{error}");
    }
    let error = read(&[("1.wav", ""), ("1.txt", "0\t1\towl")]).unwrap_err();
    assert!(matches!(error, DatasetError::TooFewClasses { .. }), "{error}");
    let error = read(&[("1.wav", ""), ("1.txt", ""), ("1.csv", "")]).unwrap_err();
    assert!(matches!(error, DatasetError::LabelTrack(LabelTrackError::Several { .. })), "{error}");
    let error = read(&[("1.wav", ""), ("1.txt", "0\t1\towl\n2\t1\tfox")]).unwrap_err();
    let DatasetError::LabelTrack(LabelTrackError::Span { file, line: 2, .. }) = &error else {
        panic!("{error}")
    };
    assert!(file.ends_with("1.txt"));
    let error = Dataset::from_label_tracks("no/such/folder").unwrap_err();
    assert!(matches!(error, DatasetError::Folder { .. }), "{error}");
}
