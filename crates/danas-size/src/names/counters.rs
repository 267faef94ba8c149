//! How Keras numbers the layers of a session.

use danas_space::{Layer, Network, Normalisation, Pool, PoolKind};

/// How many layers of each kind a Keras session has named before.
///
/// Keras numbers layers through a whole session: the first convolution is `conv2d`, the next one
/// `conv2d_1`, also where they belong to different models. A fresh session, the default, starts at
/// zero. A search that never clears its session writes ever longer names, and so larger files; with
/// its counters the sizes it measured can be reproduced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LayerCounters {
    /// `Sequential` models.
    pub sequential: u32,
    /// `Conv2D` layers.
    pub conv2d: u32,
    /// `SeparableConv2D` layers.
    pub separable_conv2d: u32,
    /// `BatchNormalization` layers: one for each normalised convolution.
    pub batch_normalization: u32,
    /// `Activation` layers: the same, as the activation comes behind the normalisation.
    pub activation: u32,
    /// `MaxPooling2D` layers.
    pub max_pooling2d: u32,
    /// `AveragePooling2D` layers.
    pub average_pooling2d: u32,
    /// `GlobalAveragePooling2D` layers.
    pub global_average_pooling2d: u32,
    /// `Dropout` layers.
    pub dropout: u32,
    /// `Flatten` layers.
    pub flatten: u32,
    /// `Dense` layers: every model has two, or one without a hidden layer.
    pub dense: u32,
    /// Tensors of Keras 3, which TensorFlow 2.21 names the input by.
    pub keras_tensor: u32,
}

/// A layer of Keras in its model and session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KerasLayer {
    pub(super) kind: &'static str,
    /// How many of its kind the session had named before the model.
    pub(super) before: u32,
    /// How many of its kind the model has before it.
    pub(super) index: usize,
}

/// The layers of Keras that a layer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KerasLayers {
    pub(super) layer: KerasLayer,
    pub(super) behind: Option<Behind>,
}

/// What stands behind a normalised convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Behind<L = KerasLayer> {
    pub(super) normalisation: L,
    pub(super) activation: L,
}

impl KerasLayer {
    /// The model's first of a kind.
    pub(super) const fn first(kind: &'static str, before: u32) -> Self {
        Self { kind, before, index: 0 }
    }

    /// Its number in the session.
    pub(super) const fn number(self) -> u64 {
        self.before as u64 + self.index as u64
    }

    /// `conv2d_1`: Keras leaves the number of a session's first layer out.
    pub(super) fn name(self) -> String {
        match self.number() {
            0 => self.kind.to_owned(),
            number => format!("{}_{number}", self.kind),
        }
    }
}

impl LayerCounters {
    /// The layers of Keras that each layer of `network` is made of.
    pub(super) fn name(&self, network: &Network) -> Vec<KerasLayers> {
        let mut named: Vec<KerasLayers> = Vec::with_capacity(network.layers().len());
        for shaped in network.layers() {
            let (kind, before) = self.kind(shaped.layer);
            let index = named.iter().filter(|other| other.layer.kind == kind).count();
            let layer = KerasLayer { kind, before, index };
            let behind = is_normalised(shaped.layer).then(|| {
                let index = named.iter().filter(|other| other.behind.is_some()).count();
                let layer = |kind, before| KerasLayer { kind, before, index };
                Behind {
                    normalisation: layer("batch_normalization", self.batch_normalization),
                    activation: layer("activation", self.activation),
                }
            });
            named.push(KerasLayers { layer, behind });
        }
        named
    }

    /// What Keras calls a layer, and how many the session had named.
    const fn kind(&self, layer: Layer) -> (&'static str, u32) {
        match layer {
            Layer::Conv2d(_) => ("conv2d", self.conv2d),
            Layer::Separable(_) => ("separable_conv2d", self.separable_conv2d),
            Layer::Pool(Pool { kind: PoolKind::Max, .. }) => ("max_pooling2d", self.max_pooling2d),
            Layer::Pool(Pool { kind: PoolKind::Average, .. }) => {
                ("average_pooling2d", self.average_pooling2d)
            }
            Layer::GlobalAverage => ("global_average_pooling2d", self.global_average_pooling2d),
            Layer::Dropout(_) => ("dropout", self.dropout),
        }
    }
}

fn is_normalised(layer: Layer) -> bool {
    match layer {
        Layer::Conv2d(conv) | Layer::Separable(conv) => conv.normalisation == Normalisation::Batch,
        Layer::Pool(_) | Layer::GlobalAverage | Layer::Dropout(_) => false,
    }
}
