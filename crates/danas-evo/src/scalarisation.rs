//! Several objectives as one number, by a weighted sum of transformed values.

use serde::{Deserialize, Serialize};

use crate::{
    error::SettingsError,
    objective::{Direction, Objective},
    scores::Scores,
};

/// A weighted sum of transformed objective values, minus the penalty. Larger is better.
///
/// The fitness of Njor, Madsen and Fafoutis (2023) is accuracy + precision + recall + exp(−size /
/// 100 000):
///
/// ```
/// use danas_evo::{Objective, Scalarisation, Scores, Term, Transform};
///
/// let fitness = Scalarisation::new([
///     Term::new("accuracy"),
///     Term::new("precision"),
///     Term::new("recall"),
///     Term::new("model_size").transform(Transform::Decay { range: 100_000.0 }),
/// ]);
///
/// let objectives = [
///     Objective::maximise("accuracy"),
///     Objective::maximise("precision"),
///     Objective::maximise("recall"),
///     Objective::minimise("model_size").with_unit("B"),
/// ];
/// fitness.check(&objectives)?;
///
/// let scores = Scores::new(&objectives, [0.75, 0.5, 0.25, 50_000.0])?;
/// assert_eq!(fitness.score(&objectives, &scores), Some(1.5 + (-0.5_f64).exp()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
/// E. Njor, J. Madsen and X. Fafoutis (2023). Data Aware Neural Architecture Search. tinyML
/// Research Symposium. <https://arxiv.org/abs/2304.01821>
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scalarisation {
    /// Terms of the sum.
    pub terms: Vec<Term>,
}

impl Scalarisation {
    /// Creates the sum of the given terms.
    #[must_use]
    pub fn new(terms: impl Into<Vec<Term>>) -> Self {
        Self { terms: terms.into() }
    }

    /// Returns the score of a candidate, or `None` if a term names an unknown objective.
    #[must_use]
    pub fn score(&self, objectives: &[Objective], scores: &Scores) -> Option<f64> {
        let mut sum = 0.0;
        for term in &self.terms {
            sum +=
                term.weight * term.transform.apply(scores.value_of(objectives, &term.objective)?);
        }
        Some(sum - scores.penalty())
    }

    /// Checks the sum against the objectives of a search.
    ///
    /// # Errors
    /// [`SettingsError`] if there are no terms, if a term names an unknown objective, or if its
    /// weight or range is invalid. A term must not reward the worse values of its objective either.
    /// A [`Transform::Identity`] term with a positive weight on a minimised objective would do so.
    pub fn check(&self, objectives: &[Objective]) -> Result<(), SettingsError> {
        if self.terms.is_empty() {
            return Err(SettingsError::NoTerms);
        }
        self.terms.iter().try_for_each(|term| term.check(objectives))
    }
}

/// A term of a [`Scalarisation`]: weight × transform(value).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Term {
    /// Name of the objective.
    pub objective: String,
    /// Factor of the transformed value. Default: 1.
    #[serde(default = "one")]
    pub weight: f64,
    /// Transform of the value, before it is multiplied by the weight. Default: the value itself.
    #[serde(default)]
    pub transform: Transform,
}

impl Term {
    /// Creates a term with the plain value of an objective and a weight of 1.
    #[must_use]
    pub fn new(objective: impl Into<String>) -> Self {
        Self { objective: objective.into(), weight: one(), transform: Transform::Identity }
    }

    /// Sets the weight. A plain term of a minimised objective needs a negative weight.
    #[must_use]
    pub fn weight(self, weight: f64) -> Self {
        Self { weight, ..self }
    }

    /// Sets the transform.
    #[must_use]
    pub fn transform(self, transform: Transform) -> Self {
        Self { transform, ..self }
    }

