//! Files with their classes and groups.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::{Path, PathBuf},
};

use danas_space::Digest;

use crate::{
    dataset_error::DatasetError,
    listing::{Entry, entries, name},
    part::Part,
    span::{self, Span},
};

/// One file, such as a recording, or a [span](Dataset::with_spans) of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clip {
    /// The file.
    pub path: PathBuf,
    /// Its class, as an index into [`Dataset::classes`].
    pub label: usize,
    /// Its group, such as a speaker or machine. All files of a group belong to the same part of a
    /// split.
    pub group: Option<String>,
}

/// Labelled files of at least two classes, none of them empty: recordings, or files of any other
/// kind. With [spans](Self::with_spans), a file can contain several examples.
///
/// ```
/// use danas_data::{Clip, Dataset};
///
/// let clip = |path: &str, label| Clip { path: path.into(), label, group: None };
/// let classes = ["normal", "anomalous"].map(str::to_owned);
/// let dataset = Dataset::new(classes, [clip("a.wav", 0), clip("b.wav", 1)])?;
/// assert_eq!(dataset.labels(), [0, 1]);
/// assert!(Dataset::new(["normal".to_owned()], [clip("a.wav", 0)]).is_err());
/// # Ok::<(), danas_data::DatasetError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    classes: Vec<String>,
    clips: Vec<Clip>,
    /// The part of each file in a split that comes with the dataset.
    parts: Option<Vec<Part>>,
    /// The span of each example in its file, if any example is not a whole file.
    spans: Option<Vec<Option<Span>>>,
    ignored: Vec<PathBuf>,
}

impl Dataset {
    /// Extensions of the files that are series of samples.
    pub const SERIES: [&str; 3] = ["csv", "tsv", "npy"];

    /// Extensions of the files that are recordings.
    pub const RECORDINGS: [&str; 7] = ["wav", "aiff", "aif", "aifc", "flac", "ogg", "mp3"];

    /// Extensions of the files that are images, for [`from_folder_of`](Self::from_folder_of).
    pub const IMAGES: [&str; 4] = ["jpg", "jpeg", "png", "bmp"];

    /// Creates a dataset of `clips`, each labelled with an index into `classes`.
    ///
    /// # Errors
    /// [`DatasetError`] for fewer than two classes, a class that appears twice, a class without a
    /// clip, a label without a class, and groups on only some of the clips.
    pub fn new(
        classes: impl Into<Vec<String>>,
        clips: impl Into<Vec<Clip>>,
    ) -> Result<Self, DatasetError> {
        let (classes, clips) = (classes.into(), clips.into());
        if let Some(clip) = clips.iter().find(|clip| clip.label >= classes.len()) {
            let (path, label) = (clip.path.clone(), clip.label);
            return Err(DatasetError::UnknownLabel { path, label, classes: classes.len() });
        }
        if classes.len() < 2 {
            return Err(DatasetError::TooFewClasses { classes });
        }
        let mut has_clips = vec![false; classes.len()];
        clips.iter().for_each(|clip| has_clips[clip.label] = true);
        let mut known = HashSet::new();
        for (class, has_clips) in classes.iter().zip(has_clips) {
            if !known.insert(class) {
                return Err(DatasetError::RepeatedClass { class: class.clone() });
            }
            if !has_clips {
                return Err(DatasetError::EmptyClass { class: class.clone() });
            }
        }
        let grouped = clips.iter().any(|clip| clip.group.is_some());
        if let Some(clip) = clips.iter().find(|clip| grouped && clip.group.is_none()) {
            return Err(DatasetError::MissingGroup { path: clip.path.clone() });
        }
        Ok(Self { classes, clips, parts: None, spans: None, ignored: Vec::new() })
    }

    /// Reads the layout `FOLDER/CLASS/recording.wav`, or `FOLDER/CLASS/GROUP/recording.wav` if
    /// recordings have groups. WAV, AIFF, FLAC, Ogg and MP3 files are read. All others are
    /// [ignored](Self::ignored), and reported with a warning. Classes and recordings are in the
    /// order of their names.
    ///
    /// # Errors
    /// [`DatasetError`] if a folder cannot be read or contains no classes, and for everything that
    /// [`new`](Self::new) refuses, such as a class without recordings.
    pub fn from_folder(folder: impl AsRef<Path>) -> Result<Self, DatasetError> {
        Self::from_folder_of(folder, &Self::RECORDINGS)
    }

