//! The events that a journal consists of, one per line.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::JournalError;
use super::difference::{Difference, first_difference};
use crate::{
    journal::log::{OBJECTIVES, objectives_text},
    objective::Objective,
    verdict::Verdict,
};

/// An event in the life of a search.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Event<G, D> {
    /// A search began. Always the first line, and only there.
    Begun(Header),
    /// Another run resumed the search.
    Resumed,
    /// An evaluation was finished.
    Evaluated(JournaledEvaluation<G, D>),
    /// A run ended in an orderly way.
    Stopped {
        reason: String,
        /// Seconds since the search began; pauses between runs do not count.
        at: f64,
        /// Ask numbers of evaluations that do not count, because the machinery was broken.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        void: Vec<usize>,
    },
}

/// An evaluation as a journal stores it; see [`read_journal`](crate::read_journal).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JournaledEvaluation<G, D> {
    /// Ask number.
    pub index: usize,
    /// Seed of the evaluation.
    pub seed: u64,
    /// Candidate that was evaluated.
    pub genome: G,
    /// Verdict of the evaluator, or a description of what went wrong.
    pub verdict: Verdict<D>,
    /// Duration of the evaluation, in seconds.
    pub seconds: f64,
    /// Time at which it finished, in seconds since the search began; pauses between runs do not
    /// count.
    pub at: f64,
}

/// What the first line of a journal of any format states.
#[derive(Debug, Deserialize)]
pub(super) enum FirstLine {
    #[serde(rename = "begun")]
    Begun { format: u32 },
}

impl FirstLine {
    /// Checks that this version reads the format.
    pub(super) fn check(&self, path: &Path) -> Result<(), JournalError> {
        let Self::Begun { format } = *self;
        let (path, known) = (path.to_owned(), Header::FORMAT);
        if format == known {
            Ok(())
        } else {
            Err(JournalError::Format { path, found: format, known })
        }
    }
}

/// The first line of a journal: the settings that a search depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    format: u32,
    /// Informative only and never compared, so that another version may resume a search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    settings: BTreeMap<String, String>,
}

impl Header {
    /// Format of the lines that are written now.
    const FORMAT: u32 = 2;

    pub(super) fn new(settings: Vec<(String, String)>) -> Self {
        Self {
            format: Self::FORMAT,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            settings: settings.into_iter().collect(),
        }
    }

    pub(super) fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Checks that the journal's search has these objectives.
    pub(super) fn check_objectives(
        &self,
        path: &Path,
        objectives: &[Objective],
    ) -> Result<(), JournalError> {
        let (setting, journal) = (OBJECTIVES.to_owned(), self.settings.get(OBJECTIVES).cloned());
        let search = Some(objectives_text(objectives));
        if journal == search {
            return Ok(());
        }
        Err(JournalError::OtherSearch { path: path.to_owned(), setting, journal, search })
    }

    /// Checks that `search` has the settings of this header, so that it may resume the journal.
    pub(super) fn check(&self, path: &Path, search: &Self) -> Result<(), JournalError> {
        let differs = first_difference([&self.settings, &search.settings]);
        let Some(Difference { setting, values: [journal, search] }) = differs else {
            return Ok(());
        };
        Err(JournalError::OtherSearch { path: path.to_owned(), setting, journal, search })
    }
}

/// Converts seconds to a duration. Returns zero if they are not a valid duration.
pub(super) fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
