//! The operators of a search space, in the form that the search engine uses.

use danas_evo::{Gene, Variation, rand::Rng};
use danas_space::{Candidate, Coordinate, DataSpace, Granularity, Network, Scale, SearchSpace};

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

    /// Returns a gene for each coordinate of a candidate, and the orders of magnitude of the numbers
    /// of input values, parameters and multiply-accumulates of its network for two classes.
    fn genes(&self, candidate: &Candidate<D::Granularity>) -> Option<Vec<Gene>> {
        let coordinates = self.0.coordinates(candidate)?;
        let inputs = candidate.granularity.input_shape().ok().and_then(|shape| shape.elements());
        let inputs = inputs.and_then(|inputs| u64::try_from(inputs).ok());
        let network = candidate.network(2).ok();
        let parameters = network.as_ref().map(Network::parameters);
        let macs = network.as_ref().map(Network::macs);
        let counts = [inputs, parameters, macs].map(|it| it.map_or(Gene::Absent, Gene::magnitude));
        Some(coordinates.into_iter().map(gene).chain(counts).collect())
    }

    fn cardinality(&self) -> Option<u128> {
        self.0.cardinality()
    }
}

/// Returns the gene of a coordinate.
fn gene(Coordinate { axis, index }: Coordinate) -> Gene {
    let Some(index) = index else { return Gene::Absent };
    match axis.scale {
        Scale::Ordered => Gene::ordered(index, axis.len),
        Scale::Categorical => Gene::Category(u32::try_from(index).unwrap_or(u32::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use danas_space::AugmentationStrength;
    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::*;

    #[test]
    fn genes_are_places_on_axes_and_magnitudes() {
        let text = "augmentation = [0, 50, 100]\n[architecture]\nmax_depth = 2";
        let variation = SpaceVariation(toml::from_str::<SearchSpace>(text).unwrap());
        let mut candidate = variation.trivial(&mut ChaCha8Rng::seed_from_u64(7));
        candidate.augmentation = AugmentationStrength::FULL;
        let genes = variation.genes(&candidate).unwrap();
        // Two axes of the granularity; the depth; kind, filters, kernel and activation of two
        // layers; the augmentation; three magnitudes.
        let [rate, representation, depth, kind, .., augmentation, inputs, _, macs] = &genes[..]
        else {
            panic!("{genes:?}")
        };
        assert_eq!(genes.len(), 2 + 1 + 2 * 4 + 1 + 3);
        assert!(matches!(rate, Gene::Number(0.0..=1.0)));
        assert!(matches!(representation, Gene::Category(0..3)));
        assert_eq!((depth, kind), (&Gene::Number(0.0), &Gene::Category(0)));
        assert_eq!(genes[7..11], [Gene::Absent; 4], "there is one layer");
        assert_eq!(*augmentation, Gene::ordered(2, 3));
        let elements = candidate.granularity.input_shape().unwrap().elements().unwrap();
        assert_eq!(*inputs, Gene::magnitude(elements as u64));
        assert_eq!(*macs, Gene::magnitude(candidate.network(2).unwrap().macs()));
    }
}
