//! Sampling, mutation, crossover and neighbours: the operators of the paper's Table 1, for the axes
//! of any kind of data.

use rand::{Rng, RngExt, seq::IndexedRandom};

use crate::{
    architecture::Architecture,
    architecture_space::{ArchitectureOperator, Step, one_of},
    augmentation::AugmentationStrength,
    candidate::Candidate,
    data_space::{DataSpace, Scale},
    search_space::SearchSpace,
};

/// A mutation operator. All operators are drawn with equal probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Architecture(ArchitectureOperator),
    /// Moves along an ordered axis of the data.
    Move(usize, Step),
    /// Switches to another value of a categorical axis of the data.
    Switch(usize),
    /// Moves along the strengths of augmentation.
    Augment(Step),
}

/// Results of an operator on a candidate, in groups of places like those of
/// [`mutants`](crate::ArchitectureSpace::mutants).
type Places<G> = Vec<Vec<Option<Candidate<G>>>>;

impl<D: DataSpace> SearchSpace<D> {
    /// Draws a random candidate. It is uniform over the values of each axis of the granularity, over
    /// depths, over layers, and over strengths of augmentation.
    #[must_use]
    pub fn sample(&self, rng: &mut dyn Rng) -> Candidate<D::Granularity> {
        let depths = self.architecture.min_depth()..=self.architecture.max_depth();
        let depth = rng.random_range(depths);
        self.sample_of_depth(depth, rng)
    }

    /// Draws a random granularity with a single random layer, or with the smallest depth of the
    /// space if that is larger. This is the paper's trivial solution.
    #[must_use]
    pub fn trivial(&self, rng: &mut dyn Rng) -> Candidate<D::Granularity> {
        self.sample_of_depth(self.architecture.min_depth().max(1), rng)
    }

    fn sample_of_depth(&self, depth: usize, rng: &mut dyn Rng) -> Candidate<D::Granularity> {
        let axes = self.data.axes();
        let granularity = loop {
            let position: Vec<usize> =
                axes.iter().map(|axis| rng.random_range(0..axis.len.max(1))).collect();
            if let Some(granularity) = self.data.at(&position) {
                break granularity;
            }
        };
        let architecture = self.architecture.sample(depth, rng);
        let augmentation = one_of(self.augmentation.values(), rng).copied().unwrap_or_default();
        Candidate { granularity, architecture, augmentation }
    }

    /// Returns a candidate one step away from `parent`, never `parent` itself. An operator is drawn
    /// with equal probabilities, then the place where it acts; both are drawn again until the
    /// candidate differs. `None` if no other candidate of the space is within reach.
    #[must_use]
    pub fn mutate(
        &self,
        parent: &Candidate<D::Granularity>,
        rng: &mut dyn Rng,
    ) -> Option<Candidate<D::Granularity>> {
        let variants: Vec<_> =
            self.operators().map(|operator| self.variants(operator, parent)).collect();
        if variants.iter().flatten().flatten().all(Option::is_none) {
            return None;
        }
        loop {
            let places = variants.choose(rng).and_then(|groups| one_of(groups, rng));
            if let Some(Some(mutant)) = places.and_then(|places| places.choose(rng)) {
                return Some(mutant.clone());
            }
        }
    }

    /// Returns every candidate that one mutation can reach from `parent`. If an axis applies to a
    /// neighbour but not to `parent`, the neighbour has the first value on it.
    #[must_use]
    pub fn neighbours(&self, parent: &Candidate<D::Granularity>) -> Vec<Candidate<D::Granularity>> {
        let variants = self.operators().map(|operator| self.variants(operator, parent));
        variants.flatten().flatten().flatten().collect()
    }

    /// Returns the offspring of two candidates. Each value of the granularity, and of the layers
    /// that both parents have, comes from either parent. The depth is drawn uniformly between
    /// theirs, and layers that the shorter parent lacks come from the longer one. Layers of
    /// different kinds have no values in common, so one of the two is taken as a whole. Poolings
    /// and dropouts are taken as a whole, too. The strength of augmentation comes from either
    /// parent.
    #[must_use]
    pub fn crossover(
        &self,
        left: &Candidate<D::Granularity>,
        right: &Candidate<D::Granularity>,
        rng: &mut dyn Rng,
    ) -> Candidate<D::Granularity> {
        let granularity = self.cross_granularity(&left.granularity, &right.granularity, rng);
        let architecture =
            self.architecture.crossover(&left.architecture, &right.architecture, rng);
        let augmentation = self.cross_augmentation(left.augmentation, right.augmentation, rng);
        Candidate { granularity, architecture, augmentation }
    }

