//! The ranges of the values that flow through a network.

use danas_space::Network;

use super::Affine;
use crate::{
    error::{ActivationTensor, ConversionError},
    float_model::FloatModel,
    steps::steps,
};

/// The ranges of a network's activations over some examples, from which the scales of an integer
/// model follow.
///
/// Examples of the training part are sufficient. The wider the ranges, the coarser the integers.
///
/// ```
/// use danas_size::{Calibration, Converter, FloatModel, NumberFormat};
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// # let architecture = Architecture::new(parse_layers("1x3R")?, 2)?;
/// # let network = Network::new(Shape::new(4, 3, 1), &architecture, 2)?;
/// # let (kernel, bias, square, pair) = ([0.1; 9], [0.2], [0.3; 4], [0.4; 2]);
/// # let weights: [&[f32]; 6] = [&kernel, &bias, &square, &pair, &square, &pair];
/// let model = FloatModel::new(&network, weights)?;
/// let mut calibration = Calibration::new(&model);
/// for example in [[0.0; 12], [1.0; 12]] {
///     calibration.observe(&example)?;
/// }
/// let int8 = Converter::default().quantise(&model, &calibration.scales()?)?;
/// assert_eq!(int8.predict(&[1.0; 12])?, [0, 0]); // probabilities of (0 + 128) / 256
/// let size = Converter::default().with_format(NumberFormat::Int8).model_size(&network)?;
/// assert_eq!(int8.write()?.len() as u64, size.get());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Calibration<'a> {
    model: &'a FloatModel<'a>,
    /// Smallest and largest value of each activation, in the order of use.
    ranges: Vec<Option<(f32, f32)>>,
}

impl<'a> Calibration<'a> {
    /// Creates a calibration that has not seen any example.
    #[must_use]
    pub fn new(model: &'a FloatModel<'a>) -> Self {
        Self { model, ranges: vec![None; ActivationTensor::all(model.steps()).len()] }
    }

    /// Runs an example, which is in the order `[height, width, channels]`, and extends the ranges
    /// by its activations.
    ///
    /// # Errors
    /// [`ConversionError::ExampleLength`] or [`ConversionError::ExampleNotFinite`], as for
    /// [`FloatModel::predict`].
    pub fn observe(&mut self, example: &[f32]) -> Result<(), ConversionError> {
        // An example that fails in the middle of the network must not extend any range.
        let mut ranges = self.ranges.clone();
        self.model.run(example, &mut |place, values| {
            let extended = values.iter().fold(ranges[place], |range, &value| {
                let (min, max) = range.unwrap_or((value, value));
                Some((min.min(value), max.max(value)))
            });
            ranges[place] = extended;
        })?;
        self.ranges = ranges;
        Ok(())
    }

    /// Extends the range of the input to that of all possible examples, where it is known.
    ///
    /// ```
    /// # use danas_size::{Calibration, Converter, FloatModel};
    /// # use danas_space::{Architecture, Network, Shape, parse_layers};
    /// # let architecture = Architecture::new(parse_layers("1x3R")?, 2)?;
    /// # let network = Network::new(Shape::new(4, 3, 1), &architecture, 2)?;
    /// # let (kernel, bias, square, pair) = ([0.1; 9], [0.2], [0.3; 4], [0.4; 2]);
    /// # let weights: [&[f32]; 6] = [&kernel, &bias, &square, &pair, &square, &pair];
    /// let model = FloatModel::new(&network, weights)?;
    /// let mut calibration = Calibration::new(&model);
    /// calibration.observe(&[0.7; 12])?;
    /// calibration.cover_input([0.0, 1.0]); // pixels
    /// let int8 = Converter::default().quantise(&model, &calibration.scales()?)?;
    /// assert_eq!(int8.input().quantise(200.0 / 255.0), (200 - 128) as i8);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cover_input(&mut self, [least, most]: [f32; 2]) {
        if let Some(range) = self.ranges.first_mut() {
            let (min, max) = range.unwrap_or((least, most));
            *range = Some((min.min(least), max.max(most)));
        }
    }

    /// Returns the scales and zero points whose integers cover the ranges.
    ///
    /// # Errors
    /// [`ConversionError::NoExamples`] if no example was observed.
    pub fn scales(&self) -> Result<ActivationScales, ConversionError> {
        let ranges: Option<Vec<_>> = self.ranges.iter().copied().collect();
        let ranges = ranges.ok_or(ConversionError::NoExamples)?;
        Ok(ActivationScales(
            ranges.into_iter().map(|(min, max)| Affine::of_range(min, max)).collect(),
        ))
    }
}

