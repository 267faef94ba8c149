//! The names that Keras gives to layers, and the converter to tensors. They take up a large part of
//! a small model's file.

mod counters;
mod keras2;
mod keras3;

use std::fmt::Debug;

use danas_space::{Network, Place, PoolKind};

pub use counters::LayerCounters;
pub(crate) use keras2::Keras2;
pub(crate) use keras3::Keras3;

use self::counters::{Behind, KerasLayer, KerasLayers};
use crate::{
    graph::constant::Constant,
    graph::dense::Dense,
    steps::{Convolution, Part, Step},
};

/// The names of one model: those in its signature, and those of its tensors.
pub(crate) trait Names: Debug {
    /// Returns the name of the model's input in its signature.
    fn input_layer(&self) -> String;

    /// Returns the name of the model's output in its signature.
    fn output_layer(&self) -> String;

    /// Returns the name of the input tensor.
    fn input(&self) -> String;

    /// Returns the name of a tensor whose values are in the file. There is `nothing_to_transpose`
    /// in a kernel of a single weight.
    fn constant(&self, constant: Constant, nothing_to_transpose: bool) -> String;

    /// Returns the name of a tensor that is computed.
    fn activation(&self, activation: Activation) -> String;
}

/// A tensor that is computed when the model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// The output of a convolution, merged with its bias and its ReLU, by the index of its weights.
    Convolution(usize),
    /// The output of a sigmoid, by the index of its layer. Pooling and mean have the same index.
    Sigmoid(usize),
    Pool(usize, PoolKind),
    Mean(usize),
    /// The shape before flattening.
    Shape,
    /// The number of examples in that shape.
    Examples,
    /// The shape after flattening.
    FlattenedShape,
    Flattened,
    Dense(Dense),
    Output,
}

/// The names of the Keras layers that a layer becomes, with the name of the model before them.
#[derive(Debug)]
struct ScopedLayer {
    name: String,
    behind: Option<Behind<String>>,
}

impl ScopedLayer {
    fn new(layers: &KerasLayers, scoped: impl Fn(KerasLayer) -> String) -> Self {
        let behind = layers.behind.map(|Behind { normalisation, activation }| Behind {
            normalisation: scoped(normalisation),
            activation: scoped(activation),
        });
        Self { name: scoped(layers.layer), behind }
    }

    /// Returns the name of the Keras layer that applies the activation function.
    fn bent(&self) -> &str {
        self.behind.as_ref().map_or(&self.name, |behind| &behind.activation)
    }
}

/// Returns the Keras layers of a model's dense layers: the hidden one and the one over the classes.
/// Without a hidden layer, the one over the classes has the name that the hidden one would have.
fn dense(counters: LayerCounters, network: &Network) -> [KerasLayer; 2] {
    let hidden = KerasLayer::first("dense", counters.dense);
    let index = usize::from(network.dense_width() > 0);
    [hidden, KerasLayer { index, ..hidden }]
}

/// The properties of a convolution that its names depend on.
#[derive(Debug, Clone, Copy)]
struct Named {
    layer: usize,
    part: Part,
    outputs: usize,
    relu: bool,
}

impl Named {
    /// Returns the convolutions of a network.
    fn all(steps: &[Step]) -> Vec<Self> {
        let mut all = Vec::with_capacity(steps.len());
        for step in steps {
            if let (Some(&Convolution { part, relu, .. }), Place::Layer(layer)) =
                (step.convolution(), step.place)
            {
                all.push(Self { layer, part, outputs: step.output.channels, relu });
            }
        }
        all
    }

    /// Returns the name of its operation in its layer, given the one of a convolution that is not
    /// separable.
    const fn operation(self, whole: &'static str) -> &'static str {
        match self.part {
            Part::Whole => whole,
            Part::Depthwise => "/separable_conv2d/depthwise",
            Part::Pointwise => "/separable_conv2d",
        }
    }
}

/// Returns a name that is not taken yet: `name`, with a number appended if it is taken.
///
/// Source: `OpOrArgNameMapper::GetUniqueName` in TensorFlow's `op_or_arg_name_mapper.cc`.
pub(crate) fn distinct<'n>(name: String, taken: impl Iterator<Item = &'n str> + Clone) -> String {
    let is_taken = |name: &str| taken.clone().any(|other| other == name);
    if !is_taken(&name) {
        return name;
    }
    let numbered = (1_u64..).map(|number| format!("{name}{number}"));
    // One of the numbers is free, since there are fewer names than numbers.
    numbered.into_iter().find(|name| !is_taken(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_the_first_free_number() {
        let taken = ["a", "a1", "b"];
        let given = |name: &str| distinct(name.to_owned(), taken.into_iter());
        assert_eq!([given("a"), given("b"), given("a1"), given("c")], ["a2", "b1", "a11", "c"]);
    }
}
