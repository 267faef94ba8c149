//! The names of Keras 3, and those that TensorFlow 2.21 derives from them.

use danas_space::{Activation as Nonlinearity, Conv2d};

use super::{Activation, LayerCounters, Names, numbered};
use crate::graph::{Constant, Dense};

/// The names of one model.
#[derive(Debug)]
pub(crate) struct Keras3 {
    /// Of the input.
    keras_tensor: String,
    convolutions: Vec<Convolution>,
    /// `sequential_1/flatten_1`.
    flatten: String,
    /// Of the dense layers.
    dense: [String; 2],
    /// The outputs of the dense layers.
    hidden: u32,
    logits: usize,
}

#[derive(Debug)]
struct Convolution {
    /// `sequential_1/conv2d_1`.
    scoped: String,
    /// Merged with its bias and, if any, its ReLU: the name of its bias, and, with a 1 behind, of
    /// its output.
    merged: String,
}

impl Keras3 {
    /// The names of a model with these convolutions, and dense layers of `hidden` and `logits`
    /// outputs.
    pub(crate) fn new(
        counters: LayerCounters,
        convolutions: impl Iterator<Item = Conv2d>,
        hidden: u32,
        logits: usize,
    ) -> Self {
        let scope = traced("sequential", counters.sequential, 0);
        let scoped = |layer, first, index| format!("{scope}/{}", traced(layer, first, index));
        let convolution = |(index, conv): (u32, Conv2d)| {
            let scoped = scoped("conv2d", counters.conv2d, index);
            let name = scoped.as_str();
            let relu = conv.activation == Nonlinearity::Relu;
            let [relu, relu_end] = if relu { [name, "/Relu;"] } else { [""; 2] };
            let shape = if conv.filters == 1 { "/Reshape" } else { "/Squeeze" };
            let sum = sum(conv.filters == 1);
            let merged = [relu, relu_end, name, sum, ";", name, "/convolution;", name, shape];
            Convolution { merged: merged.concat(), scoped }
        };
        Self {
            keras_tensor: numbered("keras_tensor", counters.keras_tensor.into()),
            convolutions: (0..).zip(convolutions).map(convolution).collect(),
            flatten: scoped("flatten", counters.flatten, 0),
            dense: [0, 1].map(|index| scoped("dense", counters.dense, index)),
            hidden,
            logits,
        }
    }

    fn of(&self, layer: Dense) -> &str {
        let [hidden, logits] = &self.dense;
        match layer {
            Dense::Hidden => hidden,
            Dense::Logits => logits,
        }
    }

    fn sum(&self, layer: Dense) -> &'static str {
        sum(match layer {
            Dense::Hidden => self.hidden == 1,
            Dense::Logits => self.logits == 1,
        })
    }
}

/// How a bias is added: where there `is_single` output the converter finds a simpler operation.
const fn sum(is_single: bool) -> &'static str {
    if is_single { "/Add" } else { "/BiasAdd" }
}

