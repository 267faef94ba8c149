//! Running a network in integers, with the same bits as TensorFlow Lite Micro's reference kernels.
//!
//! Sources in TensorFlow Lite Micro's `kernels/internal/reference`: `integer_ops/conv.h`,
//! `integer_ops/depthwise_conv.h`, `integer_ops/pooling.h`, `integer_ops/fully_connected.h` and
//! `reduce.h`.

use danas_space::PoolKind;

use super::{
    fixed_point::{Logistic, Multiplier, Softmax},
    maps::Maps,
};
use crate::{
    error::{ActivationTensor, ConversionError},
    quantisation::{Affine, Int8Model, QuantisedLayer},
    steps::{Flow, Work},
};

impl Int8Model {
    /// Returns the probability of each class for one example of floats, which is in the order
    /// `[height, width, channels]`. A probability is `(integer + 128) / 256`.
    ///
    /// # Errors
    /// [`ConversionError::ExampleLength`] for an example with too few or too many values,
    /// [`ConversionError::ExampleNotFinite`] for NaN or infinity in the example.
    pub fn predict(&self, example: &[f32]) -> Result<Vec<i8>, ConversionError> {
        self.run(&self.quantised(example)?)
    }

    /// Returns an example as integers.
    pub(super) fn quantised(&self, example: &[f32]) -> Result<Vec<i8>, ConversionError> {
        if !example.iter().all(|value| value.is_finite()) {
            return Err(ConversionError::ExampleNotFinite { place: ActivationTensor::Input });
        }
        let input = self.input();
        Ok(example.iter().map(|&value| input.quantise(value)).collect())
    }

    /// Returns the probability of each class for an example of integers, as a device passes it to
    /// the model. The order and the probabilities are those of [`predict`](Self::predict).
    ///
    /// # Errors
    /// [`ConversionError::ExampleLength`] for an example with too few or too many values.
    pub fn run(&self, example: &[i8]) -> Result<Vec<i8>, ConversionError> {
        let logits = self.logits(example, &mut |_, _| {})?;
        let scale = self.steps().last().map_or(1.0, |softmax| self.affine(softmax.from).scale);
        Ok(Softmax::new(scale).apply(&logits))
    }

    /// Runs one example and returns its logits. `observe` is called with each calibrated activation
    /// and its index in the order of use. Zero points have been subtracted from all values.
    pub(super) fn logits(
        &self,
        example: &[i8],
        observe: &mut dyn FnMut(usize, &[i32]),
    ) -> Result<Vec<i32>, ConversionError> {
        let network = self.network();
        let expected = network.input().elements().unwrap_or(usize::MAX);
        if expected != example.len() {
            return Err(ConversionError::ExampleLength { expected, actual: example.len() });
        }
        let zero = i32::from(self.input().zero_point);
        let values: Vec<i32> = example.iter().map(|&value| i32::from(value) - zero).collect();
        observe(0, &values);
        let mut maps = Maps::from_example(network.input(), values.into_iter());
        for step in self.steps() {
            let (from, to) = (self.affine(step.from), self.affine(step.to));
            let layer = step.weights().map(|index| &self.layers()[index]);
            maps = match (step.work, layer) {
                (Work::Convolution(convolution), Some(layer)) => maps
                    .convolved(&convolution, step.output, &layer.kernel.values, &layer.bias)
                    .map(|channel, sum| layer.output(channel, sum, to)),
                (Work::Dense { .. }, Some(layer)) => maps
                    .dense(&layer.kernel.values, &layer.bias)
                    .map(|channel, sum| layer.output(channel, sum, to)),
                (Work::Sigmoid, _) => {
                    let sigmoid = Logistic::new(from.scale);
                    maps.map(|_, value| sigmoid.apply(value) - i32::from(to.zero_point))
                }
                (Work::Pool(pool), _) => {
                    maps.pooled(&pool, step.output, |window| match pool.kind {
                        PoolKind::Max => window.max().unwrap_or_default(),
                        PoolKind::Average => average(window, i32::from(to.zero_point)),
                    })
                }
                (Work::Mean, _) => {
                    let area = step.input.height * step.input.width;
                    let multiplier = Multiplier::of_mean(from.scale, to.scale, area);
                    let sum =
                        |map: &[i32]| map.iter().fold(0, |sum: i32, it| sum.wrapping_add(*it));
                    maps.reduced(|map| to.clamped(multiplier.scale(sum(map))))
                }
                (Work::Flatten, _) => maps.flattened(),
                _ => maps,
            };
            if step.has_relu() {
                maps = maps.map(|_, value| value.max(0));
            }
            if let (Flow::Calibrated(place), true) = (step.to, step.is_calibrated()) {
                observe(place, maps.values());
            }
        }
        Ok(maps.into_values())
    }
}

/// Returns the mean of a window of integers, from which the zero point has been subtracted. Halves
/// are rounded away from the integer 0.
fn average(window: &mut dyn Iterator<Item = i32>, zero: i32) -> i32 {
    let (sum, count) = window.fold((0_i32, 0), |(sum, count), value| {
        (sum.wrapping_add(value.wrapping_add(zero)), count + 1)
    });
    let half = if sum > 0 { count / 2 } else { -(count / 2) };
    sum.wrapping_add(half) / count.max(1) - zero
}

impl Affine {
    /// Clamps a scaled sum to the range of 8-bit integers. The result is without the zero point.
    fn clamped(self, scaled: i32) -> i32 {
        let zero = i32::from(self.zero_point);
        scaled.saturating_add(zero).clamp(i8::MIN.into(), i8::MAX.into()) - zero
    }
}

impl QuantisedLayer {
    /// Scales a sum of a channel and clamps it. The result is without the zero point.
    fn output(&self, channel: usize, sum: i32, to: Affine) -> i32 {
        to.clamped(self.multipliers[channel].scale(sum))
    }
}
