//! The settings of a search: how they are set and checked, and how a journal describes them.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::AskTell;
use crate::forecast::Forecast;
use crate::journal::{OBJECTIVES, objectives_text};
use crate::known_genomes::KnownGenomes;
use crate::seeds::strategy_rng;
use crate::variation::tells_genes;
use crate::{
    archive::ParetoArchive,
    description,
    duplicates::Duplicates,
    error::SettingsError,
    halving::{Rungs, SuccessiveHalving},
    objective::Objective,
    strategy::Strategy,
    variation::{Genome, Variation},
};

impl<G: Genome, D: Clone, V: Variation<G>> AskTell<G, D, V> {
    /// Creates a search.
    ///
    /// # Errors
    /// [`SettingsError`] if there are no objectives, if two of them share a name, or if the strategy
    /// refuses the objectives or the space.
    pub fn new(
        variation: V,
        strategy: impl Strategy<G> + 'static,
        objectives: &[Objective],
        duplicates: Duplicates,
        seed: u64,
    ) -> Result<Self, SettingsError> {
        if objectives.is_empty() {
            return Err(SettingsError::NoObjectives);
        }
        let mut names = HashSet::new();
        if let Some(twin) = objectives.iter().find(|objective| !names.insert(&objective.name)) {
            return Err(SettingsError::DuplicateObjective { name: twin.name.clone() });
        }
        strategy.check(objectives)?;
        if strategy.needs_genes() && !tells_genes(&variation) {
            return Err(SettingsError::NoGenes);
        }

        let objectives: Arc<[Objective]> = objectives.into();
        Ok(Self {
            variation,
            strategy: Box::new(strategy),
            given: VecDeque::new(),
            front: ParetoArchive::new(Arc::clone(&objectives)),
            forecast: Forecast::new(Arc::clone(&objectives)),
            objectives,
            duplicates,
            lazy: true,
            seed,
            rng: strategy_rng(seed),
            known_genomes: KnownGenomes::new(),
            outstanding: VecDeque::new(),
            records: Vec::new(),
            rungs: None,
            over: None,
        })
    }

    /// Sets whether to skip evaluations that provably change nothing; see
    /// [`SearchBuilder::lazy`](crate::SearchBuilder::lazy). Default: yes.
    #[must_use]
    pub fn lazy(self, lazy: bool) -> Self {
        Self { lazy, ..self }
    }

    /// Ends evaluations early if they fall behind; see
    /// [`SearchBuilder::halving`](crate::SearchBuilder::halving). Default: no evaluation ends
    /// early.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting that is out of its range.
    pub fn halving(mut self, halving: SuccessiveHalving) -> Result<Self, SettingsError> {
        halving.check()?;
        self.rungs = Some(Arc::new(Rungs::new(halving, Arc::clone(&self.objectives))));
        Ok(self)
    }

    /// Adds candidates to ask for before any others; see
    /// [`SearchBuilder::start_with`](crate::SearchBuilder::start_with). Default: none.
    #[must_use]
    pub fn start_with(mut self, genomes: impl IntoIterator<Item = G>) -> Self {
        self.given.extend(genomes);
        self
    }
}

impl<G, D, V> AskTell<G, D, V> {
    /// Returns the candidates that are still to be asked for before the strategy is asked.
    pub(crate) fn given(&self) -> impl Iterator<Item = &G> {
        self.given.iter()
    }

    /// Returns the settings that the course of the search depends on, except the space and the
    /// evaluator.
    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        let settings = [
            (OBJECTIVES, objectives_text(&self.objectives)),
            ("strategy", self.strategy.describe()),
            ("duplicates", description::of(&self.duplicates)),
            ("lazy", self.lazy.to_string()),
            ("seed", self.seed.to_string()),
        ];
        let halving = self.rungs.as_ref().map(|rungs| description::of(rungs.halving()));
        let settings = settings.into_iter().chain(halving.map(|halving| ("halving", halving)));
        settings.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
