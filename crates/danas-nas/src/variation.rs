//! The operators of a search space, in the form that the search engine uses.

use danas_evo::{Gene, Variation, rand::Rng};
use danas_space::{Candidate, DataSpace, SearchSpace};

/// An adapter of a search space. It lets the search engine, which knows nothing about networks,
/// draw and change candidates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceVariation<D>(pub SearchSpace<D>);

impl<D: DataSpace> Variation<Candidate<D::Granularity>> for SpaceVariation<D> {
    fn sample(&self, rng: &mut dyn Rng) -> Candidate<D::Granularity> {
        self.0.sample(rng)
    }

    fn trivial(&self, rng: &mut dyn Rng) -> Candidate<D::Granularity> {
        self.0.trivial(rng)
    }

    fn mutate(
        &self,
        parent: &Candidate<D::Granularity>,
        rng: &mut dyn Rng,
    ) -> Option<Candidate<D::Granularity>> {
        self.0.mutate(parent, rng)
    }

    fn crossover(
        &self,
        left: &Candidate<D::Granularity>,
        right: &Candidate<D::Granularity>,
        rng: &mut dyn Rng,
    ) -> Candidate<D::Granularity> {
        self.0.crossover(left, right, rng)
    }

    fn genes(&self, candidate: &Candidate<D::Granularity>) -> Option<Vec<Gene>> {
        let gene = |gene| match gene {
            danas_space::Gene::Category(value) => Gene::Category(value),
            danas_space::Gene::Number(value) => Gene::Number(value),
            danas_space::Gene::Absent => Gene::Absent,
        };
        Some(self.0.genes(candidate)?.into_iter().map(gene).collect())
    }

    fn cardinality(&self) -> Option<u128> {
        self.0.cardinality()
    }
}
