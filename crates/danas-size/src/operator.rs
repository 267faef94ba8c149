//! What each operator of a model does and costs.

use danas_space::Network;

use crate::{
    Converter, SizeError,
    graph::{Content, Graph, Operation, Operator, Tensor, TensorId},
};

/// An operator of a converted model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OperatorCost {
    /// What it does.
    pub kind: OperatorKind,
    /// The shape of its output for one example.
    pub output: Vec<usize>,
    /// The trained parameters that it reads.
    pub parameters: u64,
    /// Its multiply-accumulates of one inference, biases not counted.
    pub macs: u64,
}

/// What an operator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperatorKind {
    /// A convolution, with its ReLU if it has one.
    Conv2d,
    /// A dense layer, with its ReLU if it has one.
    FullyConnected,
    /// A sigmoid.
    Logistic,
    /// A change of shape only.
    Reshape,
    /// The softmax.
    Softmax,
    /// The shape of a tensor.
    Shape,
    /// A part of a shape.
    StridedSlice,
    /// A shape put together.
    Pack,
}

impl OperatorKind {
    /// TensorFlow Lite's name of it: `CONV_2D`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conv2d => "CONV_2D",
            Self::FullyConnected => "FULLY_CONNECTED",
            Self::Logistic => "LOGISTIC",
            Self::Reshape => "RESHAPE",
            Self::Softmax => "SOFTMAX",
            Self::Shape => "SHAPE",
            Self::StridedSlice => "STRIDED_SLICE",
            Self::Pack => "PACK",
        }
    }
}

impl Converter {
    /// The operators of `network` in the order they run.
    ///
    /// ```
    /// use danas_size::Converter;
    /// use danas_space::{Architecture, Network, Shape, parse_layers};
    ///
    /// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
    /// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
    /// let operators = Converter::default().operators(&network)?;
    /// let names: Vec<_> = operators.iter().map(|operator| operator.kind.name()).collect();
    /// assert_eq!(names[..4], ["CONV_2D", "CONV_2D", "LOGISTIC", "RESHAPE"]);
    /// assert_eq!(operators.iter().map(|operator| operator.macs).sum::<u64>(), network.macs());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SizeError::TooLarge`] beyond [`SizeError::LIMIT`], or [`SizeError::UnknownLayer`].
    pub fn operators(&self, network: &Network) -> Result<Vec<OperatorCost>, SizeError> {
        let graph = self.graph(network)?;
        Ok(graph.operators.iter().map(|operator| cost(&graph, operator)).collect())
    }
}

fn cost(graph: &Graph, operator: &Operator) -> OperatorCost {
    let tensor = |&TensorId(index): &TensorId| &graph.tensors[index as usize];
    let output = tensor(&operator.output);
    let weights = operator.inputs.iter().map(tensor);
    let weights: Vec<&Tensor> =
        weights.filter(|tensor| matches!(tensor.content, Content::Weights { .. })).collect();
    let parameters = weights.iter().map(|tensor| tensor.dims.elements()).sum();
    // Each value of the output sums as many products as there are weights for its channel.
    let macs = weights.first().map_or(0, |kernel| {
        let channels = kernel.dims.sizes().next().unwrap_or(1).max(1) as u64;
        output.dims.elements() * (kernel.dims.elements() / channels)
    });
    OperatorCost {
        kind: kind(operator.operation),
        output: output.dims.sizes().collect(),
        parameters,
        macs,
    }
}

const fn kind(operation: Operation) -> OperatorKind {
    match operation {
        Operation::Conv2d { .. } => OperatorKind::Conv2d,
        Operation::FullyConnected { .. } => OperatorKind::FullyConnected,
        Operation::Logistic => OperatorKind::Logistic,
        Operation::Reshape => OperatorKind::Reshape,
        Operation::Softmax => OperatorKind::Softmax,
        Operation::Shape => OperatorKind::Shape,
        Operation::StridedSlice => OperatorKind::StridedSlice,
        Operation::Pack => OperatorKind::Pack,
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;
    use crate::{NumberFormat, Profile};

    #[test]
    fn the_sums_are_the_networks_in_every_format() {
        let architecture = Architecture::new(parse_layers("4x3S 6x2R 4x5R").unwrap(), 12).unwrap();
        let network = Network::new(Shape::new(20, 17, 3), &architecture, 7).unwrap();
        for profile in Profile::ALL {
            for format in NumberFormat::ALL {
                let converter = Converter { profile, format, ..Converter::default() };
                let operators = converter.operators(&network).unwrap();
                let sum = |of: fn(&OperatorCost) -> u64| operators.iter().map(of).sum::<u64>();
                assert_eq!(sum(|operator| operator.macs), network.macs());
                assert_eq!(sum(|operator| operator.parameters), network.parameters());
                assert_eq!(operators.last().map(|it| it.output.clone()), Some(vec![1, 7]));
            }
        }
    }
}
