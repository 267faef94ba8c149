//! The Pareto archive: the best compromises found so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::front::Front;
use crate::{
    indicators::{IndicatorError, ReferencePoint, hypervolume},
    objective::Objective,
    prospect::Prospect,
    record::Record,
};

/// An archive of the feasible records that no other record dominates.
///
/// Dominance compares the objectives and the penalty. A candidate that breaks soft limits therefore
/// never displaces one that keeps them. Different genomes with equal scores are both kept, since
/// neither dominates the other. Members keep the order in which they entered.
#[derive(Debug, Clone, PartialEq)]
pub struct ParetoArchive<G, D> {
    objectives: Arc<[Objective]>,
    /// Members by order of entry, counted from 0.
    members: BTreeMap<usize, Arc<Record<G, D>>>,
    /// Costs of the members, under the same keys.
    front: Front,
    /// Number of records that have entered so far.
    accepted: usize,
}

impl<G, D> ParetoArchive<G, D> {
    /// Creates an empty archive for records that are scored by `objectives`.
    #[must_use]
    pub fn new(objectives: impl Into<Arc<[Objective]>>) -> Self {
        let objectives = objectives.into();
        Self { objectives, members: BTreeMap::new(), front: Front::default(), accepted: 0 }
    }

    /// Returns whether another member has the same costs as the newest member. If so, the newest
    /// member adds nothing to the hypervolume.
    pub(crate) fn newest_is_a_twin(&self) -> bool {
        let newest = self.members.values().next_back().and_then(|record| record.scores());
        newest.is_some_and(|scores| self.front.count(&scores.costs(&self.objectives)) > 1)
    }

    /// Inserts the record if it is feasible, is not a repeat and is not dominated by any member.
    /// Removes the members that it dominates. Returns whether the record was inserted.
    pub fn insert(&mut self, record: Arc<Record<G, D>>) -> bool {
        let is_new = record.verdict.is_feasible() && record.repeats.is_none();
        let scores = record.scores().filter(|_| is_new);
        let Some(scores) = scores else { return false };
        let costs = scores.costs(&self.objectives);
        let Some(dropped) = self.front.insert(self.accepted, costs) else { return false };
        for key in dropped {
            self.members.remove(&key);
        }
        self.members.insert(self.accepted, record);
        self.accepted += 1;
        true
    }

    /// Returns the first member whose costs dominate `costs` (see
    /// [`Scores::costs`](crate::Scores::costs)), if any. A candidate with these or worse costs can
    /// never enter the front.
    #[must_use]
    pub fn dominating(&self, costs: &[f64]) -> Option<&Arc<Record<G, D>>> {
        self.members.get(&self.front.dominating(costs)?)
    }

    /// Returns a member that dominates the best possible outcome of a candidate, if any.
    ///
    /// Such a member dominates every possible outcome. It stays for good, or is replaced by a member
    /// that dominates it. Results that are not yet committed do not count, so the answer does not
    /// depend on which evaluation finishes first.
    pub(crate) fn better_than(&self, prospect: &Prospect) -> Option<&Arc<Record<G, D>>> {
        let best = prospect.best()?;
        best.check(&self.objectives).ok()?;
        self.dominating(&best.costs(&self.objectives))
    }

    /// Returns the hypervolume of the members within all soft limits. `reference` needs one cost
    /// for each objective ([`ReferencePoint::of`]).
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

    /// Returns the objectives that the records are scored by.
    #[must_use]
    pub fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    /// Returns the members, in the order in which they entered.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Record<G, D>>> + DoubleEndedIterator {
        self.members.values()
    }

    /// Returns the number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Returns whether the archive has no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;
    use crate::seeds::strategy_rng;
    use crate::{dominance::dominates, scores::Scores, verdict::Verdict};

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

    /// Returns the front of `records`, found by brute force.
    fn front(records: &[Arc<Record<usize, ()>>]) -> Vec<usize> {
        let costs: Vec<_> =
            records.iter().map(|record| record.scores().unwrap().costs(&objectives())).collect();
        let dominated = |i: usize| costs.iter().any(|other| dominates(other, &costs[i]));
        (0..costs.len()).filter(|&i| !dominated(i)).collect()
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
            prop_assert_eq!(indices(&archive(&records)), front(&records));
        }

        /// Adds three fronts of hundreds of points, each better than the one before by `step`.
        /// About half of the points are followed by their counterpart on the first front.
        #[test]
        fn so_it_is_when_large(seed in any::<u64>(), step in 0.0..0.2) {
            let mut rng = strategy_rng(seed);
            let mut points: Vec<[f64; 2]> = Vec::new();
            for front in 0..3 {
                for _ in 0..200 {
                    let size: f64 = rng.random();
                    let accuracy = (size + rng.random_range(0.0..0.01)).sqrt();
                    points.push([size, accuracy + step * f64::from(front)]);
                    if rng.random() {
                        points.push([size, accuracy]);
                    }
                }
            }
            let penalty = |i: usize| f64::from(u8::from(i.is_multiple_of(7)));
            let records: Vec<_> =
                points.iter().enumerate().map(|(i, point)| record(i, *point, penalty(i))).collect();
            let archive = archive(&records);
            prop_assert_eq!(indices(&archive), front(&records));
            for record in &records {
                let costs = record.scores().unwrap().costs(&objectives());
                let first = archive.iter().find(|member| {
                    dominates(&member.scores().unwrap().costs(&objectives()), &costs)
                });
                prop_assert_eq!(archive.dominating(&costs), first);
            }
        }

        #[test]
        fn twins_without_number_are_all_kept(n in 0_usize..100) {
            let twins: Vec<_> = (0..n).map(|i| record(i, [1.0, 0.5], 0.0)).collect();
            prop_assert_eq!(archive(&twins).len(), n);
            prop_assert_eq!(archive(&twins).newest_is_a_twin(), n > 1);
        }
    }
}
