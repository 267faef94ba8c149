//! A network as the operators and tensors that the converter makes of it.

use std::num::TryFromIntError;

use danas_space::{Activation, Conv2d, Layer, Network, Shape};

use crate::names::Names;

/// Bytes of one float32.
pub(crate) const FLOAT32_BYTES: u64 = 4;

/// Operators in the order they run, over tensors in the order of the file.
#[derive(Debug)]
pub(crate) struct Graph {
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

/// The number of a tensor in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TensorId(pub(crate) u32);

#[derive(Debug)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) dims: Dims,
    pub(crate) content: Content,
}

/// Where a tensor's values come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Computed when the model runs, for any number of examples: the first dimension.
    Activation,
    /// Trained, so many bytes.
    Weights { bytes: u64 },
    /// Part of the architecture: a shape, with -1 for the number of examples.
    Shape([i32; 2]),
}

/// The dimensions of a tensor, at most four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dims {
    sizes: [i32; 4],
    rank: usize,
}

impl Dims {
    fn new<const RANK: usize>(sizes: [usize; RANK]) -> Result<Self, TryFromIntError> {
        const { assert!(RANK <= 4, "a tensor has at most four dimensions") };
        let mut dims = Self { sizes: [1; 4], rank: RANK };
        for (dim, size) in dims.sizes.iter_mut().zip(sizes) {
            *dim = size.try_into()?;
        }
        Ok(dims)
    }

    /// One example of this shape.
    fn of(shape: Shape) -> Result<Self, TryFromIntError> {
        Self::new([1, shape.height, shape.width, shape.channels])
    }

    pub(crate) fn as_slice(&self) -> &[i32] {
        &self.sizes[..self.rank]
    }

    fn elements(&self) -> u64 {
        self.as_slice().iter().map(|&size| u64::from(size.unsigned_abs())).product()
    }

    /// The same for any number of examples.
    pub(crate) fn signature(mut self) -> Self {
        self.sizes[0] = -1;
        self
    }
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
    FullyConnected {
        relu: bool,
    },
    Logistic,
    Reshape,
    Softmax,
}

impl Graph {
    /// The float32 graph that TensorFlow 2.10 to 2.15 makes of `network`, whose weights the caller
    /// has found to fit a file.
    ///
    /// # Errors
    /// Where a number does not fit the 32 bits it has in a file.
    pub(crate) fn float32(network: &Network, names: &Names) -> Result<Self, TryFromIntError> {
        let mut draft = Draft::with_room_for(network.layers().len());
        let input = draft.activation(names.input(), Dims::of(network.input())?)?;
        let constants = draft.constants(network, names)?;

        let mut flow = input;
        for (index, (shaped, weights)) in
            network.layers().iter().zip(&constants.convolutions).enumerate()
        {
            let Layer::Conv2d(conv) = shaped.layer;
            let dims = Dims::of(shaped.output)?;
            let relu = conv.activation == Activation::Relu;
            let name = names.convolution(index, last_like(network, conv).unwrap_or(index), relu);
            let inputs = vec![flow, weights.kernel, weights.bias];
            flow = draft.operator(Operation::Conv2d { relu }, inputs, name, dims)?;
            if conv.activation == Activation::Sigmoid {
                let name = names.sigmoid(index);
                flow = draft.operator(Operation::Logistic, vec![flow], name, dims)?;
            }
        }

        let dims = Dims::new([1, network.flattened()])?;
        let inputs = vec![flow, constants.flattened_shape];
        flow = draft.operator(Operation::Reshape, inputs, names.flattened(), dims)?;

        let dims = Dims::new([1, network.dense_width().try_into()?])?;
        let inputs = vec![flow, constants.dense.kernel, constants.dense.bias];
        let dense = Operation::FullyConnected { relu: true };
        flow = draft.operator(dense, inputs, names.dense(), dims)?;

        let dims = Dims::new([1, network.classes()])?;
        let inputs = vec![flow, constants.logits.kernel, constants.logits.bias];
        let logits = Operation::FullyConnected { relu: false };
        flow = draft.operator(logits, inputs, names.logits(), dims)?;
        let output = draft.operator(Operation::Softmax, vec![flow], names.output(), dims)?;

        let Draft { tensors, operators } = draft;
        let input = Port { name: names.input_layer(), tensor: input };
        let output = Port { name: names.output_layer().to_owned(), tensor: output };
        Ok(Self { tensors, operators, input, output })
    }
}

/// The last layer with as many filters as `conv`.
fn last_like(network: &Network, conv: Conv2d) -> Option<usize> {
    network.layers().iter().rposition(|shaped| {
        let Layer::Conv2d(other) = shaped.layer;
        other.filters == conv.filters
    })
}

/// What one convolution or dense layer has learnt.
#[derive(Debug)]
struct Weights {
    kernel: TensorId,
    bias: TensorId,
}

