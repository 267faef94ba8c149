//! The contents of a journal.

use std::collections::BTreeMap;
use std::path::Path;

use super::JournalError;
use super::event::{Event, Header, JournaledEvaluation};

/// The contents of a journal; see [`read_journal`](crate::read_journal).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JournalContents<G, D> {
    pub(super) header: Header,
    /// Finished evaluations that count, sorted by ask number.
    pub evaluations: Vec<JournaledEvaluation<G, D>>,
    /// Why the last run ended. `None` while that run continues, or if its process was killed.
    pub ended: Option<String>,
    /// Time that the search has taken in all its runs up to the last event, in seconds.
    pub seconds: f64,
}

impl<G, D> JournalContents<G, D> {
    /// Returns the settings that determine the course of the search, by name.
    #[must_use]
    pub fn settings(&self) -> &BTreeMap<String, String> {
        self.header.settings()
    }

    /// Returns the version of this crate that began the journal, or `None` if the journal does not
    /// say.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.header.version()
    }

    pub(super) fn of(path: &Path, events: Vec<Event<G, D>>) -> Result<Self, JournalError> {
        let mut events = events.into_iter();
        let Some(Event::Begun(header)) = events.next() else {
            return Err(JournalError::NoJournal { path: path.to_owned() });
        };
        let mut contents = Self { header, evaluations: Vec::new(), ended: None, seconds: 0.0 };
        for event in events {
            contents.add(event);
        }
        contents.evaluations.sort_by_key(|evaluation| evaluation.index);
        Ok(contents)
    }

    fn add(&mut self, event: Event<G, D>) {
        self.ended = None;
        match event {
            Event::Begun(_) | Event::Resumed => {}
            Event::Evaluated(evaluation) => {
                self.seconds = self.seconds.max(evaluation.at);
                self.evaluations.push(evaluation);
            }
            Event::Stopped { at, void, reason } => {
                self.seconds = self.seconds.max(at);
                self.evaluations.retain(|evaluation| !void.contains(&evaluation.index));
                self.ended = Some(reason);
            }
        }
    }
}
