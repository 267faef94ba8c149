//! The difference between an integer model and its float model.

use crate::{
    error::{ActivationTensor, ConversionError},
    float_model::FloatModel,
    quantisation::Int8Model,
    steps::Flow,
};

/// The difference between the integers of an activation and the floats that they stand for, over
/// some examples.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct QuantisationNoise {
    /// The activation.
    pub place: ActivationTensor,
    /// Sum of the squares of the floats.
    pub signal: f64,
    /// Sum of the squares of the differences.
    pub noise: f64,
}

impl QuantisationNoise {
    /// Returns the ratio of signal to noise in decibels: `10 log10(signal / noise)`.
    ///
    /// If it falls from one activation to the next, the layer between them loses precision. It is
    /// infinite without noise, and NaN if there is no signal either, as for an activation that is
    /// always 0.
    #[must_use]
    pub fn decibels(&self) -> f64 {
        10.0 * (self.signal / self.noise).log10()
    }
}

impl Int8Model {
    /// Compares every calibrated activation with that of `model`, the float model from which this
    /// model was made. Activations are in the order of use.
    ///
    /// # Errors
    /// [`ConversionError::OtherNetwork`] for a model of another network, and the errors of
    /// [`FloatModel::predict`].
    pub fn noise<'e>(
        &self,
        model: &FloatModel<'_>,
        examples: impl IntoIterator<Item = &'e [f32]>,
    ) -> Result<Vec<QuantisationNoise>, ConversionError> {
        if model.network() != self.network() {
            let (expected, actual) = (self.network().clone(), model.network().clone());
            let [expected, actual] = [expected, actual].map(Box::new);
            return Err(ConversionError::OtherNetwork { expected, actual });
        }
        let places = ActivationTensor::all(self.steps()).into_iter();
        let silent = |place| QuantisationNoise { place, signal: 0.0, noise: 0.0 };
        let mut noise: Vec<QuantisationNoise> = places.map(silent).collect();
        for example in examples {
            let mut floats = Vec::with_capacity(noise.len());
            model.run(example, &mut |_, values| floats.push(values.to_vec()))?;
            self.logits(&self.quantised(example)?, &mut |place, integers| {
                let scale = f64::from(self.affine(Flow::Calibrated(place)).scale);
                for (&float, &integer) in floats[place].iter().zip(integers) {
                    let (float, integer) = (f64::from(float), f64::from(integer) * scale);
                    noise[place].signal += float.powi(2);
                    noise[place].noise += (float - integer).powi(2);
                }
            })?;
        }
        Ok(noise)
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Network, Shape, parse_layers};

    use super::*;
    use crate::{converter::Converter, quantisation::Calibration};

    #[test]
    fn an_outlier_in_the_calibration_costs_precision_from_the_input_on() {
        let architecture = Architecture::new(parse_layers("2x3R 2x3S").unwrap(), 4).unwrap();
        let network = Network::new(Shape::new(9, 8, 1), &architecture, 2).unwrap();
        let wave = |length: usize| -> Vec<f32> {
            (0..length).map(|index| (index as f32 * 1.7).sin()).collect()
        };
        let weights = [18, 2, 36, 2, 4 * 5 * 4 * 2, 4, 8, 2].map(wave);
        let model = FloatModel::new(&network, weights.iter().map(Vec::as_slice)).unwrap();
        let examples: Vec<Vec<f32>> =
            (0..8).map(|shift| wave(72 + shift)[shift..].to_vec()).collect();
        let noise = |outlier: Option<f32>| {
            let mut calibration = Calibration::new(&model);
            examples.iter().for_each(|example| calibration.observe(example).unwrap());
            if let Some(outlier) = outlier {
                let mut example = examples[0].clone();
                example[5] = outlier;
                calibration.observe(&example).unwrap();
            }
            let scales = calibration.scales().unwrap();
            let int8 = Converter::default().quantise(&model, &scales).unwrap();
            int8.noise(&model, examples.iter().map(Vec::as_slice)).unwrap()
        };
        let (sound, spoilt) = (noise(None), noise(Some(100.0)));
        assert_eq!(sound.len(), 5);
        for (sound, spoilt) in sound.iter().zip(&spoilt) {
            assert!(sound.decibels() > 30.0, "{sound:?}");
            assert!(sound.decibels() > spoilt.decibels() + 3.0, "{sound:?} {spoilt:?}");
        }
    }
}
