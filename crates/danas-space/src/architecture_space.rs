//! The space of architectures.

use rand::{Rng, seq::IteratorRandom};
use serde::{Deserialize, Serialize};

use crate::{
    Activation, Architecture, Conv2d, Layer, SpaceError, architecture::positive,
    search_space::distinct,
};

/// The architectures of 1 to `max_depth` convolutions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ArchitectureSpaceBuilder", into = "ArchitectureSpaceBuilder")]
pub struct ArchitectureSpace {
    filters: Vec<u32>,
    kernels: Vec<u32>,
    activations: Vec<Activation>,
    max_depth: usize,
    dense_width: u32,
}

impl ArchitectureSpace {
    /// The paper's Table 1: 1 to 5 layers of 2 to 128 filters of 3 × 3 or 5 × 5, ReLU or sigmoid.
    #[must_use]
    pub fn paper() -> Self {
        Self {
            filters: vec![2, 4, 8, 16, 32, 64, 128],
            kernels: vec![3, 5],
            activations: vec![Activation::Relu, Activation::Sigmoid],
            max_depth: 5,
            dense_width: Architecture::PAPER_DENSE_WIDTH,
        }
    }

    /// A builder that starts from [`paper`](Self::paper).
    pub fn builder() -> ArchitectureSpaceBuilder {
        ArchitectureSpaceBuilder::from(Self::paper())
    }

    /// The numbers of filters, ascending.
    #[must_use]
    pub fn filters(&self) -> &[u32] {
        &self.filters
    }

    /// The sizes of the kernels, ascending.
    #[must_use]
    pub fn kernels(&self) -> &[u32] {
        &self.kernels
    }

    /// The activations.
    #[must_use]
    pub fn activations(&self) -> &[Activation] {
        &self.activations
    }

    /// The largest number of layers.
    #[must_use]
    pub const fn max_depth(&self) -> usize {
        self.max_depth
    }

    /// The width of the dense layer that all of them share.
    #[must_use]
    pub const fn dense_width(&self) -> u32 {
        self.dense_width
    }

    /// Every layer of the space.
    pub(crate) fn all_layers(&self) -> impl Iterator<Item = Layer> + '_ {
        self.filters.iter().flat_map(move |&filters| {
            self.kernels.iter().flat_map(move |&kernel| {
                self.activations
                    .iter()
                    .map(move |&activation| Layer::conv2d(filters, kernel, activation))
            })
        })
    }

    /// An architecture of `depth` layers, each drawn uniformly.
    pub(crate) fn sample(&self, depth: usize, rng: &mut dyn Rng) -> Architecture {
        let layers = (0..depth).filter_map(|_| self.all_layers().choose(rng)).collect();
        Architecture::from_parts(layers, self.dense_width)
    }

    pub(crate) fn contains(&self, architecture: &Architecture) -> bool {
        architecture.dense_width() == self.dense_width
            && architecture.layers().len() <= self.max_depth
            && architecture.layers().iter().all(|layer| {
                let Layer::Conv2d(Conv2d { filters, kernel, activation, .. }) = *layer else {
                    return false;
                };
                *layer == Layer::conv2d(filters, kernel.height, activation)
                    && self.filters.contains(&filters)
                    && self.kernels.contains(&kernel.height)
                    && self.activations.contains(&activation)
            })
    }

    /// The number of architectures; `None` where it exceeds a `u128`.
    pub(crate) fn cardinality(&self) -> Option<u128> {
        let layers = self.filters.len() * self.kernels.len() * self.activations.len();
        let mut of_depth = 1_u128;
        let mut total = 0_u128;
        for _ in 0..self.max_depth {
            of_depth = of_depth.checked_mul(layers as u128)?;
            total = total.checked_add(of_depth)?;
        }
        Some(total)
    }
}

/// Builds an [`ArchitectureSpace`]; also how one is written in TOML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[must_use]
pub struct ArchitectureSpaceBuilder {
    filters: Vec<u32>,
    kernels: Vec<u32>,
    activations: Vec<Activation>,
    max_depth: usize,
    dense_width: u32,
}

impl ArchitectureSpaceBuilder {
    /// The numbers of filters, in any order. Default: 2, 4, 8, 16, 32, 64, 128.
    pub fn filters(mut self, filters: impl IntoIterator<Item = u32>) -> Self {
        self.filters = filters.into_iter().collect();
        self
    }

    /// The sizes of the kernels, in any order. Default: 3, 5.
    pub fn kernels(mut self, kernels: impl IntoIterator<Item = u32>) -> Self {
        self.kernels = kernels.into_iter().collect();
        self
    }

    /// The activations. Default: ReLU and sigmoid.
    pub fn activations(mut self, activations: impl IntoIterator<Item = Activation>) -> Self {
        self.activations = activations.into_iter().collect();
        self
    }

    /// The largest number of layers. Default: 5.
    pub fn max_depth(mut self, layers: usize) -> Self {
        self.max_depth = layers;
        self
    }

    /// The width of the dense layer. Default: 10.
    pub fn dense_width(mut self, width: u32) -> Self {
        self.dense_width = width;
        self
    }

    /// Checks and builds.
    ///
    /// # Errors
    /// [`SpaceError`] for an axis that is empty or holds a value twice, for a zero, and for a depth
    /// above 64.
    pub fn build(mut self) -> Result<ArchitectureSpace, SpaceError> {
        self.filters.sort_unstable();
        self.kernels.sort_unstable();
        distinct("filters", &self.filters)?;
        distinct("kernels", &self.kernels)?;
        distinct("activations", &self.activations)?;
        self.filters.iter().try_for_each(|&filters| positive("filters", filters))?;
        self.kernels.iter().try_for_each(|&kernel| positive("kernels", kernel))?;
        positive("dense_width", self.dense_width)?;
        if !(1..=64).contains(&self.max_depth) {
            return Err(SpaceError::OutOfRange {
                name: "max_depth",
                value: self.max_depth.to_string(),
                expected: "1 to 64",
            });
        }
        let Self { filters, kernels, activations, max_depth, dense_width } = self;
        Ok(ArchitectureSpace { filters, kernels, activations, max_depth, dense_width })
    }
}

impl Default for ArchitectureSpaceBuilder {
    fn default() -> Self {
        ArchitectureSpace::builder()
    }
}

impl From<ArchitectureSpace> for ArchitectureSpaceBuilder {
    fn from(space: ArchitectureSpace) -> Self {
        let ArchitectureSpace { filters, kernels, activations, max_depth, dense_width } = space;
        Self { filters, kernels, activations, max_depth, dense_width }
    }
}

impl TryFrom<ArchitectureSpaceBuilder> for ArchitectureSpace {
    type Error = SpaceError;

    fn try_from(builder: ArchitectureSpaceBuilder) -> Result<Self, SpaceError> {
        builder.build()
    }
}
