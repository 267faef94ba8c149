//! Watching a search, and stopping it.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::{Outcome, ParetoArchive, Record};

/// Watches a search: a progress bar, a log file, a stopping rule.
///
/// Observers are called on the thread that runs the search, in ask order, so what they see is the
/// same for any number of workers. Closures over a [`Progress`] are observers.
pub trait Observer<G, D> {
    /// Called for every record as it is committed. `Break` ends the search: evaluations in progress
    /// are waited for, no other is started.
    fn evaluated(&mut self, progress: &Progress<'_, G, D>) -> ControlFlow<()>;

    /// Called once when the search has ended, for whatever reason.
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

/// A search at the moment a record is committed.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Progress<'a, G, D> {
    /// The record.
    pub record: &'a Arc<Record<G, D>>,
    /// Whether the record entered the front.
    pub on_front: bool,
    /// The best compromises so far, the record included.
    pub front: &'a ParetoArchive<G, D>,
    /// Records so far, this one included.
    pub evaluations: usize,
    /// Records the search may make in all.
    pub budget: usize,
}
