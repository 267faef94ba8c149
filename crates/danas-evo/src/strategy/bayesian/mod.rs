//! Bayesian optimisation of expensive objectives, with Gaussian processes.

mod cholesky;
mod gaussian_process;
mod history;
mod improvement;
mod kernel;
mod likelihood;
mod model;
mod points;
mod warp;

use std::collections::{HashSet, VecDeque};

use rand::RngExt;
use serde::{Deserialize, Serialize};

use self::history::History;
use self::model::{Fit, Model};
use super::check::{at_least, rate};
use crate::{
    context::Context,
    description,
    error::SettingsError,
    prospect::Interest,
    scores::Scores,
    strategy::{Asked, Nsga2, Nsga2Settings, Start, Strategy, Trial},
    variation::Genome,
};

/// Factor by which the history grows before the model is fitted again.
const GROWTH: f64 = 1.2;

/// Maximum number of new draws to replace a candidate that cannot enter the front.
const REDRAWS: usize = 20;

/// Minimum number of candidates with scores before a model is used.
const LEAST: usize = 4;

/// Bayesian optimisation, for searches with few and expensive evaluations. A model chooses among
/// the offspring of [`Nsga2`].
///
/// # Model
/// The model is a Gaussian process for each objective, over the genes of the space
/// ([`Variation::genes`](crate::Variation::genes)). Similar genomes achieve similar costs, and the
/// model learns how much each gene matters. It learns from the last five hundred outcomes and from
/// those on the front.
///
/// # Acquisition
/// The strategy draws a pool of genomes, most of them offspring of the best so far. It asks for the
/// genome with the largest *expected hypervolume improvement*: the growth of the hypervolume,
/// averaged over the posterior of the model. The hypervolume is measured in transformed costs. A
/// power transform of each cost maximises the likelihood of the model. The reference point lies
/// beyond the worst costs, by 0.3 of their extent.
///
/// About every other candidate ([`model_rate`](BayesianOptimisationSettings::model_rate)) is an
/// offspring that the model does not choose. A space that the model describes badly is therefore
/// still searched by evolution, and the model learns about regions that it would avoid.
///
/// # Limits
/// Some candidates cannot enter the front, according to
/// [`Evaluator::prospect`](crate::Evaluator::prospect): those that are infeasible, and those whose
/// best possible outcome is dominated by the front. The strategy avoids them. If it finds no others
/// and asks for a dominated one, it learns nothing from the outcome, so a
/// [lazy](crate::SearchBuilder::lazy) search skips the evaluation.
///
/// Other candidates turn out to be infeasible, to fail or to have a penalty only when they are
/// evaluated. If there are any, the improvement is multiplied by the probability that a genome has
/// none of these faults.
///
/// # Time
/// The strategy never waits. Candidates that are still being evaluated count as if their outcome
/// were their posterior mean. An ask usually takes milliseconds. Whenever the number of outcomes
/// has grown by a fifth, the model is fitted again, and that ask takes up to seconds.
///
/// ```
/// use danas_evo::{BayesianOptimisation, BayesianOptimisationSettings};
///
/// let settings = BayesianOptimisationSettings { initial: 40, ..BayesianOptimisationSettings::default() };
/// let strategy = BayesianOptimisation::<u16>::new(settings)?;
/// # Ok::<(), danas_evo::SettingsError>(())
/// ```
///
/// # References
/// - M. Emmerich, K. Giannakoglou and B. Naujoks (2006). Single- and multiobjective evolutionary
///   optimization assisted by Gaussian random field metamodels.
///   <https://doi.org/10.1109/TEVC.2005.859463>
/// - D. Ginsbourger, R. Le Riche and L. Carraro (2010), for the *kriging believer*. Kriging is
///   well-suited to parallelize optimization. <https://doi.org/10.1007/978-3-642-10701-6_6>
#[derive(Debug, Clone)]
pub struct BayesianOptimisation<G> {
    settings: BayesianOptimisationSettings,
    evolution: Nsga2<G>,
    /// Candidates asked for but not told, with their ask numbers.
    pending: VecDeque<(usize, G)>,
    /// Ask numbers of the candidates that cannot enter the front, until they are told. The strategy
    /// learns nothing from their outcomes, so they need not be evaluated.
    ignored: HashSet<usize>,
    /// Candidates told since the model was last used, with their scores.
    told: Vec<(G, Option<Scores>)>,
    history: History,
    fit: Fit,
    /// Number of judged candidates at which the model is fitted again.
    fit_at: usize,
    judged: usize,
}

/// Settings of [`BayesianOptimisation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BayesianOptimisationSettings {
    /// Number of candidates to draw before the model may choose, at least 2. Default: 20.
    pub initial: usize,
    /// Source of these candidates. Default: [`Start::Random`].
    pub start: Start,
    /// Number of candidates that the model chooses from, at least 1. Default: 100.
    pub pool_size: usize,
    /// Share of the candidates that the model chooses, from 0 to 1. Default: 0.5.
    pub model_rate: f64,
}

impl Default for BayesianOptimisationSettings {
    fn default() -> Self {
        Self { initial: 20, start: Start::Random, pool_size: 100, model_rate: 0.5 }
    }
}

