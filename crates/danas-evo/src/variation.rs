//! The search operators, supplied by whoever owns the search space.

use std::hash::Hash;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Gene;

/// What a genome must be able to do: be copied, recognised when it comes again, and sent to a
/// worker.
///
/// Implemented for every type that can.
pub trait Genome: Clone + Eq + Hash + Send {}

impl<G: Clone + Eq + Hash + Send> Genome for G {}

/// Search operators over genomes `G`; the implementor owns the search space.
///
/// Operators draw from `rng` only: the same generator state gives the same genome on every machine.
///
/// ```
/// use danas_evo::Variation;
/// use danas_evo::rand::{Rng, RngExt};
///
/// /// Sixteen bits, one gene each.
/// struct Bits;
///
/// impl Variation<u16> for Bits {
///     fn sample(&self, rng: &mut dyn Rng) -> u16 {
///         rng.random()
///     }
///
///     fn mutate(&self, parent: &u16, rng: &mut dyn Rng) -> Option<u16> {
///         Some(parent ^ (1 << rng.random_range(0..16)))
///     }
///
///     fn crossover(&self, left: &u16, right: &u16, rng: &mut dyn Rng) -> u16 {
///         let mask: u16 = rng.random();
///         (left & mask) | (right & !mask)
///     }
///
///     fn cardinality(&self) -> Option<u128> {
///         Some(1 << 16)
///     }
/// }
/// ```
pub trait Variation<G> {
    /// Draws any genome of the space.
    fn sample(&self, rng: &mut dyn Rng) -> G;

    /// Draws one of the smallest genomes of the space, for searches that grow from simple
    /// beginnings; [`sample`](Self::sample) by default.
    fn trivial(&self, rng: &mut dyn Rng) -> G {
        self.sample(rng)
    }

    /// Returns a changed copy, never equal to `parent`; `None` where the space has no other genome.
    fn mutate(&self, parent: &G, rng: &mut dyn Rng) -> Option<G>;

    /// Combines two genomes; may equal either.
    fn crossover(&self, left: &G, right: &G, rng: &mut dyn Rng) -> G;

    /// The number of genomes in the space, for a search to know when it has seen them all; `None`
    /// (the default) where it is not known.
    ///
    /// Too small a number ends a search early, too large a number only makes its end slower to
    /// find.
    fn cardinality(&self) -> Option<u128> {
        None
    }

    /// What a model is to see of a genome: as many genes for every genome of the space, each about
    /// the same thing. `None` (the default) for all genomes where the space does not tell.
    ///
    /// Equal genes should mean equal outcomes. Beside what is varied, they may tell what follows from
    /// it and matters, such as the number of parameters of a network.
    fn genes(&self, genome: &G) -> Option<Vec<Gene>> {
        let _ = genome;
        None
    }
}

impl<G, V: Variation<G> + ?Sized> Variation<G> for &V {
    fn sample(&self, rng: &mut dyn Rng) -> G {
        (**self).sample(rng)
    }

    fn trivial(&self, rng: &mut dyn Rng) -> G {
        (**self).trivial(rng)
    }

    fn mutate(&self, parent: &G, rng: &mut dyn Rng) -> Option<G> {
        (**self).mutate(parent, rng)
    }

    fn crossover(&self, left: &G, right: &G, rng: &mut dyn Rng) -> G {
        (**self).crossover(left, right, rng)
    }

    fn cardinality(&self) -> Option<u128> {
        (**self).cardinality()
    }

    fn genes(&self, genome: &G) -> Option<Vec<Gene>> {
        (**self).genes(genome)
    }
}

/// Whether the space tells its genes, as seen by any genome.
pub(crate) fn tells_genes<G>(variation: &impl Variation<G>) -> bool {
    let genome = variation.sample(&mut ChaCha8Rng::seed_from_u64(0));
    variation.genes(&genome).is_some_and(|genes| !genes.is_empty())
}
