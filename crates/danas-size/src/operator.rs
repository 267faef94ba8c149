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
    /// TensorFlow Lite's name of it: `CONV_2D`.
    pub name: &'static str,
    /// The shape of its output for one example.
    pub output: Vec<usize>,
    /// The trained parameters that it reads.
    pub parameters: u64,
    /// Its multiply-accumulates of one inference, biases not counted.
    pub macs: u64,
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
    /// let names: Vec<_> = operators.iter().map(|operator| operator.name).collect();
    /// assert_eq!(names[..4], ["CONV_2D", "CONV_2D", "LOGISTIC", "RESHAPE"]);
    /// assert_eq!(operators.iter().map(|operator| operator.macs).sum::<u64>(), network.macs());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SizeError::TooLarge`] beyond [`SizeError::LIMIT`].
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
        name: name(operator.operation),
        output: output.dims.sizes().collect(),
        parameters,
        macs,
    }
}

const fn name(operation: Operation) -> &'static str {
    match operation {
        Operation::Conv2d { .. } => "CONV_2D",
        Operation::FullyConnected { .. } => "FULLY_CONNECTED",
        Operation::Logistic => "LOGISTIC",
        Operation::Reshape => "RESHAPE",
        Operation::Softmax => "SOFTMAX",
        Operation::Shape => "SHAPE",
        Operation::StridedSlice => "STRIDED_SLICE",
        Operation::Pack => "PACK",
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
