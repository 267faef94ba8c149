//! Builds spaces of architectures.

use serde::{Deserialize, Serialize};

use super::{ArchitectureSpace, axes::Axes};
use crate::{
    Activation, ConvolutionKind, Dropout, Extent, Layer, Normalisation, Padding, Pool, Reduction,
    SpaceError, architecture::positive, search_space::distinct,
};

/// Builds an [`ArchitectureSpace`]; also how one is written in TOML.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[must_use]
pub struct ArchitectureSpaceBuilder {
    axes: Axes,
}

impl ArchitectureSpaceBuilder {
    /// The numbers of filters, in any order. Default: 2, 4, 8, 16, 32, 64, 128.
    pub fn filters(mut self, filters: impl IntoIterator<Item = u32>) -> Self {
        self.axes.filters = filters.into_iter().collect();
        self
    }

    /// The sizes of the kernels, in any order; a number is a square. Default: 3, 5.
    pub fn kernels(mut self, kernels: impl IntoIterator<Item = impl Into<Extent>>) -> Self {
        self.axes.kernels = kernels.into_iter().map(Into::into).collect();
        self
    }

    /// The activations. Default: ReLU and sigmoid.
    pub fn activations(mut self, activations: impl IntoIterator<Item = Activation>) -> Self {
        self.axes.activations = activations.into_iter().collect();
        self
    }

    /// The largest number of layers, without global average pooling. Default: 5.
    pub fn max_depth(mut self, layers: usize) -> Self {
        self.axes.max_depth = layers;
        self
    }

    /// The smallest number of layers, without global average pooling. Default: 1. With 0 the dense
    /// layers may read the features themselves.
    pub fn min_depth(mut self, layers: usize) -> Self {
        self.axes.min_depth = layers;
        self
    }

    /// The width of the hidden dense layer; 0 leaves it out. Default: 10.
    pub fn dense_width(self, width: u32) -> Self {
        self.dense_widths([width])
    }

    /// The widths of the hidden dense layer, in any order; 0 leaves it out. Default: 10.
    pub fn dense_widths(mut self, widths: impl IntoIterator<Item = u32>) -> Self {
        self.axes.dense_width = widths.into_iter().collect();
        self
    }

    /// The strides of convolutions, in any order; a number is that of both directions. Default: 1.
    pub fn strides(mut self, strides: impl IntoIterator<Item = impl Into<Extent>>) -> Self {
        self.axes.strides = strides.into_iter().map(Into::into).collect();
        self
    }

    /// What convolutions do at the edges. Default: `valid`.
    pub fn paddings(mut self, paddings: impl IntoIterator<Item = Padding>) -> Self {
        self.axes.paddings = paddings.into_iter().collect();
        self
    }

    /// Whether convolutions are normalised. Default: they are not.
    pub fn normalisations(mut self, all: impl IntoIterator<Item = Normalisation>) -> Self {
        self.axes.normalisations = all.into_iter().collect();
        self
    }

    /// The kinds of convolutions. Default: standard ones.
    pub fn convolutions(mut self, kinds: impl IntoIterator<Item = ConvolutionKind>) -> Self {
        self.axes.convolutions = kinds.into_iter().collect();
        self
    }

    /// The poolings that may stand among the layers. Default: none.
    pub fn pools(mut self, pools: impl IntoIterator<Item = Pool>) -> Self {
        self.axes.pools = pools.into_iter().collect();
        self
    }

    /// The dropouts that may stand among the layers, in percent and in any order. Default: none.
    pub fn dropouts(mut self, percents: impl IntoIterator<Item = u32>) -> Self {
        self.axes.dropouts = percents.into_iter().collect();
        self
    }

    /// What stands between the layers and the dense layer. Default: flattening.
    pub fn reductions(mut self, reductions: impl IntoIterator<Item = Reduction>) -> Self {
        self.axes.reductions = reductions.into_iter().collect();
        self
    }

    /// Checks and builds.
    ///
    /// # Errors
    /// [`SpaceError`] for an axis that is empty (poolings and dropouts may be) or holds a value twice,
    /// for a zero other than a dense width, for a dropout outside 1 to 99 percent, for a largest depth
    /// outside 1 to 64, and for a smallest one above it.
    pub fn build(mut self) -> Result<ArchitectureSpace, SpaceError> {
        let axes = &mut self.axes;
        for numbers in [&mut axes.filters, &mut axes.dense_width, &mut axes.dropouts] {
            numbers.sort_unstable();
        }
        for extents in [&mut axes.kernels, &mut axes.strides] {
            extents.sort_unstable_by_key(Extent::rank);
        }
        distinct("filters", &axes.filters)?;
        distinct("kernels", &axes.kernels)?;
        distinct("activations", &axes.activations)?;
        distinct("dense_width", &axes.dense_width)?;
        distinct("strides", &axes.strides)?;
        distinct("paddings", &axes.paddings)?;
        distinct("normalisations", &axes.normalisations)?;
        distinct("convolutions", &axes.convolutions)?;
        distinct("reductions", &axes.reductions)?;
        if !axes.pools.is_empty() {
            distinct("pools", &axes.pools)?;
        }
        if !axes.dropouts.is_empty() {
            distinct("dropouts", &axes.dropouts)?;
        }
        axes.filters.iter().try_for_each(|&filters| positive("filters", filters))?;
        axes.kernels.iter().try_for_each(|kernel| kernel.check("kernels"))?;
        axes.strides.iter().try_for_each(|stride| stride.check("strides"))?;
        axes.pools.iter().try_for_each(|&pool| Layer::Pool(pool).check())?;
        let mut dropouts = axes.dropouts.iter().map(|&percent| Layer::Dropout(Dropout { percent }));
        dropouts.try_for_each(|dropout| dropout.check())?;
        if !(1..=64).contains(&axes.max_depth) {
            return Err(SpaceError::OutOfRange {
                name: "max_depth",
                value: axes.max_depth.to_string(),
                expected: "1 to 64",
            });
        }
        if axes.min_depth > axes.max_depth {
            return Err(SpaceError::OutOfRange {
                name: "min_depth",
                value: axes.min_depth.to_string(),
                expected: "0 to max_depth",
            });
        }
        Ok(ArchitectureSpace { axes: self.axes })
    }
}

impl From<ArchitectureSpace> for ArchitectureSpaceBuilder {
    fn from(space: ArchitectureSpace) -> Self {
        Self { axes: space.axes }
    }
}

impl TryFrom<ArchitectureSpaceBuilder> for ArchitectureSpace {
    type Error = SpaceError;

    fn try_from(builder: ArchitectureSpaceBuilder) -> Result<Self, SpaceError> {
        builder.build()
    }
}
