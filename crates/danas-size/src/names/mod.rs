//! The names that Keras gives to layers, and the converter to tensors. Their lengths are a good
//! part of a small model's size.

mod keras2;
mod keras3;

use std::fmt::Debug;

pub(crate) use keras2::Keras2;
pub(crate) use keras3::Keras3;

use crate::graph::{Constant, Dense};

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
    /// `Flatten` layers.
    pub flatten: u32,
    /// `Dense` layers: every model has two.
    pub dense: u32,
    /// Tensors of Keras 3, which TensorFlow 2.21 names the input by.
    pub keras_tensor: u32,
}

/// Names of one model: those of its layers that its signature shows, and those of its tensors.
pub(crate) trait Names: Debug {
    /// The model's input in its signature.
    fn input_layer(&self) -> String;

    /// The model's output in its signature.
    fn output_layer(&self) -> String;

    /// The tensor of the input.
    fn input(&self) -> String;

    /// A tensor in the file. Of a kernel of a single weight there is `nothing_to_transpose`.
    fn constant(&self, constant: Constant, nothing_to_transpose: bool) -> String;

    /// A tensor that is computed.
    fn activation(&self, activation: Activation) -> String;
}

/// A tensor that is computed when the model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// Merged with its bias and, if any, its `relu`; `sharing` is the last convolution with as many
    /// filters.
    Convolution {
        layer: usize,
        sharing: usize,
        relu: bool,
    },
    Sigmoid(usize),
    /// The shape of what is to be flattened.
    Shape,
    /// Its number of examples.
    Examples,
    /// The shape that it is to have.
    FlattenedShape,
    Flattened,
    Dense(Dense),
    Output,
}

/// Keras leaves the number of a session's first layer out.
fn numbered(layer: &str, number: u64) -> String {
    if number == 0 { layer.to_owned() } else { format!("{layer}_{number}") }
}
