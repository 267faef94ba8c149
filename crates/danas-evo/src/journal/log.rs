//! What a search and its journal have in common.

use std::time::Duration;

use crate::{
    evaluator::Evaluator, fault::Fault, job::Job, objective::Objective, outcome::StopReason,
    verdict::Verdict,
};

/// The interface between a search and its journal.
pub(crate) trait Log<G, E: Evaluator<G>> {
    /// Returns the result of a job that an earlier run finished, if there is one.
    fn recall(&mut self, job: &Job<G>) -> Result<Option<Recalled<G, E>>, Fault<E::Error>>;

    /// Returns whether earlier runs left results that were not recalled yet.
    fn has_results(&self) -> bool;

    /// Records the result of a candidate as soon as it is known.
    fn finished(
        &mut self,
        index: usize,
        seed: u64,
        genome: &G,
        verdict: &Verdict<E::Detail>,
        elapsed: Duration,
    ) -> Result<(), Fault<E::Error>>;

    /// Records the end of a run. The results with the ask numbers `void` do not count.
    fn stopped(&mut self, reason: StopReason, void: &[usize]) -> Result<(), Fault<E::Error>>;

    /// Returns how long earlier runs of the search took.
    fn spent(&self) -> Duration;
}

/// The result of an earlier run, and the time that its evaluation took.
pub(crate) type Recalled<G, E> = (Verdict<<E as Evaluator<G>>::Detail>, Duration);

/// Name of the setting that describes the objectives.
pub(crate) const OBJECTIVES: &str = "objectives";

/// Describes objectives as a journal stores them.
pub(crate) fn objectives_text(objectives: &[Objective]) -> String {
    objectives.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
