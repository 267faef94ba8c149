//! A running training.

use std::ops::Range;

use danas_space::Network;
use ndarray::Array2;
use tch::{Device, Kind, TchError, Tensor};

use super::{
    TorchEngine,
    copies::{Altered, Copies},
    failure::During,
    features::{indices, upload},
    layer::{Pass, Step},
    net::{Net, download},
    objective::Objective,
    predict::batch_size,
    stepper::Stepper,
};
use crate::{
    engine::{Engine, Training},
    error::ModelError,
    fit::{Learner, Part, fit},
    moving_average::MovingAverage,
    samples::Samples,
    scaler::Scaler,
    trained::TrainedModel,
    weights::Weights,
};

/// Name of the operation in errors of libtorch.
const STEP: &str = "a training step";

/// Trains a network on the calling thread.
pub(super) fn train(
    training: &Training<'_>,
    engine: &TorchEngine,
) -> Result<TrainedModel, ModelError> {
    let device = engine.device().into();
    fit(training, engine.name(), |weights, scaler| Run::new(training, weights, scaler, device))
}

/// A running training.
struct Run<'a> {
    network: &'a Network,
    /// `[examples, channels, height, width]`
    features: Tensor,
    /// Altered copies to learn from instead, if the training alters its examples.
    copies: Option<Copies>,
    /// Features of the validation samples, if there are any: `[examples, channels, height, width]`
    validation: Option<Tensor>,
    net: Net<'a>,
    stepper: Stepper,
    /// Moving average of the trained weights, if the training asks for one.
    average: Option<(MovingAverage, Tensor)>,
    objective: Objective,
    device: Device,
    /// The next step.
    step: Step,
    /// Order of the examples in the current epoch.
    order: Tensor,
    /// Sum of the losses in the current epoch so far. It stays on the device: reading the loss of
    /// every batch would wait for the device.
    loss: Tensor,
}

impl<'a> Run<'a> {
    /// Uploads everything that a training needs. The training starts from `weights`.
    fn new(
        training: &Training<'a>,
        weights: &Weights,
        scaler: Option<&Scaler>,
        device: Device,
    ) -> Result<Self, ModelError> {
        let upload = |samples: Samples<'_>| upload(samples.features(), scaler, device);
        let features = upload(training.samples())?;
        let copies = Copies::new(training, &features, scaler, device)?;
        let validation = training.validation().map(upload).transpose()?;
        let (network, config) = (training.network(), training.config());
        let net = Net::new(network, weights, device)?;
        let stepper = Stepper::new(config.optimizer, &net);
        let stepper = stepper.during("the construction of the optimizer")?;
        let average = |decay| Ok((MovingAverage::new(decay), net.trained().f_zeros_like()?));
        let average = config.weight_average.map(average).transpose().during(STEP)?;
        let objective = Objective::new(training, device)?;
        let step = Step { seed: training.seed(), number: 0, head_dropout: config.head_dropout };
        let order = indices(&[], device).during(STEP)?;
        let loss = zero(device).during(STEP)?;
        Ok(Self {
            network,
            features,
            copies,
            validation,
            net,
            stepper,
            average,
            objective,
            device,
            step,
            order,
            loss,
        })
    }

    /// Takes one step on the examples at the positions `batch` of the order. `rate` is the share of
    /// the learning rate to use.
    fn step(&mut self, batch: Range<usize>, rate: f64) -> Result<(), TchError> {
        let copies = self.copies.as_mut().map(|it| it.of(batch.clone())).transpose()?;
        let batch = self.order.f_narrow(0, batch.start as i64, batch.len() as i64)?;
        let (loss, gradients) =
            tch::with_grad(|| self.loss_and_gradients(&batch, copies.as_ref()))?;
        tch::no_grad(|| {
            let _ = self.loss.f_add_(&loss)?;
            self.stepper.step(&mut self.net, &gradients, rate)?;
            if let Some((shares, average)) = &mut self.average {
                let share = shares.next_share();
                let _ = average.f_lerp_(self.net.trained(), share)?;
            }
            Ok::<_, TchError>(())
        })?;
        self.step.number += 1;
        Ok(())
    }

