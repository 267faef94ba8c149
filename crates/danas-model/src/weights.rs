//! The weights of a network, in an order and a layout that all engines and file formats share.

use danas_space::{Activation, Layer, Network, Place, Role, TensorSpec};
use ndarray::{ArrayD, ArrayViewD, IxDyn};

use crate::{
    config::Initialisation,
    error::ModelError,
    random::{Purpose, generator, unit},
};

/// Weights of a network: plain arrays in the order in which the network uses them.
///
/// Their order is that of [`Network::weights`]. Their shapes and layouts are those of
/// [`TensorSpec`] and thus of TensorFlow Lite, so they can be written to a flatbuffer unchanged.
/// Every value is finite, and no variance is negative. The number of trained values is
/// [`Network::parameters`].
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    tensors: Vec<(TensorSpec, ArrayD<f32>)>,
}

impl Weights {
    /// Creates the weights of `network` from arrays in the order of [`Network::weights`].
    ///
    /// # Errors
    /// [`ModelError::TensorCount`], [`ModelError::TensorShape`], [`ModelError::WeightNotFinite`] or
    /// [`ModelError::NegativeVariance`]; all but the first name the tensor.
    pub fn new(network: &Network, tensors: Vec<ArrayD<f32>>) -> Result<Self, ModelError> {
        let specs = network.weights();
        if specs.len() != tensors.len() {
            let (expected, actual) = (specs.len(), tensors.len());
            return Err(ModelError::TensorCount { expected, actual });
        }
        for (spec, tensor) in specs.iter().zip(&tensors) {
            if spec.shape != tensor.shape() {
                return Err(ModelError::TensorShape {
                    tensor: spec.to_string(),
                    expected: spec.shape.clone(),
                    actual: tensor.shape().to_vec(),
                });
            }
            if let Some(&value) = tensor.iter().find(|value| !value.is_finite()) {
                return Err(ModelError::WeightNotFinite { tensor: spec.to_string(), value });
            }
            let negative = |value: &&f32| spec.role == Role::Variance && **value < 0.0;
            if let Some(&value) = tensor.iter().find(negative) {
                return Err(ModelError::NegativeVariance { tensor: spec.to_string(), value });
            }
        }
        let standard = |tensor: ArrayD<f32>| match tensor.is_standard_layout() {
            true => tensor,
            false => tensor.as_standard_layout().into_owned(),
        };
        let tensors = tensors.into_iter().map(standard);
        Ok(Self { tensors: specs.into_iter().zip(tensors).collect() })
    }

    /// Calls [`initial`](Self::initial) with Keras' default, [`Initialisation::GlorotUniform`].
    ///
    /// # Errors
    /// [`ModelError::OutOfMemory`] for a network whose weights cannot be allocated.
    pub fn glorot_uniform(network: &Network, seed: u64) -> Result<Self, ModelError> {
        Self::initial(network, Initialisation::GlorotUniform, seed)
    }

