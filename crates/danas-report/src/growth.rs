//! The growth of a run's front.

use danas::{
    Quantity,
    evo::{Direction, dominates},
};

use crate::{
    error::ReportError,
    evaluation::Evaluation,
    scale::{hypervolume, normalised_cost},
};

/// Growth of a run's front, evaluation by evaluation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Growth {
    /// Hypervolume of the front after each evaluation, from 0 to 1, which is the best possible: see
    /// [`of`](Self::of).
    pub hypervolume: Vec<f64>,
    /// Whether each evaluation entered the front when it was added.
    pub entered: Vec<bool>,
    objectives: Vec<Quantity>,
    members: Vec<Member>,
}

impl Growth {
    /// Computes the growth over evaluations in their order. Like the search, it compares them by
    /// objectives and penalty.
    ///
    /// In the hypervolume, shares count as they are, and costs by their logarithm: bytes from 1 kB,
    /// worth 1, to 100 MB, worth 0, multiply-accumulates from a thousand to a thousand million,
    /// seconds from 10 µs to 10 s, joules from 1 µJ to 1 J. Lower costs are not worth more, and
    /// members beyond a soft limit do not count.
    ///
    /// # Errors
    /// [`ReportError::Hypervolume`] if there are no objectives.
    pub fn of<'a>(
        objectives: &[Quantity],
        evaluations: impl IntoIterator<Item = &'a Evaluation>,
    ) -> Result<Self, ReportError> {
        let mut growth = Self::new(objectives);
        evaluations.into_iter().try_for_each(|evaluation| growth.push(evaluation))?;
        Ok(growth)
    }

    pub(crate) fn new(objectives: &[Quantity]) -> Self {
        let objectives = objectives.to_vec();
        Self { hypervolume: Vec::new(), entered: Vec::new(), objectives, members: Vec::new() }
    }

    /// Returns the objectives by which the front grows.
    pub(crate) fn objectives(&self) -> &[Quantity] {
        &self.objectives
    }

    /// Adds the next evaluation.
    pub(crate) fn push(&mut self, evaluation: &Evaluation) -> Result<(), ReportError> {
        let dominated =
            |new: &Member| self.members.iter().any(|it| dominates(&it.costs, &new.costs));
        let new = Member::of(&self.objectives, evaluation).filter(|new| !dominated(new));
        self.entered.push(new.is_some());
        let mut volume = self.hypervolume.last().copied().unwrap_or(0.0);
        if let Some(new) = new {
            self.members.retain(|it| !dominates(&new.costs, &it.costs));
            self.members.push(new);
            let within = self.members.iter().filter(|it| it.is_within);
            let points: Vec<&[f64]> = within.map(|it| it.normalised.as_slice()).collect();
            volume = hypervolume(self.objectives.len(), &points)?;
        }
        self.hypervolume.push(volume);
        Ok(())
    }

    /// Returns the ask numbers of the evaluations that are still on the front, in order.
    pub fn front(&self) -> impl ExactSizeIterator<Item = usize> {
        self.members.iter().map(|it| it.index)
    }

    /// Returns whether the evaluation with this ask number is still on the front.
    #[must_use]
    pub fn is_on_front(&self, index: usize) -> bool {
        self.members.binary_search_by_key(&index, |it| it.index).is_ok()
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Member {
    index: usize,
    /// Costs that the search compares: objectives and penalty.
    costs: Vec<f64>,
    /// Values that the hypervolume measures: the [`normalised_cost`] of each objective.
    normalised: Vec<f64>,
    is_within: bool,
}

impl Member {
    /// Returns `None` for an evaluation that cannot enter a front.
    fn of(objectives: &[Quantity], evaluation: &Evaluation) -> Option<Self> {
        if !evaluation.is_feasible() || evaluation.repeats.is_some() {
            return None;
        }
        let values: Option<Vec<f64>> = objectives.iter().map(|&it| evaluation.value(it)).collect();
        let values = values?;
        let pairs = || objectives.iter().zip(&values);
        let costs = pairs().map(|(quantity, &value)| Direction::cost(quantity.direction(), value));
        Some(Self {
            index: evaluation.index,
            costs: costs.chain([evaluation.penalty]).collect(),
            normalised: pairs()
                .map(|(&quantity, &value)| normalised_cost(quantity, value))
                .collect(),
            is_within: evaluation.penalty == 0.0,
        })
    }
}
