//! The names of Keras 2, and those that TensorFlow 2.10 to 2.15 derives from them. If the converter
//! merges operations, it joins their names.

use danas_space::{Network, PoolKind};

use super::{Activation, LayerCounters, Named, Names, ScopedLayer, counters::KerasLayer, dense};
use crate::{
    graph::constant::Constant,
    graph::dense::Dense,
    steps::{Part, Step},
};

/// The names of one model.
#[derive(Debug)]
pub(crate) struct Keras2 {
    /// Name of the first layer, without that of the model.
    input_layer: String,
    /// Names such as `sequential/conv2d_1`.
    layers: Vec<ScopedLayer>,
    convolutions: Vec<Named>,
    flatten: String,
    /// Names of the dense layers.
    dense: [String; 2],
    /// Name of the last layer, without that of the model.
    output_layer: String,
}

impl Keras2 {
    pub(crate) fn new(counters: LayerCounters, network: &Network, steps: &[Step]) -> Self {
        let mut scope = KerasLayer::first("sequential", counters.sequential).name();
        scope.push('/');
        let scoped = |layer: KerasLayer| [scope.as_str(), &layer.name()].concat();
        let layers = counters.name(network);
        let flatten = KerasLayer::first("flatten", counters.flatten);
        let [hidden, logits] = dense(counters, network);
        Self {
            input_layer: layers.first().map_or(flatten, |first| first.layer).name(),
            layers: layers.iter().map(|layer| ScopedLayer::new(layer, scoped)).collect(),
            convolutions: Named::all(steps),
            flatten: scoped(flatten),
            dense: [hidden, logits].map(scoped),
            output_layer: logits.name(),
        }
    }

    fn of(&self, layer: Dense) -> &str {
        let [hidden, logits] = &self.dense;
        match layer {
            Dense::Hidden => hidden,
            Dense::Logits => logits,
        }
    }

    /// Returns the name of a convolution alone: its layer, and its operation in that layer.
    fn convolution(&self, convolution: usize) -> [&str; 2] {
        let named = self.convolutions[convolution];
        [&self.layers[named.layer].name, named.operation("/Conv2D")]
    }

    /// Returns the convolution that gives its name to the bias of zeros. Before the biases are
    /// merged in, convolutions with the same number of outputs share one such bias, which has the
    /// name of the last of them.
    fn sharing(&self, convolution: usize) -> usize {
        let outputs = self.convolutions[convolution].outputs;
        let last = self.convolutions.iter().rposition(|other| other.outputs == outputs);
        last.unwrap_or(convolution)
    }

    /// Returns the name of a convolution, merged with its bias and with any normalisation and ReLU.
    fn merged(&self, convolution: usize) -> String {
        let Named { layer, part, relu, .. } = self.convolutions[convolution];
        let [name, operation] = self.convolution(convolution);
        if part == Part::Depthwise {
            return [name, operation].concat();
        }
        let layer = &self.layers[layer];
        let mut merged = String::with_capacity(192);
        let mut join = |part: [&str; 2]| {
            if !merged.is_empty() {
                merged.push(';');
            }
            part.into_iter().for_each(|text| merged.push_str(text));
        };
        if relu {
            join([layer.bent(), "/Relu"]);
        }
        let normalised = layer.normalised_bias();
        match &normalised {
            Some(bias) => join([bias, ""]),
            None => join([name, "/BiasAdd"]),
        }
        let sharing = self.sharing(convolution);
        if sharing != convolution {
            join(self.convolution(sharing));
        }
        join([name, operation]);
        if normalised.is_none() {
            join([name, "/BiasAdd/ReadVariableOp"]);
        }
        merged
    }

    fn bias(&self, convolution: usize) -> String {
        let Named { layer, relu, .. } = self.convolutions[convolution];
        let layer = &self.layers[layer];
        match layer.normalised_bias() {
            Some(_) if relu => self.merged(convolution),
            Some(normalised) => normalised,
            None => [layer.name.as_str(), "/BiasAdd/ReadVariableOp"].concat(),
        }
    }

