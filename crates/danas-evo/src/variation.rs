//! The search operators, which the owner of the search space provides.

use std::hash::Hash;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::gene::Gene;

/// A type that can be copied, recognised when it appears again, and sent to a worker.
///
/// It is implemented for every such type.
pub trait Genome: Clone + Eq + Hash + Send {}

impl<G: Clone + Eq + Hash + Send> Genome for G {}

/// Search operators over genomes `G`. The implementor owns the search space.
///
/// Operators must draw only from `rng`. The same generator state must give the same genome on every
/// machine.
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

    /// Draws one of the smallest genomes of the space, for searches that start with simple genomes.
    /// Default: [`sample`](Self::sample).
    fn trivial(&self, rng: &mut dyn Rng) -> G {
        self.sample(rng)
    }

    /// Returns a changed copy that never equals `parent`, or `None` if the space has no other
    /// genome.
    fn mutate(&self, parent: &G, rng: &mut dyn Rng) -> Option<G>;

    /// Combines two genomes. The result may equal either of them.
    fn crossover(&self, left: &G, right: &G, rng: &mut dyn Rng) -> G;

    /// Returns the number of genomes in the space, or `None` if it is unknown. The search uses it
    /// to know when it has seen all genomes. Default: `None`.
    ///
    /// A number that is too small ends a search early. With a number that is too large, a search
    /// takes longer to notice that it has seen all genomes.
    fn cardinality(&self) -> Option<u128> {
        None
    }

    /// Returns the genes that a model sees of a genome, or `None` for every genome if the space has
    /// no genes. Default: `None`.
    ///
    /// All genomes must have the same number of genes, with the same meaning at each place. Equal
    /// genes should mean equal outcomes. Besides the values that vary, genes may hold values that
    /// follow from them, such as the number of parameters of a network.
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

/// Returns whether the space has genes, judging by any one genome.
pub(crate) fn tells_genes<G>(variation: &impl Variation<G>) -> bool {
    let genome = variation.sample(&mut ChaCha8Rng::seed_from_u64(0));
    variation.genes(&genome).is_some_and(|genes| !genes.is_empty())
}
