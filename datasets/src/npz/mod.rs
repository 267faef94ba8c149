//! Loader of series in NumPy archives.

mod archive;
mod element;
mod error;
mod values;

use std::path::{Path, PathBuf};

use danas::{
    Clip, Dataset,
    data::{Series, SeriesSet},
    space::Rate,
};

use archive::Archive;
use element::Entry;
pub use error::NpzError;
use values::Values;

/// Names of arrays that are used unless others are named.
const VALUES: [&str; 4] = ["x", "X", "data", "values"];
const LENGTHS: [&str; 1] = ["lengths"];
const LABELS: [&str; 4] = ["y", "label", "labels", "target"];
const CLASSES: [&str; 4] = ["classes", "class_names", "target_names", "labels"];
const GROUPS: [&str; 4] = ["group", "groups", "subject", "subjects"];
const CHANNELS: [&str; 2] = ["channels", "channel_names"];

/// Labelled series in the arrays of an `.npz` file, as NumPy's `savez` writes it.
///
/// | array | default names | shape | contents |
/// |---|---|---|---|
/// | values | `x`, `X`, `data`, `values` | see below | numbers |
/// | lengths | `lengths` | `[series]` | the number of samples of each series |
/// | labels | `y`, `label`, `labels`, `target` | `[series]` | integers, or the names of classes |
/// | classes | `classes`, `class_names`, `target_names`, `labels` | `[classes]` | the names of integer labels, from 0 on |
/// | groups | `group`, `groups`, `subject`, `subjects` | `[series]` | integers or names |
/// | channels | `channels`, `channel_names` | `[channels]` | names |
///
/// The first array of these names is used, and none for two purposes. Only values and labels are
/// required. Without classes, these are the different labels, in order. Without channels, these are
/// `0`, `1` and so on. Values have one of these shapes:
///
/// - `[series, samples, channels]`; with lengths, only the first samples of each series are used;
/// - `[samples, channels]` with lengths: the series one after the other;
/// - `[series, samples]` without lengths: series of one channel.
///
/// Arrays of Python objects, which need pickle, are refused.
///
/// ```no_run
/// use danas::space::Rate;
/// use danas_datasets::Npz;
///
/// let exercises = Npz::new("watch.npz", Rate::from_hertz(50.0)?).groups("subject").load()?;
/// assert_eq!(exercises.channels, ["ax", "ay", "az", "wx", "wy", "wz"]);
/// assert!(exercises.dataset.clips()[3].path.ends_with("watch.npz/3"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Npz {
    file: PathBuf,
    rate: Rate,
    values: Option<String>,
    lengths: Option<String>,
    labels: Option<String>,
    classes: Option<String>,
    groups: Option<String>,
    channels: Option<String>,
}

impl Npz {
    /// Selects a file whose samples were taken at this rate.
    pub fn new(file: impl AsRef<Path>, rate: Rate) -> Self {
        Self {
            file: file.as_ref().to_owned(),
            rate,
            values: None,
            lengths: None,
            labels: None,
            classes: None,
            groups: None,
            channels: None,
        }
    }

    /// Names the array of values. Default: see [`Npz`].
    pub fn values(self, name: impl Into<String>) -> Self {
        Self { values: Some(name.into()), ..self }
    }

    /// Names the array of lengths. Default: see [`Npz`].
    pub fn lengths(self, name: impl Into<String>) -> Self {
        Self { lengths: Some(name.into()), ..self }
    }

    /// Names the array of labels. Default: see [`Npz`].
    pub fn labels(self, name: impl Into<String>) -> Self {
        Self { labels: Some(name.into()), ..self }
    }

    /// Names the array of the names of classes. Default: see [`Npz`].
    pub fn classes(self, name: impl Into<String>) -> Self {
        Self { classes: Some(name.into()), ..self }
    }

    /// Names the array of groups. Default: see [`Npz`].
    pub fn groups(self, name: impl Into<String>) -> Self {
        Self { groups: Some(name.into()), ..self }
    }