    /// Returns the name of a kernel. It is named after the operation that transposed it. If there
    /// is none, it is named after the normalisation folded into it, or else after its variable.
    fn kernel(&self, convolution: usize, nothing_to_transpose: bool) -> String {
        if !nothing_to_transpose {
            return self.convolution(convolution).concat();
        }
        let Named { layer, part, .. } = self.convolutions[convolution];
        let layer = &self.layers[layer];
        let variable = match part {
            Part::Whole => "/Conv2D/ReadVariableOp",
            Part::Depthwise => "/separable_conv2d/ReadVariableOp",
            Part::Pointwise => "/separable_conv2d/ReadVariableOp_1",
        };
        let multiplied = layer.normalised_bias().filter(|_| part != Part::Depthwise);
        multiplied.unwrap_or_else(|| [layer.name.as_str(), variable].concat())
    }
}

impl ScopedLayer {
    /// Returns the name of a bias that is merged with a normalisation, if there is one.
    fn normalised_bias(&self) -> Option<String> {
        let name = self.name.as_str();
        let normalisation = self.behind.as_ref().map(|behind| behind.normalisation.as_str())?;
        let sum = [normalisation, "/FusedBatchNormV3;", name, "/BiasAdd/ReadVariableOp;", name];
        Some(sum.concat() + "/BiasAdd")
    }
}

impl Names for Keras2 {
    fn input_layer(&self) -> String {
        [&self.input_layer, "_input"].concat()
    }

    fn output_layer(&self) -> String {
        self.output_layer.clone()
    }

    fn input(&self) -> String {
        ["serving_default_", &self.input_layer, "_input:0"].concat()
    }

    fn constant(&self, constant: Constant, nothing_to_transpose: bool) -> String {
        let [name, operation] = match constant {
            Constant::Bias(convolution) => return self.bias(convolution),
            Constant::Kernel(convolution) => return self.kernel(convolution, nothing_to_transpose),
            Constant::Zeros(convolution) => self.convolution(self.sharing(convolution)),
            Constant::DenseBias(layer) => [self.of(layer), "/BiasAdd/ReadVariableOp"],
            Constant::DenseKernel(layer) => [self.of(layer), "/MatMul"],
            Constant::Axes(layer) => [&self.layers[layer].name, "/Mean/reduction_indices"],
            Constant::FlattenedShape
            | Constant::FlattenedWidth
            | Constant::ShapeStart
            | Constant::One => [&self.flatten, "/Const"],
        };
        [name, operation].concat()
    }

    fn activation(&self, activation: Activation) -> String {
        let [name, operation] = match activation {
            Activation::Convolution(convolution) => return self.merged(convolution),
            Activation::Sigmoid(layer) => [self.layers[layer].bent(), "/Sigmoid"],
            Activation::Pool(layer, PoolKind::Max) => [&self.layers[layer].name, "/MaxPool"],
            Activation::Pool(layer, PoolKind::Average) => [&self.layers[layer].name, "/AvgPool"],
            Activation::Mean(layer) => [&self.layers[layer].name, "/Mean"],
            Activation::Shape => [&self.flatten, "/Shape"],
            Activation::Examples => [&self.flatten, "/strided_slice"],
            Activation::FlattenedShape => [&self.flatten, "/Reshape/shape"],
            Activation::Flattened => [&self.flatten, "/Reshape"],
            Activation::Dense(layer) => {
                let name = self.of(layer);
                let relu = if layer == Dense::Hidden { [name, "/Relu;"] } else { [""; 2] };
                return [&[name, "/MatMul;"][..], &relu, &[name, "/BiasAdd"]].concat().concat();
            }
            Activation::Output => ["StatefulPartitionedCall:0", ""],
        };
        [name, operation].concat()
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;
    use crate::steps::steps;

    fn names(counters: LayerCounters, layers: &str) -> Keras2 {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 10).unwrap();
        let network = Network::new(Shape::new(20, 16, 1), &architecture, 2).unwrap();
        Keras2::new(counters, &network, &steps(&network))
    }