    /// Returns the logits of some examples, one after the other, in bounded memory.
    fn logits(&self, features: &Tensor) -> Result<Vec<f32>, TchError> {
        let mut logits = Vec::new();
        for batch in features.f_split(batch_size(self.network) as i64, 0)? {
            logits.extend(download(&self.net.logits(&batch, Pass::Prediction)?)?);
        }
        Ok(logits)
    }

    /// Returns the sum of the losses of `batch`, or of its altered copies, and the gradients of
    /// their mean.
    fn loss_and_gradients(
        &self,
        batch: &Tensor,
        copies: Option<&Altered>,
    ) -> Result<(Tensor, Vec<Tensor>), TchError> {
        let features = match copies {
            Some(copies) => copies.features.shallow_clone(),
            None => self.features.f_index_select(0, batch)?,
        };
        let logits = self.net.logits(&features, Pass::Training(self.step))?;
        let loss = match copies {
            Some(copies) => self.objective.mixed_sum(&logits, batch, copies)?,
            None => self.objective.sum(&logits, batch)?,
        };
        let mean = loss.f_div_scalar(batch.numel() as i64)?;
        Ok((loss, self.net.gradients(&mean)?))
    }
}

impl Learner for Run<'_> {
    fn begin(&mut self, order: Vec<usize>) -> Result<(), ModelError> {
        self.order = indices(&order, self.device).during(STEP)?;
        if let Some(copies) = &mut self.copies {
            copies.begin(order);
        }
        self.loss = zero(self.device).during(STEP)?;
        Ok(())
    }

    fn step(&mut self, batch: Range<usize>, rate: f64) -> Result<(), ModelError> {
        self.step(batch, rate).during(STEP)
    }

    fn loss(&mut self) -> Result<f64, ModelError> {
        self.loss.f_double_value(&[]).during(STEP)
    }

    fn logits(&mut self, part: Part) -> Result<Array2<f32>, ModelError> {
        let features = match part {
            Part::Training => Some(&self.features),
            Part::Validation => self.validation.as_ref(),
        };
        let Some(features) = features else {
            return Ok(Array2::zeros((0, self.network.classes())));
        };
        let values = tch::no_grad(|| {
            let Some((_, average)) = &self.average else { return Run::logits(self, features) };
            // The average takes the weights' place here, and the weights are restored below.
            let mut trained = self.net.trained().shallow_clone();
            let mut own = trained.f_zeros_like()?;
            own.f_copy_(&trained)?;
            trained.f_copy_(average)?;
            let logits = Run::logits(self, features);
            trained.f_copy_(&own)?;
            logits
        });
        let values = values.during("a validation")?;
        let mut logits = Array2::zeros((features.size()[0] as usize, self.network.classes()));
        logits.iter_mut().zip(values).for_each(|(to, from)| *to = from);
        Ok(logits)
    }

    fn weights(&self) -> Result<Weights, ModelError> {
        let average = self.average.as_ref().map(|(_, average)| average);
        self.net.weights_with(average.unwrap_or_else(|| self.net.trained()))
    }
}