    /// Reads the same layout as [`from_folder`](Self::from_folder), but files with these extensions,
    /// in upper or lower case.
    ///
    /// # Errors
    /// The errors of [`from_folder`](Self::from_folder).
    pub fn from_folder_of(
        folder: impl AsRef<Path>,
        extensions: &[&str],
    ) -> Result<Self, DatasetError> {
        Self::from_classes_in(class_folders(folder.as_ref())?, extensions)
    }

    /// Reads only these classes of a folder, in this order. All other sub-folders are left alone,
    /// whatever they contain.
    ///
    /// # Errors
    /// [`DatasetError::UnknownClass`] for a name without a sub-folder, and the errors of
    /// [`from_folder`](Self::from_folder).
    pub fn from_folder_with_classes(
        folder: impl AsRef<Path>,
        classes: &[String],
    ) -> Result<Self, DatasetError> {
        Self::from_folder_of_with_classes(folder, &Self::RECORDINGS, classes)
    }

    /// Reads only these classes of a folder as
    /// [`from_folder_with_classes`](Self::from_folder_with_classes) does, but files with these
    /// extensions.
    ///
    /// # Errors
    /// The errors of [`from_folder_with_classes`](Self::from_folder_with_classes).
    pub fn from_folder_of_with_classes(
        folder: impl AsRef<Path>,
        extensions: &[&str],
        classes: &[String],
    ) -> Result<Self, DatasetError> {
        let folders = class_folders(folder.as_ref())?;
        let known = || folders.iter().map(|folder| name(folder)).collect();
        let find = |class: &String| {
            let found = folders.iter().find(|folder| name(folder) == *class).cloned();
            found.ok_or_else(|| DatasetError::UnknownClass { class: class.clone(), known: known() })
        };
        let folders = classes.iter().map(find).collect::<Result<_, _>>()?;
        Self::from_classes_in(folders, extensions)
    }

    /// Reads the files of each class from its folder.
    fn from_classes_in(folders: Vec<PathBuf>, extensions: &[&str]) -> Result<Self, DatasetError> {
        let (mut clips, mut ignored) = (Vec::new(), Vec::new());
        for (label, class) in folders.iter().enumerate() {
            for entry in entries(class)? {
                let (group, files) = match entry.is_folder() {
                    true => (Some(name(&entry.path)), entries(&entry.path)?),
                    false => (None, vec![entry]),
                };
                for file in files {
                    match file.is_one_of(extensions) {
                        true => clips.push(Clip { path: file.path, label, group: group.clone() }),
                        false => ignored.push(file.path),
                    }
                }
            }
        }
        if let Some(first) = ignored.first() {
            let (ignored, first) = (ignored.len(), first.display());
            tracing::warn!(ignored, %first, "files and folders of other kinds were ignored");
        }
        let classes: Vec<String> = folders.iter().map(|folder| name(folder)).collect();
        Ok(Self::new(classes, clips)?.with_ignored(ignored))
    }

    /// Lists the recordings of one folder without classes, for example of environmental noise, in
    /// the order of their names.
    ///
    /// # Errors
    /// [`DatasetError`] if the folder cannot be read or contains no recordings.
    pub fn recordings(folder: impl AsRef<Path>) -> Result<Vec<PathBuf>, DatasetError> {
        let folder = folder.as_ref();
        let entries = entries(folder)?.into_iter();
        let recordings = entries.filter(|entry| entry.is_one_of(&Self::RECORDINGS));
        let paths: Vec<PathBuf> = recordings.map(|entry| entry.path).collect();
        if paths.is_empty() {
            return Err(DatasetError::NoRecordings { folder: folder.to_owned() });
        }
        Ok(paths)
    }

    /// Returns the dataset with only these classes, in this order.
    ///
    /// # Errors
    /// [`DatasetError::UnknownClass`] for a name that the dataset lacks, and everything that
    /// [`new`](Self::new) refuses.
    pub fn with_classes(&self, classes: &[String]) -> Result<Self, DatasetError> {
        let known =
            classes.iter().map(|class| self.label_of(class)).collect::<Result<Vec<_>, _>>()?;
        let label = |_, label| known.iter().position(|&known| known == label);
        self.relabelled(classes.to_vec(), label)
    }

