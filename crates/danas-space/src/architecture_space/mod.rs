//! The space of architectures.

mod axes;
mod builder;
mod coordinates;
mod crossover;
mod mutation;
mod reduction;
mod widths;

use rand::{
    Rng,
    seq::{IndexedRandom, IteratorRandom},
};
use serde::{Deserialize, Serialize};

use self::axes::Axes;
pub(crate) use self::mutation::{Operator as ArchitectureOperator, Step};
pub use self::{builder::ArchitectureSpaceBuilder, reduction::Reduction};
use crate::{
    architecture::Architecture,
    extent::Extent,
    layer::{Activation, Conv2d, ConvolutionKind, Dropout, Layer},
};

/// Space of architectures with `min_depth` to `max_depth` layers.
///
/// Layers are convolutions and, if the space lists any, poolings and dropouts. When a layer is
/// drawn, its kind (standard convolution, separable convolution, pooling or dropout) is drawn
/// first, with equal probabilities. By default, only the paper's axes are searched: the others have
/// at most one value.
///
/// | axis in TOML | values | default |
/// |---|---|---|
/// | `filters` | numbers | 2, 4, 8, 16, 32, 64, 128 |
/// | `min_depth`, `max_depth` | numbers of layers, without global average pooling; from 0 | 1, 5 |
/// | `kernels` | sides of squares, or heights and widths such as `"1x9"`, `"Hx3"` | 3, 5 |
/// | `activations` | `"relu"`, `"sigmoid"` | both |
/// | `convolutions` | `"standard"`, `"separable"` | `"standard"` |
/// | `strides` | like `kernels` | 1 |
/// | `paddings` | `"valid"`, `"same"` | `"valid"` |
/// | `normalisations` | `"none"`, `"batch"` | `"none"` |
/// | `pools` | texts such as `"max2"`, `"avg3/2"`, `"max1x4"`, `"avgHx4"` | none |
/// | `dropouts` | percentages | none |
/// | `reductions` | `"flatten"`, `"global_average"` | `"flatten"` |
/// | `dense_width` | one number, or a list; 0 leaves the hidden layer out | 10 |
///
/// `H` stands for the full height of the maps that a layer reads ([`Extent::WHOLE`]), which for
/// audio is all coefficients or bands. Candidates keep the `H`, so they fit any granularity. On
/// maps that are only 1 high, `Hx3` and `1x3` are two candidates with the same network. With `same`
/// padding, the maps keep their height unless the stride is `"Hx1"` as well.
///
/// With `min_depth = 0` and a `dense_width` of 0, the space includes logistic regression: a softmax
/// that reads the features directly.
///
/// ```
/// use danas_space::{AudioSpace, SearchSpace};
///
/// let space: SearchSpace<AudioSpace> = toml::from_str(r#"
///     [architecture]
///     filters = [4, 8, 16]
///     kernels = [3, "1x9"]
///     convolutions = ["standard", "separable"]
///     strides = [1, 2]
///     paddings = ["same"]
///     pools = ["max2"]
///     reductions = ["flatten", "global_average"]
///     dense_width = [10, 20]
///     max_depth = 1
/// "#)?;
/// let convolutions = 3 * 2 * 2 * 2 * 2; // filters, kernels, activations, kinds, strides
/// let architectures = (convolutions + 1) * 2 * 2; // max2, reductions, dense widths
/// assert_eq!(space.cardinality(), Some(24 * architectures));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ArchitectureSpaceBuilder", into = "ArchitectureSpaceBuilder")]
pub struct ArchitectureSpace {
    axes: Axes,
}

/// Kind of a layer that can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LayerKind {
    Convolution(ConvolutionKind),
    Pool,
    Dropout,
}

impl LayerKind {
    /// Returns whether layers of this kind have values in common with `layer`.
    const fn is_akin(self, layer: Layer) -> bool {
        match layer {
            Layer::Conv2d(_) | Layer::Separable(_) => matches!(self, Self::Convolution(_)),
            Layer::Pool(_) => matches!(self, Self::Pool),
            Layer::Dropout(_) => matches!(self, Self::Dropout),
            Layer::GlobalAverage => false,
        }
    }
}

