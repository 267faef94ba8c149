//! Aging evolution with random scalarisation.

use std::collections::VecDeque;

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::check::at_least;
use crate::{
    context::Context,
    description,
    error::SettingsError,
    objective::Objective,
    prospect::Interest,
    scores::Scores,
    strategy::{Asked, Start, Strategy, Trial},
    variation::Genome,
};

/// Aging (regularised) evolution, whose tournaments weigh the objectives anew each time.
///
/// For each candidate, a sample of the population is drawn and the costs of its members are
/// weighted by random numbers. The member whose largest weighted cost is the least is mutated. The
/// child replaces the oldest member, however good that one is. Infeasible and failed candidates
/// never enter the population.
///
/// The strategy never waits. If results are outstanding, it draws from the population as it is.
///
/// # Scalarisation
/// Each cost *cᵢ* is scaled to 0 for the least and 1 for the largest in the population. A cost that
/// is the same for all members is left out. The scalar is max *λᵢ cᵢ*, where 1/*λᵢ* is drawn
/// between 0 and 1. This follows µNAS, which scales by bounds that its user provides.
///
/// ```
/// use danas_evo::{AgingEvolution, AgingEvolutionSettings};
///
/// let settings = AgingEvolutionSettings { population_size: 100, ..AgingEvolutionSettings::default() };
/// let strategy = AgingEvolution::<u16>::new(settings)?;
/// # Ok::<(), danas_evo::SettingsError>(())
/// ```
///
/// # References
/// - E. Real, A. Aggarwal, Y. Huang and Q. Le (2019). Regularized evolution for image classifier
///   architecture search. <https://arxiv.org/abs/1802.01548>
/// - E. Liberis, Ł. Dudziak and N. Lane (2021). µNAS: Constrained neural architecture search for
///   microcontrollers. <https://arxiv.org/abs/2010.14246>
#[derive(Debug, Clone, PartialEq)]
pub struct AgingEvolution<G> {
    settings: AgingEvolutionSettings,
    /// Number of candidates asked for as the first population, or given as part of it.
    started: usize,
    /// Members, the oldest first.
    population: VecDeque<Member<G>>,
}

/// Settings of [`AgingEvolution`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AgingEvolutionSettings {
    /// Number of members, at least 1. Default: 100.
    pub population_size: usize,
    /// Number of members that are drawn for a tournament, with replacement; at least 1. Default:
    /// 25.
    pub sample_size: usize,
    /// Source of the first population. Default: [`Start::Random`].
    pub start: Start,
}

impl Default for AgingEvolutionSettings {
    fn default() -> Self {
        Self { population_size: 100, sample_size: 25, start: Start::Random }
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Member<G> {
    genome: G,
    scores: Scores,
}

impl<G> AgingEvolution<G> {
    /// Creates the strategy, after checking its settings.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting that is out of its range.
    pub fn new(settings: AgingEvolutionSettings) -> Result<Self, SettingsError> {
        at_least(1, "population_size", settings.population_size)?;
        at_least(1, "sample_size", settings.sample_size)?;
        Ok(Self::with_settings(settings))
    }

    fn with_settings(settings: AgingEvolutionSettings) -> Self {
        Self { settings, started: 0, population: VecDeque::new() }
    }
}

impl<G> Default for AgingEvolution<G> {
    fn default() -> Self {
        Self::with_settings(AgingEvolutionSettings::default())
    }
}

impl<G: Genome> AgingEvolution<G> {
    /// Mutates the winner of a tournament. `costs` are the scaled costs of all members. Without
    /// members, draws a candidate for the first population instead.
    fn reproduce(&self, costs: &[Vec<f64>], context: &mut Context<'_, G>) -> G {
        if costs.is_empty() {
            return self.settings.start.draw(context);
        }
        // Drawn from (0, 1], so that the weights are finite.
        let weights: Vec<f64> =
            costs[0].iter().map(|_| 1.0 / (1.0 - context.rng().random::<f64>())).collect();
        let scalar = |member: usize| {
            let weighted = costs[member].iter().zip(&weights).map(|(cost, weight)| cost * weight);
            weighted.fold(0.0, f64::max)
        };
        let drawn = (0..self.settings.sample_size)
            .map(|_| context.rng().random_range(0..costs.len()))
            .min_by(|&l, &r| scalar(l).total_cmp(&scalar(r)));
        context.mutation(&self.population[drawn.unwrap_or(0)].genome)
    }

    /// Returns the costs of all members, each scaled to the range from 0 to 1.
    fn scaled_costs(&self, objectives: &[Objective]) -> Vec<Vec<f64>> {
        let mut costs: Vec<_> =
            self.population.iter().map(|member| member.scores.costs(objectives)).collect();
        for criterion in 0..costs.first().map_or(0, Vec::len) {
            let column = || costs.iter().map(|costs| costs[criterion]);
            let least = column().fold(f64::INFINITY, f64::min);
            let extent = column().fold(f64::NEG_INFINITY, f64::max) - least;
            for costs in &mut costs {
                costs[criterion] =
                    if extent > 0.0 { (costs[criterion] - least) / extent } else { 0.0 };
            }
        }
        costs
    }
}

impl<G: Genome> Strategy<G> for AgingEvolution<G> {
    fn ask(&mut self, context: &mut Context<'_, G>) -> Option<G> {
        if self.started < self.settings.population_size {
            self.started += 1;
            return Some(context.draw(|context| self.settings.start.draw(context)));
        }
        let costs = self.scaled_costs(context.objectives());
        Some(context.draw(|context| self.reproduce(&costs, context)))
    }

    fn asked(&mut self, asked: &Asked<'_, G>) -> Interest {
        self.started += usize::from(asked.is_given);
        Interest::Outcome
    }

    fn tell(&mut self, trial: &Trial<'_, G>) {
        let Some(scores) = trial.scores else { return };
        self.population.push_back(Member { genome: trial.genome.clone(), scores: scores.clone() });
        if self.population.len() > self.settings.population_size {
            self.population.pop_front();
        }
    }
    fn describe(&self) -> String {
        description::of_strategy("aging_evolution", &self.settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let settings = AgingEvolutionSettings::default;
        for (settings, culprit) in [
            (AgingEvolutionSettings { population_size: 0, ..settings() }, "population_size"),
            (AgingEvolutionSettings { sample_size: 0, ..settings() }, "sample_size"),
        ] {
            let error = AgingEvolution::<u8>::new(settings).unwrap_err();
            assert!(error.to_string().contains(culprit), "{error}");
        }
    }

    #[test]
    fn costs_are_scaled_to_the_population() {
        let objectives = [Objective::minimise("size"), Objective::maximise("accuracy")];
        let mut strategy = AgingEvolution::default();
        for (genome, values) in [[10.0, 0.5], [20.0, 0.75], [30.0, 0.5]].into_iter().enumerate() {
            let scores = Scores::new(&objectives, values).unwrap();
            strategy.population.push_back(Member { genome, scores });
        }
        // The penalty, which is the last cost, is the same for all members.
        let expected = [[0.0, 1.0, 0.0], [0.5, 0.0, 0.0], [1.0, 1.0, 0.0]];
        assert_eq!(strategy.scaled_costs(&objectives), expected);
    }
}
