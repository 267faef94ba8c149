//! The results of a search: all evaluations, the front, its baselines and a recommendation.

use std::{collections::BTreeSet, fmt};

use danas_data::{DataSource, Examples, Folds, Part};
use danas_evo::{Direction, Outcome};
use danas_space::Candidate;
use serde::{Deserialize, Serialize};

use crate::{
    assessment::Assessment, baselines::Baseline, member::FrontMember, quantity::Quantity,
    recommendation::Recommendation,
};

/// Results of a search.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report<G> {
    /// Every evaluation in order, and the reason why the search ended.
    pub outcome: Outcome<Candidate<G>, Assessment>,
    /// Whether the search was [stopped](crate::DataAwareSearch::handle) before its end: during the
    /// evaluations, or while the front was confirmed, trained and tested. The members of the front
    /// are then as the evaluations found them, without models or tests.
    pub is_interrupted: bool,
    /// Members of the Pareto front, each judged on the test part. It is empty if no candidate is
    /// feasible; [`Outcome::reasons`] then counts the reasons. If members are
    /// [confirmed](crate::JudgingConfig::confirmations), the front leaves out those that the
    /// confirmations show to be dominated, hardly better than guessing, or no better than a cheaper
    /// member.
    pub front: Vec<FrontMember<G>>,
    /// Best baseline of each kind, whether it is on the front or not.
    pub baselines: Vec<(Baseline, FrontMember<G>)>,
    /// Member to use, unless there is a reason to prefer another one; `None` if the search was
    /// interrupted, or if the front is empty.
    pub recommended: Option<Recommendation>,
    /// How candidates were judged.
    pub judging: Judging,
}

/// Summary of how the candidates of a search were judged, and the accuracy without a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Judging {
    /// Number of folds of cross-validation, in each division; 1 for one validation part.
    pub folds: usize,
    /// Number of divisions into folds.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub repeats: usize,
    /// Number of groups, such as speakers, on which candidates were judged; `None` for data without
    /// groups.
    pub groups: Option<usize>,
    /// Accuracy on the test part of a classifier that always answers with the most frequent class
    /// of the other parts.
    pub majority_accuracy: f64,
}

impl Judging {
    /// Describes how the examples of a search judge its candidates.
    pub(crate) fn of<S: DataSource>(examples: &Examples<S>) -> Self {
        let judges = match examples.folds() {
            Some(folds) => folds.development(),
            None => examples.split().part(Part::Validation),
        };
        let groups = examples.source().groups().map(|all| {
            judges.iter().filter_map(|&example| all.get(example)).collect::<BTreeSet<_>>().len()
        });
        let folds = examples.folds().map_or(1, Folds::per_repeat);
        let repeats = examples.folds().map_or(1, Folds::repeats);
        Self { folds, repeats, groups, majority_accuracy: examples.majority_accuracy() }
    }

    /// Minimum number of groups that can rank candidates.
    pub const FEWEST_GROUPS: usize = 3;

    /// Returns whether there were too few groups to rank candidates. A network that suits one
    /// speaker may not suit any other.
    #[must_use]
    pub fn has_few_groups(&self) -> bool {
        self.groups.is_some_and(|groups| groups < Self::FEWEST_GROUPS)
    }
}

const fn one() -> usize {
    1
}

const fn is_one(repeats: &usize) -> bool {
    *repeats == 1
}

/// Says what judged the candidates, such as `5 folds over 24 groups`, or `3 × 5 folds` if the
/// examples were divided three times.
impl fmt::Display for Judging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folds, repeats, groups, .. } = self;
        match (folds, groups) {
            (1, None) => f.write_str("one validation part"),
            (1, Some(groups)) => write!(f, "one validation part with {groups} groups"),
            (folds, groups) => {
                if *repeats > 1 {
                    write!(f, "{repeats} × ")?;
                }
                write!(f, "{folds} folds")?;
                groups.map_or(Ok(()), |groups| write!(f, " over {groups} groups"))
            }
        }
    }
}

impl<G> Report<G> {
    /// Returns the recommended member of the front.
    #[must_use]
    pub fn recommended_member(&self) -> Option<&FrontMember<G>> {
        self.front.get(self.recommended?.member)
    }

    /// Returns the best member by a quantity. Members are compared by their exported models on the
    /// test part, or by their costs if the quantity is a cost. Returns `None` if no member has a
    /// value.
    #[must_use]
    pub fn best(&self, quantity: Quantity) -> Option<&FrontMember<G>> {
        let value = |member: &FrontMember<G>| {
            let trained = member.trained.as_ref()?;
            trained.test.value(quantity).or_else(|| trained.costs.value(quantity))
        };
        let valued = self.front.iter().filter_map(|member| Some((value(member)?, member)));
        let best = valued.min_by(|(a, _), (b, _)| match quantity.direction() {
            Direction::Minimise => a.total_cmp(b),
            Direction::Maximise => b.total_cmp(a),
        });
        best.map(|(_, member)| member)
    }

    /// Returns the baseline whose exported model is the most accurate on the test part, if it is
    /// more accurate than that of the recommended member.
    #[must_use]
    pub fn beaten_by(&self) -> Option<Baseline> {
        let test = |member: &FrontMember<G>| Some(member.trained.as_ref()?.test.accuracy);
        let own = self.recommended_member().and_then(test)?;
        let baselines = self.baselines.iter();
        let tested = baselines.filter_map(|(baseline, member)| Some((*baseline, test(member)?)));
        let best = tested.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        (best.1 > own).then_some(best.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judging_is_described_with_repeats_and_groups() {
        let text = |folds, repeats, groups| {
            Judging { folds, repeats, groups, majority_accuracy: 0.5 }.to_string()
        };
        assert_eq!(text(1, 1, None), "one validation part");
        assert_eq!(text(1, 1, Some(12)), "one validation part with 12 groups");
        assert_eq!(text(5, 1, None), "5 folds");
        assert_eq!(text(5, 3, Some(24)), "3 × 5 folds over 24 groups");
    }

    #[test]
    fn what_earlier_versions_wrote_was_judged_once() {
        let text = r#"{"folds":5,"groups":6,"majority_accuracy":0.5}"#;
        let judging: Judging = serde_json::from_str(text).unwrap();
        assert_eq!(judging.repeats, 1);
        assert_eq!(serde_json::to_string(&judging).unwrap(), text);
    }
}