    /// Returns the weights from which a training with `seed` starts, on any engine. As in Keras,
    /// kernels are drawn from uniform distributions; biases, offsets and means are 0; scales and
    /// variances are 1.
    ///
    /// | kernel | [`GlorotUniform`](Initialisation::GlorotUniform) | [`He`](Initialisation::He) |
    /// |---|---|---|
    /// | followed by a ReLU: convolution, pointwise, hidden dense layer | `±√(6 / (fan_in + fan_out))` | `±√(6 / fan_in)` |
    /// | depthwise | `±√(6 / (fan_in + fan_out))` | `±√(3 / area)` |
    /// | any other | `±√(6 / (fan_in + fan_out))` | `±√(6 / (fan_in + fan_out))` |
    ///
    /// The kernel is uniform between the positive and the negative limit. For a convolution,
    /// `fan_in` is the kernel's area times the input channels, and `fan_out` is the area times the
    /// filters. Keras treats a depthwise kernel as a convolution with one filter. Values are drawn
    /// from ChaCha8 in the tensors' order, with 24 bits each. Both initialisations use the same
    /// draws and differ only in their scale.
    ///
    /// # References
    /// X. Glorot and Y. Bengio (2010). Understanding the difficulty of training deep feedforward
    /// neural networks. <https://proceedings.mlr.press/v9/glorot10a.html>
    ///
    /// K. He, X. Zhang, S. Ren and J. Sun (2015). Delving deep into rectifiers.
    /// <https://arxiv.org/abs/1502.01852>
    ///
    /// # Errors
    /// [`ModelError::OutOfMemory`] for a network whose weights cannot be allocated.
    pub fn initial(
        network: &Network,
        initialisation: Initialisation,
        seed: u64,
    ) -> Result<Self, ModelError> {
        let too_large = || ModelError::OutOfMemory { what: "the network's weights" };
        let mut rng = generator(seed, Purpose::Weights);
        let initial = |spec: TensorSpec| {
            let length = spec.values();
            let mut values = Vec::new();
            values.try_reserve_exact(length).map_err(|_| too_large())?;
            match spec.role {
                Role::Kernel | Role::Depthwise | Role::Pointwise => {
                    let limit = match initialisation {
                        Initialisation::GlorotUniform => glorot_limit(&spec.shape),
                        Initialisation::He => he_limit(network, &spec),
                    };
                    values.extend((0..length).map(|_| limit * (2.0 * unit(&mut rng) - 1.0)));
                }
                Role::Bias | Role::Offset | Role::Mean => values.resize(length, 0.0),
                Role::Scale | Role::Variance => values.resize(length, 1.0),
            }
            let tensor = ArrayD::from_shape_vec(IxDyn(&spec.shape), values);
            Ok((spec, tensor.map_err(|_| too_large())?))
        };
        let tensors = network.weights().into_iter().map(initial);
        Ok(Self { tensors: tensors.collect::<Result<_, ModelError>>()? })
    }

    /// Returns every tensor, in order.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = (&TensorSpec, ArrayViewD<'_, f32>)> {
        self.tensors.iter().map(|(spec, tensor)| (spec, tensor.view()))
    }

    /// Returns the values of every tensor, in order, with the last axis varying fastest.
    pub fn slices(&self) -> impl Iterator<Item = &[f32]> {
        // Every tensor is in standard layout.
        self.tensors.iter().map(|(_, tensor)| tensor.as_slice().unwrap_or_default())
    }

    /// Returns one tensor; `None` if the network does not have it.
    #[must_use]
    pub fn tensor(&self, place: Place, role: Role) -> Option<ArrayViewD<'_, f32>> {
        let mut tensors = self.tensors();
        tensors.find(|(spec, _)| spec.place == place && spec.role == role).map(|(_, tensor)| tensor)
    }

    /// Returns the number of values, including the moving statistics of batch normalisation.
    #[must_use]
    pub fn values(&self) -> usize {
        self.tensors().map(|(_, tensor)| tensor.len()).sum()
    }

    /// Refuses weights that do not fit `network`.
    pub(crate) fn check(&self, network: &Network) -> Result<(), ModelError> {
        let specs = network.weights();
        if specs.len() != self.tensors.len() {
            let (expected, actual) = (specs.len(), self.tensors.len());
            return Err(ModelError::TensorCount { expected, actual });
        }
        match specs.into_iter().zip(&self.tensors).find(|(spec, (own, _))| spec != own) {
            None => Ok(()),
            Some((spec, (own, _))) => Err(ModelError::TensorShape {
                tensor: spec.to_string(),
                expected: spec.shape,
                actual: own.shape.clone(),
            }),
        }
    }
}

/// Returns whether weights of a role are multiplied with inputs. Only these are drawn at random,
/// and only these decay.
pub(crate) const fn is_kernel(role: Role) -> bool {
    matches!(role, Role::Kernel | Role::Depthwise | Role::Pointwise)
}

/// Returns half the width of the interval from which [`Initialisation::GlorotUniform`] draws a
/// kernel of this shape. The first axis holds the outputs, the last the inputs; the axes in between
/// are the kernel's area.
fn glorot_limit(shape: &[usize]) -> f32 {
    let [outputs, area @ .., inputs] = shape else { return 0.0 };
    let area: f64 = area.iter().map(|&side| side as f64).product();
    (6.0 / (area * (*inputs as f64 + *outputs as f64))).sqrt() as f32
}