    /// Returns the dataset with at most `limits[class]` files of each class, the first ones in
    /// order. Classes without a limit keep all their files.
    ///
    /// # Errors
    /// [`DatasetError::UnknownClass`] for a name that the dataset lacks, and
    /// [`DatasetError::EmptyClass`] for a limit of zero.
    pub fn limited(&self, limits: &BTreeMap<String, usize>) -> Result<Self, DatasetError> {
        let mut left = vec![usize::MAX; self.classes.len()];
        for (class, &limit) in limits {
            left[self.label_of(class)?] = limit;
        }
        self.relabelled(self.classes.clone(), |_, label| {
            let left = &mut left[label];
            let kept = *left > 0;
            *left = left.saturating_sub(1);
            kept.then_some(label)
        })
    }

    /// Returns the dataset with only those files for whose index `kept` holds.
    ///
    /// # Errors
    /// [`DatasetError::EmptyClass`] for a class that loses all its files.
    pub(crate) fn keeping(&self, kept: impl Fn(usize) -> bool) -> Result<Self, DatasetError> {
        self.relabelled(self.classes.clone(), |index, label| kept(index).then_some(label))
    }

    /// Returns the dataset with other classes. `label` returns the new label of the file with an
    /// index and a label, or `None` to leave it out.
    fn relabelled(
        &self,
        classes: Vec<String>,
        mut label: impl FnMut(usize, usize) -> Option<usize>,
    ) -> Result<Self, DatasetError> {
        let labels: Vec<Option<usize>> =
            self.clips.iter().enumerate().map(|(index, clip)| label(index, clip.label)).collect();
        let clips = self.clips.iter().zip(&labels);
        let clips =
            clips.filter_map(|(clip, label)| Some(Clip { label: (*label)?, ..clip.clone() }));
        let dataset = Self::new(classes, clips.collect::<Vec<_>>())?;
        let parts = self.parts.as_ref().map(|parts| kept(parts, &labels));
        let spans =
            self.spans.as_ref().map(|spans| kept(spans, &labels)).filter(|spans| any(spans));
        Ok(Self { parts, spans, ignored: self.ignored.clone(), ..dataset })
    }

    /// Adds a split, such as a published one: the part of each file.
    ///
    /// # Errors
    /// [`DatasetError::Parts`] unless there are as many parts as files.
    pub fn with_parts(self, parts: impl Into<Vec<Part>>) -> Result<Self, DatasetError> {
        let parts = parts.into();
        if parts.len() != self.clips.len() {
            return Err(DatasetError::Parts { parts: parts.len(), files: self.clips.len() });
        }
        Ok(Self { parts: Some(parts), ..self })
    }

    /// Returns the part of each file in a split that comes with the dataset, if there is one.
    #[must_use]
    pub fn parts(&self) -> Option<&[Part]> {
        self.parts.as_deref()
    }

    /// Adds the span of each example in its file: where in a long recording an event is, for
    /// example. Several examples can then have the same file. An example without a span is a whole
    /// file.
    ///
    /// All examples of a file have the same group, so that pieces of one recording never get into
    /// different parts of a split. If the dataset has no groups, each file is a group, named after
    /// its path. If no example has a span, the dataset stays as it is.
    ///
    /// # Errors
    /// [`DatasetError::Spans`] unless there are as many spans as examples, and
    /// [`DatasetError::FileInTwoGroups`] for a file whose examples have different groups.
    pub fn with_spans(self, spans: impl Into<Vec<Option<Span>>>) -> Result<Self, DatasetError> {
        let spans = spans.into();
        let Self { mut clips, .. } = self;
        if spans.len() != clips.len() {
            return Err(DatasetError::Spans { spans: spans.len(), files: clips.len() });
        }
        if !any(&spans) {
            return Ok(Self { clips, ..self });
        }
        for clip in &mut clips {
            clip.group.get_or_insert_with(|| clip.path.to_string_lossy().into_owned());
        }
        let mut groups: HashMap<&Path, &Option<String>> = HashMap::new();
        for Clip { path, group, .. } in &clips {
            let first = *groups.entry(path).or_insert(group);
            if first != group {
                let groups = [first, group].map(|group| group.clone().unwrap_or_default());
                return Err(DatasetError::FileInTwoGroups { path: path.clone(), groups });
            }
        }
        Ok(Self { clips, spans: Some(spans), ..self })
    }

