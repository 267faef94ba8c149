//! What a strategy may use when it is asked for a candidate.

use std::fmt;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::duplicates::Ledger;
use crate::{Duplicates, Gene, Genome, Objective, Prospect, Variation};

/// How often [`Context::draw`] tries to draw a genome that is admitted.
const REDRAWS: usize = 100;

/// The search operators, the strategy's random generator and what was asked before.
pub struct Context<'a, G> {
    pub(crate) variation: &'a dyn Variation<G>,
    pub(crate) rng: &'a mut ChaCha8Rng,
    pub(crate) objectives: &'a [Objective],
    pub(crate) ledger: &'a Ledger<G>,
    pub(crate) duplicates: Duplicates,
    pub(crate) prospect: &'a dyn Fn(&G) -> Prospect,
    /// Whether a member of the front dominates the best that can come out.
    pub(crate) is_dominated: &'a dyn Fn(&Prospect) -> bool,
}

impl<G: Genome> Context<'_, G> {
    /// The strategy's generator; the only randomness a strategy may use.
    pub fn rng(&mut self) -> &mut dyn Rng {
        self.rng
    }

    /// What the candidates are judged by.
    #[must_use]
    pub fn objectives(&self) -> &[Objective] {
        self.objectives
    }

    /// Any genome; see [`Variation::sample`].
    pub fn sample(&mut self) -> G {
        self.variation.sample(self.rng)
    }

    /// One of the smallest genomes; see [`Variation::trivial`].
    pub fn trivial(&mut self) -> G {
        self.variation.trivial(self.rng)
    }

    /// A changed copy; see [`Variation::mutate`].
    pub fn mutate(&mut self, parent: &G) -> Option<G> {
        self.variation.mutate(parent, self.rng)
    }

    /// A changed copy, or any genome where the space knows no change.
    pub(crate) fn mutation(&mut self, parent: &G) -> G {
        self.mutate(parent).unwrap_or_else(|| self.sample())
    }

    /// A combination of two; see [`Variation::crossover`].
    pub fn crossover(&mut self, left: &G, right: &G) -> G {
        self.variation.crossover(left, right, self.rng)
    }

    /// What a model sees of a genome; see [`Variation::genes`].
    #[must_use]
    pub fn genes(&self, genome: &G) -> Option<Vec<Gene>> {
        self.variation.genes(genome)
    }

    /// Whether `genome` may enter the front, by what is known before it is evaluated
    /// ([`Evaluator::prospect`](crate::Evaluator::prospect)): it is not infeasible, and no member of the
    /// front dominates the best that it can be.
    #[must_use]
    pub fn can_matter(&self, genome: &G) -> bool {
        let prospect = (self.prospect)(genome);
        !matches!(prospect, Prospect::Infeasible { .. }) && !(self.is_dominated)(&prospect)
    }

    /// Whether `genome` was never asked for.
    #[must_use]
    pub fn is_new(&self, genome: &G) -> bool {
        self.ledger.entry(genome).is_none()
    }

    /// Whether the search takes `genome` as it is: it is new, or repeats are allowed.
    #[must_use]
    pub fn admits(&self, genome: &G) -> bool {
        self.duplicates == Duplicates::Reuse || self.is_new(genome)
    }

    /// Draws until the genome is admitted, a hundred times at most; then returns the last one, for
    /// the search to replace.
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
