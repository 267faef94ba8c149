//! The names of Keras 2, and those that TensorFlow 2.10 to 2.15 derives from them. Where the
//! converter merges operations, it joins their names.

use super::{Activation, LayerCounters, Names, numbered};
use crate::graph::{Constant, Dense};

/// The names of one model.
#[derive(Debug)]
pub(crate) struct Keras2 {
    /// The number of the first convolution.
    first_convolution: u32,
    /// The scoped name of each convolution: `sequential/conv2d_1`.
    convolutions: Vec<String>,
    flatten: String,
    dense: String,
    logits: String,
    /// The name of the last layer, without the model's.
    output_layer: String,
}

impl Keras2 {
    /// The names of a model with so many convolutions.
    pub(crate) fn new(counters: LayerCounters, convolutions: usize) -> Self {
        let LayerCounters { sequential, conv2d, flatten, dense, .. } = counters;
        let [dense, logits] = [u64::from(dense), u64::from(dense) + 1];
        let mut scope = numbered("sequential", sequential.into());
        scope.push('/');
        let scoped = |layer: &str, number: u64| [scope.as_str(), &numbered(layer, number)].concat();
        Self {
            first_convolution: conv2d,
            convolutions: (u64::from(conv2d)..)
                .take(convolutions)
                .map(|number| scoped("conv2d", number))
                .collect(),
            flatten: scoped("flatten", flatten.into()),
            dense: scoped("dense", dense),
            logits: scoped("dense", logits),
            output_layer: numbered("dense", logits),
        }
    }

    fn of(&self, layer: Dense) -> &str {
        match layer {
            Dense::Hidden => &self.dense,
            Dense::Logits => &self.logits,
        }
    }

    /// The output of a convolution that is merged with its bias and, if any, its `relu`.
    ///
    /// Before the merge, convolutions with equally many filters share one bias of zeros, and with
    /// it the name of the last of them, `sharing`.
    fn convolution(&self, layer: usize, sharing: usize, relu: bool) -> String {
        let name = self.convolutions[layer].as_str();
        let [relu, relu_end] = if relu { [name, "/Relu;"] } else { [""; 2] };
        let [shared, shared_end] =
            if sharing == layer { [""; 2] } else { [&self.convolutions[sharing], "/Conv2D;"] };
        let bias = "/BiasAdd;";
        let variable = "/BiasAdd/ReadVariableOp";
        [relu, relu_end, name, bias, shared, shared_end, name, "/Conv2D;", name, variable].concat()
    }
}

impl Names for Keras2 {
    fn input_layer(&self) -> String {
        numbered("conv2d", self.first_convolution.into()) + "_input"
    }

    fn output_layer(&self) -> String {
        self.output_layer.clone()
    }

    fn input(&self) -> String {
        ["serving_default_", &self.input_layer(), ":0"].concat()
    }

    fn constant(&self, constant: Constant, nothing_to_transpose: bool) -> String {
        let [name, operation] = match constant {
            Constant::Bias(layer) => [&self.convolutions[layer], "/BiasAdd/ReadVariableOp"],
            // After the operation that transposed it, or else after the variable.
            Constant::Kernel(layer) if nothing_to_transpose => {
                [&self.convolutions[layer], "/Conv2D/ReadVariableOp"]
            }
            Constant::Kernel(layer) => [&self.convolutions[layer], "/Conv2D"],
            Constant::DenseBias(layer) => [self.of(layer), "/BiasAdd/ReadVariableOp"],
            Constant::DenseKernel(layer) => [self.of(layer), "/MatMul"],
            Constant::FlattenedShape
            | Constant::FlattenedWidth
            | Constant::ShapeStart
            | Constant::One => [&self.flatten, "/Const"],
        };
        [name, operation].concat()
    }

    fn activation(&self, activation: Activation) -> String {
        match activation {
            Activation::Convolution { layer, sharing, relu } => {
                self.convolution(layer, sharing, relu)
            }
            Activation::Sigmoid(layer) => [&self.convolutions[layer], "/Sigmoid"].concat(),
            Activation::Shape => [&self.flatten, "/Shape"].concat(),
            Activation::Examples => [&self.flatten, "/strided_slice"].concat(),
            Activation::FlattenedShape => [&self.flatten, "/Reshape/shape"].concat(),
            Activation::Flattened => [&self.flatten, "/Reshape"].concat(),
            Activation::Dense(Dense::Hidden) => {
                let name = self.dense.as_str();
                [name, "/MatMul;", name, "/Relu;", name, "/BiasAdd"].concat()
            }
            Activation::Dense(Dense::Logits) => {
                let name = self.logits.as_str();
                [name, "/MatMul;", name, "/BiasAdd"].concat()
            }
            Activation::Output => "StatefulPartitionedCall:0".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_session_leaves_the_first_number_out() {
        let names = Keras2::new(LayerCounters::default(), 2);
        assert_eq!(names.input(), "serving_default_conv2d_input:0");
        assert_eq!(names.constant(Constant::Kernel(0), false), "sequential/conv2d/Conv2D");
        assert_eq!(names.constant(Constant::Kernel(1), false), "sequential/conv2d_1/Conv2D");
        let dense = Constant::DenseKernel(Dense::Hidden);
        assert_eq!(names.constant(dense, false), "sequential/dense/MatMul");
        assert_eq!(names.output_layer(), "dense_1");
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
        let names = Keras2::new(counters, 2);
        assert_eq!(names.input_layer(), "conv2d_280_input");
        let named = |activation| names.activation(activation);
        assert_eq!(named(Activation::Sigmoid(1)), "sequential_176/conv2d_281/Sigmoid");
        assert_eq!(named(Activation::Flattened), "sequential_176/flatten_169/Reshape");
        let logits = Constant::DenseKernel(Dense::Logits);
        assert_eq!(names.constant(logits, false), "sequential_176/dense_339/MatMul");
    }

    #[test]
    fn merged_operations_join_their_names() {
        let names = Keras2::new(LayerCounters::default(), 2);
        assert_eq!(
            names.convolution(0, 1, true),
            "sequential/conv2d/Relu;sequential/conv2d/BiasAdd;sequential/conv2d_1/Conv2D;\
             sequential/conv2d/Conv2D;sequential/conv2d/BiasAdd/ReadVariableOp"
        );
        assert_eq!(
            names.convolution(1, 1, false),
            "sequential/conv2d_1/BiasAdd;sequential/conv2d_1/Conv2D;\
             sequential/conv2d_1/BiasAdd/ReadVariableOp"
        );
    }
}
