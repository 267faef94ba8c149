//! How Keras numbers the layers of a session.

use danas_space::{Layer, Network, Normalisation, Pool, PoolKind};

/// The number of layers of each kind that a Keras session has already named.
///
/// Keras numbers layers throughout a session: the first convolution is `conv2d` and the next one is
/// `conv2d_1`, even if they belong to different models. A fresh session, which is the default,
/// starts at zero. A search that never clears its session writes ever longer names, and so ever
/// larger files. With the counters of that session, the sizes that it measured can be reproduced.
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
    /// `Activation` layers: one for each normalised convolution, after the normalisation.
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
    /// `Dense` layers: two in each model, or one in a model without a hidden layer.
    pub dense: u32,
    /// Keras 3 tensors, after which TensorFlow 2.21 names the input.
    pub keras_tensor: u32,
}

/// A Keras layer in its model and session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KerasLayer {
    pub(super) kind: &'static str,
    /// Number of layers of this kind that the session had named before the model.
    pub(super) before: u32,
    /// Number of layers of this kind that come before it in the model.
    pub(super) index: usize,
}

/// The Keras layers that a layer becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KerasLayers {
    pub(super) layer: KerasLayer,
    pub(super) behind: Option<Behind>,
}

/// The Keras layers after a normalised convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Behind<L = KerasLayer> {
    pub(super) normalisation: L,
    pub(super) activation: L,
}

impl KerasLayer {
    /// Returns the model's first layer of a kind.
    pub(super) const fn first(kind: &'static str, before: u32) -> Self {
        Self { kind, before, index: 0 }
    }

    /// Returns its number in the session.
    pub(super) const fn number(self) -> u64 {
        self.before as u64 + self.index as u64
    }

    /// Returns its name, such as `conv2d_1`. Keras gives no number to the first layer of a session.
    pub(super) fn name(self) -> String {
        match self.number() {
            0 => self.kind.to_owned(),
            number => format!("{}_{number}", self.kind),
        }
    }
}

impl LayerCounters {
    /// Returns the Keras layers that each layer of `network` becomes.
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

    /// Returns Keras' name for a kind of layer, and how many layers of it the session had named.
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
