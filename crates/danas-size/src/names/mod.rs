//! The names that Keras gives to layers, and the converter to tensors. Their lengths are a good
//! part of a small model's size.

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
    graph::{Constant, Dense},
    steps::{Convolution, Part, Step},
};

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
    /// Merged with its bias and, if any, its ReLU: counted as its weights are.
    Convolution(usize),
    /// Of a layer.
    Sigmoid(usize),
    Pool(usize, PoolKind),
    Mean(usize),
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

/// The names of a layer with its model's.
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

    /// The layer that has its activation.
    fn bent(&self) -> &str {
        self.behind.as_ref().map_or(&self.name, |behind| &behind.activation)
    }
}

/// The dense layers of a model in Keras, each in its place. Without a hidden layer, its name is that of
/// the one over the classes.
fn dense(counters: LayerCounters, network: &Network) -> [KerasLayer; 2] {
    let hidden = KerasLayer::first("dense", counters.dense);
    let index = usize::from(network.dense_width() > 0);
    [hidden, KerasLayer { index, ..hidden }]
}

/// A convolution as its names depend on it.
#[derive(Debug, Clone, Copy)]
struct Named {
    layer: usize,
    part: Part,
    outputs: usize,
    relu: bool,
}

impl Named {
    /// The convolutions of a network.
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
}

/// A name behind others: where it is taken, it gets a number.
///
/// Source: `OpOrArgNameMapper::GetUniqueName` in TensorFlow's `op_or_arg_name_mapper.cc`.
pub(crate) fn distinct<'n>(name: String, taken: impl Iterator<Item = &'n str> + Clone) -> String {
    let is_taken = |name: &str| taken.clone().any(|other| other == name);
    if !is_taken(&name) {
        return name;
    }
    let numbered = (1_u64..).map(|number| format!("{name}{number}"));
    // One of the first numbers is free: there are fewer names than numbers.
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
