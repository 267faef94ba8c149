//! Loader of data in the acquisition format of Edge Impulse.

mod error;
mod labels;
mod sample;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use danas::{
    Clip, Dataset, Part,
    data::{Series, SeriesSet},
};
use rayon::prelude::*;

pub use error::EdgeImpulseError;

/// Parts, and the folder of each in an export.
const PARTS: [(&str, Part); 2] = [("training", Part::Train), ("testing", Part::Test)];

/// Extensions of files in the acquisition format.
const EXTENSIONS: [&str; 2] = ["json", "cbor"];

/// A dataset that was exported from Edge Impulse in its data acquisition format: JSON or CBOR files
/// in the folders `training` and `testing`, or in the folder itself.
///
/// The class of a file is the label that `info.labels` states, beside the files or in the folder
/// above them. Without `info.labels`, it is the name of the file up to its first dot: `wave` for
/// `wave.1.cbor`. If there are files of both folders, these are the parts of a split, which a search
/// keeps as it is.
///
/// Channels are the sensors, which all files must have in the same order. Sound that was exported in
/// this format is a series of one channel. Signatures are not verified.
///
/// ```no_run
/// use danas_datasets::EdgeImpulse;
///
/// let gestures = EdgeImpulse::new("gestures-export").groups("subject").load()?;
/// assert_eq!(gestures.channels, ["accX", "accY", "accZ"]);
/// # Ok::<(), danas_datasets::EdgeImpulseError>(())
/// ```
///
/// # References
/// Edge Impulse: data acquisition format.
/// <https://docs.edgeimpulse.com/tools/specifications/data-acquisition/json-cbor>
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct EdgeImpulse {
    folder: PathBuf,
    groups: Option<String>,
}

/// A file with its class, group and part.
#[derive(Debug, Clone)]
struct File {
    path: PathBuf,
    class: String,
    group: Option<String>,
    part: Option<Part>,
}

impl EdgeImpulse {
    /// Selects all files of an export.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), groups: None }
    }

    /// Names the metadata of files that is their group, such as `subject`. It is read from
    /// `info.labels`. Default: there are no groups.
    pub fn groups(self, metadata: impl Into<String>) -> Self {
        Self { groups: Some(metadata.into()), ..self }
    }

    /// Reads the files. Classes and files are in the order of their names.
    ///
    /// # Errors
    /// [`EdgeImpulseError`] with the file that cannot be read, is not in the acquisition format, has
    /// other sensors than the first one, or has no label or group.
    pub fn load(&self) -> Result<SeriesSet, EdgeImpulseError> {
        self.load_with_progress(&|_, _| {})
    }

    /// Reads the files as [`load`](Self::load) does, and reports the progress. `progress` is called
    /// after each file, with the number of files that were read and that of all.
    ///
    /// # Errors
    /// The errors of [`load`](Self::load).
    pub fn load_with_progress(
        &self,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<SeriesSet, EdgeImpulseError> {
        let files = self.files()?;
        let done = AtomicUsize::new(0);
        let samples = files.par_iter().map(|file| {
            let sample = sample::read(&file.path)?;
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
            Ok(sample)
        });
        let samples = samples.collect::<Result<Vec<(Vec<String>, Series)>, EdgeImpulseError>>()?;
        let channels = samples.first().map_or(Vec::new(), |(channels, _)| channels.clone());
        let other = samples.iter().zip(&files).find(|((sensors, _), _)| *sensors != channels);
        if let Some(((sensors, _), file)) = other {
            let (path, sensors, expected) = (file.path.clone(), sensors.clone(), channels);
            return Err(EdgeImpulseError::Sensors { path, sensors, expected });
        }
        let series = samples.into_iter().map(|(_, series)| series).collect();
        Ok(SeriesSet::new(dataset(files)?, channels, series)?)
    }

    /// Lists all files, in order.
    fn files(&self) -> Result<Vec<File>, EdgeImpulseError> {
        let mut files = match labels::read(&self.folder, self.groups.as_deref())? {
            Some(files) => files,
            None => {
                let mut files = self.in_folder(&self.folder, None)?;
                for (name, part) in PARTS {
                    let folder = self.folder.join(name);
                    if folder.is_dir() {
                        files.extend(self.in_folder(&folder, Some(part))?);
                    }
                }
                files
            }
        };
        files.sort_by(|one, other| one.path.cmp(&other.path));
        match files.is_empty() {
            true => Err(EdgeImpulseError::NoFiles { folder: self.folder.clone() }),
            false => Ok(files),
        }
    }

    /// Lists the files of one folder.
    fn in_folder(&self, folder: &Path, part: Option<Part>) -> Result<Vec<File>, EdgeImpulseError> {
        let is_root = folder == self.folder;
        if !is_root && let Some(files) = labels::read(folder, self.groups.as_deref())? {
            return Ok(files.into_iter().map(|file| File { part, ..file }).collect());
        }
        let read = |source| EdgeImpulseError::Read { path: folder.to_owned(), source };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(read)? {
            let path = entry.map_err(read)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let class = name.split('.').next().unwrap_or_default().to_owned();
            if class.is_empty() || !has_format(&path) || !path.is_file() {
                continue;
            }
            // Metadata is in `info.labels` alone.
            if let Some(group) = &self.groups {
                return Err(EdgeImpulseError::NoGroup { path: path.clone(), group: group.clone() });
            }
            files.push(File { path, class, group: None, part });
        }
        Ok(files)
    }
}