    #[test]
    fn a_fresh_session_leaves_the_first_number_out() {
        let names = names(LayerCounters::default(), "2x3R 3x3S");
        assert_eq!(names.input(), "serving_default_conv2d_input:0");
        assert_eq!(names.constant(Constant::Kernel(0), false), "sequential/conv2d/Conv2D");
        assert_eq!(names.constant(Constant::Kernel(1), false), "sequential/conv2d_1/Conv2D");
        let dense = Constant::DenseKernel(Dense::Hidden);
        assert_eq!(names.constant(dense, false), "sequential/dense/MatMul");
        assert_eq!(names.output_layer(), "dense_1");
    }

    #[test]
    fn without_a_hidden_layer_the_last_one_is_the_first_dense() {
        let architecture = Architecture::new(vec![], 0).unwrap();
        let network = Network::new(Shape::new(20, 16, 1), &architecture, 2).unwrap();
        let names = Keras2::new(LayerCounters::default(), &network, &steps(&network));
        assert_eq!(names.input(), "serving_default_flatten_input:0");
        let logits = Constant::DenseKernel(Dense::Logits);
        assert_eq!(names.constant(logits, false), "sequential/dense/MatMul");
        assert_eq!(names.output_layer(), "dense");
    }

    #[test]
    fn counters_go_on_through_a_session() {
        let counters = LayerCounters {
            sequential: 176,
            conv2d: 280,
            flatten: 169,
            dense: 338,
            ..LayerCounters::default()
        };
        let names = names(counters, "2x3R 3x3S");
        assert_eq!(names.input_layer(), "conv2d_280_input");
        let named = |activation| names.activation(activation);
        assert_eq!(named(Activation::Sigmoid(1)), "sequential_176/conv2d_281/Sigmoid");
        assert_eq!(named(Activation::Flattened), "sequential_176/flatten_169/Reshape");
        let logits = Constant::DenseKernel(Dense::Logits);
        assert_eq!(names.constant(logits, false), "sequential_176/dense_339/MatMul");
    }

    #[test]
    fn kinds_are_counted_each_for_itself() {
        let names = names(LayerCounters::default(), "drop5 max2 d2x3R 2x1R avg1 max1 gap");
        assert_eq!(names.input_layer(), "dropout_input");
        let named = |activation| names.activation(activation);
        let maximum = |layer| named(Activation::Pool(layer, PoolKind::Max));
        assert_eq!(maximum(1), "sequential/max_pooling2d/MaxPool");
        assert_eq!(maximum(5), "sequential/max_pooling2d_1/MaxPool");
        let average = named(Activation::Pool(4, PoolKind::Average));
        assert_eq!(average, "sequential/average_pooling2d/AvgPool");
        assert_eq!(named(Activation::Mean(6)), "sequential/global_average_pooling2d/Mean");
        let depthwise = "sequential/separable_conv2d/separable_conv2d/depthwise";
        assert_eq!(names.constant(Constant::Kernel(0), false), depthwise);
    }

    #[test]
    fn merged_operations_join_their_names() {
        let names = names(LayerCounters::default(), "2x3R 2x3S 3x3nR 4x3nS");
        let named = |layer| names.activation(Activation::Convolution(layer));
        assert_eq!(
            named(0),
            "sequential/conv2d/Relu;sequential/conv2d/BiasAdd;sequential/conv2d_1/Conv2D;\
             sequential/conv2d/Conv2D;sequential/conv2d/BiasAdd/ReadVariableOp"
        );
        assert_eq!(
            named(1),
            "sequential/conv2d_1/BiasAdd;sequential/conv2d_1/Conv2D;\
             sequential/conv2d_1/BiasAdd/ReadVariableOp"
        );
        assert_eq!(
            named(2),
            "sequential/activation/Relu;sequential/batch_normalization/FusedBatchNormV3;\
             sequential/conv2d_2/BiasAdd/ReadVariableOp;sequential/conv2d_2/BiasAdd;\
             sequential/conv2d_2/Conv2D"
        );
        assert_eq!(
            names.constant(Constant::Bias(3), false),
            "sequential/batch_normalization_1/FusedBatchNormV3;\
             sequential/conv2d_3/BiasAdd/ReadVariableOp;sequential/conv2d_3/BiasAdd"
        );
    }
}
