//! What a search leaves behind.

use std::fmt;
use std::sync::Arc;

use crate::duplicates::REPLACEMENT_DRAWS;
use crate::{ParetoArchive, Record, Scalarisation, Verdict};

/// Everything a search found, and why it ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome<G, D> {
    /// All committed records, in ask order: record `n` has index `n`.
    pub records: Vec<Arc<Record<G, D>>>,
    /// The best compromises among the records.
    pub front: ParetoArchive<G, D>,
    /// Why the search ended.
    pub stop: StopReason,
    /// Results that were finished but not yet committed when the search was ended early, in ask
    /// order, so that no finished work is lost. How many there are depends on timing.
    pub uncommitted: Vec<Arc<Record<G, D>>>,
}

impl<G, D> Outcome<G, D> {
    /// How many records are of which kind.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for record in &self.records {
            counts.evaluations += 1;
            counts.repeats += usize::from(record.repeats.is_some());
            match record.verdict {
                Verdict::Feasible { .. } => counts.feasible += 1,
                Verdict::Stopped { .. } => counts.stopped += 1,
                Verdict::Infeasible { .. } => counts.infeasible += 1,
                Verdict::Failed { .. } => counts.failed += 1,
                Verdict::Skipped { .. } => counts.skipped += 1,
            }
        }
        counts
    }

    /// The feasible record with the largest weighted sum, the earlier of equals; `None` if there is
    /// none, or the sum names none of the objectives.
    #[must_use]
    pub fn best(&self, fitness: &Scalarisation) -> Option<&Arc<Record<G, D>>> {
        let objectives = self.front.objectives();
        let mut best: Option<(f64, &Arc<Record<G, D>>)> = None;
        for record in &self.records {
            let scores = record.scores().filter(|_| record.verdict.is_feasible());
            let Some(score) = scores.and_then(|scores| fitness.score(objectives, scores)) else {
                continue;
            };
            if best.is_none_or(|(highest, _)| score > highest) {
                best = Some((score, record));
            }
        }
        best.map(|(_, record)| record)
    }
}

/// How many records are of which kind; repeats count in their kind as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Counts {
    /// All records.
    pub evaluations: usize,
    /// Judged to the end.
    pub feasible: usize,
    /// Ended early, at a rung.
    pub stopped: usize,
    /// Breaking a hard limit.
    pub infeasible: usize,
    /// Gone wrong.
    pub failed: usize,
    /// Not evaluated, since it could change nothing.
    pub skipped: usize,
    /// Of these, taken over from an earlier record.
    pub repeats: usize,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// Its evaluations are used up.
    Budget,
    /// Every genome of the space was asked for.
    SpaceExhausted,
    /// Ten thousand draws found no genome that was not asked for before: the space is as good as
    /// exhausted.
    NothingNew,
    /// The strategy had nothing more to ask.
    StrategyDone,
    /// The evaluator was run as often as it may be.
    Runs,
    /// Its time is over.
    WallTime,
    /// The hypervolume has not grown for as many evaluations as were allowed.
    Stalled,
    /// Somebody used its [`StopHandle`](crate::StopHandle).
    Interrupted,
    /// An observer asked for it.
    Observer,
    /// The machinery broke; see the [`Fault`](crate::Fault).
    Fault,
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Budget => f.write_str("the evaluations are used up"),
            Self::SpaceExhausted => f.write_str("every candidate of the space was evaluated"),
            Self::NothingNew => write!(f, "{REPLACEMENT_DRAWS} draws found no new candidate"),
            Self::StrategyDone => f.write_str("the strategy is done"),
            Self::Runs => f.write_str("the evaluator was run as often as allowed"),
            Self::WallTime => f.write_str("the time is over"),
            Self::Stalled => f.write_str("the front has not grown any more"),
            Self::Interrupted => f.write_str("it was interrupted"),
            Self::Observer => f.write_str("an observer stopped it"),
            Self::Fault => f.write_str("the machinery broke"),
        }
    }
}
