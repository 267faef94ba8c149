//! How the front of a run grew.

use danas::{
    Quantity,
    evo::{Direction, dominates},
};

use crate::{
    Evaluation, ReportError,
    worth::{badness, hypervolume},
};

/// The front of a run, evaluation by evaluation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Growth {
    /// After each evaluation the hypervolume of the front so far, from 0; 1 is as good as there can be: see
    /// [`of`](Self::of).
    pub hypervolume: Vec<f64>,
    /// Whether each evaluation entered the front when it came.
    pub entered: Vec<bool>,
    objectives: Vec<Quantity>,
    members: Vec<Member>,
}

impl Growth {
    /// Of evaluations in their order, by some objectives and, as the search does, the penalty.
    ///
    /// For the hypervolume, shares count as they are; costs by their logarithm: bytes from 1 kB, worth 1, to
    /// 100 MB, worth 0, multiply-accumulates from a thousand to a thousand million, seconds from 10 µs to
    /// 10 s, joules from 1 µJ to 1 J. What costs less is not worth more, and members beyond a soft limit do
    /// not count.
    ///
    /// # Errors
    /// [`ReportError::Hypervolume`] without objectives.
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

    /// The objectives that it is by.
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
            let points: Vec<&[f64]> = within.map(|it| it.worth.as_slice()).collect();
            volume = hypervolume(self.objectives.len(), &points)?;
        }
        self.hypervolume.push(volume);
        Ok(())
    }

    /// The ask numbers of those that have stayed on the front, in order.
    pub fn front(&self) -> impl ExactSizeIterator<Item = usize> {
        self.members.iter().map(|it| it.index)
    }

    /// Whether the evaluation with an ask number has stayed on the front.
    #[must_use]
    pub fn is_on_front(&self, index: usize) -> bool {
        self.members.binary_search_by_key(&index, |it| it.index).is_ok()
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Member {
    index: usize,
    /// As the search compares them: objectives and penalty.
    costs: Vec<f64>,
    /// As the hypervolume measures them.
    worth: Vec<f64>,
    is_within: bool,
}

impl Member {
    /// `None` of what no front takes.
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
            worth: pairs().map(|(&quantity, &value)| badness(quantity, value)).collect(),
            is_within: evaluation.penalty == 0.0,
        })
    }
}
