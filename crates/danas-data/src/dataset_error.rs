//! Errors of datasets.

use std::{io, path::PathBuf};

use crate::{label_track_error::LabelTrackError, manifest_error::ManifestError, span::InvalidSpan};

/// The reason why files do not make a dataset.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// A folder that cannot be listed.
    #[error("cannot read the folder {}", folder.display())]
    Folder {
        /// The folder as it was given.
        folder: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A folder without a sub-folder.
    #[error(
        "{} contains no classes; put the files of each class into a sub-folder",
        folder.display()
    )]
    NoClasses {
        /// The folder as it was given.
        folder: PathBuf,
    },
    /// A folder without a recording.
    #[error("{} contains no recordings; add WAV, AIFF, FLAC, Ogg or MP3 files", folder.display())]
    NoRecordings {
        /// The folder as it was given.
        folder: PathBuf,
    },
    /// Fewer than two classes.
    #[error("found the classes [{}], but at least two are needed", classes.join(", "))]
    TooFewClasses {
        /// The existing classes.
        classes: Vec<String>,
    },
    /// A class that appears twice.
    #[error("class `{class}` appears twice in `classes`; list it once")]
    RepeatedClass {
        /// Its name.
        class: String,
    },
    /// A class without a file.
    #[error("class `{class}` has no files that can be used; add some, or leave the class out")]
    EmptyClass {
        /// Its name.
        class: String,
    },
    /// A class that the dataset lacks.
    #[error("there is no class `{class}`; the classes are [{}]", known.join(", "))]
    UnknownClass {
        /// The name asked for.
        class: String,
        /// The existing classes.
        known: Vec<String>,
    },
    /// A label that is not the index of a class.
    #[error(
        "{} has label {label}, but labels must be below {classes}, the number of classes",
        path.display()
    )]
    UnknownLabel {
        /// The file.
        path: PathBuf,
        /// Its label.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A split of another number of files.
    #[error("the split has {parts} parts, but must have one for each of the {files} files")]
    Parts {
        /// Number of parts.
        parts: usize,
        /// Number of files.
        files: usize,
    },
    /// Both a table and label tracks, each of which says what the examples are.
    #[error("`data.label_tracks` and `data.manifest` exclude each other; remove one of them")]
    TracksAndManifest,
    /// A span that is none.
    #[error(transparent)]
    Span(#[from] InvalidSpan),
    /// Spans for another number of files.
    #[error("there are {spans} spans, but there must be one for each of the {files} files")]
    Spans {
        /// Number of spans.
        spans: usize,
        /// Number of files, each counted as often as it is listed.
        files: usize,
    },
    /// A file whose spans have different groups.
    #[error(
        "{} is in the groups `{}` and `{}`; give all spans of a file the same group",
        path.display(), groups[0], groups[1]
    )]
    FileInTwoGroups {
        /// The file.
        path: PathBuf,
        /// Two of its groups.
        groups: [String; 2],
    },
    /// A table that does not describe a dataset.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A label track that cannot be used.
    #[error(transparent)]
    LabelTrack(#[from] LabelTrackError),
    /// A folder without labels.
    #[error(
        "there are no labels in {}; put a label track NAME.txt or NAME.csv beside each recording NAME.wav",
        folder.display()
    )]
    NoLabels {
        /// The folder as it was given.
        folder: PathBuf,
    },
    /// A file without a group among files with groups.
    #[error(
        "{} belongs to no group, but other files do; move it into the folder of a group",
        path.display()
    )]
    MissingGroup {
        /// The file.
        path: PathBuf,
    },
}