    fn cross_granularity(
        &self,
        left: &D::Granularity,
        right: &D::Granularity,
        rng: &mut dyn Rng,
    ) -> D::Granularity {
        let either = if rng.random() { left } else { right };
        let (Some(left), Some(right)) = (self.data.position(left), self.data.position(right))
        else {
            return either.clone(); // a parent from another space has no position here
        };
        let position: Vec<usize> = left
            .iter()
            .zip(&right)
            .map(|(&left, &right)| if rng.random() { left } else { right })
            .collect();
        self.data.at(&position).unwrap_or_else(|| either.clone())
    }

    /// Returns either strength. If the space has only one, the generator is not used.
    fn cross_augmentation(
        &self,
        left: AugmentationStrength,
        right: AugmentationStrength,
        rng: &mut dyn Rng,
    ) -> AugmentationStrength {
        if self.augmentation.is_searched() && rng.random() { right } else { left }
    }

    fn operators(&self) -> impl Iterator<Item = Operator> {
        let data =
            self.data.axes().into_iter().enumerate().flat_map(|(index, axis)| match axis.scale {
                Scale::Ordered => Step::BOTH.map(|step| Operator::Move(index, step)).to_vec(),
                Scale::Categorical => vec![Operator::Switch(index)],
            });
        let is_searched = self.augmentation.is_searched();
        let augment = Step::BOTH.into_iter().filter(move |_| is_searched).map(Operator::Augment);
        let architecture = self.architecture.operators().into_iter().map(Operator::Architecture);
        architecture.chain(data).chain(augment)
    }

    fn variants(
        &self,
        operator: Operator,
        parent: &Candidate<D::Granularity>,
    ) -> Places<D::Granularity> {
        match operator {
            Operator::Architecture(operator) => {
                let candidate = |architecture: Option<Architecture>| {
                    Some(Candidate { architecture: architecture?, ..parent.clone() })
                };
                let groups = self.architecture.mutants(operator, &parent.architecture).into_iter();
                groups.map(|places| places.into_iter().map(candidate).collect()).collect()
            }
            Operator::Augment(step) => {
                let next = step.by(parent.augmentation, self.augmentation.values(), |it| *it);
                vec![vec![next.map(|augmentation| Candidate { augmentation, ..parent.clone() })]]
            }
            Operator::Move(..) | Operator::Switch(_) => {
                let moved = self.moved(operator, &parent.granularity).into_iter();
                let candidate = |granularity| Some(Candidate { granularity, ..parent.clone() });
                vec![moved.map(candidate).collect()]
            }
        }
    }

    /// Returns the results of a data operator on a granularity.
    fn moved(&self, operator: Operator, parent: &D::Granularity) -> Vec<D::Granularity> {
        let Some(position) = self.data.position(parent) else { return Vec::new() };
        let (index, targets): (usize, Vec<usize>) = match operator {
            Operator::Move(index, Step::Up) => {
                (index, position.get(index).map(|&at| at + 1).into_iter().collect())
            }
            Operator::Move(index, Step::Down) => {
                let below = position.get(index).and_then(|&at| at.checked_sub(1));
                (index, below.into_iter().collect())
            }
            Operator::Switch(index) => {
                let len = self.data.axes().get(index).map_or(0, |axis| axis.len);
                (index, (0..len).filter(|other| position.get(index) != Some(other)).collect())
            }
            Operator::Architecture(_) | Operator::Augment(_) => return Vec::new(),
        };
        if !self.data.applies(index, parent) {
            return Vec::new();
        }
        let at_target = |target| {
            let mut position = position.clone();
            *position.get_mut(index)? = target;
            self.data.at(&position)
        };
        targets.into_iter().filter_map(at_target).collect()
    }
}