impl<G> BayesianOptimisation<G> {
    /// Creates the strategy, after checking its settings.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting that is out of its range.
    pub fn new(settings: BayesianOptimisationSettings) -> Result<Self, SettingsError> {
        at_least(2, "initial", settings.initial)?;
        at_least(1, "pool_size", settings.pool_size)?;
        rate("model_rate", settings.model_rate)?;
        Ok(Self::with_settings(settings))
    }

    fn with_settings(settings: BayesianOptimisationSettings) -> Self {
        let evolution = Nsga2Settings {
            population_size: settings.initial,
            start: settings.start,
            ..Nsga2Settings::default()
        };
        Self {
            settings,
            evolution: Nsga2::with_settings(evolution),
            pending: VecDeque::new(),
            told: Vec::new(),
            ignored: HashSet::new(),
            history: History::default(),
            fit: Fit::default(),
            fit_at: 0,
            judged: 0,
        }
    }
}

impl<G> Default for BayesianOptimisation<G> {
    fn default() -> Self {
        Self::with_settings(BayesianOptimisationSettings::default())
    }
}

impl<G: Genome> BayesianOptimisation<G> {
    /// Returns the next candidate without the model: an offspring that can enter the front, if one
    /// is found within a few draws.
    fn offspring(&mut self, context: &mut Context<'_, G>) -> Option<G> {
        let mut genome = self.evolution.ask(context)?;
        for _ in 0..REDRAWS {
            if context.can_matter(&genome) {
                break;
            }
            genome = context.draw(|context| self.evolution.reproduce(context));
        }
        Some(genome)
    }

    /// Returns the genome of a pool with the largest acquisition value. Returns `None` if there is
    /// too little to learn from, if the covariances are numerically singular, or if the pool has no
    /// new genome that can enter the front.
    fn best_acquisition(&mut self, context: &mut Context<'_, G>) -> Option<G> {
        self.learn(context);
        if self.history.len() < LEAST {
            return None;
        }
        let pending: Option<Vec<_>> =
            self.pending.iter().map(|(_, genome)| context.genes(genome)).collect();
        let model = Model::new(&self.fit, &self.history, pending?)?;
        let mut seen = HashSet::new();
        let mut best: Option<(f64, G)> = None;
        for turn in 0..self.settings.pool_size {
            let genome = if turn % 4 == 3 {
                context.sample()
            } else {
                context.draw(|context| self.evolution.reproduce(context))
            };
            if !context.is_new(&genome) || !seen.insert(genome.clone()) {
                continue;
            }
            let acquisition_value = model.acquisition_value(&context.genes(&genome)?);
            if best.as_ref().is_none_or(|(most, _)| acquisition_value > *most)
                && context.can_matter(&genome)
            {
                best = Some((acquisition_value, genome));
            }
        }
        best.map(|(_, genome)| genome)
    }

    /// Learns from the candidates that were told since the last call.
    fn learn(&mut self, context: &Context<'_, G>) {
        for (genome, scores) in self.told.drain(..) {
            let genes = context.genes(&genome).filter(|genes| !genes.is_empty());
            let Some(genes) = genes else { continue };
            self.history.push(genes, scores.as_ref(), context.objectives());
            self.judged += 1;
        }
        if self.history.len() >= LEAST && self.judged >= self.fit_at {
            self.fit.update(&self.history);
            self.fit_at = (self.judged as f64 * GROWTH).ceil() as usize;
        }
    }
}

impl<G: Genome> Strategy<G> for BayesianOptimisation<G> {
    fn ask(&mut self, context: &mut Context<'_, G>) -> Option<G> {
        let is_starting = self.evolution.is_starting();
        let evolved = self.offspring(context);
        if is_starting || context.rng().random::<f64>() >= self.settings.model_rate {
            return evolved;
        }
        self.best_acquisition(context).or(evolved)
    }

    fn asked(&mut self, asked: &Asked<'_, G>) -> Interest {
        let interest = self.evolution.asked(asked);
        if asked.is_dominated {
            self.ignored.insert(asked.index);
            return Interest::Nothing;
        }
        self.pending.push_back((asked.index, asked.genome.clone()));
        interest
    }

    fn tell(&mut self, trial: &Trial<'_, G>) {
        if self.ignored.remove(&trial.index) {
            return self.evolution.tell(&Trial { scores: None, ..*trial });
        }
        self.pending.retain(|(index, _)| *index != trial.index);
        self.told.push((trial.genome.clone(), trial.scores.cloned()));
        self.evolution.tell(trial);
    }

    fn describe(&self) -> String {
        description::of_strategy("bayesian", &self.settings)
    }

    fn needs_genes(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let settings = BayesianOptimisationSettings::default;
        for (settings, culprit) in [
            (BayesianOptimisationSettings { initial: 1, ..settings() }, "initial"),
            (BayesianOptimisationSettings { pool_size: 0, ..settings() }, "pool_size"),
            (BayesianOptimisationSettings { model_rate: f64::NAN, ..settings() }, "model_rate"),
        ] {
            let error = BayesianOptimisation::<u8>::new(settings).unwrap_err();
            assert!(error.to_string().contains(culprit), "{error}");
        }
    }
}
