//! A network of integers.

use danas_space::Network;

use super::{ActivationScales, Affine, Granularity, QuantisedKernel, kernel};
use crate::{
    ActivationTensor, ConversionError, Converter, FloatModel, NumberFormat, Profile, file,
    inference::Multiplier,
    steps::{Flow, Step},
    weights::Weights,
};

/// A network whose weights, activations, input and output are integers of 8 bits.
///
/// It can be [run](Self::predict) and [written](Self::write); see [`Calibration`](crate::Calibration)
/// for how it comes to be.
#[derive(Debug, Clone)]
pub struct Int8Model {
    converter: Converter,
    network: Network,
    steps: Vec<Step>,
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
            Profile::Tf2_12 => Granularity::Tensor,
            Profile::Tf2_21 => Granularity::Channel,
        };
        let mut quantised = Int8Model {
            converter: self.clone().with_format(NumberFormat::Int8),
            network,
            steps: model.steps().to_vec(),
            scales,
            layers: Vec::with_capacity(model.weights().len()),
        };
        for step in model.steps() {
            let Some(weights) = step.weights().map(|index| &model.weights()[index]) else {
                continue;
            };
            let (from, to) = (quantised.affine(step.from), quantised.affine(step.to));
            let layer = match step.convolution() {
                Some(convolution) if convolution.is_depthwise() => {
                    QuantisedLayer::new(weights, Granularity::DepthwiseChannel, from, to)
                }
                Some(_) => QuantisedLayer::new(weights, Granularity::Channel, from, to),
                None => QuantisedLayer::new(weights, dense, from, to).multiplied_as_dense(from, to),
            };
            let place = ActivationTensor::of(step);
            let is_last = place == ActivationTensor::Logits;
            if !layer.is_legal() || (is_last && to.scale <= LEAST_LOGIT) {
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
    fn new(weights: &Weights<'_>, granularity: Granularity, from: Affine, to: Affine) -> Self {
        let outputs = weights.bias.len();
        let mut scales = kernel::scales(&weights.kernel, outputs, granularity);
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
        let kernel = QuantisedKernel::with_scales(&weights.kernel, scales, granularity);
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
        self.affine(Flow::Calibrated(0))
    }

    /// The integers of the output: probabilities as `(integer + 128) / 256`.
    #[must_use]
    pub fn output(&self) -> Affine {
        self.affine(Flow::Probabilities)
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

    /// The operators of the network.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What has weights, as the steps number it: convolutions, dense and output layer.
    pub(crate) fn layers(&self) -> &[QuantisedLayer] {
        &self.layers
    }

    /// The integers of an activation.
    pub(crate) fn affine(&self, flow: Flow) -> Affine {
        match flow {
            Flow::Calibrated(index) => self.scales.as_slice()[index],
            Flow::Probabilities => Affine::PROBABILITIES,
        }
    }
}