    /// Names the array of the names of channels. Default: see [`Npz`].
    pub fn channels(self, name: impl Into<String>) -> Self {
        Self { channels: Some(name.into()), ..self }
    }

    /// Reads the series.
    ///
    /// # Errors
    /// [`NpzError`] for a file that cannot be read; for an array that is missing, or that has another
    /// type or shape than those above; and for a label without a class.
    pub fn load(&self) -> Result<SeriesSet, NpzError> {
        let mut archive = Archive::open(&self.file)?;
        let values = archive.needed("values", self.values.as_deref(), &VALUES)?;
        let labels = archive.needed("labels", self.labels.as_deref(), &LABELS)?;
        let lengths = archive.optional(self.lengths.as_deref(), &LENGTHS)?;
        let classes = archive.optional(self.classes.as_deref(), &CLASSES)?;
        let groups = archive.optional(self.groups.as_deref(), &GROUPS)?;
        let channels = archive.optional(self.channels.as_deref(), &CHANNELS)?;

        let (labels_name, labels) = (labels.clone(), archive.entries(&labels)?);
        let lengths = match lengths {
            Some(name) => Some(self.lengths_of(&name, &archive.entries(&name)?)?),
            None => None,
        };
        let all = Values { path: &self.file, array: &values, values: archive.numbers(&values)? };
        let series = all.divided(lengths.as_deref())?;
        let rate = self.rate;
        let series: Vec<Series> =
            series.into_iter().map(|values| Series { values, rate }).collect();
        let same_count = |array: &str, found: usize| match found == series.len() {
            true => Ok(()),
            false => Err(self.count(array, found, series.len())),
        };
        same_count(&labels_name, labels.len())?;
        let (classes, labels) = match classes {
            Some(name) => self.labelled(&labels, archive.entries(&name)?)?,
            None => distinct(&labels),
        };
        let groups = match groups {
            Some(name) => Some((archive.entries(&name)?, name)),
            None => None,
        };
        if let Some((groups, name)) = &groups {
            same_count(name, groups.len())?;
        }
        let clips = labels.into_iter().enumerate().map(|(n, label)| Clip {
            path: self.file.join(n.to_string()),
            label,
            group: groups.as_ref().map(|(groups, _)| groups[n].to_string()),
        });
        let dataset = Dataset::new(classes, clips.collect::<Vec<_>>())?;
        let channels = match channels {
            Some(name) => archive.entries(&name)?.iter().map(Entry::to_string).collect(),
            None => (0..series.first().map_or(0, |it| it.values.ncols()))
                .map(|n| n.to_string())
                .collect(),
        };
        Ok(SeriesSet::new(dataset, channels, series)?)
    }

    fn lengths_of(&self, name: &str, lengths: &[Entry]) -> Result<Vec<usize>, NpzError> {
        let length = |(n, entry): (usize, &Entry)| {
            entry.index().ok_or_else(|| NpzError::Length {
                path: self.file.clone(),
                array: name.to_owned(),
                series: n,
                text: entry.to_string(),
            })
        };
        lengths.iter().enumerate().map(length).collect()
    }

    /// Returns the classes of these names, and the index of each label among them: a label that is a
    /// number is an index already.
    fn labelled(
        &self,
        labels: &[Entry],
        names: Vec<Entry>,
    ) -> Result<(Vec<String>, Vec<usize>), NpzError> {
        let names: Vec<String> = names.iter().map(Entry::to_string).collect();
        let index = |(n, label): (usize, &Entry)| {
            let found = match label {
                Entry::Integer(_) => label.index().filter(|&index| index < names.len()),
                Entry::Text(text) => names.iter().position(|name| name == text),
            };
            found.ok_or_else(|| NpzError::UnknownLabel {
                path: self.file.clone(),
                series: n,
                label: label.to_string(),
                known: names.clone(),
            })
        };
        let labels = labels.iter().enumerate().map(index).collect::<Result<_, _>>()?;
        Ok((names, labels))
    }

    fn count(&self, array: &str, found: usize, expected: usize) -> NpzError {
        let (path, array) = (self.file.clone(), array.to_owned());
        NpzError::Count { path, array, found, expected }
    }
}

