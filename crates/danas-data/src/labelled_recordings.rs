//! Datasets of long recordings with label tracks.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    path::{Path, PathBuf},
};

use crate::{
    dataset::{Clip, Dataset},
    dataset_error::DatasetError,
    label_track::{self, Label},
    label_track_error::LabelTrackError,
    listing::{Entry, entries, name},
    split::relative,
};

impl Dataset {
    /// Reads recordings with label tracks: `FOLDER/NAME.wav` with `FOLDER/NAME.txt` or
    /// `FOLDER/NAME.csv`, or the same in `FOLDER/GROUP` if recordings have groups. Every label is an
    /// example, with its text as class and its [span](Self::with_spans). Classes are in the order of
    /// their names, and examples in the order of their files and lines. Without sub-folders, each
    /// recording is a group.
    ///
    /// A text file has the format that Audacity exports: lines with start, end and label, separated
    /// by tabs. Times are in seconds, with a dot. Lines that begin with a backslash, which hold
    /// frequencies, are skipped. A CSV file has a header with the columns `start`, `end` and
    /// `label`. A label whose start is its end marks a point in time.
    ///
    /// Recordings without labels and files of other kinds are [ignored](Self::ignored), and reported
    /// with a warning.
    ///
    /// # Errors
    /// [`DatasetError::LabelTrack`] for a label track that cannot be used, with the line;
    /// [`DatasetError::NoLabels`] if there are no labels; and [`DatasetError`] if a folder cannot be
    /// read, and for everything that [`new`](Self::new) refuses, such as a single class.
    pub fn from_label_tracks(folder: impl AsRef<Path>) -> Result<Self, DatasetError> {
        let folder = folder.as_ref();
        let (folders, files): (Vec<_>, Vec<_>) =
            entries(folder)?.into_iter().partition(Entry::is_folder);
        let mut found = Found::default();
        found.add(files, None)?;
        for Entry { path, .. } in folders {
            found.add(entries(&path)?, Some(&name(&path)))?;
        }
        let Found { examples, mut ignored } = found;
        if examples.is_empty() {
            return Err(DatasetError::NoLabels { folder: folder.to_owned() });
        }
        ignored.sort();
        if let Some(first) = ignored.first() {
            let (ignored, first) = (ignored.len(), first.display());
            tracing::warn!(ignored, %first, "recordings without labels and other files were ignored");
        }
        let grouped = examples.iter().any(|example| example.group.is_some());
        let classes: BTreeSet<&String> = examples.iter().map(|one| &one.label.text).collect();
        let classes: Vec<String> = classes.into_iter().cloned().collect();
        let clip = |Example { path, group, label }: &Example| Clip {
            path: path.clone(),
            label: classes.binary_search(&label.text).unwrap_or_default(),
            // Relative paths give the same groups, and the same fingerprint, wherever the folder is.
            group: if grouped { group.clone() } else { Some(relative(path, Some(folder))) },
        };
        let clips: Vec<Clip> = examples.iter().map(clip).collect();
        let spans: Vec<_> = examples.iter().map(|example| Some(example.label.span)).collect();
        Ok(Self::new(classes, clips)?.with_spans(spans)?.with_ignored(ignored))
    }
}

/// A label of a recording.
struct Example {
    path: PathBuf,
    group: Option<String>,
    label: Label,
}

/// The labels that were found in folders, and the files without any.
#[derive(Default)]
struct Found {
    examples: Vec<Example>,
    ignored: Vec<PathBuf>,
}

impl Found {
    /// Reads the label tracks among the entries of a folder.
    fn add(&mut self, entries: Vec<Entry>, group: Option<&str>) -> Result<(), DatasetError> {
        let mut tracks: BTreeMap<&OsStr, Vec<&PathBuf>> = BTreeMap::new();
        let of = |extensions: &'static [&str]| {
            let entries = entries.iter().filter(|entry| entry.is_one_of(extensions));
            entries.map(|entry| &entry.path)
        };
        for track in of(&label_track::EXTENSIONS) {
            tracks.entry(stem(track)).or_default().push(track);
        }
        let mut used = BTreeSet::new();
        for path in of(&Dataset::RECORDINGS) {
            let track = match tracks.get(stem(path)).map(Vec::as_slice) {
                None | Some([]) => continue,
                Some([track]) => *track,
                Some([first, second, ..]) => {
                    let files = [first, second].map(|&track| track.clone());
                    return Err(LabelTrackError::Several { files }.into());
                }
            };
            let labels = label_track::read(track)?;
            used.insert(track);
            if !labels.is_empty() {
                used.insert(path);
            }
            let group = || group.map(str::to_owned);
            let example = |label| Example { path: path.clone(), group: group(), label };
            self.examples.extend(labels.into_iter().map(example));
        }
        let paths = entries.iter().map(|entry| &entry.path);
        self.ignored.extend(paths.filter(|path| !used.contains(path)).cloned());
        Ok(())
    }
}

/// Returns the name of a file without its extension.
fn stem(path: &Path) -> &OsStr {
    path.file_stem().unwrap_or_default()
}