impl ArchitectureSpace {
    /// Returns the space of the paper's Table 1. It has 1 to 5 layers, each with 2 to 128 filters
    /// of 3 × 3 or 5 × 5, and ReLU or sigmoid.
    #[must_use]
    pub fn paper() -> Self {
        Self { axes: Axes::paper() }
    }

    /// Returns a builder that starts from [`paper`](Self::paper).
    pub fn builder() -> ArchitectureSpaceBuilder {
        ArchitectureSpaceBuilder::from(Self::paper())
    }

    /// Returns the numbers of filters in ascending order.
    #[must_use]
    pub fn filters(&self) -> &[u32] {
        &self.axes.filters
    }

    /// Returns the sizes of the kernels, ordered by area. Kernels of the full height come last.
    #[must_use]
    pub fn kernels(&self) -> &[Extent] {
        &self.axes.kernels
    }

    /// Returns the activations.
    #[must_use]
    pub fn activations(&self) -> &[Activation] {
        &self.axes.activations
    }

    /// Returns the largest number of layers, not counting global average pooling.
    #[must_use]
    pub const fn max_depth(&self) -> usize {
        self.axes.max_depth
    }

    /// Returns the smallest number of layers, not counting global average pooling.
    #[must_use]
    pub const fn min_depth(&self) -> usize {
        self.axes.min_depth
    }

    /// Returns the widths of the hidden dense layer in ascending order. 0 stands for no hidden
    /// layer.
    #[must_use]
    pub fn dense_widths(&self) -> &[u32] {
        &self.axes.dense_width
    }

    /// Returns the kinds of layers in the space. There is at least one.
    pub(crate) fn kinds(&self) -> Vec<LayerKind> {
        let Axes { convolutions, pools, dropouts, .. } = &self.axes;
        let mut kinds: Vec<_> = convolutions.iter().copied().map(LayerKind::Convolution).collect();
        kinds.extend((!pools.is_empty()).then_some(LayerKind::Pool));
        kinds.extend((!dropouts.is_empty()).then_some(LayerKind::Dropout));
        kinds
    }

    /// Returns every layer of a kind.
    pub(crate) fn layers(&self, kind: LayerKind) -> Vec<Layer> {
        let Axes { strides, paddings, normalisations, pools, dropouts, .. } = &self.axes;
        match kind {
            LayerKind::Convolution(kind) => {
                let mut all: Vec<Conv2d> = self.plain().collect();
                all = each(&all, strides, |conv, &stride| Conv2d { stride, ..conv });
                all = each(&all, paddings, |conv, &padding| Conv2d { padding, ..conv });
                all = each(&all, normalisations, |conv, &normalisation| Conv2d {
                    normalisation,
                    ..conv
                });
                all.into_iter().map(|conv| kind.layer(conv)).collect()
            }
            LayerKind::Pool => pools.iter().copied().map(Layer::Pool).collect(),
            LayerKind::Dropout => dropouts.iter().copied().map(dropout).collect(),
        }
    }

