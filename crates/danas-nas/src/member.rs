//! A member of the Pareto front, with all results about it.

use std::sync::Arc;

use danas_evo::{Reason, Record};
use danas_space::Candidate;

use crate::{
    assessment::Assessment, deployment::TrainedCandidate, quality::Quality, quantity::Quantity,
    statistics::Spread,
};

/// Member of the Pareto front, retrained with fresh seeds and judged on the test part.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FrontMember<G> {
    /// Record of its evaluation in the search.
    pub record: Arc<Record<Candidate<G>, Assessment>>,
    /// Confirmation: fresh trainings, judged on the folds or on the validation part, that decided
    /// which members stay on the front. `None` if the settings ask for no confirmation, or if the
    /// time ran out.
    pub confirmed: Option<Assessment>,
    /// Exported model with its figures on the test part. `None` if the search was interrupted, or
    /// if the model could not be trained or quantised.
    pub trained: Option<TrainedCandidate<G>>,
    /// Figures on the test part, one for each fresh training that succeeded.
    pub test: Vec<Quality>,
    /// Reasons for failure, one for each fresh training that failed.
    pub failures: Vec<Reason>,
}

impl<G> FrontMember<G> {
    /// Creates a member that has not been confirmed, trained or tested.
    #[must_use]
    pub fn untested(record: &Arc<Record<Candidate<G>, Assessment>>) -> Self {
        let record = Arc::clone(record);
        Self { record, confirmed: None, trained: None, test: Vec::new(), failures: Vec::new() }
    }

    /// Returns the candidate.
    #[must_use]
    pub fn candidate(&self) -> &Candidate<G> {
        &self.record.genome
    }

    /// Returns the assessment that the search made, on the validation part or the folds.
    #[must_use]
    pub fn assessment(&self) -> Option<&Assessment> {
        self.record.verdict.detail()
    }

    /// Returns the assessment that decided about its place on the front. This is its confirmation,
    /// or without one the assessment that the search made.
    #[must_use]
    pub fn judged(&self) -> Option<&Assessment> {
        self.confirmed.as_ref().or_else(|| self.assessment())
    }

    /// Returns mean and standard deviation of a quantity on the test part over the fresh trainings.
    /// Returns `None` for a cost, and if no fresh training succeeded.
    #[must_use]
    pub fn test(&self, quantity: Quantity) -> Option<Spread> {
        let values: Vec<f64> =
            self.test.iter().filter_map(|quality| quality.value(quantity)).collect();
        Spread::of(&values)
    }
}

/// Returns, for each member that has one, its index and the assessment that decided about its place
/// on the front.
pub(crate) fn judged<G>(members: &[FrontMember<G>]) -> Vec<(usize, &Assessment)> {
    let members = members.iter().enumerate();
    members.filter_map(|(index, member)| Some((index, member.judged()?))).collect()
}
