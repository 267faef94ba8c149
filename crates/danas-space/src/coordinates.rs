//! The coordinates of a candidate: where it lies on every axis of its space.

use crate::{
    candidate::Candidate,
    data_space::{Axis, DataSpace, Scale},
    search_space::SearchSpace,
};

/// Place of a candidate on one axis of its space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Coordinate {
    /// Axis.
    pub axis: Axis,
    /// Index of the candidate's value on the axis. `None` if the candidate has no such value, such
    /// as the kernel of a third layer in a network of two layers, or the length of frames of a
    /// waveform.
    pub index: Option<usize>,
}

impl<D: DataSpace> SearchSpace<D> {
    /// Returns the coordinates that distinguish a candidate from others of this space. Their axes
    /// and their order are the same for all candidates:
    ///
    /// 1. each axis of the granularity
    /// 2. the number of layers
    /// 3. for each layer, its kind and each axis that has several values
    /// 4. the reduction before the dense layer and the width of that layer, if there is a choice
    /// 5. the strength of augmentation, if there is a choice
    ///
    /// Returns `None` for a candidate of another space.
    ///
    /// ```
    /// use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
    /// use danas_space::{Scale, SearchSpace};
    ///
    /// let space = SearchSpace::paper();
    /// let candidate = space.sample(&mut ChaCha8Rng::seed_from_u64(7));
    /// let coordinates = space.coordinates(&candidate).expect("it is of this space");
    /// // Two axes of the granularity; the depth; kind, filters, kernel and activation of five
    /// // layers.
    /// assert_eq!(coordinates.len(), 2 + 1 + 5 * 4);
    /// assert_eq!(coordinates[0].axis.name, "sample_rate");
    /// assert_eq!(coordinates[1].axis.scale, Scale::Categorical, "a representation has no order");
    /// ```
    #[must_use]
    pub fn coordinates(&self, candidate: &Candidate<D::Granularity>) -> Option<Vec<Coordinate>> {
        if !self.contains(candidate) {
            return None;
        }
        let position = self.data.position(&candidate.granularity)?;
        let data = self.data.axes().into_iter().zip(position).enumerate();
        let coordinate = |(number, (axis, index))| {
            let index = self.data.applies(number, &candidate.granularity).then_some(index);
            Coordinate { axis, index }
        };
        let mut coordinates: Vec<Coordinate> = data.map(coordinate).collect();
        coordinates.extend(self.architecture.coordinates(&candidate.architecture));
        let strengths = self.augmentation.values();
        let strength = Some(candidate.augmentation);
        coordinates.extend(choice("augmentation", Scale::Ordered, strengths, strength));
        Some(coordinates)
    }
}

/// Returns the coordinate of a value on an axis with these values. Returns `None` if there is only
/// one value, and so no choice.
pub(crate) fn choice<T: PartialEq>(
    name: &'static str,
    scale: Scale,
    values: &[T],
    value: Option<T>,
) -> Option<Coordinate> {
    let axis = Axis { name, len: values.len(), scale };
    let index = value.and_then(|value| values.iter().position(|other| *other == value));
    (axis.len > 1).then_some(Coordinate { axis, index })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::*;

    #[test]
    fn coordinates_tell_candidates_apart_and_their_axes_are_those_of_the_space() {
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
        let rich: SearchSpace = toml::from_str(rich).unwrap();
        for space in [rich, SearchSpace::paper()] {
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let mut seen = HashMap::new();
            let mut axes = Vec::new();
            for _ in 0..500 {
                let candidate = space.sample(&mut rng);
                let coordinates = space.coordinates(&candidate).unwrap();
                let on_axis = |it: &Coordinate| it.index.is_none_or(|index| index < it.axis.len);
                assert!(coordinates.iter().all(on_axis), "{candidate}: {coordinates:?}");
                axes.push(coordinates.iter().map(|it| it.axis).collect::<Vec<_>>());
                let twin = seen.insert(coordinates, candidate.clone());
                assert!(twin.is_none_or(|twin| twin == candidate), "{candidate}");
            }
            assert!(axes.iter().all(|all| *all == axes[0]));
        }
    }

    #[test]
    fn a_candidate_of_another_space_has_none() {
        let candidate = SearchSpace::paper().sample(&mut ChaCha8Rng::seed_from_u64(1));
        let other: SearchSpace = toml::from_str("[data]\nsample_rates = [11025]").unwrap();
        assert_eq!(other.coordinates(&candidate), None);
    }
}
