//! The lines of a journal.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::JournalError;
use crate::{Objective, Verdict};

/// What happened.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Event<G, D> {
    /// A search began. The first line, and no other.
    Begun(Header),
    /// Another process goes on.
    Resumed,
    /// An evaluation was finished.
    Evaluated(JournaledEvaluation<G, D>),
    /// A run came to an end of its own.
    Stopped {
        reason: String,
        /// Seconds since the search began.
        at: f64,
        /// The evaluations that count for nothing, since the machinery was broken.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        void: Vec<usize>,
    },
}

/// An evaluation in a journal; see [`read_journal`](crate::read_journal).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JournaledEvaluation<G, D> {
    /// Ask number.
    pub index: usize,
    /// The seed it was given.
    pub seed: u64,
    /// The candidate.
    pub genome: G,
    /// What the evaluator said, or what went wrong.
    pub verdict: Verdict<D>,
    /// How long it took.
    pub seconds: f64,
    /// When it was finished, in seconds since the search began; pauses between runs do not count.
    pub at: f64,
}

/// The name of the setting that tells the objectives.
pub(crate) const OBJECTIVES: &str = "objectives";

/// What a journal tells of objectives.
pub(crate) fn objectives_text(objectives: &[Objective]) -> String {
    objectives.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// What a search depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    format: u32,
    /// Told, never compared: a search may go on under another version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    settings: BTreeMap<String, String>,
}

impl Header {
    /// Of the lines as they are written now.
    const FORMAT: u32 = 1;

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

    pub(super) fn check_format(&self, path: &Path) -> Result<(), JournalError> {
        if self.format == Self::FORMAT {
            return Ok(());
        }
        let (path, known) = (path.to_owned(), Self::FORMAT);
        Err(JournalError::Format { path, found: self.format, known })
    }

    /// Refuses a search by other objectives than these.
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

    /// Refuses to go on with another search than that of this header.
    pub(super) fn check(&self, path: &Path, search: &Self) -> Result<(), JournalError> {
        let mut names = self.settings.keys().chain(search.settings.keys());
        let differs = names.find(|&name| self.settings.get(name) != search.settings.get(name));
        let Some(setting) = differs else { return Ok(()) };
        let value = |header: &Self| header.settings.get(setting).cloned();
        Err(JournalError::OtherSearch {
            path: path.to_owned(),
            setting: setting.clone(),
            journal: value(self),
            search: value(search),
        })
    }
}
