//! A network with its trained weights.

use danas_space::Network;

use crate::{ConversionError, known};

/// A trained float32 network: what a file is written from.
///
/// The weights are borrowed as slices, in the order of [`Network::weights`] and in the layouts of
/// [`TensorSpec`](danas_space::TensorSpec).
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
    /// [`ConversionError::Size`] for a layer that is not known to the converter;
    /// [`ConversionError::TensorCount`] for too few or too many tensors;
    /// [`ConversionError::TensorLength`] and [`ConversionError::WeightNotFinite`] name the tensor.
    pub fn new(
        network: &'a Network,
        tensors: impl IntoIterator<Item = &'a [f32]>,
    ) -> Result<Self, ConversionError> {
        known::check(network)?;
        let tensors: Vec<&[f32]> = tensors.into_iter().collect();
        let specs = network.weights();
        if tensors.len() != specs.len() {
            let (expected, actual) = (specs.len(), tensors.len());
            return Err(ConversionError::TensorCount { expected, actual });
        }
        for (&values, tensor) in tensors.iter().zip(specs) {
            let (expected, actual) = (tensor.values(), values.len());
            if actual != expected {
                return Err(ConversionError::TensorLength { tensor, expected, actual });
            }
            if let Some(&value) = values.iter().find(|value| !value.is_finite()) {
                return Err(ConversionError::WeightNotFinite { tensor, value });
            }
        }
        let (pairs, _) = tensors.as_chunks::<2>();
        let layers = pairs.iter().map(|&[kernel, bias]| Weights { kernel, bias }).collect();
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

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;

    fn refusal(spoil: impl Fn(&mut Vec<Vec<f32>>)) -> String {
        let architecture = Architecture::new(parse_layers("2x3R").unwrap(), 3).unwrap();
        let network = Network::new(Shape::new(4, 4, 1), &architecture, 2).unwrap();
        let mut weights: Vec<Vec<f32>> =
            [18, 2, 3 * 8, 3, 2 * 3, 2].map(|length| vec![0.5; length]).to_vec();
        spoil(&mut weights);
        let model = FloatModel::new(&network, weights.iter().map(Vec::as_slice));
        model.unwrap_err().to_string()
    }

    #[test]
    fn weights_that_make_no_model_are_refused_by_the_name_of_their_tensor() {
        let infinite = refusal(|weights| weights[0][7] = f32::INFINITY);
        assert_eq!(infinite, "layer1.kernel holds inf");
        let nan = refusal(|weights| weights[5][1] = f32::NAN);
        assert_eq!(nan, "output.bias holds NaN");
        let short = refusal(|weights| weights[2].truncate(23));
        assert_eq!(short, "dense.kernel has 23 values, but the network needs 24");
        let few = refusal(|weights| weights.truncate(4));
        assert_eq!(few, "there are 4 tensors of weights, but the network has 6");
    }

    #[test]
    fn examples_that_cannot_be_run_are_refused_where_it_shows() {
        let architecture = Architecture::new(parse_layers("1x1R").unwrap(), 1).unwrap();
        let network = Network::new(Shape::new(1, 1, 1), &architecture, 2).unwrap();
        let (large, one, two) = ([f32::MAX], [1.0], [1.0, 1.0]);
        let weights: [&[f32]; 6] = [&large, &one, &one, &one, &two, &two];
        let model = FloatModel::new(&network, weights).unwrap();
        let refusal = |example: &[f32]| model.predict(example).unwrap_err().to_string();
        assert_eq!(refusal(&[1.0, 2.0]), "an example has 2 values, but the network reads 1");
        assert_eq!(refusal(&[f32::NAN]), "the input is not finite for an example");
        assert_eq!(refusal(&[10.0]), "the output of layer 1 is not finite for an example");
        assert!(model.predict(&[0.0]).is_ok());
    }
}
