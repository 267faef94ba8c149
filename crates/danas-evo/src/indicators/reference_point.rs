//! The point up to which a hypervolume is measured.

use crate::{
    indicators::IndicatorError,
    objective::Objective,
    scores::{Scores, ScoresError},
};

/// The corner that bounds a hypervolume. Only vectors that are better than this point in every cost
/// contribute.
///
/// ```
/// use danas_evo::{Objective, ReferencePoint};
///
/// let objectives = [Objective::maximise("accuracy"), Objective::minimise("model_size")];
/// let reference = ReferencePoint::of(&objectives, [0.5, 100_000.0])?;
/// assert_eq!(reference.costs(), [-0.5, 100_000.0]);
/// # Ok::<(), danas_evo::IndicatorError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ReferencePoint {
    costs: Vec<f64>,
}

impl ReferencePoint {
    /// Creates the point with these costs.
    ///
    /// # Errors
    /// [`IndicatorError`] if there are no costs, or one of them is not finite.
    pub fn new(costs: impl Into<Vec<f64>>) -> Result<Self, IndicatorError> {
        let costs = costs.into();
        if costs.is_empty() {
            return Err(IndicatorError::NoReference);
        }
        super::check(&[&costs], costs.len())?;
        Ok(Self { costs })
    }

    /// Creates the point with these values of `objectives`, in their order and natural direction.
    ///
    /// # Errors
    /// [`IndicatorError`] if there are no objectives, or not one finite value for each of them.
    pub fn of(
        objectives: &[Objective],
        values: impl Into<Vec<f64>>,
    ) -> Result<Self, IndicatorError> {
        let scores = Scores::new(objectives, values).map_err(IndicatorError::ReferencePoint)?;
        Self::new(scores.objective_costs(objectives).collect::<Vec<_>>())
    }

    /// Returns the costs: the values with their signs set so that less is better.
    #[must_use]
    pub fn costs(&self) -> &[f64] {
        &self.costs
    }

    /// Checks that there is one cost per objective.
    pub(crate) fn check(&self, objectives: &[Objective]) -> Result<(), IndicatorError> {
        if self.costs.len() == objectives.len() {
            return Ok(());
        }
        let objectives = objectives.iter().map(|objective| objective.name.clone()).collect();
        let count = ScoresError::Count { objectives, found: self.costs.len() };
        Err(IndicatorError::ReferencePoint(count))
    }

    /// Returns the edges of the box between each cost vector and this point. An edge is not
    /// positive if the vector is not better than this point in that cost.
    pub(super) fn boxes<C: AsRef<[f64]>>(
        &self,
        costs: &[C],
    ) -> Result<Vec<Vec<f64>>, IndicatorError> {
        super::check(costs, self.costs.len())?;
        let edges = |costs: &C| self.costs.iter().zip(costs.as_ref()).map(|(r, c)| r - c).collect();
        Ok(costs.iter().map(edges).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_finite_and_has_costs() {
        assert_eq!(ReferencePoint::new([]), Err(IndicatorError::NoReference));
        for value in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let error = ReferencePoint::new([1.0, value]).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("a cost of vector 0 is {value}, but must be finite")
            );
        }
    }

    #[test]
    fn a_point_of_objectives_wants_a_finite_value_of_each() {
        let objectives = [Objective::minimise("size")];
        for values in [vec![], vec![1.0, 2.0], vec![f64::NAN]] {
            let error = ReferencePoint::of(&objectives, values).unwrap_err();
            assert!(matches!(error, IndicatorError::ReferencePoint(_)), "{error}");
        }
        assert_eq!(ReferencePoint::of(&[], []), Err(IndicatorError::NoReference));
    }
}