/// Returns the different labels in order, and the index of each label among them.
fn distinct(labels: &[Entry]) -> (Vec<String>, Vec<usize>) {
    let mut classes = labels.to_vec();
    classes.sort();
    classes.dedup();
    let index = |label| classes.binary_search(label).unwrap_or_default();
    let labels = labels.iter().map(index).collect();
    (classes.iter().map(Entry::to_string).collect(), labels)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use danas::data::SeriesError;
    use ndarray::{Array1, Array3, array};
    use ndarray_npy::{NpzWriter, WritableElement};

    use super::*;

    /// An archive of arrays, in a folder of its own.
    struct Laid {
        folder: tempfile::TempDir,
        npz: NpzWriter<File>,
    }

    impl Laid {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let npz = NpzWriter::new_compressed(File::create(folder.path().join("a.npz")).unwrap());
            Self { folder, npz }
        }

        fn with<T: WritableElement, D: ndarray::Dimension>(
            mut self,
            name: &str,
            array: ndarray::Array<T, D>,
        ) -> Self {
            self.npz.add_array(name, &array).unwrap();
            self
        }

        fn names(self, name: &str, names: &[&str]) -> Self {
            let names = names.iter().map(|name| element::Written::<4>::new(name));
            self.with(name, names.collect::<Array1<_>>())
        }

        fn load_as(self, select: impl Fn(Npz) -> Npz) -> Result<SeriesSet, NpzError> {
            self.npz.finish().unwrap();
            let file = self.folder.path().join("a.npz");
            select(Npz::new(file, Rate::from_hertz(50.0).unwrap())).load()
        }

        fn load(self) -> Result<SeriesSet, NpzError> {
            self.load_as(|npz| npz)
        }
    }

    /// The arrays of three series, one after the other.
    fn concatenated(labels: Array1<i64>) -> Laid {
        let values = array![
            [1.0f32, 2.0],
            [3.0, 4.0],
            [5.0, 6.0],
            [7.0, 8.0],
            [9.0, 0.0],
            [1.0, 2.0],
            [3.0, 4.0]
        ];
        Laid::new()
            .with("x", values.reversed_axes().as_standard_layout().to_owned().reversed_axes())
            .with("lengths", array![2i64, 3, 2])
            .with("y", labels)
    }

    #[test]
    fn concatenated_series_are_divided_and_named() {
        let set = concatenated(array![1, 0, 1])
            .names("labels", &["SHR", "Pé"])
            .names("channels", &["ax", "ay"])
            .with("subject", array![7.0f64, 10.0, 7.0])
            .load()
            .unwrap();
        assert_eq!(set.channels, ["ax", "ay"]);
        assert_eq!(set.dataset.classes(), ["SHR", "Pé"]);
        assert_eq!(set.dataset.labels(), [1, 0, 1]);
        assert_eq!(set.dataset.groups().unwrap(), ["7", "10", "7"]);
        assert!(set.dataset.clips()[2].path.ends_with("a.npz/2"));
        assert_eq!(set.series[1].values, array![[5.0, 6.0], [7.0, 8.0], [9.0, 0.0]]);
        assert_eq!(set.series[2].rate.hertz(), 50.0);
    }

    #[test]
    fn stacked_series_may_be_padded_or_have_one_channel() {
        let values = Array3::from_shape_fn((2, 4, 3), |(n, sample, channel)| {
            (100 * n + 10 * sample + channel) as i16
        });
        let stacked = || Laid::new().with("data", values.clone()).names("label", &["b", "a"]);
        let set = stacked().load().unwrap();
        assert_eq!(set.channels, ["0", "1", "2"]);
        assert_eq!(
            (set.dataset.classes(), set.dataset.labels()),
            (&["a".into(), "b".into()][..], vec![1, 0])
        );
        assert_eq!(set.series[1].values.row(3).to_vec(), [130.0, 131.0, 132.0]);
        let set = stacked().with("n", array![2u8, 4]).load_as(|npz| npz.lengths("n")).unwrap();
        assert_eq!([0, 1].map(|n| set.series[n].values.nrows()), [2, 4]);
        let error = stacked().with("lengths", array![2, 5]).load().unwrap_err();
        assert!(matches!(error, NpzError::Lengths { samples: 4, lengths: 5, .. }), "{error}");

        let flat = Laid::new()
            .with("X", array![[1.0f64, 2.0], [3.0, 4.0], [5.0, 6.0]])
            .with("y", array![10u8, 9, 10]);
        let set = flat.load().unwrap();
        assert_eq!(
            (set.dataset.classes(), set.dataset.labels()),
            (&["9".into(), "10".into()][..], vec![1, 0, 1])
        );
        assert_eq!(set.series[1].values, array![[3.0], [4.0]]);
    }

    #[test]
    fn arrays_are_found_by_any_name() {
        let set = concatenated(array![0, 1, 1])
            .with("activity", array![3i8, 3, 4])
            .names("of", &["p", "q", "q"])
            .load_as(|npz| npz.labels("activity").groups("of"))
            .unwrap();
        assert_eq!(set.dataset.classes(), ["3", "4"]);
        assert_eq!(set.dataset.groups().unwrap(), ["p", "q", "q"]);
        let error = concatenated(array![0, 1, 1]).load_as(|npz| npz.groups("who")).unwrap_err();
        assert!(
            matches!(&error, NpzError::NoArray { array, known, .. }
            if array == "who" && known == &["x", "lengths", "y"]),
            "{error}"
        );
        let error = Laid::new().with("x", array![[1.0]]).load().unwrap_err().to_string();
        assert!(error.contains("no array of labels") && error.contains("`y`"), "{error}");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let error = concatenated(array![0, 2, 1]).names("classes", &["a", "b"]).load().unwrap_err();
        assert!(
            matches!(&error, NpzError::UnknownLabel { series: 1, label, .. } if label == "2"),
            "{error}"
        );
        let error = concatenated(array![0, 1]).load().unwrap_err();
        assert!(matches!(error, NpzError::Count { found: 2, expected: 3, .. }), "{error}");
        let error = concatenated(array![0, 1, 1]).with("groups", array![0]).load().unwrap_err();
        assert!(matches!(error, NpzError::Count { found: 1, expected: 3, .. }), "{error}");
        let error = concatenated(array![0, 1, 1])
            .with("ends", array![4i64, -1, 4])
            .load_as(|npz| npz.lengths("ends"));
        assert!(matches!(error, Err(NpzError::Length { series: 1, .. })));
        let error = concatenated(array![0, 1, 1])
            .with("ends", array![2, 3, 3])
            .load_as(|npz| npz.lengths("ends"));
        assert!(matches!(error, Err(NpzError::Lengths { samples: 7, lengths: 8, .. })));
        let error = concatenated(array![0, 1, 1])
            .with("half", array![0.5, 1.0, 1.0])
            .load_as(|npz| npz.labels("half"));
        assert!(matches!(error, Err(NpzError::Array { .. })));
        let error =
            Laid::new().with("x", array![1.0, 2.0]).with("y", array![0, 1]).load().unwrap_err();
        assert!(matches!(error, NpzError::Shape { .. }), "{error}");
        let error = Laid::new().names("x", &["a"]).with("y", array![0, 1]).load().unwrap_err();
        assert!(matches!(&error, NpzError::Array { array, .. } if array == "x"), "{error}");
        let nan = array![[[1.0f32], [2.0]], [[3.0], [f32::NAN]]];
        let error = Laid::new().with("x", nan).with("y", array![0, 1]).load().unwrap_err();
        assert!(
            matches!(&error, NpzError::Series(SeriesError::NotFinite { path, .. })
            if path.ends_with("a.npz/1")),
            "{error}"
        );

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b.npz");
        let load = || Npz::new(&file, Rate::from_hertz(1.0).unwrap()).load().unwrap_err();
        assert!(matches!(load(), NpzError::Read { .. }));
        fs::write(&file, "text").unwrap();
        assert!(matches!(load(), NpzError::Archive { .. }));
    }
}
