//! A network in floats.

use danas_space::{Activation, Conv2d};

use super::maps::{Maps, dense};
use crate::{ConversionError, FloatModel, error::ActivationTensor, known::convolution};

impl FloatModel<'_> {
    /// The probability of each class for one example, in the order `[height, width, channels]`.
    ///
    /// This is what the written file computes, but for rounding. It is for checks and calibration:
    /// an engine that trains predicts faster.
    ///
    /// # Errors
    /// [`ConversionError::ExampleLength`] for an example that the network does not read,
    /// [`ConversionError::ExampleNotFinite`] where a value is NaN or infinite, or becomes so.
    pub fn predict(&self, example: &[f32]) -> Result<Vec<f32>, ConversionError> {
        let logits = self.run(example, &mut |_, _| {})?;
        Ok(softmax(&logits))
    }

    /// Runs one example as far as the logits, and shows each activation that has a range of its own,
    /// by its place in the order of use.
    pub(crate) fn run(
        &self,
        example: &[f32],
        observe: &mut dyn FnMut(usize, &[f32]),
    ) -> Result<Vec<f32>, ConversionError> {
        let network = self.network();
        let (expected, actual) = (self.values(), example.len());
        if expected != actual {
            return Err(ConversionError::ExampleLength { expected, actual });
        }
        let convolutions = network.layers().len();
        let mut show = |place, values: &[f32]| {
            if values.iter().all(|value| value.is_finite()) {
                observe(place, values);
                return Ok(());
            }
            let place = ActivationTensor::at(place, convolutions);
            Err(ConversionError::ExampleNotFinite { place })
        };
        show(0, example)?;
        let mut maps = Maps::from_example(network.input(), example.iter().copied());
        for (index, (shaped, weights)) in network.layers().iter().zip(self.layers()).enumerate() {
            let Some(Conv2d { activation, .. }) = convolution(shaped.layer) else { continue };
            maps = maps.convolved(shaped, weights.kernel, weights.bias);
            match activation {
                Activation::Relu => {
                    maps.map(|_, value| relu(value));
                    show(index + 1, maps.values())?;
                }
                Activation::Sigmoid => {
                    show(index + 1, maps.values())?;
                    maps.map(|_, value| 1.0 / (1.0 + (-value).exp()));
                }
            }
        }
        let mut values = maps.flattened();
        for (index, weights) in self.layers().iter().enumerate().skip(convolutions) {
            values = dense(&values, weights.kernel, weights.bias);
            if index == convolutions {
                values.iter_mut().for_each(|value| *value = relu(*value));
            }
            show(index + 1, &values)?;
        }
        Ok(values)
    }

    /// The values of one example.
    pub(crate) fn values(&self) -> usize {
        self.network().input().elements().unwrap_or(usize::MAX)
    }
}

/// NaN stays NaN, so that it is found.
fn relu(value: f32) -> f32 {
    if value < 0.0 { 0.0 } else { value }
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f32> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f32 = exponentials.iter().sum();
    exponentials.into_iter().map(|exponential| exponential / sum).collect()
}