    /// Returns the dataset of these examples of this one, by their indices, with these spans. An
    /// example can appear several times, with different spans.
    ///
    /// # Errors
    /// Everything that [`new`](Self::new) and [`with_spans`](Self::with_spans) refuse.
    #[cfg(feature = "motion")]
    pub(crate) fn divided(
        &self,
        examples: &[usize],
        spans: Vec<Option<Span>>,
    ) -> Result<Self, DatasetError> {
        let clips: Vec<Clip> = examples.iter().map(|&it| self.clips[it].clone()).collect();
        let divided = Self::new(self.classes.clone(), clips)?;
        let parts = self.parts.as_ref().map(|parts| examples.iter().map(|&it| parts[it]).collect());
        Self { parts, ignored: self.ignored.clone(), ..divided }.with_spans(spans)
    }

    /// Returns the span of each example in its file, if any example has one.
    #[must_use]
    pub fn spans(&self) -> Option<&[Option<Span>]> {
        self.spans.as_deref()
    }

    /// Returns the span of an example in its file, if it has one.
    pub(crate) fn span(&self, example: usize) -> Option<Span> {
        *self.spans.as_ref()?.get(example)?
    }

    /// Adds what was found where files of the dataset were expected.
    pub(crate) fn with_ignored(self, ignored: Vec<PathBuf>) -> Self {
        Self { ignored, ..self }
    }

    /// Returns what was found where files of the dataset were expected: files of other kinds,
    /// recordings without the labels that they need, folders below those of groups, and broken links.
    /// Hidden files are not listed.
    #[must_use]
    pub fn ignored(&self) -> &[PathBuf] {
        &self.ignored
    }

    /// Returns what a fingerprint of the dataset is made of: the contents of the files, which have
    /// these digests, and their labels, classes, groups and spans.
    pub(crate) fn fingerprint_parts(&self, contents: &[Digest]) -> Vec<Vec<u8>> {
        let labels = self.clips.iter().flat_map(|clip| (clip.label as u64).to_le_bytes());
        let mut parts = vec![
            contents.iter().flat_map(|one| *one.as_bytes()).collect(),
            labels.collect::<Vec<u8>>(),
        ];
        let mut add = |texts: &mut dyn Iterator<Item = &String>| {
            parts.extend(texts.map(|text| text.as_bytes().to_vec()));
            parts.push(Vec::new());
        };
        add(&mut self.classes.iter());
        add(&mut self.clips.iter().filter_map(|clip| clip.group.as_ref()));
        // Datasets without spans keep the fingerprint that they had before there were spans.
        parts.extend(self.spans.as_deref().map(span::bytes));
        parts
    }

    /// Returns the index of a class.
    ///
    /// # Errors
    /// [`DatasetError::UnknownClass`] for a name that the dataset lacks.
    pub fn label_of(&self, class: &str) -> Result<usize, DatasetError> {
        self.classes.iter().position(|known| known == class).ok_or_else(|| {
            DatasetError::UnknownClass { class: class.to_owned(), known: self.classes.clone() }
        })
    }

    /// Returns the names of the classes.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Returns the files, each once, and the index of each example's file among them.
    #[cfg(any(feature = "audio", feature = "motion"))]
    pub(crate) fn files(&self) -> (Vec<&PathBuf>, Vec<usize>) {
        let (mut paths, mut known) = (Vec::new(), HashMap::new());
        let file = |path| {
            *known.entry(path).or_insert_with(|| {
                paths.push(path);
                paths.len() - 1
            })
        };
        let files = self.clips.iter().map(|clip| &clip.path).map(file).collect();
        (paths, files)
    }

    /// Returns the files.
    #[must_use]
    pub fn clips(&self) -> &[Clip] {
        &self.clips
    }

    /// Returns the class of each file, as an index into [`classes`](Self::classes).
    #[must_use]
    pub fn labels(&self) -> Vec<usize> {
        self.clips.iter().map(|clip| clip.label).collect()
    }

    /// Returns the group of each file, if files have groups.
    #[must_use]
    pub fn groups(&self) -> Option<Vec<String>> {
        self.clips.iter().map(|clip| clip.group.clone()).collect()
    }
}

