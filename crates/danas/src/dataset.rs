//! Recordings with their classes and groups.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

/// File name endings that [`Dataset::from_folder`] takes for recordings.
const EXTENSIONS: [&str; 4] = ["wav", "flac", "ogg", "mp3"];

/// One recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clip {
    /// The file.
    pub path: PathBuf,
    /// Its class, as an index into [`Dataset::classes`].
    pub label: usize,
    /// What it shares with other recordings, such as its speaker or machine: a group never stands
    /// on both sides of a split.
    pub group: Option<String>,
}

/// Labelled recordings of at least two classes, none of them empty.
///
/// ```
/// use danas::{Clip, Dataset};
///
/// let clip = |path: &str, label| Clip { path: path.into(), label, group: None };
/// let classes = ["normal", "anomalous"].map(str::to_owned);
/// let dataset = Dataset::new(classes, [clip("a.wav", 0), clip("b.wav", 1)])?;
/// assert_eq!(dataset.labels(), [0, 1]);
/// assert!(Dataset::new(["normal".to_owned()], [clip("a.wav", 0)]).is_err());
/// # Ok::<(), danas::DatasetError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    classes: Vec<String>,
    clips: Vec<Clip>,
}

impl Dataset {
    /// A dataset of `clips`, each labelled with an index into `classes`.
    ///
    /// # Errors
    /// [`DatasetError`] for fewer than two classes, a name that stands twice, a class without a
    /// clip, a label without a class, and groups on some clips only.
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
        for (label, class) in classes.iter().enumerate() {
            if classes[..label].contains(class) {
                return Err(DatasetError::RepeatedClass { class: class.clone() });
            }
            if !clips.iter().any(|clip| clip.label == label) {
                return Err(DatasetError::EmptyClass { class: class.clone() });
            }
        }
        let grouped = clips.iter().any(|clip| clip.group.is_some());
        if let Some(clip) = clips.iter().find(|clip| grouped && clip.group.is_none()) {
            return Err(DatasetError::MissingGroup { path: clip.path.clone() });
        }
        Ok(Self { classes, clips })
    }

    /// Reads the layout `FOLDER/CLASS/recording.wav`, or `FOLDER/CLASS/GROUP/recording.wav` where
    /// recordings have groups. WAV, FLAC, Ogg and MP3 files are taken, others passed over; classes and
    /// recordings come in the order of their names.
    ///
    /// # Errors
    /// [`DatasetError`] where a folder cannot be read, holds no class, a class without recordings,
    /// or anything [`new`](Self::new) refuses.
    pub fn from_folder(folder: impl AsRef<Path>) -> Result<Self, DatasetError> {
        let folder = folder.as_ref();
        let mut classes = Vec::new();
        let mut clips = Vec::new();
        for class in entries(folder)?.into_iter().filter(|entry| entry.is_dir()) {
            let label = classes.len();
            classes.push(name(&class));
            for entry in entries(&class)? {
                if entry.is_dir() {
                    let group = Some(name(&entry));
                    let recordings = entries(&entry)?.into_iter().filter(|path| is_recording(path));
                    clips.extend(recordings.map(|path| Clip { path, label, group: group.clone() }));
                } else if is_recording(&entry) {
                    clips.push(Clip { path: entry, label, group: None });
                }
            }
        }
        if classes.is_empty() {
            return Err(DatasetError::NoClasses { folder: folder.to_owned() });
        }
        Self::new(classes, clips)
    }

    /// The recordings of one folder, without classes, in the order of their names: environmental
    /// noise, for instance.
    ///
    /// # Errors
    /// [`DatasetError`] where the folder cannot be read or holds no recording.
    pub fn recordings(folder: impl AsRef<Path>) -> Result<Vec<PathBuf>, DatasetError> {
        let folder = folder.as_ref();
        let mut paths = entries(folder)?;
        paths.retain(|path| is_recording(path));
        if paths.is_empty() {
            return Err(DatasetError::NoRecordings { folder: folder.to_owned() });
        }
        Ok(paths)
    }

    /// Only these classes, in this order.
    ///
    /// # Errors
    /// [`DatasetError::UnknownClass`] for a name that the dataset lacks, and what
    /// [`new`](Self::new) refuses.
    pub fn with_classes(&self, classes: &[String]) -> Result<Self, DatasetError> {
        let known =
            classes.iter().map(|class| self.label_of(class)).collect::<Result<Vec<_>, _>>()?;
        let clips: Vec<Clip> = self
            .clips
            .iter()
            .filter_map(|clip| {
                let label = known.iter().position(|&label| label == clip.label)?;
                Some(Clip { label, ..clip.clone() })
            })
            .collect();
        Self::new(classes, clips)
    }

    /// At most `limits[class]` recordings of a class, the first ones in order; all of a class
    /// without a limit.
    ///
    /// # Errors
    /// [`DatasetError::UnknownClass`] for a name that the dataset lacks, and
    /// [`DatasetError::EmptyClass`] for a limit of zero.
    pub fn limited(&self, limits: &BTreeMap<String, usize>) -> Result<Self, DatasetError> {
        let mut left = vec![usize::MAX; self.classes.len()];
        for (class, &limit) in limits {
            left[self.label_of(class)?] = limit;
        }
        let mut clips = self.clips.clone();
        clips.retain(|clip| {
            let left = &mut left[clip.label];
            let kept = *left > 0;
            *left = left.saturating_sub(1);
            kept
        });
        Self::new(self.classes.clone(), clips)
    }

    /// The recordings whose index is kept.
    ///
    /// # Errors
    /// [`DatasetError::EmptyClass`] for a class that loses its last one.
    pub(crate) fn keeping(&self, kept: impl Fn(usize) -> bool) -> Result<Self, DatasetError> {
        let clips = self.clips.iter().enumerate().filter(|(index, _)| kept(*index));
        let clips: Vec<Clip> = clips.map(|(_, clip)| clip.clone()).collect();
        Self::new(self.classes.clone(), clips)
    }

    /// The index of a class.
    ///
    /// # Errors
    /// [`DatasetError::UnknownClass`] for a name that the dataset lacks.
    pub fn label_of(&self, class: &str) -> Result<usize, DatasetError> {
        self.classes.iter().position(|known| known == class).ok_or_else(|| {
            DatasetError::UnknownClass { class: class.to_owned(), known: self.classes.clone() }
        })
    }

    /// The names of the classes.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The recordings.
    #[must_use]
    pub fn clips(&self) -> &[Clip] {
        &self.clips
    }

    /// The class of each recording.
    #[must_use]
    pub fn labels(&self) -> Vec<usize> {
        self.clips.iter().map(|clip| clip.label).collect()
    }

    /// The group of each recording, where recordings have groups.
    #[must_use]
    pub fn groups(&self) -> Option<Vec<String>> {
        self.clips.iter().map(|clip| clip.group.clone()).collect()
    }
}

