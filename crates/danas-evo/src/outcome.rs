//! The outcome of a search.

use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use crate::replacement::REPLACEMENT_DRAWS;
use crate::{
    archive::ParetoArchive, reason::Reason, record::Record, scalarisation::Scalarisation,
    verdict::Verdict,
};

/// Everything that a search found, and why it ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome<G, D> {
    /// Committed records, in ask order: record `n` has index `n`.
    pub records: Vec<Arc<Record<G, D>>>,
    /// Best compromises among the records.
    pub front: ParetoArchive<G, D>,
    /// Reason why the search ended.
    pub stop: StopReason,
    /// Results that were finished but not committed when the search ended early, in ask order. They
    /// are kept so that no finished work is lost. Their number depends on timing.
    pub uncommitted: Vec<Arc<Record<G, D>>>,
}

impl<G, D> Outcome<G, D> {
    /// Counts the records of each kind.
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

    /// Counts the records without scores by the [kind](Reason::kind) of their reason, the most
    /// frequent kind first.
    #[must_use]
    pub fn reasons(&self) -> Vec<ReasonCount> {
        let mut counts: Vec<ReasonCount> = Vec::new();
        for reason in self.records.iter().filter_map(|record| record.verdict.reason()) {
            match counts.iter_mut().find(|known| known.example.kind == reason.kind) {
                Some(known) => known.count += 1,
                None => counts.push(ReasonCount { example: reason.clone(), count: 1 }),
            }
        }
        counts.sort_by_key(|known| Reverse(known.count));
        counts
    }

    /// Returns the feasible record with the largest weighted sum, or the earlier of equals. Returns
    /// `None` if no record is feasible, or if the sum names an unknown objective.
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

/// The number of records that have no scores for the same kind of reason.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReasonCount {
    /// Reason of the first of these records.
    pub example: Reason,
    /// Number of records.
    pub count: usize,
}

/// The number of records of each kind. Repeats also count in the kind of their verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Counts {
    /// All records.
    pub evaluations: usize,
    /// Records judged to the end.
    pub feasible: usize,
    /// Records whose evaluation ended early: at a rung, or because the time of the search was over.
    pub stopped: usize,
    /// Records that break a hard limit or cannot be built.
    pub infeasible: usize,
    /// Records whose evaluation went wrong.
    pub failed: usize,
    /// Records that were not evaluated, since their outcome could change nothing.
    pub skipped: usize,
    /// Records that repeat an earlier one.
    pub repeats: usize,
}

/// The reason why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// All evaluations of the budget are used up.
    Budget,
    /// Every genome of the space was asked for.
    SpaceExhausted,
    /// Ten thousand draws found no genome that was not asked for before, so the space is
    /// practically exhausted.
    NothingNew,
    /// The strategy had no further candidates.
    StrategyDone,
    /// The evaluator was run as often as the budget allows.
    MaxTrained,
    /// The time of the search is over.
    TimeLimit,
    /// The hypervolume has not grown for as many evaluations as the budget allows.
    Stalled,
    /// The search's [`StopHandle`](crate::StopHandle) was used.
    Interrupted,
    /// An observer ended the search.
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
            Self::MaxTrained => f.write_str("the evaluator was run as often as allowed"),
            Self::TimeLimit => f.write_str("the time is over"),
            Self::Stalled => f.write_str("the front has not grown any more"),
            Self::Interrupted => f.write_str("it was interrupted"),
            Self::Observer => f.write_str("an observer stopped it"),
            Self::Fault => f.write_str("the machinery broke"),
        }
    }
}
