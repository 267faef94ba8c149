//! The names of Keras 3 in a fresh session, and those that TensorFlow 2.21 derives from them.

use danas_space::{Activation as Nonlinearity, Conv2d};

use super::{Activation, Names};
use crate::graph::{Constant, Dense};

/// The names of one model.
#[derive(Debug)]
pub(crate) struct Keras3 {
    convolutions: Vec<Convolution>,
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

const FLATTEN: &str = "sequential_1/flatten_1";

impl Keras3 {
    /// The names of a model with these convolutions, and dense layers of `hidden` and `logits`
    /// outputs.
    pub(crate) fn new(
        convolutions: impl Iterator<Item = Conv2d>,
        hidden: u32,
        logits: usize,
    ) -> Self {
        let convolution = |(layer, conv): (usize, Conv2d)| {
            // The export traces the model once more: Keras makes its names distinct by a number
            // behind the whole.
            let scoped = match layer {
                0 => "sequential_1/conv2d_1".to_owned(),
                1 => "sequential_1/conv2d_1_2".to_owned(),
                _ => format!("sequential_1/conv2d_{layer}_1"),
            };
            let name = scoped.as_str();
            let relu = conv.activation == Nonlinearity::Relu;
            let [relu, relu_end] = if relu { [name, "/Relu;"] } else { [""; 2] };
            let shape = if conv.filters == 1 { "/Reshape" } else { "/Squeeze" };
            let sum = sum(conv.filters == 1);
            let merged = [relu, relu_end, name, sum, ";", name, "/convolution;", name, shape];
            Convolution { merged: merged.concat(), scoped }
        };
        Self { convolutions: convolutions.enumerate().map(convolution).collect(), hidden, logits }
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

const fn of(layer: Dense) -> &'static str {
    match layer {
        Dense::Hidden => "sequential_1/dense_1",
        Dense::Logits => "sequential_1/dense_1_2",
    }
}

impl Names for Keras3 {
    fn input_layer(&self) -> String {
        "keras_tensor".to_owned()
    }

    fn output_layer(&self) -> String {
        "output_0".to_owned()
    }

    fn input(&self) -> String {
        "serving_default_keras_tensor:0".to_owned()
    }

    fn constant(&self, constant: Constant, _nothing_to_transpose: bool) -> String {
        let [name, operation] = match constant {
            Constant::Bias(layer) => [&self.convolutions[layer].merged, ""],
            Constant::Kernel(layer) => [&self.convolutions[layer].scoped, "/convolution"],
            Constant::DenseBias(Dense::Hidden) => {
                let name = of(Dense::Hidden);
                return [name, "/Relu;", name, self.sum(Dense::Hidden)].concat();
            }
            Constant::DenseBias(Dense::Logits) => [of(Dense::Logits), self.sum(Dense::Logits)],
            Constant::DenseKernel(layer) => [of(layer), "/MatMul"],
            Constant::FlattenedShape => [FLATTEN, "/Const"],
            Constant::FlattenedWidth => [FLATTEN, "/Reshape/shape/1"],
            Constant::ShapeStart => [FLATTEN, "/strided_slice/stack"],
            Constant::One => ["arith.constant", ""],
        };
        [name, operation].concat()
    }

    fn activation(&self, activation: Activation) -> String {
        let [name, operation] = match activation {
            Activation::Convolution { layer, .. } => [&self.convolutions[layer].merged, "1"],
            Activation::Sigmoid(layer) => [&self.convolutions[layer].scoped, "/Sigmoid"],
            Activation::Shape => [FLATTEN, "/Shape"],
            Activation::Examples => [FLATTEN, "/strided_slice"],
            Activation::FlattenedShape => [FLATTEN, "/Reshape/shape"],
            Activation::Flattened => [FLATTEN, "/Reshape"],
            Activation::Dense(Dense::Hidden) => {
                let name = of(Dense::Hidden);
                let sum = self.sum(Dense::Hidden);
                return [name, "/MatMul;", name, "/Relu;", name, sum].concat();
            }
            Activation::Dense(Dense::Logits) => {
                let name = of(Dense::Logits);
                return [name, "/MatMul;", name, self.sum(Dense::Logits)].concat();
            }
            Activation::Output => ["StatefulPartitionedCall_1:0", ""],
        };
        [name, operation].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(filters: &[u32], hidden: u32) -> Keras3 {
        let conv = |&filters| Conv2d { filters, kernel: 3, activation: Nonlinearity::Relu };
        Keras3::new(filters.iter().map(conv), hidden, 2)
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
