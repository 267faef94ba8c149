//! The Pareto archive: the best compromises found so far.

use std::sync::Arc;

use crate::{IndicatorError, Objective, Record, ReferencePoint, dominates, hypervolume};

/// The feasible records that no other record dominates.
///
/// Dominance is over the objectives and the penalty: a candidate within the soft limits is never
/// pushed out by one that breaks them. Different genomes with equal scores are both kept, since
/// neither dominates. Members are in the order they came.
#[derive(Debug, Clone, PartialEq)]
pub struct ParetoArchive<G, D> {
    objectives: Arc<[Objective]>,
    members: Vec<Member<G, D>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Member<G, D> {
    costs: Vec<f64>,
    record: Arc<Record<G, D>>,
}

impl<G, D> ParetoArchive<G, D> {
    /// An empty archive for records scored by `objectives`.
    #[must_use]
    pub fn new(objectives: impl Into<Arc<[Objective]>>) -> Self {
        Self { objectives: objectives.into(), members: Vec::new() }
    }

    /// Whether another member has the same costs as the newest one, which then adds nothing to the
    /// hypervolume.
    pub(crate) fn newest_is_a_twin(&self) -> bool {
        let Some((newest, others)) = self.members.split_last() else { return false };
        others.iter().any(|member| member.costs == newest.costs)
    }

    /// Takes the record in if it is feasible, no repeat, and dominated by no member; drops the
    /// members it dominates. Returns whether it came in.
    pub fn insert(&mut self, record: Arc<Record<G, D>>) -> bool {
        let Some(scores) = record.scores() else { return false };
        let costs = scores.costs(&self.objectives);
        if record.repeats.is_some()
            || self.members.iter().any(|member| dominates(&member.costs, &costs))
        {
            return false;
        }
        self.members.retain(|member| !dominates(&costs, &member.costs));
        self.members.push(Member { costs, record });
        true
    }

    /// The first member whose costs dominate these (see [`Scores::costs`](crate::Scores::costs)): it
    /// keeps whoever has them, or worse ones, from the front for good.
    #[must_use]
    pub fn dominating(&self, costs: &[f64]) -> Option<&Arc<Record<G, D>>> {
        let member = self.members.iter().find(|member| dominates(&member.costs, costs))?;
        Some(&member.record)
    }

    /// The hypervolume of the members within all soft limits; `reference` has one cost for each
    /// objective ([`ReferencePoint::of`]).
    ///
    /// ```
    /// use danas_evo::{Objective, ParetoArchive, ReferencePoint};
    ///
    /// let objectives = [Objective::maximise("accuracy"), Objective::minimise("model_size")];
    /// let archive = ParetoArchive::<u8, ()>::new(objectives.clone());
    /// let reference = ReferencePoint::of(&objectives, [0.0, 100_000.0])?;
    /// assert_eq!(archive.hypervolume(&reference)?, 0.0);
    /// # Ok::<(), danas_evo::IndicatorError>(())
    /// ```
    ///
    /// # Errors
    /// [`IndicatorError`] if the reference point has more or fewer costs than there are objectives.
    pub fn hypervolume(&self, reference: &ReferencePoint) -> Result<f64, IndicatorError> {
        reference.check(&self.objectives)?;
        let within = self.iter().filter_map(|record| record.scores());
        let within = within.filter(|scores| scores.penalty() == 0.0);
        let costs = within.map(|scores| scores.objective_costs(&self.objectives).collect());
        hypervolume(&costs.collect::<Vec<Vec<f64>>>(), reference)
    }

    /// The objectives of the records.
    #[must_use]
    pub fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    /// The members, in the order they came.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Record<G, D>>> + DoubleEndedIterator {
        self.members.iter().map(|member| &member.record)
    }

    /// The number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether no feasible record has come yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::{Scores, Verdict};

    fn objectives() -> [Objective; 2] {
        [Objective::minimise("size"), Objective::maximise("accuracy")]
    }

    fn record(index: usize, values: [f64; 2], penalty: f64) -> Arc<Record<usize, ()>> {
        let scores = Scores::new(&objectives(), values).unwrap().with_penalty(penalty).unwrap();
        Arc::new(Record {
            index,
            genome: index,
            seed: 0,
            verdict: Verdict::feasible(scores, ()),
            elapsed: Duration::ZERO,
            repeats: None,
        })
    }

    fn archive(records: &[Arc<Record<usize, ()>>]) -> ParetoArchive<usize, ()> {
        let mut archive = ParetoArchive::new(objectives());
        for record in records {
            archive.insert(Arc::clone(record));
        }
        archive
    }

    fn indices(archive: &ParetoArchive<usize, ()>) -> Vec<usize> {
        archive.iter().map(|record| record.index).collect()
    }

    #[test]
    fn equal_scores_of_different_genomes_are_both_kept() {
        let twins = [record(0, [1.0, 0.5], 0.0), record(1, [1.0, 0.5], 0.0)];
        assert_eq!(indices(&archive(&twins)), [0, 1]);
    }

    #[test]
    fn a_repeat_does_not_enter() {
        let mut repeat = Record::clone(&record(1, [1.0, 0.5], 0.0));
        repeat.repeats = Some(0);
        assert_eq!(indices(&archive(&[record(0, [1.0, 0.5], 0.0), Arc::new(repeat)])), [0]);
    }

    #[test]
    fn only_the_feasible_enter() {
        let mut failed = Record::clone(&record(0, [1.0, 0.5], 0.0));
        failed.verdict = Verdict::failed("diverged");
        assert!(archive(&[Arc::new(failed)]).is_empty());
    }

    #[test]
    fn a_candidate_within_the_soft_limits_is_not_pushed_out_by_one_beyond_them() {
        let within = record(0, [2.0, 0.5], 0.0);
        let beyond = record(1, [1.0, 0.9], 3.0);
        assert_eq!(indices(&archive(&[within, beyond])), [0, 1]);
    }

    #[test]
    fn the_hypervolume_is_that_of_the_members_within_the_soft_limits() {
        let records = [
            record(0, [1.0, 0.5], 0.0),
            record(1, [2.0, 0.75], 0.0),
            record(2, [3.0, 0.5], 0.0),
            record(3, [0.0, 1.0], 0.5),
        ];
        let reference = ReferencePoint::of(&objectives(), [4.0, 0.25]).unwrap();
        assert_eq!(archive(&records).hypervolume(&reference), Ok(0.75 + 0.5));
    }

    #[test]
    fn a_reference_of_other_objectives_is_refused_even_without_members() {
        let reference = ReferencePoint::new([1.0]).unwrap();
        assert!(archive(&[record(0, [1.0, 0.5], 0.0)]).hypervolume(&reference).is_err());
        assert!(archive(&[]).hypervolume(&reference).is_err());
    }

    proptest! {
        #[test]
        fn the_archive_is_the_brute_force_front(
            points in prop::collection::vec((0_u8..6, 0_u8..6, 0_u8..2), 0..60)
        ) {
            let records: Vec<_> = points
                .iter()
                .enumerate()
                .map(|(i, &(size, accuracy, penalty))| {
                    record(i, [f64::from(size), f64::from(accuracy)], f64::from(penalty))
                })
                .collect();
            let costs: Vec<_> = records
                .iter()
                .map(|record| record.scores().unwrap().costs(&objectives()))
                .collect();
            let front: Vec<usize> = (0..costs.len())
                .filter(|&i| !costs.iter().any(|other| dominates(other, &costs[i])))
                .collect();
            prop_assert_eq!(indices(&archive(&records)), front);
        }
    }
}
