//! A candidate that was asked for but not committed.

use std::sync::Arc;
use std::time::Duration;

use crate::{record::Record, verdict::Verdict};

/// A candidate that was asked for but not committed.
#[derive(Debug)]
pub(crate) struct Outstanding<G, D> {
    pub(crate) genome: G,
    pub(crate) seed: u64,
    /// Ask number of the first candidate with the same genome, if this one is a repeat.
    pub(crate) repeats: Option<usize>,
    pub(crate) state: State<D>,
}

#[derive(Debug)]
pub(crate) enum State<D> {
    Running,
    Told(Verdict<D>, Duration),
    /// Repeat of the candidate with this ask number, which is committed earlier.
    Repeat(usize),
}

impl<G, D: Clone> Outstanding<G, D> {
    /// Returns the verdict, if it is known and the candidate is not a repeat.
    pub(crate) fn verdict(&self) -> Option<&Verdict<D>> {
        match &self.state {
            State::Told(verdict, _) => Some(verdict),
            State::Running | State::Repeat(_) => None,
        }
    }

    /// Returns the record of the candidate, or `None` while it is being evaluated. `earlier` are
    /// the committed records.
    pub(crate) fn record(
        self,
        index: usize,
        earlier: &[Arc<Record<G, D>>],
    ) -> Option<Record<G, D>> {
        let Self { genome, seed, repeats, state } = self;
        let (verdict, elapsed) = match state {
            State::Running => return None,
            State::Told(verdict, elapsed) => (verdict, elapsed),
            State::Repeat(judged) => (earlier.get(judged)?.verdict.clone(), Duration::ZERO),
        };
        Some(Record { index, genome, seed, verdict, elapsed, repeats })
    }
}
