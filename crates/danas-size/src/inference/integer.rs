//! A network in integers, to the bit as TensorFlow Lite Micro's reference kernels compute it.
//!
//! Sources: `reference/integer_ops/conv.h` and `fully_connected.h` below TensorFlow Lite Micro's
//! `kernels/internal`.

use danas_space::{Activation, Conv2d};

use super::{
    fixed_point::{Logistic, Softmax},
    maps::{Maps, dense},
};
use crate::{
    Affine, ConversionError, Int8Model, error::ActivationTensor, graph::Flow, known::convolution,
    quantisation::QuantisedLayer,
};

impl Int8Model {
    /// The probability of each class for one example of floats, in the order
    /// `[height, width, channels]`, as `(integer + 128) / 256`.
    ///
    /// # Errors
    /// [`ConversionError::ExampleLength`] for an example that the network does not read,
    /// [`ConversionError::ExampleNotFinite`] for a NaN or infinity.
    pub fn predict(&self, example: &[f32]) -> Result<Vec<i8>, ConversionError> {
        self.run(&self.quantised(example)?)
    }

    /// An example of integers.
    pub(super) fn quantised(&self, example: &[f32]) -> Result<Vec<i8>, ConversionError> {
        if !example.iter().all(|value| value.is_finite()) {
            return Err(ConversionError::ExampleNotFinite { place: ActivationTensor::Input });
        }
        let input = self.input();
        Ok(example.iter().map(|&value| input.quantise(value)).collect())
    }

    /// The same for an example of integers, as a device gives it to the model.
    ///
    /// # Errors
    /// [`ConversionError::ExampleLength`].
    pub fn run(&self, example: &[i8]) -> Result<Vec<i8>, ConversionError> {
        let logits = self.logits(example, &mut |_, _| {})?;
        let scale = self.affine(Flow::Layer(self.network().layers().len() + 1)).scale;
        Ok(Softmax::new(scale).apply(&logits))
    }

    /// Runs one example as far as the logits, and shows each activation that has a scale of its own,
    /// by its place in the order of use. Values are less their zero points.
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
        for (index, (shaped, layer)) in network.layers().iter().zip(self.layers()).enumerate() {
            let Some(Conv2d { activation, .. }) = convolution(shaped.layer) else { continue };
            let to = self.affine(Flow::Layer(index));
            maps = maps.convolved(shaped, &layer.kernel.values, &layer.bias);
            match activation {
                Activation::Relu => {
                    maps.map(|channel, sum| layer.output(channel, sum, to).max(0));
                    observe(index + 1, maps.values());
                }
                Activation::Sigmoid => {
                    maps.map(|channel, sum| layer.output(channel, sum, to));
                    observe(index + 1, maps.values());
                    let sigmoid = Logistic::new(to.scale);
                    let zero = i32::from(Affine::PROBABILITIES.zero_point);
                    maps.map(|_, value| sigmoid.apply(value) - zero);
                }
            }
        }
        let mut values = maps.flattened();
        let convolutions = network.layers().len();
        for (index, layer) in self.layers().iter().enumerate().skip(convolutions) {
            let to = self.affine(Flow::Layer(index));
            values = dense(&values, &layer.kernel.values, &layer.bias);
            for (channel, value) in values.iter_mut().enumerate() {
                *value = layer.output(channel, *value, to);
                if index == convolutions {
                    *value = (*value).max(0);
                }
            }
            observe(index + 1, &values);
        }
        Ok(values)
    }
}

impl QuantisedLayer {
    /// What becomes of a sum, less its zero point.
    fn output(&self, channel: usize, sum: i32, to: Affine) -> i32 {
        let zero = i32::from(to.zero_point);
        let scaled = self.multipliers[channel].scale(sum).saturating_add(zero);
        scaled.clamp(i8::MIN.into(), i8::MAX.into()) - zero
    }
}