fn zero(device: Device) -> Result<Tensor, TchError> {
    Tensor::f_zeros([0_i64; 0], (Kind::Float, device))
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};
    use ndarray::{Array1, Array4, ArrayD};

    use super::*;
    use crate::fit::{Pace, visit};
    use crate::{
        Role,
        config::{Adam, Loss, Optimizer, Sgd, TrainConfig},
        samples::Samples,
    };

    fn wave(count: usize, frequency: f64) -> Array1<f32> {
        (0..count).map(|index| (frequency * index as f64).sin() as f32).collect()
    }

    /// Compares losses and probabilities with those of Keras, from the same weights and in the same
    /// order: see `tests/keras_reference.py`.
    fn agrees_with_keras(
        layers: &str,
        config: TrainConfig,
        losses: [f64; 3],
        probabilities: [[f32; 3]; 3],
    ) {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 4).unwrap();
        let network = Network::new(Shape::new(5, 6, 2), &architecture, 3).unwrap();
        let values = 0.5 * wave(5000, 0.7);
        let mut values = values.into_iter();
        let tensors = network.weights().into_iter().map(|spec| {
            let mut next = || match spec.role {
                Role::Variance => 0.5 + values.next().unwrap().abs(),
                _ => values.next().unwrap(),
            };
            ArrayD::from_shape_simple_fn(spec.shape, &mut next)
        });
        let weights = Weights::new(&network, tensors.collect()).unwrap();
        let features: Array4<f32> =
            (2.0 * wave(600, 0.37)).into_shape_with_order((10, 5, 6, 2)).unwrap();
        let labels = [0, 1, 0, 2, 0, 1, 0, 0, 1, 0];
        let samples = Samples::new(features.view(), &labels, 3).unwrap();
        let training = Training::new(&network, samples, &config, 0).unwrap();

        let mut run = Run::new(&training, &weights, None, Device::Cpu).unwrap();
        let mut pace = Pace::new(&config, 10);
        for (epoch, expected) in losses.into_iter().enumerate() {
            let order: Vec<usize> = (0..10).map(|index| (3 * index + epoch) % 10).collect();
            let visited = visit(&mut run, order, &mut pace, || false).unwrap();
            let loss = Learner::loss(&mut run).unwrap() / visited as f64;
            assert!((loss - expected).abs() < 2e-6, "epoch {epoch}: {loss} is not {expected}");
        }
        let logits = run.net.logits(&run.features.narrow(0, 0, 3), Pass::Prediction).unwrap();
        let actual = download(&logits.softmax(-1, Kind::Float)).unwrap();
        for (actual, expected) in actual.iter().zip(probabilities.iter().flatten()) {
            assert!((actual - expected).abs() < 5e-6, "{actual} is not {expected}");
        }
    }

    #[test]
    fn cross_entropy_and_adam_are_keras() {
        let adam = Adam { learning_rate: 0.01, ..Adam::default() };
        let optimizer = Optimizer::Adam(adam);
        agrees_with_keras(
            "3x3R 2x2S",
            TrainConfig { batch_size: 4, optimizer, ..TrainConfig::paper() },
            [1.179_092_0, 1.130_930_4, 1.118_542_9],
            [
                [0.449_037_2, 0.300_542_4, 0.250_420_4],
                [0.459_259_4, 0.264_760_7, 0.275_979_9],
                [0.435_167_6, 0.326_168_4, 0.238_664_1],
            ],
        );
    }

    #[test]
    fn squared_error_and_momentum_are_keras() {
        let optimizer = Optimizer::Sgd(Sgd { learning_rate: 0.5, momentum: 0.9 });
        let loss = Loss::MeanSquaredError;
        agrees_with_keras(
            "3x3R 2x2S",
            TrainConfig { batch_size: 4, optimizer, loss, ..TrainConfig::paper() },
            [0.245_576_1, 0.228_314_4, 0.234_358_1],
            [
                [0.314_205_1, 0.404_100_1, 0.281_694_7],
                [0.317_573_2, 0.346_955_7, 0.335_471_1],
                [0.313_530_4, 0.410_141_5, 0.276_328_2],
            ],
        );
    }

    #[test]
    fn batch_normalisation_and_separable_convolutions_are_keras() {
        let optimizer = Optimizer::Sgd(Sgd { learning_rate: 0.02, momentum: 0.9 });
        agrees_with_keras(
            "3x3pnR d2x2/2nS",
            TrainConfig { batch_size: 4, optimizer, ..TrainConfig::paper() },
            [1.276_042_7, 1.219_358_6, 1.143_766],
            [
                [0.226_277_5, 0.406_174_6, 0.367_547_8],
                [0.225_654_9, 0.407_708_9, 0.366_636_3],
                [0.226_628_6, 0.405_31, 0.368_061_5],
            ],
        );
    }

    #[test]
    fn pooling_and_padding_are_keras() {
        let optimizer = Optimizer::Sgd(Sgd { learning_rate: 0.1, momentum: 0.0 });
        agrees_with_keras(
            "d4x3pR max2 3x2S gap",
            TrainConfig { batch_size: 4, optimizer, ..TrainConfig::paper() },
            [1.248_001_7, 1.174_928_1, 1.172_750_7],
            [
                [0.308_024_5, 0.428_027, 0.263_948_5],
                [0.304_761_5, 0.426_052_9, 0.269_185_5],
                [0.310_878_3, 0.429_224_6, 0.259_897_2],
            ],
        );
    }
}
