//! The scores of a feasible candidate: one finite value per objective, and a penalty.

use serde::{Deserialize, Serialize};

use crate::objective::Objective;

/// The scores of a feasible candidate: its objective values, which are finite and in their natural
/// direction, and the penalty for the soft limits that it breaks.
///
/// ```
/// use danas_evo::{Objective, Scores};
///
/// let objectives = [Objective::maximise("accuracy"), Objective::minimise("model_size").with_unit("B")];
/// let scores = Scores::new(&objectives, [0.93, 12_000.0])?.with_penalty(0.5)?;
/// assert_eq!(scores.values(), [0.93, 12_000.0]);
/// assert_eq!(scores.costs(&objectives), [-0.93, 12_000.0, 0.5]);
///
/// let error = Scores::new(&objectives, [f64::NAN, 12_000.0]).unwrap_err();
/// assert_eq!(error.to_string(), "the value of `accuracy` is NaN, but must be finite");
/// # Ok::<(), danas_evo::ScoresError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Scores {
    values: Vec<f64>,
    penalty: f64,
}

impl Scores {
    /// Creates scores with one value per objective, in the order of `objectives`, and no penalty.
    ///
    /// # Errors
    /// [`ScoresError::Count`] if there are more or fewer values than objectives.
    /// [`ScoresError::NotFinite`] if a value is NaN or infinite. Such values cannot be compared, so
    /// the evaluator has to decide whether the candidate is infeasible or has failed.
    pub fn new(objectives: &[Objective], values: impl Into<Vec<f64>>) -> Result<Self, ScoresError> {
        let scores = Self { values: values.into(), penalty: 0.0 };
        scores.check(objectives)?;
        for (objective, value) in objectives.iter().zip(&scores.values) {
            if !value.is_finite() {
                return Err(ScoresError::NotFinite {
                    objective: objective.name.clone(),
                    value: *value,
                });
            }
        }
        Ok(scores)
    }

    /// Sets the penalty for breaking soft limits; 0 means no penalty.
    ///
    /// A weighted sum subtracts the penalty. Dominance treats it as one more criterion to minimise.
    ///
    /// # Errors
    /// [`ScoresError::Penalty`] unless `penalty` is finite and at least 0.
    pub fn with_penalty(self, penalty: f64) -> Result<Self, ScoresError> {
        if !penalty.is_finite() || penalty < 0.0 {
            return Err(ScoresError::Penalty { value: penalty });
        }
        Ok(Self { penalty, ..self })
    }

    /// Returns the objective values, in the order of the objectives.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns the penalty for broken soft limits; 0 if none is broken.
    #[must_use]
    pub fn penalty(&self) -> f64 {
        self.penalty
    }

    /// Returns the value of the objective `name`, or `None` if `objectives` has no such name.
    #[must_use]
    pub fn value_of(&self, objectives: &[Objective], name: &str) -> Option<f64> {
        let position = objectives.iter().position(|objective| objective.name == name)?;
        self.values.get(position).copied()
    }

    /// Returns the criteria that dominance compares, all of them to be minimised: every value
    /// (negated if it is maximised), then the penalty.
    #[must_use]
    pub fn costs(&self, objectives: &[Objective]) -> Vec<f64> {
        self.objective_costs(objectives).chain([self.penalty]).collect()
    }

    /// Returns the costs without the penalty.
    pub(crate) fn objective_costs(&self, objectives: &[Objective]) -> impl Iterator<Item = f64> {
        let values = objectives.iter().zip(&self.values);
        values.map(|(objective, value)| objective.direction.cost(*value))
    }

    /// Checks that there is one value per objective.
    pub(crate) fn check(&self, objectives: &[Objective]) -> Result<(), ScoresError> {
        if self.values.len() == objectives.len() {
            return Ok(());
        }
        let objectives = objectives.iter().map(|objective| objective.name.clone()).collect();
        Err(ScoresError::Count { objectives, found: self.values.len() })
    }
}

/// Stored scores, before they are checked.
#[derive(Deserialize)]
struct Unchecked {
    values: Vec<f64>,
    penalty: f64,
}

impl TryFrom<Unchecked> for Scores {
    type Error = ScoresError;

    fn try_from(Unchecked { values, penalty }: Unchecked) -> Result<Self, ScoresError> {
        if let Some(position) = values.iter().position(|value| !value.is_finite()) {
            return Err(ScoresError::NotFinite {
                objective: format!("objective {position}"),
                value: values[position],
            });
        }
        Self { values, penalty: 0.0 }.with_penalty(penalty)
    }
}

/// An error of values that cannot be the scores of a candidate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScoresError {
    /// The number of values differs from the number of objectives.
    #[error(
        "found {found} values for {} objectives ({}); give one value for each",
        objectives.len(),
        objectives.join(", ")
    )]
    Count {
        /// Names of the objectives, each of which needs a value.
        objectives: Vec<String>,
        /// Number of values given.
        found: usize,
    },
    /// A value is NaN or infinite, and cannot be compared.
    #[error("the value of `{objective}` is {value}, but must be finite")]
    NotFinite {
        /// Name of the objective.
        objective: String,
        /// Refused value: NaN or an infinity.
        value: f64,
    },
    /// The penalty is negative or not finite.
    #[error("the penalty is {value}, but must be 0 or a positive, finite number")]
    Penalty {
        /// Refused penalty.
        value: f64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objectives() -> [Objective; 2] {
        [Objective::maximise("accuracy"), Objective::minimise("size")]
    }

    #[test]
    fn a_value_that_is_not_finite_is_refused_by_name() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = Scores::new(&objectives(), [0.5, value]).unwrap_err();
            assert!(error.to_string().contains("size"), "{error}");
        }
    }

    #[test]
    fn a_wrong_count_names_the_objectives() {
        let error = Scores::new(&objectives(), [0.5]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "found 1 values for 2 objectives (accuracy, size); give one value for each"
        );
    }

    #[test]
    fn a_bad_penalty_is_refused() {
        for penalty in [-0.1, f64::NAN, f64::INFINITY] {
            let scores = Scores::new(&objectives(), [0.5, 1.0]).unwrap();
            assert!(matches!(scores.with_penalty(penalty), Err(ScoresError::Penalty { .. })));
        }
    }

    #[test]
    fn stored_scores_come_back_and_are_checked() {
        let scores = Scores::new(&objectives(), [0.5, 1.0]).unwrap().with_penalty(2.0).unwrap();
        let text = toml::to_string(&scores).unwrap();
        assert_eq!(toml::from_str::<Scores>(&text).unwrap(), scores);
        assert!(toml::from_str::<Scores>("values = [nan]\npenalty = 0.0").is_err());
        assert!(toml::from_str::<Scores>("values = [1.0]\npenalty = -1.0").is_err());
    }
}
