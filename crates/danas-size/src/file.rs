//! Writing the file: the packing that counts its bytes, with the trained values filled in.

use danas_space::{Bytes, Network};

use crate::{
    converter::{Converter, within_limit},
    error::ConversionError,
    float_model::FloatModel,
    format::NumberFormat,
    graph::{Content, Element, Graph, Tensor},
    layout,
    quantisation::{Affine, Int8Model, QuantisedKernel, ScalesPer},
    sink::{Counter, Learnt, Sink},
};

impl Converter {
    /// Returns the float32 file of `model`, regardless of this converter's `format`. Its length is
    /// the [`model_size`](Self::model_size) for float32.
    ///
    /// The file equals TensorFlow's byte for byte, with these exceptions:
    ///
    /// - TensorFlow drops or merges biases that are all zero.
    /// - TensorFlow merges buffers that are equal by chance.
    /// - TensorFlow 2.21 computes a fingerprint of 8 bytes, which is zero here.
    /// - The last bits of kernels and biases with a folded normalisation may differ, since
    ///   TensorFlow's square roots depend on the processor.
    /// - TensorFlow may write two or more depthwise kernels of a single weight in another order.
    ///
    /// # Errors
    /// [`ConversionError::Size`] or [`ConversionError::OutOfMemory`].
    pub fn write_float32(&self, model: &FloatModel<'_>) -> Result<Vec<u8>, ConversionError> {
        self.write(model, NumberFormat::Float32)
    }

    /// Returns the dynamic range file of `model`, regardless of this converter's `format`.
    ///
    /// # Errors
    /// [`ConversionError::Size`] or [`ConversionError::OutOfMemory`].
    pub fn write_dynamic_range(&self, model: &FloatModel<'_>) -> Result<Vec<u8>, ConversionError> {
        self.write(model, NumberFormat::DynamicRange)
    }

    fn write(
        &self,
        model: &FloatModel<'_>,
        format: NumberFormat,
    ) -> Result<Vec<u8>, ConversionError> {
        let network = model.network();
        let graph = self.clone().with_format(format).graph(network)?;
        write(network, &graph, |tensor| Payload::of_floats(model, tensor))
    }
}

impl Int8Model {
    /// Returns the file that TensorFlow's converter would write, with the exceptions of
    /// [`Converter::write_float32`].
    ///
    /// # Errors
    /// [`ConversionError::Size`] or [`ConversionError::OutOfMemory`].
    pub fn write(&self) -> Result<Vec<u8>, ConversionError> {
        let graph = self.converter().graph(self.network())?;
        write(self.network(), &graph, |tensor| Payload::of_integers(self, tensor))
    }
}

/// Returns the file of `graph`, with the trained values that `payload` returns for each tensor.
fn write(
    network: &Network,
    graph: &Graph,
    payload: impl Fn(&Tensor) -> Payload,
) -> Result<Vec<u8>, ConversionError> {
    let length = within_limit(network, Bytes(layout::pack(graph, Counter::default()).len()))?;
    let mut reversed = Vec::new();
    let room =
        usize::try_from(length.get()).ok().and_then(|room| reversed.try_reserve_exact(room).ok());
    room.ok_or(ConversionError::OutOfMemory(length))?;
    Ok(layout::pack(graph, Writer { tensors: &graph.tensors, payload, reversed }).into_file())
}

/// The trained values of a tensor, as bytes of the file.
#[derive(Debug, Clone, Default, PartialEq)]
struct Payload {
    weights: Vec<u8>,
    scales: Vec<u8>,
    zero_points: Vec<u8>,
}

impl Payload {
    fn of_floats(model: &FloatModel<'_>, tensor: &Tensor) -> Self {
        let (layer, is_kernel) = match tensor.content {
            Content::Weights { layer, is_kernel, .. } => (layer, is_kernel),
            Content::Zeros { layer, .. } => (layer, false),
            Content::Examples(_) | Content::Numbers | Content::One(_) | Content::Two(_) => {
                return Self::default();
            }
        };
        let weights = &model.weights()[layer];
        let values = if is_kernel { &weights.kernel } else { &weights.bias };
        if tensor.element == Element::Float32 {
            return Self { weights: bytes(values, f32::to_le_bytes), ..Self::default() };
        }
        let outputs = weights.bias.len();
        let scales_per = match tensor.channels {
            0 if tensor.scales == outputs => ScalesPer::Channel,
            0 => ScalesPer::Tensor,
            _ => ScalesPer::DepthwiseChannel,
        };
        Self::of_kernel(&QuantisedKernel::dynamic(values, outputs, scales_per))
    }

    fn of_integers(model: &Int8Model, tensor: &Tensor) -> Self {
        match tensor.content {
            Content::Examples(flow) => Self::default().scaled(&[model.affine(flow)]),
            Content::Weights { layer, is_kernel: true, .. } => {
                Self::of_kernel(&model.layers()[layer].kernel)
            }
            Content::Weights { layer, is_kernel: false, .. } | Content::Zeros { layer, .. } => {
                let layer = &model.layers()[layer];
                let weights = bytes(&layer.bias, i32::to_le_bytes);
                Self { weights, ..Self::default() }.symmetric(&layer.bias_scales)
            }
            Content::Numbers | Content::One(_) | Content::Two(_) => Self::default(),
        }
    }

    fn of_kernel(kernel: &QuantisedKernel) -> Self {
        let weights = bytes(&kernel.values, i8::to_le_bytes);
        Self { weights, ..Self::default() }.symmetric(&kernel.scales)
    }

    /// Sets these scales, with a zero point of 0 for each.
    fn symmetric(self, scales: &[f32]) -> Self {
        let affine: Vec<Affine> =
            scales.iter().map(|&scale| Affine { scale, zero_point: 0 }).collect();
        self.scaled(&affine)
    }

    fn scaled(self, affine: &[Affine]) -> Self {
        let scales = bytes(affine, |affine| affine.scale.to_le_bytes());
        let zero_points = bytes(affine, |affine| i64::from(affine.zero_point).to_le_bytes());
        Self { scales, zero_points, ..self }
    }
}

/// Returns the bytes of all numbers, in the order of the file.
fn bytes<T: Copy, const SIZE: usize>(values: &[T], bytes: impl Fn(T) -> [u8; SIZE]) -> Vec<u8> {
    values.iter().flat_map(|&value| bytes(value)).collect()
}

/// A sink that keeps the bytes and fills in the trained values.
struct Writer<'a, F> {
    tensors: &'a [Tensor],
    /// Returns the trained values of a tensor. It is called for one tensor at a time, so that only
    /// the weights of one tensor are copied at once.
    payload: F,
    reversed: Vec<u8>,
}

impl<F> Writer<'_, F> {
    fn into_file(mut self) -> Vec<u8> {
        self.reversed.reverse();
        self.reversed
    }
}

impl<F: Fn(&Tensor) -> Payload> Sink for Writer<'_, F> {
    fn len(&self) -> u64 {
        self.reversed.len() as u64
    }

    fn prepend(&mut self, bytes: &[u8]) {
        self.reversed.extend(bytes.iter().rev());
    }

    fn prepend_learnt(&mut self, tensor: usize, learnt: Learnt, _bytes: u64) {
        let payload = (self.payload)(&self.tensors[tensor]);
        let bytes = match learnt {
            Learnt::Weights => payload.weights,
            Learnt::Scales => payload.scales,
            Learnt::ZeroPoints => payload.zero_points,
        };
        self.reversed.extend(bytes.iter().rev());
    }
}