/// Returns the items whose example has a new label.
fn kept<T: Copy>(items: &[T], labels: &[Option<usize>]) -> Vec<T> {
    let kept = items.iter().zip(labels).filter(|(_, label)| label.is_some());
    kept.map(|(&item, _)| item).collect()
}

/// Returns whether any example has a span.
fn any(spans: &[Option<Span>]) -> bool {
    spans.iter().any(Option::is_some)
}

/// Lists the sub-folders of a folder, one for each class.
fn class_folders(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let entries = entries(folder)?.into_iter().filter(Entry::is_folder);
    let folders: Vec<PathBuf> = entries.map(|entry| entry.path).collect();
    if folders.is_empty() {
        return Err(DatasetError::NoClasses { folder: folder.to_owned() });
    }
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clips(files: &[(&str, usize, Option<&str>)]) -> Dataset {
        let clips = files.iter().map(|&(path, label, group)| Clip {
            path: path.into(),
            label,
            group: group.map(str::to_owned),
        });
        Dataset::new(["a", "b"].map(str::to_owned), clips.collect::<Vec<_>>()).unwrap()
    }

    fn span(start: f64, end: f64) -> Option<Span> {
        Some(Span::new(start, end).unwrap())
    }

    #[test]
    fn the_file_is_the_group_of_spans_without_one() {
        let dataset = clips(&[("x/1.wav", 0, None), ("x/1.wav", 1, None), ("2.wav", 1, None)]);
        let spans = [span(0.0, 1.0), span(0.5, 2.0), None];
        let spanned = dataset.clone().with_spans(spans).unwrap();
        assert_eq!(spanned.groups().unwrap(), ["x/1.wav", "x/1.wav", "2.wav"]);
        assert_eq!(spanned.spans(), Some(&spans[..]));
        assert_eq!(dataset.clone().with_spans([None; 3]).unwrap(), dataset);
        let error = dataset.with_spans([None; 2]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there are 2 spans, but there must be one for each of the 3 files"
        );
    }

    #[test]
    fn a_file_in_two_groups_is_refused() {
        let grouped = |group| clips(&[("1.wav", 0, Some("ann")), ("1.wav", 1, Some(group))]);
        let spans = [span(0.0, 1.0), span(1.0, 2.0)];
        assert_eq!(grouped("ann").with_spans(spans).unwrap().groups().unwrap(), ["ann", "ann"]);
        let error = grouped("ben").with_spans(spans).unwrap_err();
        assert_eq!(
            error.to_string(),
            "1.wav is in the groups `ann` and `ben`; give all spans of a file the same group"
        );
    }

    #[test]
    fn spans_stay_with_their_examples() {
        let dataset = clips(&[("1", 0, None), ("1", 1, None), ("2", 0, None), ("3", 1, None)]);
        let spans = [span(0.0, 1.0), span(1.0, 2.0), span(2.0, 3.0), None];
        let dataset = dataset.with_spans(spans).unwrap();
        let kept = dataset.keeping(|index| index != 1).unwrap();
        assert_eq!(kept.spans(), Some(&[spans[0], spans[2], None][..]));
        let limited = dataset.limited(&[("a".to_owned(), 1)].into()).unwrap();
        assert_eq!(limited.spans(), Some(&[spans[0], spans[1], None][..]));
        let turned = dataset.with_classes(&["b", "a"].map(str::to_owned)).unwrap();
        assert_eq!(turned.spans(), Some(&spans[..]));
    }

    #[test]
    fn spans_make_the_fingerprint() {
        let dataset = clips(&[("1", 0, Some("g")), ("2", 1, Some("g"))]);
        let digests = [Digest::of(b"1"), Digest::of(b"2")];
        let plain = dataset.fingerprint_parts(&digests);
        // Contents, labels, two classes, the end of the classes, two groups, and their end.
        assert_eq!(plain.len(), 8);
        let spanned = |spans: [Option<Span>; 2]| {
            dataset.clone().with_spans(spans).unwrap().fingerprint_parts(&digests)
        };
        assert_eq!(spanned([None, None]), plain);
        let one = spanned([span(1.0, 2.0), None]);
        assert_eq!(one[..8], plain);
        assert_ne!(one, spanned([None, span(1.0, 2.0)]));
        assert_ne!(one, spanned([span(1.0, 2.5), None]));
    }
}
