//! Errors that end a search, and invalid settings of a search.

use danas_data::{FeatureError, SplitError};
use danas_evo::{JournalError, Reason, ScoresError};
use danas_model::ModelError;
use danas_size::DeviceError;

use crate::{limit::InvalidLimit, quantity::Quantity};

/// Error that ends a search.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings are invalid.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The examples cannot be divided into parts or folds.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// The source cannot provide its features.
    #[error(transparent)]
    Data(#[from] FeatureError),
    /// A training is invalid, or its engine failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The scores of a candidate are invalid.
    #[error(transparent)]
    Scores(#[from] ScoresError),
    /// The evaluation of a candidate failed for a reason that ends the search.
    #[error("evaluation {index} failed and ended the search after {finished} results")]
    Evaluation {
        /// Number of the evaluation, counted from 0.
        index: usize,
        /// Number of evaluations that had finished.
        finished: usize,
        /// Reason.
        #[source]
        source: Box<Self>,
    },
    /// The search engine failed.
    #[error("the search failed after {finished} results")]
    Machinery {
        /// Number of evaluations that had finished.
        finished: usize,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A journal cannot be read, written, or resumed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A single candidate cannot be trained.
    #[error("cannot train {candidate}: {reason}")]
    Candidate {
        /// The candidate.
        candidate: String,
        /// Reason.
        reason: Reason,
    },
}

/// Invalid settings of a search.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A setting of the strategy or the budget is invalid.
    #[error(transparent)]
    Strategy(#[from] danas_evo::SettingsError),
    /// A limit is invalid.
    #[error(transparent)]
    Limit(#[from] InvalidLimit),
    /// A device profile is invalid.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// An axis of the space of granularities has no values.
    #[error("the axis `{axis}` of the space has no values; it needs at least one")]
    EmptyAxis {
        /// Name of the axis.
        axis: &'static str,
    },
    /// A setting that cannot be described in a journal.
    #[error("cannot describe `{setting}` for the journal")]
    Undescribed {
        /// Name of the setting.
        setting: &'static str,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The number of trainings of each candidate is 0.
    #[error("`search.trainings` is 0, but must be at least 1")]
    NoTrainings,
    /// The number of folds is 0.
    #[error("`search.judging.folds` is 0, but must be `auto` or at least 1")]
    NoFolds,
    /// The number of divisions into folds is 0, or too large.
    #[error("`search.judging.repeats` is {repeats}, but must be from 1 to {most}")]
    Repeats {
        /// The number of divisions.
        repeats: usize,
        /// The largest number.
        most: usize,
    },
    /// The division into folds is repeated, but there are no folds.
    #[error(
        "`search.judging.repeats` is {repeats}, but one validation part is not divided into folds; \
         set `search.judging.folds` to at least 2, or train several times on the same part with \
         `search.trainings`"
    )]
    RepeatsWithoutFolds {
        /// Number of repeats.
        repeats: usize,
    },
    /// The time limit is not a positive number.
    #[error("`search.max_seconds` is {seconds}, but must be a positive number")]
    MaxSeconds {
        /// The invalid limit.
        seconds: f64,
    },
    /// The positive class is not a class of the data.
    #[error("the positive class `{class}` is unknown; the classes are {}", known.join(", "))]
    UnknownPositive {
        /// The unknown name.
        class: String,
        /// The names of the classes.
        known: Vec<String>,
    },
    /// A quantity needs a device, but the search has none.
    #[error("`{quantity}` needs a device; set `device.board` or `device.profile`")]
    NoDevice {
        /// The quantity.
        quantity: Quantity,
    },
    /// The effort is out of its range.
    #[error("`search.judging.effort` is {effort}, but must be above 0 and at most 1")]
    Effort {
        /// The invalid effort.
        effort: f64,
    },
    /// Trainings of the search are shortened, but no training of full length confirms the front.
    #[error(
        "`search.judging.effort` is {effort}, so trainings of full length must confirm the front; \
         set `search.judging.confirmations` to at least 1"
    )]
    UnconfirmedEffort {
        /// The effort.
        effort: f64,
    },
    /// The space has several strengths of augmentation, but the settings have no augmentation.
    #[error(
        "`space.augmentation` has several strengths, but there is no augmentation; set \
         `training.augmentation` or `data.augmentation`, or remove the strengths"
    )]
    NothingToAugment,
}
