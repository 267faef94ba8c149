//! Which tensors of weights a network has.

use std::fmt;

use crate::{Conv2d, Extent, Layer, Network, Normalisation, ShapedLayer};

/// The part of a network that a tensor belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A layer of the architecture, by its index in [`Network::layers`].
    Layer(usize),
    /// The hidden dense layer after the flattening, where there is one.
    Dense,
    /// The dense layer over the classes.
    Output,
}

/// What a tensor does in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Multiplies the inputs.
    Kernel,
    /// Multiplies the inputs of a separable convolution, each channel for itself.
    Depthwise,
    /// Multiplies what the depthwise kernels made, across channels.
    Pointwise,
    /// Is added to the products.
    Bias,
    /// Multiplies what batch normalisation has normalised: Keras' gamma.
    Scale,
    /// Is added to it: Keras' beta.
    Offset,
    /// The moving mean of batch normalisation.
    Mean,
    /// The moving variance of batch normalisation.
    Variance,
}

impl Role {
    /// Whether gradients change it; else training only keeps a moving average in it.
    #[must_use]
    pub const fn is_trained(self) -> bool {
        !matches!(self, Self::Mean | Self::Variance)
    }
}

/// Which tensor of a network, and its shape. Written as text it is a name, with layers counted
/// from 1: `layer1.kernel`, `dense.bias`.
///
/// | place | tensors in order |
/// |---|---|
/// | convolution | kernel `[filters, kernel height, kernel width, input channels]`, bias `[filters]` |
/// | separable convolution | depthwise `[1, kernel height, kernel width, input channels]`, pointwise `[filters, 1, 1, input channels]`, bias `[filters]` |
/// | either with batch normalisation | then scale, offset, mean and variance `[filters]` |
/// | dense | kernel `[width, flattened]`, flattened in height, width, channel order, bias `[width]` |
/// | output | kernel `[classes, width]`, bias `[classes]`; without a hidden layer the kernel is `[classes, flattened]` |
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
            Role::Depthwise => ".depthwise",
            Role::Pointwise => ".pointwise",
            Role::Bias => ".bias",
            Role::Scale => ".scale",
            Role::Offset => ".offset",
            Role::Mean => ".mean",
            Role::Variance => ".variance",
        })
    }
}

impl Network {
    /// The tensors of weights, in the order in which the network uses them: kernels before the
    /// bias. Pooling and dropout have none.
    ///
    /// ```
    /// use danas_space::{Architecture, Network, Shape, parse_layers};
    ///
    /// let architecture = Architecture::new(parse_layers("2x3R max2 d4x3nR")?, 10)?;
    /// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
    /// let names: Vec<String> = network.weights().iter().map(ToString::to_string).collect();
    /// assert_eq!(names[..3], ["layer1.kernel", "layer1.bias", "layer3.depthwise"]);
    /// let trained = network.weights().into_iter().filter(|tensor| tensor.role.is_trained());
    /// let values: usize = trained.map(|tensor| tensor.values()).sum();
    /// assert_eq!(values as u64, network.parameters());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn weights(&self) -> Vec<TensorSpec> {
        let mut specs = Vec::with_capacity(2 * self.layers().len() + 4);
        for (index, shaped) in self.layers().iter().enumerate() {
            let place = Place::Layer(index);
            let add = |(role, shape)| specs.push(TensorSpec { place, role, shape });
            of_layer(shaped).into_iter().for_each(add);
        }
        let width = self.dense_width() as usize;
        let mut inputs = self.flattened();
        for (place, outputs) in [(Place::Dense, width), (Place::Output, self.classes())] {
            if outputs == 0 {
                continue; // no hidden layer
            }
            let kernel = vec![outputs, inputs];
            specs.push(TensorSpec { place, role: Role::Kernel, shape: kernel });
            specs.push(TensorSpec { place, role: Role::Bias, shape: vec![outputs] });
            inputs = outputs;
        }
        specs
    }
}

/// The tensors of a layer, in order.
fn of_layer(shaped: &ShapedLayer) -> Vec<(Role, Vec<usize>)> {
    let (inputs, filters) = (shaped.input.channels, shaped.output.channels);
    // A network's weights can be counted, so that a kernel's sides fit a `usize`.
    let kernel = |outputs, Extent { height, width }: Extent| {
        vec![outputs, height as usize, width as usize, inputs]
    };
    let (conv, mut tensors) = match shaped.layer {
        Layer::Conv2d(conv) => (conv, vec![(Role::Kernel, kernel(filters, conv.kernel))]),
        Layer::Separable(conv) => {
            let depthwise = (Role::Depthwise, kernel(1, conv.kernel));
            (conv, vec![depthwise, (Role::Pointwise, kernel(filters, Extent::square(1)))])
        }
        Layer::Pool(_) | Layer::GlobalAverage | Layer::Dropout(_) => return Vec::new(),
    };
    let Conv2d { normalisation, .. } = conv;
    let by_filter: &[Role] = match normalisation {
        Normalisation::None => &[Role::Bias],
        Normalisation::Batch => {
            &[Role::Bias, Role::Scale, Role::Offset, Role::Mean, Role::Variance]
        }
    };
    tensors.extend(by_filter.iter().map(|&role| (role, vec![filters])));
    tensors
}
