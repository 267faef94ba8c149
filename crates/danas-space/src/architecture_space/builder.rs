//! The builder of spaces of architectures.

use serde::{Deserialize, Serialize};

use super::{ArchitectureSpace, axes::Axes};
use crate::{
    architecture_space::Reduction,
    checks::{distinct, positive},
    error::SpaceError,
    extent::Extent,
    layer::{Activation, ConvolutionKind, Dropout, Layer, Normalisation, Padding, Pool},
};

/// Builder of an [`ArchitectureSpace`], and its form in TOML.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[must_use]
pub struct ArchitectureSpaceBuilder {
    axes: Axes,
}

impl ArchitectureSpaceBuilder {
    /// Sets the numbers of filters, in any order. Default: 2, 4, 8, 16, 32, 64, 128.
    pub fn filters(mut self, filters: impl IntoIterator<Item = u32>) -> Self {
        self.axes.filters = filters.into_iter().collect();
        self
    }

    /// Sets the sizes of the kernels, in any order. A single number means a square. Default: 3, 5.
    pub fn kernels(mut self, kernels: impl IntoIterator<Item = impl Into<Extent>>) -> Self {
        self.axes.kernels = kernels.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the activations. Default: ReLU and sigmoid.
    pub fn activations(mut self, activations: impl IntoIterator<Item = Activation>) -> Self {
        self.axes.activations = activations.into_iter().collect();
        self
    }

    /// Sets the largest number of layers, not counting global average pooling. Default: 5.
    pub fn max_depth(mut self, layers: usize) -> Self {
        self.axes.max_depth = layers;
        self
    }

    /// Sets the smallest number of layers, not counting global average pooling. Default: 1. With 0,
    /// the dense layers may read the features directly.
    pub fn min_depth(mut self, layers: usize) -> Self {
        self.axes.min_depth = layers;
        self
    }

    /// Sets the width of the hidden dense layer; 0 leaves it out. Default: 10.
    pub fn dense_width(self, width: u32) -> Self {
        self.dense_widths([width])
    }

    /// Sets the widths of the hidden dense layer, in any order; 0 leaves it out. Default: 10.
    pub fn dense_widths(mut self, widths: impl IntoIterator<Item = u32>) -> Self {
        self.axes.dense_width = widths.into_iter().collect();
        self
    }

    /// Sets the strides of convolutions, in any order. A single number applies to both directions.
    /// Default: 1.
    pub fn strides(mut self, strides: impl IntoIterator<Item = impl Into<Extent>>) -> Self {
        self.axes.strides = strides.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the paddings of convolutions. Default: `valid`.
    pub fn paddings(mut self, paddings: impl IntoIterator<Item = Padding>) -> Self {
        self.axes.paddings = paddings.into_iter().collect();
        self
    }

    /// Sets the normalisations of convolutions. Default: none.
    pub fn normalisations(mut self, all: impl IntoIterator<Item = Normalisation>) -> Self {
        self.axes.normalisations = all.into_iter().collect();
        self
    }

    /// Sets the kinds of convolutions. Default: standard ones.
    pub fn convolutions(mut self, kinds: impl IntoIterator<Item = ConvolutionKind>) -> Self {
        self.axes.convolutions = kinds.into_iter().collect();
        self
    }

    /// Sets the poolings that may occur among the layers. Default: no poolings.
    pub fn pools(mut self, pools: impl IntoIterator<Item = Pool>) -> Self {
        self.axes.pools = pools.into_iter().collect();
        self
    }

    /// Sets the dropouts that may occur among the layers, in percent and in any order. Default: no
    /// dropouts.
    pub fn dropouts(mut self, percents: impl IntoIterator<Item = u32>) -> Self {
        self.axes.dropouts = percents.into_iter().collect();
        self
    }

    /// Sets the reductions between the layers and the dense layer. Default: flattening.
    pub fn reductions(mut self, reductions: impl IntoIterator<Item = Reduction>) -> Self {
        self.axes.reductions = reductions.into_iter().collect();
        self
    }

    /// Checks the values and builds the space.
    ///
    /// # Errors
    /// [`SpaceError`] in these cases:
    ///
    /// - an axis has a value twice, or is empty; only poolings and dropouts may be empty
    /// - a number of filters, a kernel, a stride or a pooling window is zero
    /// - a dropout is outside 1 to 99 percent
    /// - the largest number of layers is outside 1 to 64, or below the smallest
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
                expected: "0 to `max_depth`",
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
