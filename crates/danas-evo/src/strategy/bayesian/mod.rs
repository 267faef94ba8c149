//! Bayesian optimisation.

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
    Asked, ConfigError, Context, Genome, Interest, Nsga2, Nsga2Settings, Scores, Start, Strategy,
    Trial,
};

/// By how much a history grows before the model is fitted again.
const GROWTH: f64 = 1.2;

/// How often a candidate is drawn anew that cannot enter the front.
const REDRAWS: usize = 20;

/// The least candidates with scores that a model is made of.
const LEAST: usize = 4;

/// NSGA-II, whose offspring are chosen by a model of what candidates achieve: for searches of few and
/// expensive evaluations.
///
/// The model is a Gaussian process for each objective, over the genes that the space tells
/// ([`Variation::genes`](crate::Variation::genes)): similar genomes achieve similar costs, and how
/// much a gene counts is learnt. Of a pool of genomes, most of them offspring of the best so far, that
/// one is asked for whose *expected hypervolume improvement* is largest: how much the hypervolume grows
/// on average over what the model believes possible. The hypervolume is over costs as the model sees
/// them, each by a power transform that makes the model likeliest, with a reference point behind the
/// worst costs by 0.3 of their extent.
///
/// Every other candidate or so ([`model_rate`](BayesianOptimisationSettings::model_rate)) is an
/// offspring that the model has no say in, so that a space that it cannot describe is searched no worse
/// than by evolution, and it learns where it would not have looked.
///
/// What is known at once to be infeasible, or dominated by the front at its best
/// ([`Evaluator::prospect`](crate::Evaluator::prospect)), is avoided; where the latter is asked for for
/// want of others, nothing is learnt from it, so that a [lazy](crate::SearchBuilder::lazy) search does not
/// evaluate it. Where other candidates are infeasible, fail, or have penalties, the improvement counts by
/// the probability of there being nothing of the kind. It never waits: candidates that are still being
/// evaluated count as if they came out as is believed of them. It learns from the last five hundred
/// outcomes, and those on the front. An ask takes milliseconds, and some, after a fifth more outcomes each
/// time, up to seconds.
///
/// ```
/// use danas_evo::{BayesianOptimisation, BayesianOptimisationSettings};
///
/// let mut settings = BayesianOptimisationSettings::default();
/// settings.initial = 40;
/// let strategy = BayesianOptimisation::<u16>::new(settings)?;
/// # Ok::<(), danas_evo::ConfigError>(())
/// ```
///
/// # References
/// - M. Emmerich, K. Giannakoglou and B. Naujoks (2006). Single- and multiobjective evolutionary
///   optimization assisted by Gaussian random field metamodels.
///   <https://doi.org/10.1109/TEVC.2005.859463>
/// - D. Ginsbourger, R. Le Riche and L. Carraro (2010), of whom the *kriging believer* is. Kriging is
///   well-suited to parallelize optimization. <https://doi.org/10.1007/978-3-642-10701-6_6>
#[derive(Debug, Clone)]
pub struct BayesianOptimisation<G> {
    settings: BayesianOptimisationSettings,
    evolution: Nsga2<G>,
    /// Asked for and not told, with their ask numbers.
    pending: VecDeque<(usize, G)>,
    /// The ask numbers of those that cannot enter the front, until they are told: whatever comes out,
    /// nothing is learnt from it, so that they need not be evaluated.
    ignored: HashSet<usize>,
    /// Told since the model was last used.
    told: Vec<(G, Option<Scores>)>,
    history: History,
    fit: Fit,
    /// How many candidates are to be judged before the model is fitted again.
    fit_at: usize,
    judged: usize,
}

/// Settings of [`BayesianOptimisation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct BayesianOptimisationSettings {
    /// How many candidates are drawn before the model has a say, at least 2. Default: 20.
    pub initial: usize,
    /// How these are drawn. Default: [`Start::Random`].
    pub start: Start,
    /// How many candidates the model chooses from, at least 1. Default: 100.
    pub pool_size: usize,
    /// The share of candidates that the model chooses. Default: 0.5.
    pub model_rate: f64,
}

impl Default for BayesianOptimisationSettings {
    fn default() -> Self {
        Self { initial: 20, start: Start::Random, pool_size: 100, model_rate: 0.5 }
    }
}

impl<G> BayesianOptimisation<G> {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`ConfigError`] naming the setting that is out of its range.
    pub fn new(settings: BayesianOptimisationSettings) -> Result<Self, ConfigError> {
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
    /// The next candidate without a model: an offspring that may enter the front, if one is soon found.
    fn offspring(&mut self, context: &mut Context<'_, G>) -> Option<G> {
        let mut genome = self.evolution.ask(context)?;
        for _ in 0..REDRAWS {
            if context.can_matter(&genome) {
                break;
            }
            genome = context.draw(|context| self.evolution.bear(context));
        }
        Some(genome)
    }

    /// The genome of a pool that is worth most by the model; `None` where there is nothing to learn
    /// from, or nothing new.
    fn worthiest(&mut self, context: &mut Context<'_, G>) -> Option<G> {
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
                context.draw(|context| self.evolution.bear(context))
            };
            if !context.is_new(&genome) || !seen.insert(genome.clone()) {
                continue;
            }
            let worth = model.worth(&context.genes(&genome)?);
            if best.as_ref().is_none_or(|(most, _)| worth > *most) && context.can_matter(&genome) {
                best = Some((worth, genome));
            }
        }
        best.map(|(_, genome)| genome)
    }

    /// Learns from what was told.
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
        self.worthiest(context).or(evolved)
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
        format!("Bayesian optimisation: {:?}", self.settings)
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
