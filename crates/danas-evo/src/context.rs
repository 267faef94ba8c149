//! The context of a strategy that is asked for a candidate.

use std::fmt;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::known_genomes::KnownGenomes;
use crate::{
    duplicates::Duplicates,
    gene::Gene,
    objective::Objective,
    prospect::Prospect,
    variation::{Genome, Variation},
};

/// Maximum number of draws in [`Context::draw`].
const REDRAWS: usize = 100;

/// The search operators, the strategy's random generator and the record of what was asked for
/// before.
pub struct Context<'a, G> {
    pub(crate) variation: &'a dyn Variation<G>,
    pub(crate) rng: &'a mut ChaCha8Rng,
    pub(crate) objectives: &'a [Objective],
    pub(crate) known_genomes: &'a KnownGenomes<G>,
    pub(crate) duplicates: Duplicates,
    pub(crate) prospect: &'a dyn Fn(&G) -> Prospect,
    /// Tells whether a member of the front dominates the best possible outcome.
    pub(crate) is_dominated: &'a dyn Fn(&Prospect) -> bool,
}

impl<G: Genome> Context<'_, G> {
    /// Returns the strategy's random generator. A strategy may use no other randomness.
    pub fn rng(&mut self) -> &mut dyn Rng {
        self.rng
    }

    /// Returns the objectives that candidates are judged by.
    #[must_use]
    pub fn objectives(&self) -> &[Objective] {
        self.objectives
    }

    /// Draws any genome; see [`Variation::sample`].
    pub fn sample(&mut self) -> G {
        self.variation.sample(self.rng)
    }

    /// Draws one of the smallest genomes; see [`Variation::trivial`].
    pub fn trivial(&mut self) -> G {
        self.variation.trivial(self.rng)
    }

    /// Returns a changed copy of `parent`; see [`Variation::mutate`].
    pub fn mutate(&mut self, parent: &G) -> Option<G> {
        self.variation.mutate(parent, self.rng)
    }

    /// Returns a changed copy of `parent`, or any genome if the space has no other.
    pub(crate) fn mutation(&mut self, parent: &G) -> G {
        self.mutate(parent).unwrap_or_else(|| self.sample())
    }

    /// Combines two genomes; see [`Variation::crossover`].
    pub fn crossover(&mut self, left: &G, right: &G) -> G {
        self.variation.crossover(left, right, self.rng)
    }

    /// Returns the genes that a model sees of a genome; see [`Variation::genes`].
    #[must_use]
    pub fn genes(&self, genome: &G) -> Option<Vec<Gene>> {
        self.variation.genes(genome)
    }

    /// Returns whether `genome` can enter the front, judging by what is known before its evaluation
    /// ([`Evaluator::prospect`](crate::Evaluator::prospect)). It cannot if it is infeasible, or if
    /// a member of the front dominates the best outcome that it can have.
    #[must_use]
    pub fn can_matter(&self, genome: &G) -> bool {
        let prospect = (self.prospect)(genome);
        !matches!(prospect, Prospect::Infeasible { .. }) && !(self.is_dominated)(&prospect)
    }

    /// Returns whether `genome` was never asked for.
    #[must_use]
    pub fn is_new(&self, genome: &G) -> bool {
        self.known_genomes.entry(genome).is_none()
    }

    /// Returns whether the search accepts `genome` as it is: because it is new, or because repeats
    /// are allowed.
    #[must_use]
    pub fn admits(&self, genome: &G) -> bool {
        self.duplicates == Duplicates::Reuse || self.is_new(genome)
    }

    /// Draws until the search admits the genome, at most a hundred times. Then returns the last
    /// genome, which the search replaces.
    pub fn draw(&mut self, mut draw: impl FnMut(&mut Self) -> G) -> G {
        let mut genome = draw(self);
        for _ in 1..REDRAWS {
            if self.admits(&genome) {
                break;
            }
            genome = draw(self);
        }
        genome
    }
}

impl<G> fmt::Debug for Context<'_, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("objectives", &self.objectives)
            .field("duplicates", &self.duplicates)
            .finish_non_exhaustive()
    }
}
