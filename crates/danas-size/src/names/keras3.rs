//! The names of Keras 3, and those that TensorFlow 2.21 derives from them.

use danas_space::{Network, PoolKind};

use super::{Activation, LayerCounters, Named, Names, ScopedLayer, counters::KerasLayer, dense};
use crate::{
    graph::constant::Constant,
    graph::dense::Dense,
    steps::{Part, Step},
};

/// The name of a constant that stands for several equal ones.
const MERGED_CONSTANT: &str = "arith.constant";

/// The names of one model.
#[derive(Debug)]
pub(crate) struct Keras3 {
    /// Name of the input.
    keras_tensor: String,
    /// Names such as `sequential_1/conv2d_1`.
    layers: Vec<ScopedLayer>,
    convolutions: Vec<Named>,
    flatten: String,
    /// Names of the dense layers.
    dense: [String; 2],
    /// Numbers of outputs of the dense layers.
    outputs: [usize; 2],
}

impl Keras3 {
    pub(crate) fn new(counters: LayerCounters, network: &Network, steps: &[Step]) -> Self {
        let mut scope = KerasLayer::first("sequential", counters.sequential).traced();
        scope.push('/');
        let scoped = |layer: KerasLayer| [scope.as_str(), &layer.traced()].concat();
        let layers = counters.name(network);
        let hidden_outputs = usize::try_from(network.dense_width()).unwrap_or(usize::MAX);
        Self {
            keras_tensor: KerasLayer::first("keras_tensor", counters.keras_tensor).name(),
            layers: layers.iter().map(|layer| ScopedLayer::new(layer, scoped)).collect(),
            convolutions: Named::all(steps),
            flatten: scoped(KerasLayer::first("flatten", counters.flatten)),
            dense: dense(counters, network).map(scoped),
            outputs: [hidden_outputs, network.classes()],
        }
    }

    /// Returns the name of a dense layer, and that of the operation that adds its bias.
    fn of(&self, layer: Dense) -> [&str; 2] {
        let index = match layer {
            Dense::Hidden => 0,
            Dense::Logits => 1,
        };
        [&self.dense[index], sum(self.outputs[index])]
    }

    /// Returns the name of a convolution alone: its layer, and its operation in that layer.
    fn convolution(&self, convolution: usize) -> [&str; 2] {
        let named = self.convolutions[convolution];
        [&self.layers[named.layer].name, named.operation("/convolution")]
    }

    /// Returns the name of a convolution, merged with its bias and with any normalisation and ReLU.
    /// Both its bias and its output have this name.
    fn merged(&self, convolution: usize) -> String {
        let Named { layer, part, outputs, relu } = self.convolutions[convolution];
        let [name, operation] = self.convolution(convolution);
        if part == Part::Depthwise {
            return [name, operation].concat();
        }
        let layer = &self.layers[layer];
        let shape = if outputs == 1 { "/Reshape" } else { "/Squeeze" };
        let relu = if relu { [layer.bent(), "/Relu;"] } else { [""; 2] };
        let convolved = [name, operation];
        let Some(behind) = &layer.behind else {
            let parts =
                [relu, [name, sum(outputs)], [";", ""], convolved, [";", name], [shape, ""]];
            return parts.as_flattened().concat();
        };
        let normalised = behind.normalisation.as_str();
        let moved = [normalised, "/batchnorm/sub"];
        let [first, last] =
            if relu[0].is_empty() { [moved, convolved] } else { [convolved, moved] };
        let parts = [
            relu,
            [normalised, "/batchnorm/add_1;"],
            [normalised, "/batchnorm/mul_1;"],
            [name, shape],
            [";", name],
            [sum(outputs), ";"],
            [normalised, "/batchnorm/mul;"],
            first,
            [";", ""],
            last,
        ];
        parts.as_flattened().concat()
    }

    /// Returns the name of the zeros of a depthwise convolution. Until biases are merged in, all
    /// convolutions with the same number of outputs share them.
    fn zeros(&self, convolution: usize) -> [&str; 2] {
        let outputs = self.convolutions[convolution].outputs;
        let is_shared =
            self.convolutions.iter().filter(|other| other.outputs == outputs).count() > 1;
        if is_shared { [MERGED_CONSTANT, ""] } else { self.convolution(convolution) }
    }
}

