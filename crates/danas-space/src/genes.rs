//! The genes of a candidate, which the model of a search strategy reads.

use crate::{
    candidate::Candidate,
    data_space::{Axis, DataSpace, Granularity, Scale},
    search_space::SearchSpace,
};

/// Value of a candidate at one place, as the input of a model that predicts how candidates perform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gene {
    /// One of several values without order.
    Category(u32),
    /// A value with an order. On an axis it runs from 0 for the smallest value to 1 for the
    /// largest.
    Number(f64),
    /// No value, because the candidate does not have this place, such as a third layer.
    Absent,
}

impl Gene {
    /// Returns the gene for a position on an ordered axis. Positions are evenly spaced.
    pub(crate) fn ordered(position: usize, len: usize) -> Self {
        Self::Number(position as f64 / len.saturating_sub(1).max(1) as f64)
    }

    /// Returns the gene for a position on an axis without order.
    pub(crate) fn categorical(position: usize) -> Self {
        Self::Category(u32::try_from(position).unwrap_or(u32::MAX))
    }

    /// Returns the gene for a count, which is its order of magnitude: 1 for 10⁸.
    fn magnitude(count: u64) -> Self {
        Self::Number(libm::log10(count.max(1) as f64) / 8.0)
    }
}

impl<D: DataSpace> SearchSpace<D> {
    /// Returns the genes that distinguish a candidate from others of this space. Their number and
    /// order are the same for all candidates:
    ///
    /// 1. the value on each axis of the granularity
    /// 2. the number of layers
    /// 3. for each layer, its kind and its value on each axis that has several values
    /// 4. the reduction before the dense layer and the width of that layer, if there is a choice
    /// 5. the strength of augmentation, if there is a choice
    /// 6. the numbers of input values, parameters and multiply-accumulates of a network for two
    ///    classes, by order of magnitude
    ///
    /// Returns `None` for a candidate of another space.
    ///
    /// ```
    /// use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
    /// use danas_space::{Gene, SearchSpace};
    ///
    /// let space = SearchSpace::paper();
    /// let candidate = space.sample(&mut ChaCha8Rng::seed_from_u64(7));
    /// let genes = space.genes(&candidate).expect("it is of this space");
    /// // Two axes of the granularity; the depth; kind, filters, kernel and activation of five
    /// // layers; three magnitudes.
    /// assert_eq!(genes.len(), 2 + 1 + 5 * 4 + 3);
    /// assert!(matches!(genes[1], Gene::Category(_)), "the representation has no order");
    /// ```
    #[must_use]
    pub fn genes(&self, candidate: &Candidate<D::Granularity>) -> Option<Vec<Gene>> {
        if !self.contains(candidate) {
            return None;
        }
        let position = self.data.position(&candidate.granularity)?;
        let axis = |(axis, position): (&Axis, usize)| match axis.scale {
            Scale::Ordered => Gene::ordered(position, axis.len),
            Scale::Categorical => Gene::categorical(position),
        };
        let mut genes: Vec<Gene> = self.data.axes().iter().zip(position).map(axis).collect();
        genes.extend(self.architecture.genes(&candidate.architecture));
        if self.augmentation.is_searched() {
            let strengths = self.augmentation.values();
            let position = strengths.iter().position(|it| *it == candidate.augmentation)?;
            genes.push(Gene::ordered(position, strengths.len()));
        }

        let inputs = candidate.granularity.input_shape().ok().and_then(|shape| shape.elements());
        let network = candidate.network(2).ok();
        let inputs = inputs.and_then(|inputs| u64::try_from(inputs).ok());
        let parameters = network.as_ref().map(|network| network.parameters());
        let macs = network.as_ref().map(|network| network.macs());
        genes.extend([inputs, parameters, macs].map(|it| it.map_or(Gene::Absent, Gene::magnitude)));
        Some(genes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::*;
    use crate::audio::AudioSpace;

    #[test]
    fn genes_tell_candidates_apart_and_their_number_is_that_of_the_space() {
        let rich = r#"
            [architecture]
            filters = [4, 8]
            kernels = [3, "1x9", "Hx3"]
            convolutions = ["standard", "separable"]
            strides = [1, 2]
            paddings = ["same", "valid"]
            normalisations = ["none", "batch"]
            pools = ["max2", "avg2"]
            dropouts = [10, 25]
            reductions = ["flatten", "global_average"]
            dense_width = [0, 10, 20]
            min_depth = 0
            max_depth = 3
        "#;
        for space in [SearchSpace::<AudioSpace>::from_toml(rich).unwrap(), SearchSpace::paper()] {
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let mut seen = HashMap::new();
            let mut lens = Vec::new();
            for _ in 0..500 {
                let candidate = space.sample(&mut rng);
                let genes = space.genes(&candidate).unwrap();
                lens.push(genes.len());
                let twin = seen.insert(format!("{genes:?}"), candidate.clone());
                assert!(twin.is_none_or(|twin| twin == candidate), "{candidate}");
            }
            assert!(lens.iter().all(|len| *len == lens[0]));
        }
    }

    #[test]
    fn a_candidate_of_another_space_has_none() {
        let candidate = SearchSpace::paper().sample(&mut ChaCha8Rng::seed_from_u64(1));
        let other = "[data]\nsample_rates = [11025]";
        assert_eq!(SearchSpace::<AudioSpace>::from_toml(other).unwrap().genes(&candidate), None);
    }
}
