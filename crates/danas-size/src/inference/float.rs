//! Running a network in floats.

use danas_space::PoolKind;

use super::maps::Maps;
use crate::{
    error::{ActivationTensor, ConversionError},
    float_model::FloatModel,
    steps::{Flow, Work},
};

impl FloatModel<'_> {
    /// Returns the probability of each class for one example, which is in the order
    /// `[height, width, channels]`.
    ///
    /// The written file computes the same probabilities, apart from rounding. Use this method for
    /// checks and calibration: an engine that trains networks predicts faster.
    ///
    /// # Errors
    /// [`ConversionError::ExampleLength`] for an example with too few or too many values,
    /// [`ConversionError::ExampleNotFinite`] if a value is NaN or infinite, or becomes so in the
    /// network.
    pub fn predict(&self, example: &[f32]) -> Result<Vec<f32>, ConversionError> {
        let logits = self.run(example, &mut |_, _| {})?;
        Ok(softmax(&logits))
    }

    /// Runs one example and returns its logits. `observe` is called with each calibrated activation
    /// and its index in the order of use.
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
        let mut show = |place: usize, values: &[f32]| {
            if values.iter().all(|value| value.is_finite()) {
                observe(place, values);
                return Ok(());
            }
            let places = ActivationTensor::all(self.steps());
            Err(ConversionError::ExampleNotFinite { place: places[place] })
        };
        show(0, example)?;
        let mut maps = Maps::from_example(network.input(), example.iter().copied());
        for step in self.steps() {
            let weights = step.weights().map(|index| &self.weights()[index]);
            maps = match (step.work, weights) {
                (Work::Convolution(convolution), Some(weights)) => {
                    maps.convolved(&convolution, step.output, &weights.kernel, &weights.bias)
                }
                (Work::Dense { .. }, Some(weights)) => maps.dense(&weights.kernel, &weights.bias),
                (Work::Sigmoid, _) => maps.map(|_, value| 1.0 / (1.0 + (-value).exp())),
                (Work::Pool(pool), _) => {
                    maps.pooled(&pool, step.output, |window| match pool.kind {
                        PoolKind::Max => window.fold(f32::NEG_INFINITY, f32::max),
                        PoolKind::Average => window.sum::<f32>() / pool.size.area() as f32,
                    })
                }
                (Work::Mean, _) => maps.reduced(|map| map.iter().sum::<f32>() / map.len() as f32),
                (Work::Flatten, _) => maps.flattened(),
                _ => maps,
            };
            if step.has_relu() {
                maps = maps.map(|_, value| relu(value));
            }
            if let (Flow::Calibrated(place), true) = (step.to, step.is_calibrated()) {
                show(place, maps.values())?;
            }
        }
        Ok(maps.into_values())
    }

    /// Returns the number of values of one example.
    pub(crate) fn values(&self) -> usize {
        self.network().input().elements().unwrap_or(usize::MAX)
    }
}

/// Returns the ReLU of a value. NaN stays NaN, so that it is detected later.
fn relu(value: f32) -> f32 {
    if value < 0.0 { 0.0 } else { value }
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f32> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f32 = exponentials.iter().sum();
    exponentials.into_iter().map(|exponential| exponential / sum).collect()
}
