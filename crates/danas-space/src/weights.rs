//! The weight tensors of a network.

use std::fmt;

use crate::{
    extent::Extent,
    layer::{Conv2d, Layer, Normalisation},
    network::{Network, ShapedLayer},
    place::Place,
};

/// Function of a tensor in its part of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Kernel that multiplies the inputs.
    Kernel,
    /// Kernel that multiplies the inputs of a separable convolution, each channel separately.
    Depthwise,
    /// Kernel that multiplies the outputs of the depthwise kernels, across channels.
    Pointwise,
    /// Bias that is added to the products.
    Bias,
    /// Factor of the values that batch normalisation has normalised: Keras' gamma.
    Scale,
    /// Offset that is added after the scaling: Keras' beta.
    Offset,
    /// The moving mean of batch normalisation.
    Mean,
    /// The moving variance of batch normalisation.
    Variance,
}

impl Role {
    /// Returns whether gradients change the tensor. Otherwise, training only keeps a moving average
    /// in it.
    #[must_use]
    pub const fn is_trained(self) -> bool {
        !matches!(self, Self::Mean | Self::Variance)
    }
}

/// Identity and shape of a tensor of a network. As text it is a name in which layers are counted
/// from 1, such as `layer1.kernel` or `dense.bias`.
///
/// | place | tensors in order |
/// |---|---|
/// | convolution | kernel `[filters, kernel height, kernel width, input channels]`, bias `[filters]` |
/// | separable convolution | depthwise `[1, kernel height, kernel width, input channels]`, pointwise `[filters, 1, 1, input channels]`, bias `[filters]` |
/// | either with batch normalisation | the same, then scale, offset, mean, variance `[filters]` |
/// | dense | kernel `[width, flattened]`, flattened as height, width, channel; bias `[width]` |
/// | output | kernel `[classes, width]`, bias `[classes]`; without a hidden layer the kernel is `[classes, flattened]` |
///
/// The layouts are TensorFlow Lite's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TensorSpec {
    /// Part of the network that the tensor belongs to.
    pub place: Place,
    /// Function of the tensor in that part.
    pub role: Role,
    /// Shape of the tensor.
    pub shape: Vec<usize>,
}

impl TensorSpec {
    /// Returns the number of values in the tensor.
    #[must_use]
    pub fn values(&self) -> usize {
        // This cannot overflow: a network exists only if its parameters can be counted.
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
    /// Returns the weight tensors in the order in which the network uses them, with kernels before
    /// the bias. Pooling and dropout have none.
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

/// Returns the tensors of a layer, in order.
fn of_layer(shaped: &ShapedLayer) -> Vec<(Role, Vec<usize>)> {
    let (inputs, filters) = (shaped.input.channels, shaped.output.channels);
    // The weights of a network can be counted, so the sides of a kernel fit a `usize`.
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