impl KerasLayer {
    /// Returns its name after the export, which traces the model again and appends a number to make
    /// names distinct: `conv2d` becomes `conv2d_1`, so the next one, `conv2d_1`, becomes
    /// `conv2d_1_2`.
    fn traced(self) -> String {
        let again = if self.before == 0 && self.index == 1 { "_2" } else { "_1" };
        self.name() + again
    }
}

/// Returns the operation that adds a bias. The converter uses a simpler one for a single output.
const fn sum(outputs: usize) -> &'static str {
    if outputs == 1 { "/Add" } else { "/BiasAdd" }
}

impl Names for Keras3 {
    fn input_layer(&self) -> String {
        self.keras_tensor.clone()
    }

    fn output_layer(&self) -> String {
        "output_0".to_owned()
    }

    fn input(&self) -> String {
        ["serving_default_", &self.keras_tensor, ":0"].concat()
    }

    fn constant(&self, constant: Constant, nothing_to_transpose: bool) -> String {
        let [name, operation] = match constant {
            Constant::Bias(convolution) => return self.merged(convolution),
            Constant::Kernel(convolution) => {
                let Named { layer, part, .. } = self.convolutions[convolution];
                match part {
                    Part::Depthwise if nothing_to_transpose => {
                        [&self.layers[layer].name, "/separable_conv2d/ReadVariableOp"]
                    }
                    _ => self.convolution(convolution),
                }
            }
            Constant::Zeros(convolution) => self.zeros(convolution),
            Constant::DenseBias(Dense::Hidden) => {
                let [name, sum] = self.of(Dense::Hidden);
                return [name, "/Relu;", name, sum].concat();
            }
            Constant::DenseBias(Dense::Logits) => self.of(Dense::Logits),
            Constant::DenseKernel(layer) => [self.of(layer)[0], "/MatMul"],
            Constant::Axes(layer) => [&self.layers[layer].name, "/Mean/reduction_indices"],
            Constant::FlattenedShape => [&self.flatten, "/Const"],
            Constant::FlattenedWidth => [&self.flatten, "/Reshape/shape/1"],
            Constant::ShapeStart => [&self.flatten, "/strided_slice/stack"],
            Constant::One => [MERGED_CONSTANT, ""],
        };
        [name, operation].concat()
    }

