//! Sampling, mutation, crossover and neighbours: the operators of the paper's Table 1, for the axes
//! of any kind of data.

use rand::{Rng, RngExt, seq::IndexedRandom};

use crate::{Activation, Candidate, Conv2d, DataSpace, Extent, Layer, Scale, SearchSpace};

/// A mutation operator. Each is drawn with equal odds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    AddLayer,
    RemoveLayer,
    Kernel(Step),
    Filters(Step),
    Activation,
    /// Moves along an ordered axis of the data.
    Move(usize, Step),
    /// Picks another value of a categorical axis of the data.
    Switch(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Up,
    Down,
}

impl Step {
    const BOTH: [Self; 2] = [Self::Up, Self::Down];

    /// The nearest value above or below in an ascending list, which need not hold `value` itself.
    fn from(self, value: u32, ascending: &[u32]) -> Option<u32> {
        match self {
            Self::Up => ascending.iter().find(|&&other| other > value),
            Self::Down => ascending.iter().rfind(|&&other| other < value),
        }
        .copied()
    }
}

impl<D: DataSpace> SearchSpace<D> {
    /// A random candidate: uniform over granularities, over depths, and over layers.
    #[must_use]
    pub fn sample(&self, rng: &mut dyn Rng) -> Candidate<D::Granularity> {
        let depth = rng.random_range(1..=self.architecture.max_depth());
        self.sample_of_depth(depth, rng)
    }

    /// A random granularity with a single random layer: the paper's trivial solution.
    #[must_use]
    pub fn trivial(&self, rng: &mut dyn Rng) -> Candidate<D::Granularity> {
        self.sample_of_depth(1, rng)
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
        Candidate { granularity, architecture: self.architecture.sample(depth, rng) }
    }

    /// A candidate one step away from `parent`, never `parent` itself: an operator is drawn with
    /// equal odds, then the place where it acts, again until the candidate differs. `None` where
    /// the space has no other candidate within reach.
    #[must_use]
    pub fn mutate(
        &self,
        parent: &Candidate<D::Granularity>,
        rng: &mut dyn Rng,
    ) -> Option<Candidate<D::Granularity>> {
        let variants: Vec<_> =
            self.operators().map(|operator| self.variants(operator, parent)).collect();
        if variants.iter().flatten().all(Option::is_none) {
            return None;
        }
        loop {
            if let Some(Some(mutant)) = variants.choose(rng).and_then(|places| places.choose(rng)) {
                return Some(mutant.clone());
            }
        }
    }

    /// Every candidate that one mutation can reach from `parent`.
    #[must_use]
    pub fn neighbours(&self, parent: &Candidate<D::Granularity>) -> Vec<Candidate<D::Granularity>> {
        self.operators().flat_map(|operator| self.variants(operator, parent)).flatten().collect()
    }

    /// A child of two candidates: each value of the granularity and of the layers that both parents
    /// have comes from either, the depth is uniform between theirs, and what the shorter parent
    /// lacks comes from the longer one.
    #[must_use]
    pub fn crossover(
        &self,
        left: &Candidate<D::Granularity>,
        right: &Candidate<D::Granularity>,
        rng: &mut dyn Rng,
    ) -> Candidate<D::Granularity> {
        let granularity = self.cross_granularity(&left.granularity, &right.granularity, rng);
        let (mut shorter, mut longer) = (left.architecture.layers(), right.architecture.layers());
        if shorter.len() > longer.len() {
            std::mem::swap(&mut shorter, &mut longer);
        }
        let depth = rng.random_range(shorter.len()..=longer.len());
        let mut layers: Vec<Layer> = longer[..depth].to_vec();
        for (mine, other) in layers.iter_mut().zip(shorter) {
            let (Layer::Conv2d(mine), Layer::Conv2d(other)) = (mine, other) else { continue };
            if rng.random() {
                mine.filters = other.filters;
            }
            if rng.random() {
                mine.kernel = other.kernel;
            }
            if rng.random() {
                mine.activation = other.activation;
            }
        }
        Candidate { granularity, architecture: left.architecture.with_layers(layers) }
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

    fn operators(&self) -> impl Iterator<Item = Operator> {
        let data =
            self.data.axes().into_iter().enumerate().flat_map(|(index, axis)| match axis.scale {
                Scale::Ordered => Step::BOTH.map(|step| Operator::Move(index, step)).to_vec(),
                Scale::Categorical => vec![Operator::Switch(index)],
            });
        [
            Operator::AddLayer,
            Operator::RemoveLayer,
            Operator::Kernel(Step::Up),
            Operator::Kernel(Step::Down),
            Operator::Filters(Step::Up),
            Operator::Filters(Step::Down),
            Operator::Activation,
        ]
        .into_iter()
        .chain(data)
    }

    /// What an operator makes of a candidate at each place where it may act; `None` at a place
    /// where it changes nothing, such as a layer that has the most filters already.
    fn variants(
        &self,
        operator: Operator,
        parent: &Candidate<D::Granularity>,
    ) -> Vec<Option<Candidate<D::Granularity>>> {
        let space = &self.architecture;
        let layers = parent.architecture.layers();
        let with_layers = |layers: Vec<Layer>| Candidate {
            granularity: parent.granularity.clone(),
            architecture: parent.architecture.with_layers(layers),
        };
        let in_each_layer = |change: &dyn Fn(Conv2d) -> Option<Conv2d>| {
            layers
                .iter()
                .enumerate()
                .map(|(index, &layer)| {
                    let Layer::Conv2d(layer) = layer else { return None };
                    let mut layers = layers.to_vec();
                    layers[index] = Layer::Conv2d(change(layer)?);
                    Some(with_layers(layers))
                })
                .collect()
        };
        match operator {
            Operator::AddLayer if layers.len() < space.max_depth() => space
                .all_layers()
                .map(|layer| Some(with_layers([layers, &[layer]].concat())))
                .collect(),
            Operator::RemoveLayer if layers.len() > 1 => {
                vec![Some(with_layers(layers[..layers.len() - 1].to_vec()))]
            }
            Operator::AddLayer | Operator::RemoveLayer => Vec::new(),
            Operator::Kernel(step) => in_each_layer(&|layer| {
                let side = step.from(layer.kernel.height, space.kernels())?;
                Some(Conv2d { kernel: Extent::square(side), ..layer })
            }),
            Operator::Filters(step) => in_each_layer(&|layer| {
                Some(Conv2d { filters: step.from(layer.filters, space.filters())?, ..layer })
            }),
            Operator::Activation => in_each_layer(&|layer| {
                let activation = match layer.activation {
                    Activation::Relu => Activation::Sigmoid,
                    Activation::Sigmoid => Activation::Relu,
                };
                let legal = space.activations().contains(&activation);
                legal.then_some(Conv2d { activation, ..layer })
            }),
            Operator::Move(..) | Operator::Switch(_) => self
                .moved(operator, &parent.granularity)
                .into_iter()
                .map(|granularity| {
                    let architecture = parent.architecture.clone();
                    Some(Candidate { granularity, architecture })
                })
                .collect(),
        }
    }

    /// What an operator on the data makes of a granularity.
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
            _ => return Vec::new(),
        };
        let at_target = |target| {
            let mut position = position.clone();
            *position.get_mut(index)? = target;
            self.data.at(&position)
        };
        targets.into_iter().filter_map(at_target).collect()
    }
}