/// The name of a layer of a kind, where the first one of the model has a number.
///
/// The export traces the model once more, and makes names distinct by a number behind the whole:
/// `conv2d` becomes `conv2d_1`, and so the next one, `conv2d_1`, becomes `conv2d_1_2`.
fn traced(kind: &str, first: u32, index: u32) -> String {
    let again = if first == 0 && index == 1 { 2 } else { 1 };
    format!("{}_{again}", numbered(kind, u64::from(first) + u64::from(index)))
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

    fn constant(&self, constant: Constant, _nothing_to_transpose: bool) -> String {
        let [name, operation] = match constant {
            Constant::Bias(layer) => [&self.convolutions[layer].merged, ""],
            Constant::Kernel(layer) => [&self.convolutions[layer].scoped, "/convolution"],
            Constant::DenseBias(Dense::Hidden) => {
                let name = self.of(Dense::Hidden);
                return [name, "/Relu;", name, self.sum(Dense::Hidden)].concat();
            }
            Constant::DenseBias(Dense::Logits) => [self.of(Dense::Logits), self.sum(Dense::Logits)],
            Constant::DenseKernel(layer) => [self.of(layer), "/MatMul"],
            Constant::FlattenedShape => [&self.flatten, "/Const"],
            Constant::FlattenedWidth => [&self.flatten, "/Reshape/shape/1"],
            Constant::ShapeStart => [&self.flatten, "/strided_slice/stack"],
            Constant::One => ["arith.constant", ""],
        };
        [name, operation].concat()
    }

    fn activation(&self, activation: Activation) -> String {
        let [name, operation] = match activation {
            Activation::Convolution { layer, .. } => [&self.convolutions[layer].merged, "1"],
            Activation::Sigmoid(layer) => [&self.convolutions[layer].scoped, "/Sigmoid"],
            Activation::Shape => [&self.flatten, "/Shape"],
            Activation::Examples => [&self.flatten, "/strided_slice"],
            Activation::FlattenedShape => [&self.flatten, "/Reshape/shape"],
            Activation::Flattened => [&self.flatten, "/Reshape"],
            Activation::Dense(Dense::Hidden) => {
                let name = self.of(Dense::Hidden);
                let sum = self.sum(Dense::Hidden);
                return [name, "/MatMul;", name, "/Relu;", name, sum].concat();
            }
            Activation::Dense(Dense::Logits) => {
                let name = self.of(Dense::Logits);
                return [name, "/MatMul;", name, self.sum(Dense::Logits)].concat();
            }
            Activation::Output => ["StatefulPartitionedCall_1:0", ""],
        };
        [name, operation].concat()
    }
}

#[cfg(test)]
mod tests {
    use danas_space::Layer;

    use super::*;

    fn conv(filters: u32) -> Conv2d {
        match Layer::conv2d(filters, 3, Nonlinearity::Relu) {
            Layer::Conv2d(conv) => conv,
            other => unreachable!("{other}"),
        }
    }

    fn names(filters: &[u32], hidden: u32) -> Keras3 {
        let convolutions = filters.iter().copied().map(conv);
        Keras3::new(LayerCounters::default(), convolutions, hidden, 2)
    }

    #[test]
    fn the_second_layer_of_a_kind_is_numbered_behind_its_number() {
        let names = names(&[4, 4, 4], 10);
        let kernel = |layer| names.constant(Constant::Kernel(layer), false);
        assert_eq!(kernel(0), "sequential_1/conv2d_1/convolution");
        assert_eq!(kernel(1), "sequential_1/conv2d_1_2/convolution");
        assert_eq!(kernel(2), "sequential_1/conv2d_2_1/convolution");
    }

    #[test]
    fn later_models_of_a_session_count_on() {
        let counters =
            LayerCounters { sequential: 1, conv2d: 3, flatten: 1, dense: 2, keras_tensor: 22 };
        let names = Keras3::new(counters, [conv(2); 2].into_iter(), 10, 2);
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
        let names = names(&[4], 10);
        let name = "sequential_1/conv2d_1/Relu;sequential_1/conv2d_1/BiasAdd;\
                    sequential_1/conv2d_1/convolution;sequential_1/conv2d_1/Squeeze";
        assert_eq!(names.constant(Constant::Bias(0), false), name);
        let output = Activation::Convolution { layer: 0, sharing: 0, relu: true };
        assert_eq!(names.activation(output), [name, "1"].concat());
    }

    #[test]
    fn the_bias_of_a_single_output_is_added_otherwise() {
        let names = names(&[1], 1);
        let name = "sequential_1/conv2d_1/Relu;sequential_1/conv2d_1/Add;\
                    sequential_1/conv2d_1/convolution;sequential_1/conv2d_1/Reshape";
        assert_eq!(names.constant(Constant::Bias(0), false), name);
        let bias = |layer| names.constant(Constant::DenseBias(layer), false);
        assert_eq!(bias(Dense::Hidden), "sequential_1/dense_1/Relu;sequential_1/dense_1/Add");
        assert_eq!(bias(Dense::Logits), "sequential_1/dense_1_2/BiasAdd");
    }
}
