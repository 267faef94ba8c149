//! A network of integers.

use danas_space::{Activation, Conv2d, Layer, Network};

use super::{ActivationScales, Affine, Granularity, QuantisedKernel, kernel};
use crate::{
    ActivationTensor, ConversionError, Converter, FloatModel, NumberFormat, Profile, file,
    float_model::Weights, graph::Flow, inference::Multiplier,
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
const LARGEST_BIAS: f64 = (i32::MAX / 2) as f64;

/// The softmax counts exponentials in 12 bits before the point.
const LARGEST_SOFTMAX: usize = (1 << 12) - 1;

/// TensorFlow Lite Micro's softmax stops the program at smaller scales of its input.
const LEAST_LOGIT: f32 = 1.0 / (1 << 26) as f32;

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
    /// [`ConversionError::ScaleCount`] for scales of another network;
    /// [`ConversionError::IllegalScale`] for scales so small or large that others which follow from
    /// them are no numbers, and for logits below 2⁻²⁶, where TensorFlow Lite Micro stops;
    /// [`ConversionError::TooManyClasses`] from 4096 on.
    pub fn quantise(
        &self,
        model: &FloatModel<'_>,
        scales: &ActivationScales,
    ) -> Result<Int8Model, ConversionError> {
        let network = model.network().clone();
        if network.classes() > LARGEST_SOFTMAX {
            let (classes, largest) = (network.classes(), LARGEST_SOFTMAX);
            return Err(ConversionError::TooManyClasses { classes, largest });
        }
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
            let is_last = index == convolutions + 1;
            if !layer.is_legal() || (is_last && to.scale <= LEAST_LOGIT) {
                let place = ActivationTensor::at(index + 1, convolutions);
                return Err(ConversionError::IllegalScale { place, scale: to.scale });
            }
            quantised.layers.push(layer);
        }
        Ok(quantised)
    }
}

impl QuantisedLayer {
    /// From activations of `from` to those of `to`.
    ///
    /// Where a bias would need larger integers than half of what there are, as after an input that is
    /// always 0, its scale is made larger, and with it that of the kernel.
    ///
    /// Source: `SetBiasParamsWithAdjustments` in TensorFlow's `quantization_driver.cc`.
    fn new(weights: Weights<'_>, granularity: Granularity, from: Affine, to: Affine) -> Self {
        let outputs = weights.bias.len();
        let mut scales = kernel::scales(weights.kernel, outputs, granularity);
        let mut bias_scales: Vec<f32> = scales.iter().map(|scale| from.scale * scale).collect();
        let sharing = (outputs / scales.len().max(1)).max(1); // outputs for each scale
        let biases = weights.bias.chunks(sharing);
        for ((scale, bias_scale), biases) in scales.iter_mut().zip(&mut bias_scales).zip(biases) {
            let largest = biases.iter().fold(0.0_f32, |largest, bias| largest.max(bias.abs()));
            if f64::from(largest) / f64::from(*bias_scale) > LARGEST_BIAS {
                let larger = f64::from(largest) / LARGEST_BIAS;
                *bias_scale = larger as f32;
                *scale = (larger / f64::from(from.scale)) as f32;
            }
        }
        let kernel = QuantisedKernel::with_scales(weights.kernel, scales, granularity);
        let bias = weights.bias.iter().enumerate().map(|(output, value)| {
            let inverse = 1.0 / bias_scales[output / sharing];
            (value * inverse).round() as i32
        });
        let multipliers = (0..outputs).map(|output| {
            let product = f64::from(from.scale) * f64::from(kernel.scale(output));
            Multiplier::new(product / f64::from(to.scale))
        });
        Self { bias: bias.collect(), multipliers: multipliers.collect(), kernel, bias_scales }
    }

    /// Whether every scale is one that a file can hold.
    fn is_legal(&self) -> bool {
        let mut scales = self.kernel.scales.iter().chain(&self.bias_scales);
        scales.all(|scale| scale.is_normal() && *scale > 0.0)
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

    /// The file that the converter would write, with the exceptions of
    /// [`Converter::write_float32`].
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
