//! Which tensors of weights a network has.

use std::fmt;

use crate::{Conv2d, Layer, Network};

/// The part of a network that a tensor belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A layer of the architecture, by its index in [`Network::layers`].
    Layer(usize),
    /// The dense layer after the flattening.
    Dense,
    /// The dense layer over the classes.
    Output,
}

/// What a tensor does in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Multiplies the inputs.
    Kernel,
    /// Is added to the products.
    Bias,
}

/// Which tensor of a network, and its shape. Written as text it is a name, with layers counted
/// from 1: `layer1.kernel`, `dense.bias`.
///
/// | place | kernel | bias |
/// |---|---|---|
/// | each convolution | `[filters, kernel height, kernel width, input channels]` | `[filters]` |
/// | dense | `[width, flattened]`, flattened in height, width, channel order | `[width]` |
/// | output | `[classes, width]` | `[classes]` |
///
/// The layouts are TensorFlow Lite's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TensorSpec {
    /// Where it belongs.
    pub place: Place,
    /// What it does there.
    pub role: Role,
    /// Its shape.
    pub shape: Vec<usize>,
}

impl TensorSpec {
    /// The number of its values.
    #[must_use]
    pub fn values(&self) -> usize {
        // A network exists only if its parameters can be counted.
        self.shape.iter().product()
    }
}

impl fmt::Display for TensorSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Layer(index) => write!(f, "layer{}", index + 1)?,
            Place::Dense => f.write_str("dense")?,
            Place::Output => f.write_str("output")?,
        }
        f.write_str(match self.role {
            Role::Kernel => ".kernel",
            Role::Bias => ".bias",
        })
    }
}

impl Network {
    /// The tensors of weights, in the order in which the network uses them: each kernel before its
    /// bias.
    ///
    /// ```
    /// use danas_space::{Architecture, Network, Shape, parse_layers};
    ///
    /// let architecture = Architecture::new(parse_layers("2x3R")?, 10)?;
    /// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
    /// let names: Vec<String> = network.weights().iter().map(ToString::to_string).collect();
    /// assert_eq!(names[..3], ["layer1.kernel", "layer1.bias", "dense.kernel"]);
    /// let values: usize = network.weights().iter().map(|tensor| tensor.values()).sum();
    /// assert_eq!(values as u64, network.parameters());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn weights(&self) -> Vec<TensorSpec> {
        let mut specs = Vec::with_capacity(2 * self.layers().len() + 4);
        let mut add = |place, kernel: Vec<usize>| {
            let bias = kernel[..1].to_vec();
            specs.push(TensorSpec { place, role: Role::Kernel, shape: kernel });
            specs.push(TensorSpec { place, role: Role::Bias, shape: bias });
        };
        for (index, shaped) in self.layers().iter().enumerate() {
            let Layer::Conv2d(Conv2d { kernel, .. }) = shaped.layer;
            // A network exists only if its kernels fit their inputs, whose sides are `usize`.
            let side = kernel as usize;
            let (inputs, filters) = (shaped.input.channels, shaped.output.channels);
            add(Place::Layer(index), vec![filters, side, side, inputs]);
        }
        let width = self.dense_width() as usize;
        add(Place::Dense, vec![width, self.flattened()]);
        add(Place::Output, vec![self.classes(), width]);
        specs
    }
}
