//! The names that Keras gives to layers, and the converter to tensors. Their lengths are a good
//! part of a small model's size.

/// How many layers of each kind a Keras session has named before.
///
/// Keras numbers layers through a whole session: the first convolution is `conv2d`, the next one
/// `conv2d_1`, also where they belong to different models. A fresh session, the default, starts at
/// zero. A search that never clears its session writes ever longer names, and so larger files; with
/// its counters the sizes it measured can be reproduced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LayerCounters {
    /// `Sequential` models.
    pub sequential: u32,
    /// `Conv2D` layers.
    pub conv2d: u32,
    /// `Flatten` layers.
    pub flatten: u32,
    /// `Dense` layers: every model has two.
    pub dense: u32,
}

/// Names of one model: those of its layers, and those that TensorFlow 2.10 to 2.15 derives for the
/// model's tensors. Where the converter merges operations, it joins their names.
#[derive(Debug)]
pub(crate) struct Names {
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

impl Names {
    /// The names of a model with so many convolutions.
    pub(crate) fn new(counters: LayerCounters, convolutions: usize) -> Self {
        let LayerCounters { sequential, conv2d, flatten, dense } = counters;
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

    /// The model's input in its signature.
    pub(crate) fn input_layer(&self) -> String {
        numbered("conv2d", self.first_convolution.into()) + "_input"
    }

    /// The model's output in its signature.
    pub(crate) fn output_layer(&self) -> &str {
        &self.output_layer
    }

    pub(crate) fn input(&self) -> String {
        ["serving_default_", &self.input_layer(), ":0"].concat()
    }

    pub(crate) fn output(&self) -> String {
        "StatefulPartitionedCall:0".to_owned()
    }

    pub(crate) fn convolution_bias(&self, layer: usize) -> String {
        [&self.convolutions[layer], "/BiasAdd/ReadVariableOp"].concat()
    }

    /// The kernel of a convolution, named after the operation that transposed it, or after the
    /// variable where there was `nothing_to_transpose`.
    pub(crate) fn convolution_kernel(&self, layer: usize, nothing_to_transpose: bool) -> String {
        let operation = if nothing_to_transpose { "/Conv2D/ReadVariableOp" } else { "/Conv2D" };
        [&self.convolutions[layer], operation].concat()
    }

    /// The output of a convolution that is merged with its bias and, if any, its `relu`.
    ///
    /// Before the merge, convolutions with equally many filters share one bias of zeros, and with
    /// it the name of the last of them, `sharing`.
    pub(crate) fn convolution(&self, layer: usize, sharing: usize, relu: bool) -> String {
        let name = self.convolutions[layer].as_str();
        let [relu, relu_end] = if relu { [name, "/Relu;"] } else { [""; 2] };
        let [shared, shared_end] =
            if sharing == layer { [""; 2] } else { [&self.convolutions[sharing], "/Conv2D;"] };
        let bias = "/BiasAdd;";
        let variable = "/BiasAdd/ReadVariableOp";
        [relu, relu_end, name, bias, shared, shared_end, name, "/Conv2D;", name, variable].concat()
    }

    pub(crate) fn sigmoid(&self, layer: usize) -> String {
        [&self.convolutions[layer], "/Sigmoid"].concat()
    }

    pub(crate) fn flattened_shape(&self) -> String {
        [&self.flatten, "/Const"].concat()
    }

    pub(crate) fn flattened(&self) -> String {
        [&self.flatten, "/Reshape"].concat()
    }

    pub(crate) fn dense_bias(&self) -> String {
        [&self.dense, "/BiasAdd/ReadVariableOp"].concat()
    }

    pub(crate) fn dense_kernel(&self) -> String {
        [&self.dense, "/MatMul"].concat()
    }

    pub(crate) fn dense(&self) -> String {
        let name = self.dense.as_str();
        [name, "/MatMul;", name, "/Relu;", name, "/BiasAdd"].concat()
    }

    pub(crate) fn logits_bias(&self) -> String {
        [&self.logits, "/BiasAdd/ReadVariableOp"].concat()
    }

    pub(crate) fn logits_kernel(&self) -> String {
        [&self.logits, "/MatMul"].concat()
    }

    pub(crate) fn logits(&self) -> String {
        let name = self.logits.as_str();
        [name, "/MatMul;", name, "/BiasAdd"].concat()
    }
}

/// Keras leaves the number of a session's first layer out.
fn numbered(layer: &str, number: u64) -> String {
    if number == 0 { layer.to_owned() } else { format!("{layer}_{number}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_session_leaves_the_first_number_out() {
        let names = Names::new(LayerCounters::default(), 2);
        assert_eq!(names.input(), "serving_default_conv2d_input:0");
        assert_eq!(names.convolution_kernel(0, false), "sequential/conv2d/Conv2D");
        assert_eq!(names.convolution_kernel(1, false), "sequential/conv2d_1/Conv2D");
        assert_eq!(names.dense_kernel(), "sequential/dense/MatMul");
        assert_eq!(names.output_layer(), "dense_1");
    }

    #[test]
    fn counters_go_on_through_a_session() {
        let counters = LayerCounters { sequential: 176, conv2d: 280, flatten: 169, dense: 338 };
        let names = Names::new(counters, 2);
        assert_eq!(names.input_layer(), "conv2d_280_input");
        assert_eq!(names.sigmoid(1), "sequential_176/conv2d_281/Sigmoid");
        assert_eq!(names.flattened(), "sequential_176/flatten_169/Reshape");
        assert_eq!(names.logits_kernel(), "sequential_176/dense_339/MatMul");
    }

    #[test]
    fn merged_operations_join_their_names() {
        let names = Names::new(LayerCounters::default(), 2);
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
