//! A network of integers.

use danas_space::{Activation, Conv2d, Layer, Network};

use super::{ActivationScales, Affine, Granularity, QuantisedKernel};
use crate::{
    ConversionError, Converter, FloatModel, NumberFormat, Profile, file, float_model::Weights,
    graph::Flow, inference::Multiplier,
};

/// A network whose weights, activations, input and output are integers of 8 bits.
///
/// It can be [run](Self::predict) and [written](Self::write); see [`Calibration`](crate::Calibration)
/// for how it comes to be.
#[derive(Debug, Clone)]
pub struct Int8Model {
    converter: Converter,
    network: Network,
    scales: ActivationScales,
    layers: Vec<QuantisedLayer>,
}

/// The largest integer of a bias: sums need room above it.
const LARGEST_BIAS: i32 = i32::MAX / 2;

/// A layer that has weights.
#[derive(Debug, Clone)]
pub(crate) struct QuantisedLayer {
    pub(crate) kernel: QuantisedKernel,
    /// In units of `bias_scales`.
    pub(crate) bias: Vec<i32>,
    pub(crate) bias_scales: Vec<f32>,
    /// From sums to the output, for each output.
    pub(crate) multipliers: Vec<Multiplier>,
}

impl Converter {
    /// Quantises a model to integers of 8 bits, as this converter would, whatever its `format`.
    ///
    /// # Errors
    /// [`ConversionError::ScaleCount`] for scales of another network.
    pub fn quantise(
        &self,
        model: &FloatModel<'_>,
        scales: &ActivationScales,
    ) -> Result<Int8Model, ConversionError> {
        let network = model.network().clone();
        let scales = ActivationScales::new(&network, scales.as_slice().to_vec())?;
        let dense = match self.profile {
            Profile::Tf2_12 => Granularity::PerTensor,
            Profile::Tf2_21 => Granularity::PerChannel,
        };
        let mut quantised = Int8Model {
            converter: self.clone().with_format(NumberFormat::Int8),
            network,
            scales,
            layers: Vec::with_capacity(model.layers().len()),
        };
        let convolutions = quantised.network.layers().len();
        for (index, &weights) in model.layers().iter().enumerate() {
            let (from, to) = (quantised.input_of(index), quantised.affine(Flow::Layer(index)));
            let layer = if index < convolutions {
                QuantisedLayer::new(weights, Granularity::PerChannel, from, to)
            } else {
                QuantisedLayer::new(weights, dense, from, to).multiplied_as_dense(from, to)
            };
            quantised.layers.push(layer);
        }
        Ok(quantised)
    }
}

impl QuantisedLayer {
    /// From activations of `from` to those of `to`.
    ///
    /// Where a bias would need larger integers than [`LARGEST_BIAS`] in units of both scales, as after
    /// an input that is always 0, the kernel's scale is made larger.
    ///
    /// Source: `SetBiasParamsWithAdjustments` in TensorFlow's `quantization_driver.cc`.
    fn new(weights: Weights<'_>, granularity: Granularity, from: Affine, to: Affine) -> Self {
        let outputs = weights.bias.len();
        let least = |bias: &f32| bias.abs() / LARGEST_BIAS as f32 / from.scale;
        let least: Vec<f32> = weights.bias.iter().map(least).collect();
        let kernel = QuantisedKernel::new(weights.kernel, &least, granularity);
        let bias_scales: Vec<f32> = kernel.scales.iter().map(|scale| from.scale * scale).collect();
        let bias = weights.bias.iter().enumerate().map(|(output, value)| {
            let inverse = 1.0 / (from.scale * kernel.scale(output));
            (value * inverse).round() as i32
        });
        let multipliers = (0..outputs).map(|output| {
            let product = f64::from(from.scale) * f64::from(kernel.scale(output));
            Multiplier::new(product / f64::from(to.scale))
        });
        Self { bias: bias.collect(), multipliers: multipliers.collect(), kernel, bias_scales }
    }

    /// A dense layer with one scale multiplies it with that of its input in single precision.
    ///
    /// Source: `GetQuantizedConvolutionMultipler` in `kernels/kernel_util.cc`.
    fn multiplied_as_dense(mut self, from: Affine, to: Affine) -> Self {
        if let [scale] = self.kernel.scales[..] {
            let factor = f64::from(from.scale * scale) / f64::from(to.scale);
            self.multipliers.fill(Multiplier::new(factor));
        }
        self
    }
}

impl Int8Model {
    /// The network.
    #[must_use]
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// The integers of the input: what a device makes of its features.
    #[must_use]
    pub fn input(&self) -> Affine {
        self.affine(Flow::Input)
    }

    /// The integers of the output: probabilities as `(integer + 128) / 256`.
    #[must_use]
    pub fn output(&self) -> Affine {
        self.affine(Flow::Output)
    }

    /// The file that the converter would write.
    ///
    /// # Errors
    /// [`ConversionError::Size`] or [`ConversionError::OutOfMemory`].
    pub fn write(&self) -> Result<Vec<u8>, ConversionError> {
        let graph = self.converter.graph(&self.network)?;
        file::write(&self.network, &graph, |tensor| file::Payload::of_integers(self, tensor))
    }

    /// The layers that have weights: convolutions, dense and output layer.
    pub(crate) fn layers(&self) -> &[QuantisedLayer] {
        &self.layers
    }

    /// The integers of an activation.
    pub(crate) fn affine(&self, flow: Flow) -> Affine {
        match flow {
            Flow::Input => self.scales.as_slice()[0],
            Flow::Layer(index) => self.scales.as_slice()[index + 1],
            Flow::Flattened => self.input_of(self.network.layers().len()),
            Flow::Sigmoid | Flow::Output => Affine::PROBABILITIES,
        }
    }

    /// The integers that come into a layer.
    fn input_of(&self, layer: usize) -> Affine {
        let Some(former) = layer.checked_sub(1) else { return self.affine(Flow::Input) };
        match self.network.layers().get(former).map(|shaped| shaped.layer) {
            Some(Layer::Conv2d(Conv2d { activation: Activation::Sigmoid, .. })) => {
                self.affine(Flow::Sigmoid)
            }
            _ => self.affine(Flow::Layer(former)),
        }
    }
}