    fn activation(&self, activation: Activation) -> String {
        let [name, operation] = match activation {
            Activation::Convolution(convolution) => return self.merged(convolution),
            Activation::Sigmoid(layer) => [self.layers[layer].bent(), "/Sigmoid"],
            Activation::Pool(layer, PoolKind::Max) => [&self.layers[layer].name, "/MaxPool2d"],
            Activation::Pool(layer, PoolKind::Average) => [&self.layers[layer].name, "/AvgPool"],
            Activation::Mean(layer) => [&self.layers[layer].name, "/Mean"],
            Activation::Shape => [&self.flatten, "/Shape"],
            Activation::Examples => [&self.flatten, "/strided_slice"],
            Activation::FlattenedShape => [&self.flatten, "/Reshape/shape"],
            Activation::Flattened => [&self.flatten, "/Reshape"],
            Activation::Dense(Dense::Hidden) => {
                let [name, sum] = self.of(Dense::Hidden);
                return [name, "/MatMul;", name, "/Relu;", name, sum].concat();
            }
            Activation::Dense(Dense::Logits) => {
                let [name, sum] = self.of(Dense::Logits);
                return [name, "/MatMul;", name, sum].concat();
            }
            Activation::Output => ["StatefulPartitionedCall_1:0", ""],
        };
        [name, operation].concat()
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;
    use crate::steps::steps;

    fn names(counters: LayerCounters, layers: &str, hidden: u32) -> Keras3 {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), hidden).unwrap();
        let network = Network::new(Shape::new(20, 16, 1), &architecture, 2).unwrap();
        Keras3::new(counters, &network, &steps(&network))
    }

    #[test]
    fn the_second_layer_of_a_kind_is_numbered_behind_its_number() {
        let names = names(LayerCounters::default(), "4x3R 4x3R 4x3R", 10);
        let kernel = |layer| names.constant(Constant::Kernel(layer), false);
        assert_eq!(kernel(0), "sequential_1/conv2d_1/convolution");
        assert_eq!(kernel(1), "sequential_1/conv2d_1_2/convolution");
        assert_eq!(kernel(2), "sequential_1/conv2d_2_1/convolution");
    }

    #[test]
    fn later_models_of_a_session_count_on() {
        let counters = LayerCounters {
            sequential: 1,
            conv2d: 3,
            flatten: 1,
            dense: 2,
            keras_tensor: 22,
            ..LayerCounters::default()
        };
        let names = names(counters, "2x3R 2x3R", 10);
        assert_eq!(names.input(), "serving_default_keras_tensor_22:0");
        let kernel = |layer| names.constant(Constant::Kernel(layer), false);
        assert_eq!(kernel(0), "sequential_1_1/conv2d_3_1/convolution");
        assert_eq!(kernel(1), "sequential_1_1/conv2d_4_1/convolution");
        let flattened = names.activation(Activation::Flattened);
        assert_eq!(flattened, "sequential_1_1/flatten_1_1/Reshape");
        let dense = |layer| names.constant(Constant::DenseKernel(layer), false);
        assert_eq!(dense(Dense::Hidden), "sequential_1_1/dense_2_1/MatMul");
        assert_eq!(dense(Dense::Logits), "sequential_1_1/dense_3_1/MatMul");
    }

    #[test]
    fn a_merged_convolution_names_its_bias_and_its_output() {
        let names = names(LayerCounters::default(), "4x3R 4x3nR 4x3nS", 10);
        let named = |layer| names.constant(Constant::Bias(layer), false);
        let name = "sequential_1/conv2d_1/Relu;sequential_1/conv2d_1/BiasAdd;\
                    sequential_1/conv2d_1/convolution;sequential_1/conv2d_1/Squeeze";
        assert_eq!(named(0), name);
        assert_eq!(names.activation(Activation::Convolution(0)), name);
        assert_eq!(
            named(1),
            "sequential_1/activation_1/Relu;sequential_1/batch_normalization_1/batchnorm/add_1;\
             sequential_1/batch_normalization_1/batchnorm/mul_1;sequential_1/conv2d_1_2/Squeeze;\
             sequential_1/conv2d_1_2/BiasAdd;sequential_1/batch_normalization_1/batchnorm/mul;\
             sequential_1/conv2d_1_2/convolution;sequential_1/batch_normalization_1/batchnorm/sub"
        );
        assert!(named(2).ends_with(
            "sequential_1/batch_normalization_1_2/batchnorm/mul;\
             sequential_1/batch_normalization_1_2/batchnorm/sub;\
             sequential_1/conv2d_2_1/convolution"
        ));
    }

    #[test]
    fn the_bias_of_a_single_output_is_added_otherwise() {
        let names = names(LayerCounters::default(), "1x3R", 1);
        let name = "sequential_1/conv2d_1/Relu;sequential_1/conv2d_1/Add;\
                    sequential_1/conv2d_1/convolution;sequential_1/conv2d_1/Reshape";
        assert_eq!(names.constant(Constant::Bias(0), false), name);
        let bias = |layer| names.constant(Constant::DenseBias(layer), false);
        assert_eq!(bias(Dense::Hidden), "sequential_1/dense_1/Relu;sequential_1/dense_1/Add");
        assert_eq!(bias(Dense::Logits), "sequential_1/dense_1_2/BiasAdd");
    }

    #[test]
    fn zeros_that_several_convolutions_share_lose_their_name() {
        let names = names(LayerCounters::default(), "d2x3R d3x3R", 10);
        let zeros = |convolution| names.constant(Constant::Zeros(convolution), false);
        assert_eq!(zeros(0), "sequential_1/separable_conv2d_1/separable_conv2d/depthwise");
        assert_eq!(zeros(2), "arith.constant"); // the pointwise part before it has two outputs, too
    }
}
