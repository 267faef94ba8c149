//! The operators of a model, and what each of them costs.

use danas_space::{Extent, Margins, Network, Shape};

use crate::{
    converter::Converter,
    error::SizeError,
    graph::{Content, Graph, Operation, Operator, Tensor, TensorId},
    operator_kind::OperatorKind,
    program::Window,
    sweep::Sweep,
};

/// An operator of a converted model, with its costs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OperatorCost {
    /// Kind of the operator.
    pub kind: OperatorKind,
    /// Shape of its input. A vector is a map of 1 × 1.
    pub input: Shape,
    /// Shape of its output for one example.
    pub output: Vec<usize>,
    /// Window that slides over its input, which is 1 × 1 if it has none.
    pub window: Window,
    /// Number of trained parameters that it reads. Those of a folded normalisation do not count.
    pub parameters: u64,
    /// Number of multiply-accumulates in one inference. Biases do not count.
    pub macs: u64,
    /// Number of values that pooling or a mean reads. A value counts each time it is read. 0 for
    /// other operators.
    pub pooled: u64,
}

impl OperatorCost {
    /// Returns the places of the window over the input.
    #[must_use]
    pub fn sweep(&self) -> Sweep {
        Sweep::new(self.input, map(self.output.iter().copied()), self.window)
    }
}

impl Converter {
    /// Returns the operators of `network` in the order in which they run.
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
    /// [`SizeError::TooLarge`] if the weights exceed [`SizeError::LIMIT`], or if a number does not
    /// fit into a file.
    pub fn operators(&self, network: &Network) -> Result<Vec<OperatorCost>, SizeError> {
        let graph = self.graph(network)?;
        Ok(graph.operators.iter().map(|operator| cost(&graph, operator)).collect())
    }
}

fn cost(graph: &Graph, operator: &Operator) -> OperatorCost {
    let tensor = |&TensorId(index): &TensorId| &graph.tensors[index as usize];
    let output = tensor(&operator.output);
    let values = output.dims.elements();
    let weights = operator.inputs.iter().map(tensor);
    let weights: Vec<&Tensor> =
        weights.filter(|tensor| matches!(tensor.content, Content::Weights { .. })).collect();
    let parameters = weights.iter().map(|tensor| tensor.dims.elements()).sum();
    // Each value of the output sums as many products as there are weights for its channel.
    let macs = weights.first().map_or(0, |kernel| {
        let channels = kernel.dims.sizes().nth(kernel.channels).unwrap_or(1).max(1) as u64;
        values * (kernel.dims.elements() / channels)
    });
    let pooled = match operator.operation {
        Operation::Pool(pool) => values.saturating_mul(pool.size.area()),
        Operation::Mean => operator.inputs.first().map_or(0, |input| tensor(input).dims.elements()),
        _ => 0,
    };
    let input = operator.inputs.first().map(|input| map(tensor(input).dims.sizes()));
    OperatorCost {
        kind: operator.operation.kind(),
        input: input.unwrap_or(Shape::new(1, 1, 0)),
        output: output.dims.sizes().collect(),
        window: window(operator.operation),
        parameters,
        macs,
        pooled,
    }
}

/// Returns the shape of one example with these dimensions, without those that it does not have.
fn map(sizes: impl DoubleEndedIterator<Item = usize>) -> Shape {
    let mut sizes = sizes.rev();
    let mut next = || sizes.next().unwrap_or(1);
    let (channels, width, height) = (next(), next(), next());
    Shape { height, width, channels }
}

const fn window(operation: Operation) -> Window {
    let margins = Margins { top: 0, bottom: 0, left: 0, right: 0 };
    match operation {
        Operation::Convolution(it) => {
            Window { size: it.kernel, stride: it.stride, margins: it.margins }
        }
        Operation::Pool(pool) => Window { size: pool.size, stride: pool.stride, margins },
        _ => Window { size: Extent::square(1), stride: Extent::square(1), margins },
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;
    use crate::format::{NumberFormat, Profile};

    #[test]
    fn the_sums_are_the_networks_in_every_format() {
        let layers = parse_layers("4x3/2pS d6x2R max2 4x1x3R drop10 gap").unwrap();
        let architecture = Architecture::new(layers, 12).unwrap();
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

    #[test]
    fn pooling_reads_each_window_and_a_mean_everything_once() {
        let architecture =
            Architecture::new(parse_layers("max3/2 avg1x2 gap").unwrap(), 4).unwrap();
        let network = Network::new(Shape::new(9, 9, 2), &architecture, 3).unwrap();
        let operators = Converter::default().operators(&network).unwrap();
        let pooled: Vec<_> = operators.iter().map(|it| (it.kind.name(), it.pooled)).collect();
        assert_eq!(
            pooled[..3],
            [
                ("MAX_POOL_2D", 4 * 4 * 2 * 9),
                ("AVERAGE_POOL_2D", 4 * 2 * 2 * 2),
                ("MEAN", 4 * 2 * 2)
            ]
        );
        assert!(pooled[3..].iter().all(|&(_, pooled)| pooled == 0));
    }
}
