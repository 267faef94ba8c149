//! A network with 8-bit integers.

use danas_space::Network;

use super::{ActivationScales, Affine, QuantisedKernel, ScalesPer, kernel};
use crate::{
    converter::Converter,
    error::{ActivationTensor, ConversionError},
    float_model::FloatModel,
    format::{NumberFormat, Profile},
    inference::Multiplier,
    steps::{Flow, Step},
    weights::Weights,
};

/// A network whose weights, activations, input and output are 8-bit integers.
///
/// It can be [run](Self::predict) and [written](Self::write). See
/// [`Calibration`](crate::Calibration) for how to create one.
#[derive(Debug, Clone)]
pub struct Int8Model {
    converter: Converter,
    network: Network,
    steps: Vec<Step>,
    scales: ActivationScales,
    layers: Vec<QuantisedLayer>,
}

/// Largest integer of a bias, which leaves room for the sums that it is added to.
const LARGEST_BIAS: f64 = (i32::MAX / 2) as f64;

/// Largest number of classes: the softmax sums exponentials with 12 bits before the binary point.
const LARGEST_SOFTMAX: usize = (1 << 12) - 1;

/// Scale of the logits up to which TensorFlow Lite Micro's softmax aborts the program.
const LEAST_LOGIT: f32 = 1.0 / (1 << 26) as f32;

/// A quantised layer that has weights.
#[derive(Debug, Clone)]
pub(crate) struct QuantisedLayer {
    pub(crate) kernel: QuantisedKernel,
    /// Biases, in units of `bias_scales`.
    pub(crate) bias: Vec<i32>,
    pub(crate) bias_scales: Vec<f32>,
    /// Factors from the sums to the output's integers, for each output.
    pub(crate) multipliers: Vec<Multiplier>,
}

impl Converter {
    /// Quantises a model to 8-bit integers, regardless of this converter's `format`.
    ///
    /// # Errors
    /// - [`ConversionError::ScaleCount`] for scales of another network.
    /// - [`ConversionError::IllegalScale`] for scales so small or large that the scales of weights
    ///   that follow from them are not positive, finite and normal. Also for a scale of the logits
    ///   up to 2⁻²⁶, at which TensorFlow Lite Micro aborts.
    /// - [`ConversionError::TooManyClasses`] for 4096 or more classes.
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
            Profile::Tf2_12 => ScalesPer::Tensor,
            Profile::Tf2_21 => ScalesPer::Channel,
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
                    QuantisedLayer::new(weights, ScalesPer::DepthwiseChannel, from, to)
                }
                Some(_) => QuantisedLayer::new(weights, ScalesPer::Channel, from, to),
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
    /// Quantises the weights of a layer that reads activations of `from` and writes those of `to`.
    ///
    /// If a bias would need integers beyond half of the largest 32-bit integer, its scale is
    /// enlarged, and with it that of the kernel. This happens after an input that is always 0, for
    /// example.
    ///
    /// Source: `SetBiasParamsWithAdjustments` in TensorFlow's `quantization_driver.cc`.
    fn new(weights: &Weights<'_>, scales_per: ScalesPer, from: Affine, to: Affine) -> Self {
        let outputs = weights.bias.len();
        let mut scales = kernel::scales(&weights.kernel, outputs, scales_per);
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
        let kernel = QuantisedKernel::with_scales(&weights.kernel, scales, scales_per);
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

    /// Returns whether every scale is positive, finite and normal.
    fn is_legal(&self) -> bool {
        let mut scales = self.kernel.scales.iter().chain(&self.bias_scales);
        scales.all(|scale| scale.is_normal() && *scale > 0.0)
    }

    /// Replaces the multipliers of a dense layer with one scale: its scale is multiplied by that of
    /// its input in single precision.
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
    /// Returns the network.
    #[must_use]
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// Returns the mapping of the input, with which a device quantises its features.
    #[must_use]
    pub fn input(&self) -> Affine {
        self.affine(Flow::Calibrated(0))
    }

    /// Returns the mapping of the output, whose probabilities are `(integer + 128) / 256`.
    #[must_use]
    pub fn output(&self) -> Affine {
        self.affine(Flow::Probabilities)
    }

    /// Returns the converter that quantised the model, with its format set to 8-bit integers.
    pub(crate) const fn converter(&self) -> &Converter {
        &self.converter
    }

    /// Returns the operators of the network.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the layers that have weights, in the order of the steps' indices: convolutions, then
    /// dense layers.
    pub(crate) fn layers(&self) -> &[QuantisedLayer] {
        &self.layers
    }

    /// Returns the mapping of an activation.
    pub(crate) fn affine(&self, flow: Flow) -> Affine {
        match flow {
            Flow::Calibrated(index) => self.scales.as_slice()[index],
            Flow::Probabilities => Affine::PROBABILITIES,
        }
    }
}
