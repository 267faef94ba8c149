//! A network with its trained weights.

use danas_space::{Conv2d, Layer, Network};

use crate::{ConversionError, error::WeightTensor};

/// A trained float32 network: what a file is written from.
///
/// The weights are borrowed as slices, in the order in which the network uses them: kernel and bias
/// of each convolution, of the dense layer, of the output layer.
///
/// | place | kernel | bias |
/// |---|---|---|
/// | each convolution | `[filters, kernel height, kernel width, input channels]` | `[filters]` |
/// | dense | `[width, flattened]`, flattened in height, width, channel order | `[width]` |
/// | output | `[classes, width]` | `[classes]` |
///
/// ```
/// use danas_size::{Converter, FloatModel};
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("1x3R")?, 2)?;
/// let network = Network::new(Shape::new(4, 3, 1), &architecture, 2)?;
/// let (kernel, bias) = (vec![0.1; 9], vec![0.2]);
/// let (dense, dense_bias) = (vec![0.3; 2 * 2], vec![0.4; 2]);
/// let (output, output_bias) = (vec![0.5; 2 * 2], vec![0.6; 2]);
/// let weights: [&[f32]; 6] = [&kernel, &bias, &dense, &dense_bias, &output, &output_bias];
///
/// let model = FloatModel::new(&network, weights)?;
/// let file = Converter::default().write_float32(&model)?;
/// assert_eq!(file.len() as u64, Converter::default().model_size(&network)?.get());
/// assert_eq!(model.predict(&[1.0; 12])?, [0.5, 0.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct FloatModel<'a> {
    network: &'a Network,
    layers: Vec<Weights<'a>>,
}

/// The weights of one layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weights<'a> {
    pub(crate) kernel: &'a [f32],
    pub(crate) bias: &'a [f32],
}

impl<'a> FloatModel<'a> {
    /// Joins a network with its weights.
    ///
    /// # Errors
    /// [`ConversionError::TensorCount`] for too few or too many tensors;
    /// [`ConversionError::TensorLength`] and [`ConversionError::WeightNotFinite`] name the tensor.
    pub fn new(
        network: &'a Network,
        tensors: impl IntoIterator<Item = &'a [f32]>,
    ) -> Result<Self, ConversionError> {
        let tensors: Vec<&[f32]> = tensors.into_iter().collect();
        let lengths = lengths(network);
        if tensors.len() != 2 * lengths.len() {
            let (expected, actual) = (2 * lengths.len(), tensors.len());
            return Err(ConversionError::TensorCount { expected, actual });
        }
        let mut layers = Vec::with_capacity(lengths.len());
        for (index, (pair, lengths)) in tensors.chunks_exact(2).zip(lengths).enumerate() {
            for (&values, (expected, is_kernel)) in pair.iter().zip(lengths) {
                let tensor = || WeightTensor::new(network, index, is_kernel);
                if values.len() != expected {
                    let (tensor, actual) = (tensor(), values.len());
                    return Err(ConversionError::TensorLength { tensor, expected, actual });
                }
                if let Some(&value) = values.iter().find(|value| !value.is_finite()) {
                    return Err(ConversionError::WeightNotFinite { tensor: tensor(), value });
                }
            }
            layers.push(Weights { kernel: pair[0], bias: pair[1] });
        }
        Ok(Self { network, layers })
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> &'a Network {
        self.network
    }

    /// The weights of convolutions, dense and output layer.
    pub(crate) fn layers(&self) -> &[Weights<'a>] {
        &self.layers
    }
}

/// The values of each layer's kernel and bias, and whether it is the kernel.
fn lengths(network: &Network) -> Vec<[(usize, bool); 2]> {
    // A network exists only if its parameters can be counted.
    let convolutions = network.layers().iter().map(|shaped| {
        let Layer::Conv2d(Conv2d { kernel, .. }) = shaped.layer;
        let window = kernel as usize * kernel as usize * shaped.input.channels;
        (shaped.output.channels, window)
    });
    let width = network.dense_width() as usize;
    let dense = [(width, network.flattened()), (network.classes(), width)];
    convolutions
        .chain(dense)
        .map(|(outputs, inputs)| [(outputs.saturating_mul(inputs), true), (outputs, false)])
        .collect()
}