    fn check(&self, objectives: &[Objective]) -> Result<(), SettingsError> {
        let Some(objective) = objectives.iter().find(|objective| objective.name == self.objective)
        else {
            return Err(SettingsError::UnknownObjective {
                name: self.objective.clone(),
                known: objectives.iter().map(|objective| objective.name.clone()).collect(),
            });
        };
        if !self.weight.is_finite() {
            return Err(SettingsError::Weight {
                objective: self.objective.clone(),
                weight: self.weight,
            });
        }
        if let Transform::Decay { range } = self.transform
            && !(range.is_finite() && range > 0.0)
        {
            return Err(SettingsError::DecayRange { objective: self.objective.clone(), range });
        }
        let slope = match self.transform {
            Transform::Identity => self.weight,
            Transform::Decay { .. } => -self.weight,
        };
        let rewards_worse = match objective.direction {
            Direction::Minimise => slope > 0.0,
            Direction::Maximise => slope < 0.0,
        };
        if rewards_worse {
            return Err(SettingsError::RewardsWorse {
                objective: self.objective.clone(),
                direction: objective.direction,
            });
        }
        Ok(())
    }
}

/// The transform of a value in a [`Term`], before it is multiplied by the weight.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Transform {
    /// The value itself.
    #[default]
    Identity,
    /// exp(−value / range), which is 1 at zero and falls towards 0. Meant for sizes and costs.
    ///
    /// Beyond about ten ranges it is practically 0 and no longer distinguishes candidates.
    Decay {
        /// Value at which the result has fallen to 1/e. The paper's is 100 000 bytes.
        range: f64,
    },
}

impl Transform {
    /// Returns the transformed value.
    #[must_use]
    pub fn apply(self, value: f64) -> f64 {
        match self {
            Self::Identity => value,
            Self::Decay { range } => (-value / range).exp(),
        }
    }
}

fn one() -> f64 {
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objectives() -> [Objective; 2] {
        [Objective::maximise("accuracy"), Objective::minimise("size")]
    }

    #[test]
    fn the_penalty_is_subtracted() {
        let sum = Scalarisation::new([Term::new("accuracy").weight(2.0)]);
        let scores = Scores::new(&objectives(), [0.5, 1.0]).unwrap().with_penalty(0.25).unwrap();
        assert_eq!(sum.score(&objectives(), &scores), Some(0.75));
    }

    #[test]
    fn a_term_must_name_an_objective() {
        let error = Scalarisation::new([Term::new("acuracy")]).check(&objectives()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no objective is called `acuracy`; use one of: accuracy, size"
        );
    }

    #[test]
    fn a_term_must_not_reward_the_worse() {
        let decay = Transform::Decay { range: 10.0 };
        for term in [
            Term::new("size"),
            Term::new("size").transform(decay).weight(-1.0),
            Term::new("accuracy").transform(decay),
        ] {
            let result = Scalarisation::new([term]).check(&objectives());
            assert!(matches!(result, Err(SettingsError::RewardsWorse { .. })), "{result:?}");
        }
        let sensible = [Term::new("size").weight(-1e-3), Term::new("size").transform(decay)];
        assert_eq!(Scalarisation::new(sensible).check(&objectives()), Ok(()));
    }

    #[test]
    fn unusable_numbers_are_refused() {
        assert_eq!(Scalarisation::default().check(&objectives()), Err(SettingsError::NoTerms));
        for term in [
            Term::new("accuracy").weight(f64::NAN),
            Term::new("size").transform(Transform::Decay { range: 0.0 }),
            Term::new("size").transform(Transform::Decay { range: f64::INFINITY }),
        ] {
            assert!(Scalarisation::new([term]).check(&objectives()).is_err());
        }
    }

    #[test]
    fn a_configuration_file_may_leave_weight_and_transform_out() {
        let text = "terms = [{ objective = 'accuracy' }, { objective = 'size', transform = { decay = { range = 9.0 } } }]";
        let expected =
            [Term::new("accuracy"), Term::new("size").transform(Transform::Decay { range: 9.0 })];
        assert_eq!(toml::from_str::<Scalarisation>(text).unwrap(), Scalarisation::new(expected));
        for unknown in [
            "term = []",
            "terms = [{ objective = 'accuracy', wieght = 2.0 }]",
            "terms = [{ objective = 'size', transform = { decay = { range = 2.0, scale = 1.0 } } }]",
        ] {
            let refused = toml::from_str::<Scalarisation>(unknown).unwrap_err().to_string();
            let is_named = refused.contains("unknown field") || refused.contains("unexpected keys");
            assert!(is_named, "{unknown}: {refused}");
        }
    }
}
