//! How the front of a run grew.

use danas::{
    Quantity,
    evo::{Direction, ReferencePoint, dominates, hypervolume},
};

use crate::{Evaluation, ReportError, worth::badness};

/// The front of a run, evaluation by evaluation.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Growth {
    /// After each evaluation the hypervolume of the front so far, from 0; 1 is as good as no candidate
    /// can be: see [`of`](Self::of).
    pub hypervolume: Vec<f64>,
    /// Whether each evaluation entered the front when it came.
    pub entered: Vec<bool>,
    /// The ask numbers of those that have stayed.
    pub front: Vec<usize>,
}

impl Growth {
    /// Of evaluations in their order, by some objectives and, as the search does, the penalty.
    ///
    /// For the hypervolume, shares count as they are; costs by their logarithm: bytes from 1 kB, worth 1, to
    /// 100 MB, worth 0, multiply-accumulates from a thousand to a thousand million, seconds from 10 µs to
    /// 10 s, joules from 1 µJ to 1 J. Members beyond a soft limit do not count.
    ///
    /// # Errors
    /// [`ReportError::Page`] for more objectives than hypervolumes are made of.
    pub fn of<'a>(
        objectives: &[Quantity],
        evaluations: impl IntoIterator<Item = &'a Evaluation>,
    ) -> Result<Self, ReportError> {
        let reference = ReferencePoint::new(vec![1.0; objectives.len()])
            .map_err(|error| ReportError::Page(error.into()))?;
        let mut growth = Self::default();
        let mut members: Vec<Member> = Vec::new();
        let mut volume = 0.0;
        for evaluation in evaluations {
            let member = Member::of(objectives, evaluation);
            let dominated =
                |new: &Member| members.iter().any(|it| dominates(&it.costs, &new.costs));
            let new = member.filter(|new| !dominated(new));
            growth.entered.push(new.is_some());
            if let Some(new) = new {
                members.retain(|it| !dominates(&new.costs, &it.costs));
                members.push(new);
                let within = members.iter().filter(|it| it.is_within);
                let points: Vec<&[f64]> = within.map(|it| it.worth.as_slice()).collect();
                volume = hypervolume(&points, &reference)
                    .map_err(|error| ReportError::Page(error.into()))?;
            }
            growth.hypervolume.push(volume);
        }
        growth.front = members.iter().map(|it| it.index).collect();
        Ok(growth)
    }
}

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
