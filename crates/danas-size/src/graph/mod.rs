//! A network as the operators and tensors that the converter makes of it.

mod constant;
mod draft;
mod tensor;

use std::num::TryFromIntError;

use danas_space::{Activation as Nonlinearity, Conv2d, Network};

use self::draft::Draft;
pub(crate) use self::{
    constant::{Constant, Dense},
    tensor::{Content, Element, Flow, Tensor, TensorId},
};
use crate::{
    NumberFormat, Profile,
    known::convolutions,
    names::{Activation, Names},
};

/// Operators in the order they run, over tensors in the order of the file.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) profile: Profile,
    pub(crate) format: NumberFormat,
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) operators: Vec<Operator>,
    pub(crate) input: Port,
    pub(crate) output: Port,
}

/// A tensor that the model's signature gives a name.
#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) name: String,
    pub(crate) tensor: TensorId,
}

#[derive(Debug)]
pub(crate) struct Operator {
    pub(crate) operation: Operation,
    pub(crate) inputs: Vec<TensorId>,
    pub(crate) output: TensorId,
}

/// What an operator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// `valid` padding, stride 1.
    Conv2d {
        relu: bool,
    },
    /// Float inputs are quantised as they come where the kernel `is_hybrid`: of integers.
    FullyConnected {
        relu: bool,
        is_hybrid: bool,
    },
    Logistic,
    Reshape,
    Softmax,
    Shape,
    /// Of one dimension, which is dropped.
    StridedSlice,
    /// Of two scalars.
    Pack,
}

impl Graph {
    /// The graph that the converter of `profile` makes of `network`, whose weights the caller has
    /// found to fit a file.
    ///
    /// # Errors
    /// Where a number does not fit the 32 bits it has in a file.
    pub(crate) fn new(
        network: &Network,
        profile: Profile,
        format: NumberFormat,
        names: &dyn Names,
    ) -> Result<Self, TryFromIntError> {
        let mut draft = Draft::new(network, profile, format, names);
        let input = draft.input()?;
        draft.constants()?;

        let mut flow = input;
        for (index, conv) in convolutions(network).enumerate() {
            let relu = conv.activation == Nonlinearity::Relu;
            let sharing = last_like(network, conv).unwrap_or(index);
            let convolved = Activation::Convolution { layer: index, sharing, relu };
            let constants = [Constant::Kernel(index), Constant::Bias(index)];
            flow = draft.operator(Operation::Conv2d { relu }, &[flow], &constants, convolved)?;
            if conv.activation == Nonlinearity::Sigmoid {
                let bent = Activation::Sigmoid(index);
                flow = draft.operator(Operation::Logistic, &[flow], &[], bent)?;
            }
        }
        flow = draft.flatten(flow)?;
        for (layer, relu) in [(Dense::Hidden, true), (Dense::Logits, false)] {
            let constants = [Constant::DenseKernel(layer), Constant::DenseBias(layer)];
            let is_hybrid = draft.is_hybrid(Constant::DenseKernel(layer));
            let dense = Operation::FullyConnected { relu, is_hybrid };
            flow = draft.operator(dense, &[flow], &constants, Activation::Dense(layer))?;
        }
        let output = draft.operator(Operation::Softmax, &[flow], &[], Activation::Output)?;

        let (tensors, operators) = draft.finish();
        let input = Port { name: names.input_layer(), tensor: input };
        let output = Port { name: names.output_layer(), tensor: output };
        Ok(Self { profile, format, tensors, operators, input, output })
    }

    /// The kernel of an operator, if it has one that is made of integers.
    fn has_integer_kernel(&self, operator: &Operator) -> bool {
        let kernel = operator.inputs.get(1).map(|&TensorId(index)| &self.tensors[index as usize]);
        kernel.is_some_and(|kernel| kernel.element == Element::Int8)
    }

    /// The version of all operators that do `operation`: that of the newest one.
    pub(crate) fn version(&self, operation: Operation) -> i32 {
        let is_conv = |operation| matches!(operation, Operation::Conv2d { .. });
        let is_dense = |operation| matches!(operation, Operation::FullyConnected { .. });
        match self.format {
            NumberFormat::Float32 => 1,
            NumberFormat::DynamicRange => {
                let hybrid = |is_kind: &dyn Fn(Operation) -> bool| {
                    let mut all = self.operators.iter();
                    all.any(|other| is_kind(other.operation) && self.has_integer_kernel(other))
                };
                match self.profile {
                    _ if is_conv(operation) && hybrid(&is_conv) => 5,
                    Profile::Tf2_12 if is_dense(operation) && hybrid(&is_dense) => 9,
                    Profile::Tf2_21 if is_dense(operation) && hybrid(&is_dense) => 12,
                    _ => 1,
                }
            }
            NumberFormat::Int8 => match operation {
                Operation::Conv2d { .. } => 3,
                Operation::FullyConnected { .. } => 4,
                Operation::Logistic | Operation::Softmax => 2,
                _ => 1,
            },
        }
    }
}

/// The last layer with as many filters as `conv`.
fn last_like(network: &Network, conv: Conv2d) -> Option<usize> {
    let last = convolutions(network).enumerate().filter(|(_, other)| other.filters == conv.filters);
    last.last().map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;
    use crate::{LayerCounters, names::Keras2};

    fn graph(layers: &str) -> Graph {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 16).unwrap();
        let network = Network::new(Shape::new(39, 15, 2), &architecture, 10).unwrap();
        let names = Keras2::new(LayerCounters::default(), network.layers().len());
        Graph::new(&network, Profile::Tf2_12, NumberFormat::Float32, &names).unwrap()
    }

    #[test]
    fn biases_before_a_relu_come_first() {
        let graph = graph("2x3S 4x3R 6x3S 8x3R");
        let biases: Vec<&str> = graph.tensors[1..5]
            .iter()
            .filter_map(|tensor| {
                tensor.name.strip_suffix("/BiasAdd/ReadVariableOp")?.strip_prefix("sequential/")
            })
            .collect();
        assert_eq!(biases, ["conv2d_1", "conv2d_3", "conv2d", "conv2d_2"]);
    }

    #[test]
    fn every_tensor_is_written_before_it_is_read() {
        let graph = graph("2x3S 4x3R");
        let mut written = vec![graph.input.tensor];
        for operator in &graph.operators {
            for &input in &operator.inputs {
                let is_constant = !graph.tensors[input.0 as usize].content.is_examples();
                assert!(is_constant || written.contains(&input), "{operator:?}");
            }
            written.push(operator.output);
        }
        assert_eq!(written.last(), Some(&graph.output.tensor));
    }

    #[test]
    fn the_weights_are_four_bytes_for_each_parameter() {
        let bytes = |tensor: &Tensor| match tensor.content {
            Content::Weights { bytes, .. } => bytes,
            _ => 0,
        };
        let weights: u64 = graph("2x3S 4x5R").tensors.iter().map(bytes).sum();
        let convolutions = 2 * (3 * 3 * 2 + 1) + 4 * (5 * 5 * 2 + 1);
        let dense = (33 * 9 * 4 + 1) * 16 + (16 + 1) * 10;
        assert_eq!(weights, 4 * (convolutions + dense));
    }

    #[test]
    fn only_a_kernel_of_one_weight_keeps_its_variable_name() {
        let named = |layers| {
            graph(layers)
                .tensors
                .iter()
                .any(|tensor| tensor.name.ends_with("/Conv2D/ReadVariableOp"))
        };
        assert!(!named("1x1R 2x1R"));
        assert!(named("1x3R 1x1R"));
    }
}