/// Whether the extension of a file is one of the acquisition format.
fn has_format(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Returns the dataset of these files.
fn dataset(files: Vec<File>) -> Result<Dataset, EdgeImpulseError> {
    let mut classes: Vec<String> = files.iter().map(|file| file.class.clone()).collect();
    classes.sort();
    classes.dedup();
    let parts: Option<Vec<Part>> = files.iter().map(|file| file.part).collect();
    let label = |class: &String| classes.binary_search(class).unwrap_or_default();
    let clips = files.into_iter().map(|File { path, class, group, .. }| Clip {
        path,
        label: label(&class),
        group,
    });
    let clips: Vec<Clip> = clips.collect();
    let dataset = Dataset::new(classes, clips)?;
    // Files of one folder alone are no split.
    let parts = parts.filter(|parts| PARTS.iter().all(|(_, part)| parts.contains(part)));
    match parts {
        Some(parts) => Ok(dataset.with_parts(parts)?),
        None => Ok(dataset),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use serde_json::{Value, json};

    use super::*;

    fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn sample(interval_ms: f64, sensors: &[&str], values: &Value) -> Value {
        let sensor = |name: &&str| json!({ "name": name, "units": "m/s2" });
        json!({
            "protected": { "ver": "v1", "alg": "HS256", "iat": 1_564_128_599 },
            "signature": "b0ee0572a1984b93b6bc56e6576e2cbbd6bccd65d0c356e26b31bbc9a48210c6",
            "payload": {
                "device_name": null,
                "device_type": "DISCO-L475VG-IOT01A",
                "interval_ms": interval_ms,
                "sensors": sensors.iter().map(sensor).collect::<Vec<_>>(),
                "values": values,
            }
        })
    }

    fn motion() -> Value {
        sample(16.0, &["accX", "accY"], &json!([[-9.81, 0], [1e-2, 2], [3, 4.5]]))
    }

    fn cbor(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).unwrap();
        bytes
    }

    /// An export of two classes, without a list of labels.
    fn exported() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "training/wave.1.cbor", cbor(&motion()));
        write(folder.path(), "training/idle.13ab.json", motion().to_string());
        write(folder.path(), "testing/wave.2.json.cbor", cbor(&motion()));
        write(folder.path(), "training/notes.txt", "");
        folder
    }

    #[test]
    fn names_state_labels_and_folders_parts() {
        let folder = exported();
        let calls = AtomicUsize::new(0);
        let count = |_: usize, all: usize| {
            assert_eq!(all, 3);
            calls.fetch_add(1, Ordering::Relaxed);
        };
        let set = EdgeImpulse::new(&folder).load_with_progress(&count).unwrap();
        assert_eq!(calls.into_inner(), 3);
        assert_eq!(set.channels, ["accX", "accY"]);
        assert_eq!(set.dataset.classes(), ["idle", "wave"]);
        assert_eq!(set.dataset.labels(), [1, 0, 1]);
        assert_eq!(set.dataset.parts().unwrap(), [Part::Test, Part::Train, Part::Train]);
        assert!(set.dataset.clips()[0].path.ends_with("testing/wave.2.json.cbor"));
        for series in &set.series {
            assert_eq!(series.values, array![[-9.81, 0.0], [0.01, 2.0], [3.0, 4.5]]);
            assert_eq!(series.rate.hertz(), 62.5);
        }
        fs::remove_file(folder.path().join("testing/wave.2.json.cbor")).unwrap();
        assert_eq!(EdgeImpulse::new(&folder).load().unwrap().dataset.parts(), None);
        let alone = EdgeImpulse::new(folder.path().join("training")).load().unwrap();
        assert_eq!(alone.dataset.clips().len(), 2);
    }

    #[test]
    fn a_list_states_labels_categories_and_groups() {
        let folder = exported();
        let entry = |path: &str, category: &str, label: Value, who: u32| {
            json!({
                "path": path, "name": "a", "category": category,
                "label": { "type": "label", "label": label }, "metadata": { "who": who },
                "boundingBoxes": []
            })
        };
        let list = |files: Vec<Value>| json!({ "version": 1, "files": files }).to_string();
        let good = [
            entry("training/wave.1.cbor", "training", "0.5".into(), 1),
            entry("testing/wave.2.json.cbor", "testing", 7.into(), 2),
        ];
        write(folder.path(), "info.labels", list(good.to_vec()));
        let export = EdgeImpulse::new(&folder).groups("who");
        let set = export.load().unwrap();
        assert_eq!(set.dataset.classes(), ["0.5", "7"]);
        assert_eq!(set.dataset.parts().unwrap(), [Part::Test, Part::Train]);
        assert_eq!(set.dataset.groups().unwrap(), ["2", "1"]);
        let error = export.groups("where").load().unwrap_err();
        assert!(matches!(error, EdgeImpulseError::NoGroup { .. }), "{error}");

        let with = |file| {
            write(folder.path(), "info.labels", list(vec![good[0].clone(), file]));
            EdgeImpulse::new(&folder).load().unwrap_err()
        };
        let error = with(entry("testing/a.wav", "testing", "b".into(), 2));
        assert!(matches!(error, EdgeImpulseError::Format { .. }), "{error}");
        let error = with(entry("testing/wave.2.json.cbor", "anomaly", "b".into(), 2));
        assert!(matches!(error, EdgeImpulseError::Category { .. }), "{error}");
        let error = with(entry("testing/wave.2.json.cbor", "testing", Value::Null, 2));
        assert!(matches!(error, EdgeImpulseError::NoLabel { .. }), "{error}");
        write(folder.path(), "info.labels", "[]");
        let error = EdgeImpulse::new(&folder).load().unwrap_err();
        assert!(matches!(error, EdgeImpulseError::Labels { .. }), "{error}");

        fs::remove_file(folder.path().join("info.labels")).unwrap();
        for ((name, _), file) in PARTS.iter().zip(good) {
            let path = file["path"].as_str().unwrap().split_once('/').unwrap().1;
            let mut file = file.clone();
            file["path"] = path.into();
            write(&folder.path().join(name), "info.labels", list(vec![file]));
        }
        assert_eq!(EdgeImpulse::new(&folder).groups("who").load().unwrap(), set);
    }

    #[test]
    fn sound_is_a_series_of_one_channel() {
        let folder = tempfile::tempdir().unwrap();
        for (name, values) in
            [("a.1.json", json!([1, -2, 3.5])), ("b.1.json", json!([[1], [-2], [3.5]]))]
        {
            write(folder.path(), name, sample(0.0625, &["audio"], &values).to_string());
        }
        let set = EdgeImpulse::new(&folder).load().unwrap();
        assert_eq!((set.channels, set.dataset.parts()), (vec!["audio".to_owned()], None));
        for series in set.series {
            assert_eq!(
                (series.rate.hertz(), series.values),
                (16_000.0, array![[1.0], [-2.0], [3.5]])
            );
        }
    }

    #[test]
    fn files_that_cannot_be_used_are_named() {
        let folder = exported();
        let with = |content: String| {
            write(folder.path(), "training/wave.9.json", content);
            let error = EdgeImpulse::new(&folder).load().unwrap_err();
            let text = error.to_string();
            assert!(text.contains("wave.9.json"), "{text}");
            error
        };
        let ragged = sample(16.0, &["accX", "accY"], &json!([[1, 2], [3]]));
        let error = with(ragged.to_string());
        assert!(matches!(error, EdgeImpulseError::Width { sample: 1, values: 1, sensors: 2, .. }));
        let error = with(sample(16.0, &["accY", "accX"], &json!([[1, 2], [3, 4]])).to_string());
        assert!(matches!(error, EdgeImpulseError::Sensors { .. }), "{error}");
        let error = with(sample(0.0, &["accX", "accY"], &json!([[1, 2], [3, 4]])).to_string());
        assert!(matches!(error, EdgeImpulseError::Interval { .. }), "{error}");
        // Values that are in another file.
        for values in [json!(["Ref-BINARY-i16 (2 bytes)"]), json!([[null, 1], [2, 3]])] {
            let error = with(sample(16.0, &["accX", "accY"], &values).to_string());
            assert!(matches!(error, EdgeImpulseError::Parse { .. }), "{error}");
        }
        assert!(matches!(with("{}".to_owned()), EdgeImpulseError::Parse { .. }));

        let empty = tempfile::tempdir().unwrap();
        let error = EdgeImpulse::new(&empty).load().unwrap_err();
        assert!(matches!(error, EdgeImpulseError::NoFiles { .. }), "{error}");
    }
}