/// The scale and zero point of each calibrated activation of a network.
///
/// These activations are the input, the outputs of convolutions (after a ReLU, before a sigmoid),
/// of global average pooling and of the hidden dense layer, and the logits. A separable convolution
/// has an output for each of its two parts.
///
/// Sigmoids and the softmax have fixed scales. Other pooling and flattening keep the scale of their
/// input.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivationScales(Vec<Affine>);

impl ActivationScales {
    /// Creates the scales of `network` from known ones, in the order of use.
    ///
    /// # Errors
    /// [`ConversionError::ScaleCount`] for too few or too many scales,
    /// [`ConversionError::IllegalScale`] for a scale that is not positive, finite and normal.
    pub fn new(network: &Network, scales: Vec<Affine>) -> Result<Self, ConversionError> {
        let places = ActivationTensor::all(&steps(network));
        let (expected, actual) = (places.len(), scales.len());
        if expected != actual {
            return Err(ConversionError::ScaleCount { expected, actual });
        }
        let illegal = |affine: &Affine| !(affine.scale.is_normal() && affine.scale > 0.0);
        if let Some((affine, place)) = scales.iter().zip(places).find(|(affine, _)| illegal(affine))
        {
            return Err(ConversionError::IllegalScale { place, scale: affine.scale });
        }
        Ok(Self(scales))
    }

    /// Returns the scales and zero points, in the order of use.
    #[must_use]
    pub fn as_slice(&self) -> &[Affine] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;

    #[test]
    fn scales_are_refused_by_their_number_and_by_their_place() {
        let architecture = Architecture::new(parse_layers("1x1R 1x1S").unwrap(), 1).unwrap();
        let network = Network::new(Shape::new(2, 2, 1), &architecture, 2).unwrap();
        let affine = |scale| Affine { scale, zero_point: 0 };
        let refusal = |scales: &[f32]| {
            let scales = scales.iter().copied().map(affine).collect();
            ActivationScales::new(&network, scales).unwrap_err().to_string()
        };
        assert!(refusal(&[1.0; 4]).contains("the network has 5"));
        let places = ["the input", "layer 1", "layer 2", "dense layer", "softmax"];
        for (index, place) in places.into_iter().enumerate() {
            for bad in [0.0, -1.0, f32::NAN, f32::INFINITY] {
                let mut scales = [1.0; 5];
                scales[index] = bad;
                let refusal = refusal(&scales);
                assert!(
                    refusal.contains(place) && refusal.contains(&format!(" scale {bad};")),
                    "{refusal}"
                );
            }
        }
    }

    #[test]
    fn a_calibration_without_an_example_has_no_scales() {
        let architecture = Architecture::new(parse_layers("1x1R").unwrap(), 1).unwrap();
        let network = Network::new(Shape::new(1, 1, 1), &architecture, 1).unwrap();
        let model = FloatModel::new(&network, [[1.0_f32].as_slice(); 6]).unwrap();
        let mut calibration = Calibration::new(&model);
        assert!(matches!(calibration.scales(), Err(ConversionError::NoExamples)));
        assert!(calibration.observe(&[f32::NAN]).is_err());
        assert!(matches!(calibration.scales(), Err(ConversionError::NoExamples)));
    }
}