/// The tensors whose values are in the file.
#[derive(Debug)]
struct Constants {
    convolutions: Vec<Weights>,
    flattened_shape: TensorId,
    dense: Weights,
    logits: Weights,
}

/// A graph under construction.
#[derive(Debug)]
struct Draft {
    tensors: Vec<Tensor>,
    operators: Vec<Operator>,
}

impl Draft {
    fn with_room_for(layers: usize) -> Self {
        // a layer has a kernel, a bias, and one or two outputs; the rest of a model, ten tensors
        Self {
            tensors: Vec::with_capacity(4 * layers + 10),
            operators: Vec::with_capacity(2 * layers + 4),
        }
    }

    fn tensor(
        &mut self,
        name: String,
        dims: Dims,
        content: Content,
    ) -> Result<TensorId, TryFromIntError> {
        let id = TensorId(self.tensors.len().try_into()?);
        self.tensors.push(Tensor { name, dims, content });
        Ok(id)
    }

    fn activation(&mut self, name: String, dims: Dims) -> Result<TensorId, TryFromIntError> {
        self.tensor(name, dims, Content::Activation)
    }

    fn weights<const RANK: usize>(
        &mut self,
        name: String,
        sizes: [usize; RANK],
    ) -> Result<TensorId, TryFromIntError> {
        let dims = Dims::new(sizes)?;
        self.tensor(name, dims, Content::Weights { bytes: dims.elements() * FLOAT32_BYTES })
    }

    fn operator(
        &mut self,
        operation: Operation,
        inputs: Vec<TensorId>,
        name: String,
        dims: Dims,
    ) -> Result<TensorId, TryFromIntError> {
        let output = self.activation(name, dims)?;
        self.operators.push(Operator { operation, inputs, output });
        Ok(output)
    }

    /// Adds the constants in the converter's order: biases of convolutions (those that a ReLU
    /// follows first), their kernels, biases of dense layers, the flattened shape, and the kernels
    /// of dense layers.
    fn constants(
        &mut self,
        network: &Network,
        names: &Names,
    ) -> Result<Constants, TryFromIntError> {
        let layers = network.layers();
        let mut order: Vec<usize> = (0..layers.len()).collect();
        order.sort_by_key(|&index| {
            let Layer::Conv2d(conv) = layers[index].layer;
            match conv.activation {
                Activation::Relu => 0,
                Activation::Sigmoid => 1,
            }
        });
        let mut biases = vec![TensorId(0); layers.len()];
        for index in order {
            let filters = layers[index].output.channels;
            biases[index] = self.weights(names.convolution_bias(index), [filters])?;
        }

        let mut convolutions = Vec::with_capacity(layers.len());
        for (index, (shaped, bias)) in layers.iter().zip(biases).enumerate() {
            let Layer::Conv2d(conv) = shaped.layer;
            let side = conv.kernel.try_into()?;
            let sizes = [shaped.output.channels, side, side, shaped.input.channels];
            let name = names.convolution_kernel(index, sizes == [1; 4]);
            convolutions.push(Weights { kernel: self.weights(name, sizes)?, bias });
        }

        let (width, classes) = (network.dense_width().try_into()?, network.classes());
        let dense_bias = self.weights(names.dense_bias(), [width])?;
        let logits_bias = self.weights(names.logits_bias(), [classes])?;
        let shape = Content::Shape([-1, network.flattened().try_into()?]);
        let flattened_shape = self.tensor(names.flattened_shape(), Dims::new([2])?, shape)?;
        let dense_kernel = self.weights(names.dense_kernel(), [width, network.flattened()])?;
        let logits_kernel = self.weights(names.logits_kernel(), [classes, width])?;
        Ok(Constants {
            convolutions,
            flattened_shape,
            dense: Weights { kernel: dense_kernel, bias: dense_bias },
            logits: Weights { kernel: logits_kernel, bias: logits_bias },
        })
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, parse_layers};

    use super::*;
    use crate::LayerCounters;

    fn graph(layers: &str) -> Graph {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 16).unwrap();
        let network = Network::new(Shape::new(39, 15, 2), &architecture, 10).unwrap();
        let names = Names::new(LayerCounters::default(), network.layers().len());
        Graph::float32(&network, &names).unwrap()
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
                let constant = graph.tensors[input.0 as usize].content != Content::Activation;
                assert!(constant || written.contains(&input), "{operator:?}");
            }
            written.push(operator.output);
        }
        assert_eq!(written.last(), Some(&graph.output.tensor));
    }

    #[test]
    fn the_weights_are_four_bytes_for_each_parameter() {
        let bytes = |tensor: &Tensor| match tensor.content {
            Content::Weights { bytes } => bytes,
            Content::Activation | Content::Shape(_) => 0,
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
