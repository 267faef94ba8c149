//! Networks: architectures that are bound to an input and classes, with all shapes computed.

use std::fmt;

use crate::{
    architecture::Architecture,
    infeasible::Infeasible,
    layer::{Layer, layers_text},
    place::Place,
    shape::Shape,
};

/// A layer of a network, with its input and output shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapedLayer {
    /// The layer. [Relative](crate::Extent::WHOLE) heights of the architecture are replaced by the
    /// height of `input`.
    pub layer: Layer,
    /// Shape of what the layer reads.
    pub input: Shape,
    /// Shape of what the layer writes.
    pub output: Shape,
}

/// A feasible network: an [`Architecture`] bound to an input shape and a number of classes.
///
/// The output of the last layer is flattened in the order height, width, channel. (After global
/// average pooling there is nothing to flatten.) A hidden dense layer with ReLU reads the flattened
/// values, and a dense layer with softmax over the classes reads the hidden layer. If the
/// architecture has no hidden layer, the softmax layer reads the flattened values directly.
///
/// All counts are checked when the network is built, so reading them cannot overflow.
///
/// ```
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// // A row of the paper's Table 3: 9240 bytes in total, 4 of them for each of 1474 parameters.
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// assert_eq!(network.parameters(), 1474);
/// assert_eq!(network.macs(), 11_936);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Network {
    input: Shape,
    layers: Vec<ShapedLayer>,
    flattened: usize,
    dense_width: u32,
    classes: usize,
    parameters: u64,
    macs: u64,
}

impl Network {
    /// Binds `architecture` to inputs of shape `input` and to `classes` outputs.
    ///
    /// # Errors
    /// [`Infeasible`] if a kernel or pooling window exceeds its input, if the input is empty, if
    /// there are no classes, or if a count overflows.
    pub fn new(
        input: Shape,
        architecture: &Architecture,
        classes: usize,
    ) -> Result<Self, Infeasible> {
        if input.elements() == Some(0) || classes == 0 {
            return Err(Infeasible::Degenerate { input, classes });
        }
        let mut layers = Vec::with_capacity(architecture.layers().len());
        let mut shape = input;
        let mut parameters = 0_u64;
        let mut macs = 0_u64;
        for (number, &layer) in (1..).zip(architecture.layers()) {
            let too_large = || Infeasible::TooLarge { layer: number };
            let layer = layer.on(shape).ok_or_else(too_large)?;
            let output = layer.output(shape, number)?;
            let added = layer.parameters(shape).ok_or_else(too_large)?;
            parameters = parameters.checked_add(added).ok_or_else(too_large)?;
            let added = layer.macs(shape, output).ok_or_else(too_large)?;
            macs = macs.checked_add(added).ok_or_else(too_large)?;
            layers.push(ShapedLayer { layer, input: shape, output });
            shape = output;
        }
        let dense_width = architecture.dense_width();
        let mut flatten = || {
            let flattened = shape.elements()?;
            let inputs = u64::try_from(flattened).ok()?;
            let outputs = u64::try_from(classes).ok()?;
            let width = u64::from(dense_width);
            let weights = match width {
                0 => inputs.checked_mul(outputs)?,
                _ => inputs.checked_mul(width)?.checked_add(width.checked_mul(outputs)?)?,
            };
            let biases = width.checked_add(outputs)?;
            parameters = parameters.checked_add(weights)?.checked_add(biases)?;
            macs = macs.checked_add(weights)?;
            Some(flattened)
        };
        let flattened = flatten().ok_or(Infeasible::TooLarge { layer: layers.len() + 1 })?;
        Ok(Self { input, layers, flattened, dense_width, classes, parameters, macs })
    }

    /// Returns the shape of one input.
    #[must_use]
    pub const fn input(&self) -> Shape {
        self.input
    }

    /// Returns the layers before the flattening, with their shapes.
    #[must_use]
    pub fn layers(&self) -> &[ShapedLayer] {
        &self.layers
    }

    /// Returns the number of values that the first dense layer reads. That is the
    /// [hidden](Self::dense_width) layer, or the output layer if there is no hidden layer.
    #[must_use]
    pub const fn flattened(&self) -> usize {
        self.flattened
    }

    /// Returns the width of the hidden dense layer, or 0 if there is none.
    #[must_use]
    pub const fn dense_width(&self) -> u32 {
        self.dense_width
    }

    /// Returns the dense layer that reads the [flattened](Self::flattened) values:
    /// [`Place::Dense`], or [`Place::Output`] if there is no hidden layer.
    #[must_use]
    pub const fn first_dense(&self) -> Place {
        if self.dense_width > 0 { Place::Dense } else { Place::Output }
    }

    /// Returns the shape that is flattened: the output of the last layer, or the input if there are
    /// no layers.
    #[must_use]
    pub fn last_shape(&self) -> Shape {
        self.layers.last().map_or(self.input, |last| last.output)
    }

    /// Returns the number of classes, which is also the number of outputs.
    #[must_use]
    pub const fn classes(&self) -> usize {
        self.classes
    }

    /// Returns the number of trainable parameters, including biases. As in Keras, the moving means
    /// and variances of batch normalisation do not count.
    #[must_use]
    pub const fn parameters(&self) -> u64 {
        self.parameters
    }