    /// Returns the convolutions along the paper's axes, with the paper's values for all others.
    fn plain(&self) -> impl Iterator<Item = Conv2d> + '_ {
        let Axes { filters, kernels, activations, .. } = &self.axes;
        filters.iter().flat_map(move |&filters| {
            kernels.iter().flat_map(move |&kernel| {
                activations.iter().map(move |&activation| Conv2d::new(filters, kernel, activation))
            })
        })
    }

    /// Draws an architecture of `depth` layers. For each layer, the kind is drawn uniformly, then
    /// the values.
    pub(crate) fn sample(&self, depth: usize, rng: &mut dyn Rng) -> Architecture {
        let kinds = self.kinds();
        let mut layers: Vec<Layer> =
            (0..depth).filter_map(|_| self.sample_layer(*one_of(&kinds, rng)?, rng)).collect();
        if one_of(&self.axes.reductions, rng) == Some(&Reduction::GlobalAverage) {
            layers.push(Layer::GlobalAverage);
        }
        let width = one_of(&self.axes.dense_width, rng).copied().unwrap_or_default();
        Architecture::from_parts(layers, width)
    }

    fn sample_layer(&self, kind: LayerKind, rng: &mut dyn Rng) -> Option<Layer> {
        let Axes { strides, paddings, normalisations, pools, dropouts, .. } = &self.axes;
        Some(match kind {
            LayerKind::Convolution(kind) => {
                let plain = self.plain().choose(rng)?;
                kind.layer(Conv2d {
                    stride: *one_of(strides, rng)?,
                    padding: *one_of(paddings, rng)?,
                    normalisation: *one_of(normalisations, rng)?,
                    ..plain
                })
            }
            LayerKind::Pool => Layer::Pool(*one_of(pools, rng)?),
            LayerKind::Dropout => dropout(*one_of(dropouts, rng)?),
        })
    }

    pub(crate) fn contains(&self, architecture: &Architecture) -> bool {
        let (layers, reduction) = architecture.split();
        let reduction = match reduction {
            [] => Reduction::Flatten,
            [Layer::GlobalAverage] => Reduction::GlobalAverage,
            _ => return false,
        };
        (self.min_depth()..=self.max_depth()).contains(&layers.len())
            && self.axes.reductions.contains(&reduction)
            && self.axes.dense_width.contains(&architecture.dense_width())
            && layers.iter().all(|&layer| self.contains_layer(layer))
    }

    fn contains_layer(&self, layer: Layer) -> bool {
        let axes = &self.axes;
        if let Some((kind, conv)) = layer.convolution() {
            return axes.convolutions.contains(&kind)
                && axes.filters.contains(&conv.filters)
                && axes.kernels.contains(&conv.kernel)
                && axes.strides.contains(&conv.stride)
                && axes.paddings.contains(&conv.padding)
                && axes.normalisations.contains(&conv.normalisation)
                && axes.activations.contains(&conv.activation);
        }
        match layer {
            Layer::Pool(pool) => axes.pools.contains(&pool),
            Layer::Dropout(Dropout { percent }) => axes.dropouts.contains(&percent),
            Layer::Conv2d(_) | Layer::Separable(_) | Layer::GlobalAverage => false,
        }
    }

    /// Returns the number of architectures, or `None` if it exceeds a `u128`.
    pub(crate) fn cardinality(&self) -> Option<u128> {
        let axes = &self.axes;
        let product = |lens: &[usize]| {
            lens.iter().try_fold(1_u128, |product, &len| product.checked_mul(len as u128))
        };
        let convolutions = product(&[
            axes.convolutions.len(),
            axes.filters.len(),
            axes.kernels.len(),
            axes.strides.len(),
            axes.paddings.len(),
            axes.normalisations.len(),
            axes.activations.len(),
        ])?;
        let layers = convolutions.checked_add((axes.pools.len() + axes.dropouts.len()) as u128)?;
        let mut of_depth = 1_u128;
        let mut total = u128::from(self.min_depth() == 0);
        for depth in 1..=self.max_depth() {
            of_depth = of_depth.checked_mul(layers)?;
            if depth >= self.min_depth() {
                total = total.checked_add(of_depth)?;
            }
        }
        total.checked_mul(product(&[axes.reductions.len(), axes.dense_width.len()])?)
    }
}

const fn dropout(percent: u32) -> Layer {
    Layer::Dropout(Dropout { percent })
}

/// Returns each convolution with each value.
fn each<T>(all: &[Conv2d], values: &[T], with: impl Fn(Conv2d, &T) -> Conv2d) -> Vec<Conv2d> {
    all.iter()
        .flat_map(|&conv| values.iter().map(move |value| (conv, value)))
        .map(|(conv, value)| with(conv, value))
        .collect()
}

/// Draws a value of an axis uniformly. If there is only one value, the generator is not used.
pub(crate) fn one_of<'a, T>(values: &'a [T], rng: &mut dyn Rng) -> Option<&'a T> {
    match values {
        [only] => Some(only),
        values => values.choose(rng),
    }
}
