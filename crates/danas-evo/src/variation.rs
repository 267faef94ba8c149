//! The search operators, supplied by whoever owns the search space.

use std::hash::Hash;

use rand::Rng;

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
}
