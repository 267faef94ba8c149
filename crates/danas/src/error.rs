//! Everything that can end a search.

use std::path::PathBuf;

use danas_dsp::CacheError;
use danas_evo::{Fault, JournalError, ScoresError, SearchError};
use danas_model::ModelError;
use danas_size::DeviceError;
use danas_space::{Candidate, SpaceError};

use crate::{
    Assessment, AudioError, DatasetError, Quantity, SplitError, config::ConfigError,
    limit::InvalidLimit,
};

/// What can end a search, from its configuration to its report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Recordings that do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Recordings that cannot become features.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// A folder that cannot keep features.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A configuration that cannot be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A space that cannot be built.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// A dataset that cannot be split.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// Settings that the search engine refuses.
    #[error(transparent)]
    Search(#[from] danas_evo::ConfigError),
    /// An illegal limit.
    #[error(transparent)]
    Limit(#[from] InvalidLimit),
    /// Training that is wrongly set up, or an engine that broke.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A word that names no engine.
    #[error("`{text}` is no engine: expected `auto`, `native`, `native-avx2` or `torch`")]
    UnknownEngine {
        /// The refused word.
        text: String,
    },
    /// libtorch in a build without it.
    #[error("this build has no libtorch: build it with the feature `torch`")]
    NoTorch,
    /// A data source that could not make its features.
    #[error("cannot make the features")]
    Data(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Scores that are no numbers.
    #[error(transparent)]
    Scores(#[from] ScoresError),
    /// A candidate whose evaluation broke the search.
    #[error("evaluation {index} broke the search after {finished} results")]
    Evaluation {
        /// The number of the evaluation, from 0.
        index: usize,
        /// The evaluations that had finished.
        finished: usize,
        /// Why.
        #[source]
        source: Box<Error>,
    },
    /// The search engine's machinery broke.
    #[error("the search broke after {finished} results: {reason}")]
    Machinery {
        /// The evaluations that had finished.
        finished: usize,
        /// Why.
        reason: String,
    },
    /// Candidates that would not be trained.
    #[error("`search.trainings` is 0, but candidates are judged by at least 1")]
    NoTrainings,
    /// Cross-validation without a fold.
    #[error("`search.judging.folds` is 0, but must be `auto` or at least 1")]
    NoFolds,
    /// A time that is none.
    #[error("`search.max_seconds` is {seconds}, which is no time to search")]
    MaxSeconds {
        /// The refused number.
        seconds: f64,
    },
    /// A journal that cannot be read, written, or gone on with.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A search without a single result to report.
    #[error(
        "none of the {evaluated} candidates tried is feasible; for most of them because {reason}"
    )]
    NoFeasibleCandidate {
        /// The number of candidates tried.
        evaluated: usize,
        /// The most common reason.
        reason: String,
    },
    /// A candidate that cannot be trained.
    #[error("{candidate} has no model: {reason}")]
    Candidate {
        /// The candidate.
        candidate: String,
        /// Why not.
        reason: String,
    },
    /// A class that the data lacks was named positive.
    #[error("there is no class {class} to be the positive one, only [{}]", known.join(", "))]
    UnknownPositive {
        /// The name.
        class: String,
        /// The classes there are.
        known: Vec<String>,
    },
    /// A configuration without a folder of recordings.
    #[error("the configuration names no folder of recordings: set `data.folder`")]
    NoFolder,
    /// A device profile that cannot be used.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// A device without a profile, or with two.
    #[error(
        "a device is one of danas' boards or a profile: set `device.board` or `device.profile`"
    )]
    DeviceChoice,
    /// A quantity that only a device has, without one.
    #[error("{quantity} is that of a device, and the search has none")]
    NoDevice {
        /// The quantity.
        quantity: Quantity,
    },
    /// A share of a training that is none.
    #[error("`search.judging.effort` is {effort}, but must be above 0 and at most 1")]
    Effort {
        /// What was asked for.
        effort: f64,
    },
    /// A front that would be named by trainings shorter than those of the exported models.
    #[error(
        "`search.judging.effort` is {effort}: the front needs whole trainings, but \
         `search.judging.confirmations` is 0"
    )]
    UnconfirmedEffort {
        /// What was asked for.
        effort: f64,
    },
    /// Strengths of augmentation to choose from, and nothing that they change.
    #[error(
        "`space.augmentation` has several strengths, but nothing is altered: set `training.augmentation` or \
         `data.augmentation`, or leave the strengths out"
    )]
    NothingToAugment,
    /// A table that cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file as it was given.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

impl<G> From<SearchError<Candidate<G>, Assessment, Error>> for Error {
    fn from(error: SearchError<Candidate<G>, Assessment, Error>) -> Self {
        let finished = error.outcome.records.len();
        match error.fault {
            Fault::Evaluator { index, source } => {
                Self::Evaluation { index, finished, source: Box::new(source) }
            }
            Fault::Journal(error) => Self::Journal(error),
            other => Self::Machinery { finished, reason: other.to_string() },
        }
    }
}
