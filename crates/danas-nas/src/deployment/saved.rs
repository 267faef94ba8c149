//! Saving and loading trained candidates.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use danas_model::{SafetensorsError, TrainedModel};
use danas_space::{Candidate, Granularity};

use super::{TrainedCandidate, error::ExportError, files::write_whole};

/// Prefix of the notes with names of classes. The number of the class follows.
const CLASS: &str = "class.";

/// Prefix of the notes with parameters of the data. The name of the parameter follows.
const DATA: &str = "data.";

/// Name of the note with the candidate as text.
const CANDIDATE: &str = "candidate";

/// Name of the note with the whole candidate as JSON.
const WHOLE: &str = "candidate.json";

impl<G: Granularity> TrainedCandidate<G> {
    /// Writes the trained model, with its weights and the record of its training, into a
    /// safetensors file. The file is written atomically. Its notes contain the candidate, as text
    /// and as JSON, the names of the classes, and the [parameters](Granularity::parameters) of the
    /// data.
    ///
    /// # Errors
    /// [`ExportError::Write`] for a file that cannot be written, and [`ExportError::Model`] for a
    /// model that cannot be saved.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), ExportError> {
        let classes = self.classes.iter().enumerate();
        let classes = classes.map(|(number, class)| (format!("{CLASS}{number}"), class.clone()));
        let data = self.candidate.granularity.parameters().into_iter();
        let data = data.map(|(name, value)| (format!("{DATA}{name}"), value));
        let whole = serde_json::to_string(&self.candidate)
            .map_err(|error| ExportError::Card(error.into()))?;
        let candidate = [(CANDIDATE, self.candidate.to_string()), (WHOLE, whole)];
        let candidate = candidate.map(|(name, value)| (name.to_owned(), value));
        let notes = classes.chain(data).chain(candidate).collect();
        write_whole(path.as_ref(), &self.model.to_safetensors(&notes)?)
    }
}

/// A candidate that [`TrainedCandidate::save`] wrote.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SavedCandidate<G> {
    /// The candidate. Its granularity states how the features are computed.
    pub candidate: Candidate<G>,
    /// The names of the classes, in the order of the outputs.
    pub classes: Vec<String>,
    /// The trained model, with which any engine can predict.
    pub model: TrainedModel,
}

impl<G: Granularity> SavedCandidate<G> {
    /// Reads a candidate from a file.
    ///
    /// # Errors
    /// [`LoadError`] for a file that cannot be read, is damaged, or is of another kind, for a
    /// candidate of another kind of data, and for a file of a version that did not save the whole
    /// candidate.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let path = || path.as_ref().to_owned();
        let bytes = fs::read(path()).map_err(|source| LoadError::Read { path: path(), source })?;
        let (model, mut notes) = TrainedModel::from_safetensors(&bytes)
            .map_err(|source| LoadError::Model { path: path(), source })?;
        let mut note = |key: &str| {
            let missing = || LoadError::Note { path: path(), note: key.to_owned() };
            notes.remove(key).ok_or_else(missing)
        };
        let text = note(CANDIDATE)?;
        let whole = note(WHOLE).map_err(|_| LoadError::Older { path: path() })?;
        let candidate = serde_json::from_str(&whole).map_err(|error| LoadError::Candidate {
            path: path(),
            candidate: text,
            source: error.into(),
        })?;
        let classes =
            (0..model.network().classes()).map(|number| note(&format!("{CLASS}{number}")));
        let classes = classes.collect::<Result<_, _>>()?;
        Ok(Self { candidate, classes, model })
    }
}

/// The reason why a saved candidate cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file as it was given.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// A file that holds no model.
    #[error("{} does not contain a model", path.display())]
    Model {
        /// The file as it was given.
        path: PathBuf,
        /// The cause.
        #[source]
        source: SafetensorsError,
    },
    /// A model that was not saved as a candidate.
    #[error("{} is not a saved candidate: it has no note `{note}`", path.display())]
    Note {
        /// The file as it was given.
        path: PathBuf,
        /// The missing note.
        note: String,
    },
    /// A candidate of a version that did not store its granularity as a whole.
    #[error(
        "{} was saved by an older version, which did not store how its features are computed; \
         export the candidate again",
        path.display()
    )]
    Older {
        /// The file as it was given.
        path: PathBuf,
    },
    /// A candidate for another kind of data.
    #[error("{} contains the candidate `{candidate}`, which is for another kind of data", path.display())]
    Candidate {
        /// The file as it was given.
        path: PathBuf,
        /// The candidate as text.
        candidate: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
