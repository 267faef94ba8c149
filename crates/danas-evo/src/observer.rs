//! Observers, which watch a search and may stop it.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::{archive::ParetoArchive, outcome::Outcome, record::Record};

/// An observer of a search, such as a progress bar, a log file or a stopping rule.
///
/// Observers are called in ask order, on the thread that runs the search. They therefore see the
/// same for any number of workers. Closures that take a [`Progress`] are observers.
pub trait Observer<G, D> {
    /// Called once before the first evaluation. If the search has a journal, it is open by then, and
    /// belongs to this search.
    fn begun(&mut self) {}

    /// Receives each record when it is committed. `Break` ends the search: evaluations in progress
    /// are completed, and no further one is started.
    fn evaluated(&mut self, progress: &Progress<'_, G, D>) -> ControlFlow<()>;

    /// Receives the outcome once the search has ended, for whatever reason.
    fn finished(&mut self, outcome: &Outcome<G, D>) {
        let _ = outcome;
    }
}

impl<G, D, F> Observer<G, D> for F
where
    F: FnMut(&Progress<'_, G, D>) -> ControlFlow<()>,
{
    fn evaluated(&mut self, progress: &Progress<'_, G, D>) -> ControlFlow<()> {
        self(progress)
    }
}

/// The state of a search when a record is committed.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a, G, D> {
    /// Record that was committed.
    pub record: &'a Arc<Record<G, D>>,
    /// Whether the record entered the front.
    pub on_front: bool,
    /// Best compromises so far, including the record.
    pub front: &'a ParetoArchive<G, D>,
    /// Number of records so far, including this one.
    pub evaluations: usize,
    /// Maximum number of records of the search.
    pub budget: usize,
}
