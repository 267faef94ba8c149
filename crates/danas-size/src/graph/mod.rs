//! The graph of operators and tensors that the converter makes of a network.

pub(crate) mod constant;
pub(crate) mod dense;
mod draft;
mod plan;
mod tensor;

use std::num::TryFromIntError;

use danas_space::{Network, Pool, PoolKind};

pub(crate) use self::tensor::{Content, Element, Tensor, TensorId};
use self::{draft::Draft, plan::Plan};
use crate::{
    format::{NumberFormat, Profile},
    names::Names,
    operator_kind::OperatorKind,
    steps::{Convolution, Step},
};

/// A graph: operators in the order in which they run, and tensors in the order of the file.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) profile: Profile,
    pub(crate) format: NumberFormat,
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) operators: Vec<Operator>,
    pub(crate) input: Port,
    pub(crate) output: Port,
}

/// A tensor to which the model's signature gives a name.
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

/// The operation of an operator, with its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Convolution(Convolution),
    /// A dense layer. If it `is_hybrid`, its kernel is made of integers, and its float inputs are
    /// quantised when the model runs.
    FullyConnected {
        relu: bool,
        is_hybrid: bool,
    },
    Logistic,
    Pool(Pool),
    /// The mean over height and width, which are dropped.
    Mean,
    Reshape,
    Softmax,
    Shape,
    /// A slice of one dimension, which is dropped.
    StridedSlice,
    /// A vector of two scalars.
    Pack,
}

impl Operation {
    /// Returns the kind of the operator in TensorFlow Lite.
    pub(crate) const fn kind(self) -> OperatorKind {
        match self {
            Self::Convolution(convolution) if convolution.is_depthwise() => {
                OperatorKind::DepthwiseConv2d
            }
            Self::Convolution(_) => OperatorKind::Conv2d,
            Self::FullyConnected { .. } => OperatorKind::FullyConnected,
            Self::Logistic => OperatorKind::Logistic,
            Self::Pool(Pool { kind: PoolKind::Max, .. }) => OperatorKind::MaxPool2d,
            Self::Pool(Pool { kind: PoolKind::Average, .. }) => OperatorKind::AveragePool2d,
            Self::Mean => OperatorKind::Mean,
            Self::Reshape => OperatorKind::Reshape,
            Self::Softmax => OperatorKind::Softmax,
            Self::Shape => OperatorKind::Shape,
            Self::StridedSlice => OperatorKind::StridedSlice,
            Self::Pack => OperatorKind::Pack,
        }
    }
}

impl Graph {
    /// Returns the graph that the converter of `profile` makes of the steps of `network`. The
    /// caller has checked that the weights fit into a file.
    ///
    /// # Errors
    /// If a number does not fit into the 32 bits that it has in a file.
    pub(crate) fn new(
        network: &Network,
        steps: &[Step],
        profile: Profile,
        format: NumberFormat,
        names: &dyn Names,
    ) -> Result<Self, TryFromIntError> {
        let plan = Plan::new(network, profile, steps);
        let mut draft = Draft::new(&plan, format, names);
        let input = draft.input()?;
        draft.constants()?;
        let mut flow = input;
        for step in steps {
            flow = draft.step(step, flow)?;
        }
        let (tensors, operators) = draft.finish();
        let input = Port { name: names.input_layer(), tensor: input };
        let output = Port { name: names.output_layer(), tensor: flow };
        Ok(Self { profile, format, tensors, operators, input, output })
    }

    /// Returns a tensor of this graph.
    pub(crate) fn tensor(&self, TensorId(index): TensorId) -> &Tensor {
        &self.tensors[index as usize]
    }

    /// Returns whether an operator has a kernel of 8-bit integers.
    fn has_integer_kernel(&self, operator: &Operator) -> bool {
        let kernel = operator.inputs.get(1).map(|&id| self.tensor(id));
        kernel.is_some_and(|kernel| kernel.element == Element::Int8)
    }

    /// Returns the version of all operators of a kind, which is that of the newest one.
    pub(crate) fn version(&self, kind: OperatorKind) -> i32 {
        let is_hybrid = || {
            let mut operators = self.operators.iter().filter(|it| it.operation.kind() == kind);
            operators.any(|operator| self.has_integer_kernel(operator))
        };
        match (self.format, kind) {
            (NumberFormat::DynamicRange, OperatorKind::Conv2d) if is_hybrid() => 5,
            (NumberFormat::DynamicRange, OperatorKind::DepthwiseConv2d) if is_hybrid() => 6,
            (NumberFormat::DynamicRange, OperatorKind::FullyConnected) if is_hybrid() => {
                match self.profile {
                    Profile::Tf2_12 => 9,
                    Profile::Tf2_21 => 12,
                }
            }
            (NumberFormat::Int8, OperatorKind::Conv2d | OperatorKind::DepthwiseConv2d) => 3,
            (NumberFormat::Int8, OperatorKind::FullyConnected) => 4,
            (
                NumberFormat::Int8,
                OperatorKind::Logistic
                | OperatorKind::Softmax
                | OperatorKind::MaxPool2d
                | OperatorKind::AveragePool2d
                | OperatorKind::Mean,
            ) => 2,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;
    use crate::{
        names::{Keras2, LayerCounters},
        steps::steps,
    };

    fn graph(layers: &str) -> Graph {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 16).unwrap();
        let network = Network::new(Shape::new(39, 15, 2), &architecture, 10).unwrap();
        let steps = steps(&network);
        let names = Keras2::new(LayerCounters::default(), &network, &steps);
        Graph::new(&network, &steps, Profile::Tf2_12, NumberFormat::Float32, &names).unwrap()
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
