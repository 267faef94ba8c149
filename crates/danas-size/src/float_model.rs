//! A network with its trained weights.

use danas_space::Network;

use crate::{
    error::ConversionError,
    steps::{Step, steps},
    weights::{self, Weights},
};

/// A trained float32 network, from which files are written.
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
    steps: Vec<Step>,
    weights: Vec<Weights<'a>>,
}

impl<'a> FloatModel<'a> {
    /// Combines a network with its weights, and folds batch normalisation into them.
    ///
    /// # Errors
    /// [`ConversionError::TensorCount`] for too few or too many tensors. For an invalid tensor,
    /// [`ConversionError::TensorLength`], [`ConversionError::WeightNotFinite`],
    /// [`ConversionError::NegativeVariance`] or [`ConversionError::FoldedNotFinite`], each of which
    /// names the tensor.
    pub fn new(
        network: &'a Network,
        tensors: impl IntoIterator<Item = &'a [f32]>,
    ) -> Result<Self, ConversionError> {
        let tensors: Vec<&[f32]> = tensors.into_iter().collect();
        let specs = network.weights();
        if tensors.len() != specs.len() {
            let (expected, actual) = (specs.len(), tensors.len());
            return Err(ConversionError::TensorCount { expected, actual });
        }
        let mut checked = Vec::with_capacity(specs.len());
        for (&values, tensor) in tensors.iter().zip(specs) {
            let (expected, actual) = (tensor.values(), values.len());
            if actual != expected {
                return Err(ConversionError::TensorLength { tensor, expected, actual });
            }
            if let Some(&value) = values.iter().find(|value| !value.is_finite()) {
                return Err(ConversionError::WeightNotFinite { tensor, value });
            }
            checked.push((tensor, values));
        }
        let mut weights = Vec::new();
        for layer in checked.chunk_by(|(former, _), (next, _)| former.place == next.place) {
            weights.extend(weights::of_layer(layer)?);
        }
        Ok(Self { network, steps: steps(network), weights })
    }

    /// Returns the network.
    #[must_use]
    pub const fn network(&self) -> &'a Network {
        self.network
    }

    /// Returns the operators of the network.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the weights of convolutions and dense layers, in the order of the steps' indices.
    pub(crate) fn weights(&self) -> &[Weights<'a>] {
        &self.weights
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
        assert_eq!(infinite, "`layer1.kernel` contains inf, but weights must be finite");
        let nan = refusal(|weights| weights[5][1] = f32::NAN);
        assert_eq!(nan, "`output.bias` contains NaN, but weights must be finite");
        let short = refusal(|weights| weights[2].truncate(23));
        assert_eq!(short, "`dense.kernel` has 23 values, but the network needs 24");
        let few = refusal(|weights| weights.truncate(4));
        assert_eq!(few, "4 weight tensors were given, but the network has 6");
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
        assert_eq!(refusal(&[f32::NAN]), "in one example, the input contains NaN or infinity");
        let overflow = "in one example, the output of layer 1 contains NaN or infinity";
        assert_eq!(refusal(&[10.0]), overflow);
        assert!(model.predict(&[0.0]).is_ok());
    }

    #[test]
    fn a_normalisation_is_folded_into_kernel_and_bias() {
        let architecture = Architecture::new(parse_layers("2x1nR").unwrap(), 1).unwrap();
        let network = Network::new(Shape::new(1, 1, 1), &architecture, 2).unwrap();
        let model = |variance: f32, scale: f32| {
            let by_filter = [[0.5, 1.0], [scale, 2.0], [0.25, -1.0], [1.5, 3.0]];
            let [bias, scale, offset, mean] = by_filter;
            let variance = [variance, 4.0 - 1e-3];
            let weights: [&[f32]; 10] = [
                &[1.0, 2.0],
                &bias,
                &scale,
                &offset,
                &mean,
                &variance,
                &bias,
                &[0.0],
                &bias,
                &bias,
            ];
            let model = FloatModel::new(&network, weights);
            model
                .map(|model| (model.weights()[0].kernel.to_vec(), model.weights()[0].bias.to_vec()))
        };
        let expected = (vec![6.0, 2.0], vec![0.5 * 6.0 + 0.25 - 1.5 * 6.0, 1.0 - 1.0 - 3.0]);
        assert_eq!(model(0.25 - 1e-3, 3.0), Ok(expected));
        let refusal = |variance, scale| model(variance, scale).unwrap_err().to_string();
        let negative = "`layer1.variance` contains -1, but a variance cannot be negative";
        assert_eq!(refusal(-1.0, 1.0), negative);
        let folded =
            "`layer1.kernel` or its bias is not finite after batch normalisation was folded in";
        assert_eq!(refusal(0.0, f32::MAX), folded);
    }
}