    /// Returns the number of multiply-accumulates of one inference in convolutions and dense
    /// layers. Products with padding zeros count, biases do not. Batch normalisation adds none,
    /// since it is folded into the kernels.
    #[must_use]
    pub const fn macs(&self) -> u64 {
        self.macs
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layers = layers_text(self.layers.iter().map(|shaped| shaped.layer));
        write!(f, "{}: {layers}", self.input)?;
        if self.dense_width > 0 {
            write!(f, " > {}", self.dense_width)?;
        }
        write!(f, " > {}", self.classes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{extent::Extent, layer::parse_layers};

    fn network(input: Shape, layers: &str) -> Result<Network, Infeasible> {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 10).unwrap();
        Network::new(input, &architecture, 2)
    }

    #[test]
    fn a_depth_that_shrinks_below_the_kernel_names_its_layer() {
        let refused = network(Shape::new(39, 8, 1), "2x5R 2x3R 2x3R").unwrap_err();
        let input = Shape::new(33, 2, 2);
        assert_eq!(
            refused,
            Infeasible::KernelExceedsInput { layer: 3, kernel: Extent::square(3), input }
        );
    }

    #[test]
    fn a_network_too_large_to_count_is_infeasible() {
        let layers = format!("{0}x3R {0}x3R", u32::MAX);
        let refused = network(Shape::new(usize::MAX / 4, 8, 1), &layers).unwrap_err();
        assert!(matches!(refused, Infeasible::TooLarge { .. }), "{refused}");
    }

    fn headless(input: Shape, layers: &str) -> Network {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 0).unwrap();
        Network::new(input, &architecture, 4).unwrap()
    }

    #[test]
    fn a_whole_height_follows_the_maps_through_the_network() {
        for height in [1, 13, 39] {
            let network = headless(Shape::new(height, 20, 1), "8xHx3R avgHx2 4xHx1/Hx2S gap");
            let layers: Vec<String> =
                network.layers().iter().map(|it| it.layer.to_string()).collect();
            let first = format!("8x{}R", Extent::new(u32::try_from(height).unwrap(), 3));
            assert_eq!(layers, [&first, "avg1x2", "4x1/1x2S", "gap"]);
            assert_eq!(network.last_shape(), Shape::new(1, 1, 4));
        }
        let deep = headless(Shape::new(39, 20, 1), "8x3R 2xHx3R");
        assert_eq!(deep.to_string(), "39x20x1: 8x3R 2x37x3R > 4");
    }

    #[test]
    fn without_a_hidden_layer_the_softmax_reads_the_flattened_values() {
        let network = headless(Shape::new(39, 8, 1), "2x3R");
        assert_eq!(network.flattened(), 37 * 6 * 2);
        assert_eq!(network.parameters(), (9 + 1) * 2 + (37 * 6 * 2 + 1) * 4);
        assert_eq!(network.macs(), 9 * 37 * 6 * 2 + 37 * 6 * 2 * 4);
        assert_eq!(network.first_dense(), Place::Output);
    }

    #[test]
    fn without_layers_it_is_logistic_regression() {
        let network = headless(Shape::new(39, 8, 1), "flatten");
        assert_eq!(network.to_string(), "39x8x1: flatten > 4");
        assert_eq!((network.parameters(), network.macs()), ((39 * 8 + 1) * 4, 39 * 8 * 4));
        let names: Vec<String> =
            network.weights().iter().map(|spec| format!("{spec} {:?}", spec.shape)).collect();
        assert_eq!(names, ["output.kernel [4, 312]", "output.bias [4]"]);
    }

    #[test]
    fn a_height_beyond_all_kernels_is_infeasible() {
        let architecture = Architecture::new(parse_layers("1xHx1R").unwrap(), 0).unwrap();
        let input = Shape::new(Extent::WHOLE as usize, 1, 1);
        let refused = Network::new(input, &architecture, 2);
        assert_eq!(refused, Err(Infeasible::TooLarge { layer: 1 }));
    }

    #[test]
    fn long_kernels_and_strides_along_a_waveform_shrink_its_width_alone() {
        let waveform = Shape::new(1, 4000, 1);
        let network = headless(waveform, "8x1x64/1x16R d12xHx9/1x4pR max1x4 4x1x3R gap");
        let shapes: Vec<Shape> = network.layers().iter().map(|it| it.output).collect();
        let of = |width, channels| Shape::new(1, width, channels);
        assert_eq!(shapes, [of(247, 8), of(62, 12), of(15, 12), of(13, 4), of(1, 4)]);
        let [first, separable, second] = [65 * 8, 9 * 8 + 9 * 12, (3 * 12 + 1) * 4];
        assert_eq!(network.parameters(), first + separable + second + 5 * 4);
        assert_eq!(headless(waveform, "8x1x4000R gap").last_shape(), of(1, 8));
        assert!(matches!(
            self::network(waveform, "8x3R"),
            Err(Infeasible::KernelExceedsInput { layer: 1, .. })
        ));
    }

    #[test]
    fn an_empty_input_is_infeasible() {
        let input = Shape::new(39, 0, 1);
        assert_eq!(network(input, "2x3R"), Err(Infeasible::Degenerate { input, classes: 2 }));
    }
}