/// What a folder holds, in the order of the names, without hidden files.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let read = || -> io::Result<Vec<PathBuf>> {
        let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| !name(path).starts_with('.'));
        paths.sort();
        Ok(paths)
    };
    read().map_err(|source| DatasetError::Folder { folder: folder.to_owned(), source })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(OsStr::new("")).to_string_lossy().into_owned()
}

fn is_recording(path: &Path) -> bool {
    let Some(extension) = path.extension() else { return false };
    path.is_file() && EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Recordings that do not make a dataset.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// A folder that cannot be listed.
    #[error("cannot read the folder {}", folder.display())]
    Folder {
        /// The folder as it was given.
        folder: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A folder without a sub-folder.
    #[error("{} holds no classes: expected one sub-folder for each", folder.display())]
    NoClasses {
        /// The folder as it was given.
        folder: PathBuf,
    },
    /// A folder without a recording.
    #[error("{} holds no WAV, FLAC, Ogg or MP3 recordings", folder.display())]
    NoRecordings {
        /// The folder as it was given.
        folder: PathBuf,
    },
    /// Nothing to tell apart.
    #[error("found the classes [{}], but at least two are needed", classes.join(", "))]
    TooFewClasses {
        /// The classes there are.
        classes: Vec<String>,
    },
    /// A class that stands twice.
    #[error("the class {class} stands twice")]
    RepeatedClass {
        /// Its name.
        class: String,
    },
    /// A class without a recording.
    #[error("the class {class} has no recordings")]
    EmptyClass {
        /// Its name.
        class: String,
    },
    /// A class that the dataset lacks.
    #[error("there is no class {class}, only [{}]", known.join(", "))]
    UnknownClass {
        /// The name asked for.
        class: String,
        /// The classes there are.
        known: Vec<String>,
    },
    /// A label beyond the classes.
    #[error("{} has label {label}, but there are {classes} classes", path.display())]
    UnknownLabel {
        /// The recording.
        path: PathBuf,
        /// Its label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A recording without a group among recordings with groups.
    #[error("{} belongs to no group, but other recordings do", path.display())]
    MissingGroup {
        /// The recording.
        path: PathBuf,
    },
}
