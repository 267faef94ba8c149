//! The results of a search: all evaluations, the front, its baselines and a recommendation.

use std::collections::BTreeSet;

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
    /// Number of folds of cross-validation; 1 for one validation part.
    pub folds: usize,
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
        let folds = examples.folds().map_or(1, Folds::count);
        Self { folds, groups, majority_accuracy: examples.majority_accuracy() }
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