/// Returns half the width of the interval from which [`Initialisation::He`] draws a kernel.
fn he_limit(network: &Network, spec: &TensorSpec) -> f32 {
    let [_, area @ .., inputs] = &spec.shape[..] else { return 0.0 };
    let area: f64 = area.iter().map(|&side| side as f64).product();
    let rectified = match spec.place {
        Place::Dense => true,
        Place::Output => false,
        Place::Layer(layer) => match network.layers().get(layer).map(|shaped| shaped.layer) {
            Some(Layer::Conv2d(conv) | Layer::Separable(conv)) => {
                conv.activation == Activation::Relu
            }
            _ => false,
        },
    };
    match spec.role {
        Role::Depthwise => (3.0 / area).sqrt() as f32,
        _ if rectified => (6.0 / (area * *inputs as f64)).sqrt() as f32,
        _ => glorot_limit(&spec.shape),
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};
    use proptest::prelude::*;

    use super::*;
    use crate::candidates::candidates;

    fn network(layers: &str) -> Network {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 10).unwrap();
        Network::new(Shape::new(39, 8, 1), &architecture, 2).unwrap()
    }

    fn arrays(weights: &Weights) -> Vec<ArrayD<f32>> {
        weights.tensors().map(|(_, tensor)| tensor.to_owned()).collect()
    }

    #[test]
    fn tensors_stand_in_the_order_of_use() {
        let names: Vec<String> = network("2x3R 4x5S")
            .weights()
            .iter()
            .map(|spec| format!("{spec} {:?}", spec.shape))
            .collect();
        let expected = [
            "layer1.kernel [2, 3, 3, 1]",
            "layer1.bias [2]",
            "layer2.kernel [4, 5, 5, 2]",
            "layer2.bias [4]",
            "dense.kernel [10, 264]", // 33 × 2 × 4
            "dense.bias [10]",
            "output.kernel [2, 10]",
            "output.bias [2]",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn initial_kernels_fill_keras_interval_and_biases_are_zero() {
        let weights = Weights::glorot_uniform(&network("64x3R 32x5S"), 5).unwrap();
        // √(6 / (fan_in + fan_out)): 9 + 9·64, 25·64 + 25·32, 33·2·32 + 10, 10 + 2.
        let limits = [(Place::Layer(0), 585), (Place::Layer(1), 2400), (Place::Dense, 2122)];
        for (place, fans) in limits {
            let limit = (6.0 / f64::from(fans)).sqrt() as f32;
            let kernel = weights.tensor(place, Role::Kernel).unwrap();
            let largest = kernel.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
            assert!(largest <= limit && largest > 0.98 * limit, "{place:?}: {largest} of {limit}");
            let mean =
                kernel.iter().map(|&value| f64::from(value)).sum::<f64>() / kernel.len() as f64;
            assert!(mean.abs() < 0.1 * f64::from(limit), "{place:?}: {mean}");
            let bias = weights.tensor(place, Role::Bias).unwrap();
            assert!(bias.iter().all(|&bias| bias == 0.0));
        }
    }

    #[test]
    fn initial_weights_are_those_of_their_seed() {
        let network = network("2x3R");
        let weights = |seed| Weights::glorot_uniform(&network, seed).unwrap();
        assert_eq!(weights(1), weights(1));
        assert_ne!(weights(1), weights(2));
    }

    #[test]
    fn slices_follow_the_shapes_whatever_the_layout_of_the_arrays() {
        let network = network("2x3R");
        let mut tensors = arrays(&Weights::glorot_uniform(&network, 1).unwrap());
        let plain: Vec<f32> = tensors[2].iter().copied().collect();
        tensors[2] = tensors[2].t().as_standard_layout().into_owned().reversed_axes();
        assert!(!tensors[2].is_standard_layout());
        let weights = Weights::new(&network, tensors).unwrap();
        assert_eq!(weights.slices().nth(2), Some(plain.as_slice()));
        assert_eq!(weights.slices().map(<[f32]>::len).sum::<usize>(), weights.values());
    }

    #[test]
    fn a_tensor_of_another_shape_is_refused_by_name() {
        let network = network("2x3R");
        let mut tensors = arrays(&Weights::glorot_uniform(&network, 1).unwrap());
        tensors[2] = ArrayD::zeros(IxDyn(&[444, 10])); // transposed
        let refused = Weights::new(&network, tensors.clone()).unwrap_err();
        let message = "tensor `dense.kernel` has shape [444, 10], but the network needs [10, 444]";
        assert_eq!(refused.to_string(), message);
        tensors.pop();
        let refused = Weights::new(&network, tensors).unwrap_err();
        assert!(matches!(refused, ModelError::TensorCount { expected: 6, actual: 5 }), "{refused}");
    }

    #[test]
    fn a_weight_that_is_not_finite_is_refused_by_its_tensor() {
        let network = network("2x3R");
        let mut tensors = arrays(&Weights::glorot_uniform(&network, 1).unwrap());
        tensors[5][[1]] = f32::NAN;
        let refused = Weights::new(&network, tensors).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "tensor `output.bias` contains NaN: all weights must be finite"
        );
    }

    #[test]
    fn separable_and_normalised_layers_start_as_in_keras() {
        let weights = Weights::glorot_uniform(&network("64x3R d32x5nS"), 5).unwrap();
        let place = Place::Layer(1);
        let tensor = |role| weights.tensor(place, role).unwrap();
        // fan_in + fan_out: 25·64 + 25·1, 64 + 32.
        for (role, fans) in [(Role::Depthwise, 1625), (Role::Pointwise, 96)] {
            let limit = (6.0 / f64::from(fans)).sqrt() as f32;
            let largest = tensor(role).iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            assert!(largest <= limit && largest > 0.98 * limit, "{role:?}: {largest} of {limit}");
        }
        let ones = [Role::Scale, Role::Variance];
        let zeros = [Role::Bias, Role::Offset, Role::Mean];
        assert!(ones.iter().all(|&role| tensor(role).iter().all(|&value| value == 1.0)));
        assert!(zeros.iter().all(|&role| tensor(role).iter().all(|&value| value == 0.0)));
    }

    /// Keras' `HeUniform`: √(6 / fan_in).
    #[test]
    fn kernels_of_a_relu_are_hes_and_all_others_glorots() {
        let network = network("64x3R d32x5R 16x1S");
        let he = Weights::initial(&network, Initialisation::He, 5).unwrap();
        let glorot = Weights::glorot_uniform(&network, 5).unwrap();
        let largest = |weights: &Weights, place, role| {
            let kernel = weights.tensor(place, role).unwrap();
            kernel.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()))
        };
        for (place, role, fan) in [
            (Place::Layer(0), Role::Kernel, 9.0 / 6.0),
            (Place::Layer(1), Role::Depthwise, 25.0 / 3.0),
            (Place::Layer(1), Role::Pointwise, 64.0 / 6.0),
            (Place::Dense, Role::Kernel, 33.0 * 2.0 * 16.0 / 6.0),
        ] {
            let limit = (1.0_f64 / fan).sqrt() as f32;
            let largest = largest(&he, place, role);
            assert!(largest <= limit && largest > 0.98 * limit, "{place:?}: {largest} of {limit}");
        }
        for place in [Place::Layer(2), Place::Output] {
            let own = |weights: &Weights| weights.tensor(place, Role::Kernel).unwrap().to_owned();
            assert_eq!(own(&he), own(&glorot), "{place:?}");
        }
    }

    #[test]
    fn a_negative_variance_is_refused_by_its_tensor() {
        let network = network("2x3nR");
        let mut tensors = arrays(&Weights::glorot_uniform(&network, 1).unwrap());
        tensors[5][[1]] = -0.5;
        let refused = Weights::new(&network, tensors).unwrap_err();
        let message = "tensor `layer1.variance` contains -0.5, but a variance cannot be negative";
        assert_eq!(refused.to_string(), message);
    }

    proptest! {
        #[test]
        fn the_layout_holds_every_parameter((input, architecture, classes) in candidates()) {
            let Ok(network) = Network::new(input, &architecture, classes) else { return Ok(()) };
            let weights = Weights::glorot_uniform(&network, 1).unwrap();
            let trained = weights.tensors().filter(|(spec, _)| spec.role.is_trained());
            let trained: usize = trained.map(|(_, tensor)| tensor.len()).sum();
            prop_assert_eq!(trained as u64, network.parameters());
            prop_assert!(weights.check(&network).is_ok());
        }
    }
}
