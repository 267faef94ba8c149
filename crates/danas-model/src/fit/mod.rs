//! The loop over epochs and batches, which all engines share.

mod pace;
mod validation_pass;
mod watch;

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use ndarray::Array2;

pub(crate) use self::pace::Pace;
use self::{validation_pass::ValidationPass, watch::Watch};
use crate::{
    callback::Epoch,
    config::{Keep, Scaling},
    engine::Training,
    error::ModelError,
    record::{Ended, TrainingRecord},
    scaler::Scaler,
    trained::TrainedModel,
    weights::Weights,
};

/// A training in progress in an engine, with the operations that the loop needs.
pub(crate) trait Learner {
    /// Begins an epoch that visits the training samples in this order.
    ///
    /// The whole order is given at once, so that it can be copied to a device before the first
    /// step.
    fn begin(&mut self, order: Vec<usize>) -> Result<(), ModelError>;

    /// Makes one step on the examples at the positions `batch` of the order. `rate` is the share of
    /// the learning rate to use.
    fn step(&mut self, batch: Range<usize>, rate: f64) -> Result<(), ModelError>;

    /// Returns the sum of the losses of the epoch's examples, each measured before its step.
    ///
    /// It is called only once per epoch, because reading a loss may wait for a device.
    fn loss(&mut self) -> Result<f64, ModelError>;

    /// Returns the logits of all examples of a part, `[examples, classes]`. They are computed with
    /// the current weights, or with the average of the weights if the training asks for one.
    fn logits(&mut self, part: Part) -> Result<Array2<f32>, ModelError>;

    /// Returns the current weights, or their average if the training asks for one.
    ///
    /// # Errors
    /// [`ModelError::WeightNotFinite`], which the loop treats as a divergence.
    fn weights(&self) -> Result<Weights, ModelError>;
}

/// Part of a training's samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Training,
    /// Used only if the training has validation samples.
    Validation,
}

/// Runs a training. `start` creates its learner from the initial weights and the scaler.
pub(crate) fn fit<L: Learner>(
    training: &Training<'_>,
    engine: &str,
    start: impl FnOnce(&Weights, Option<&Scaler>) -> Result<L, ModelError>,
) -> Result<TrainedModel, ModelError> {
    let (network, config) = (training.network(), training.config());
    if let (None, Some(setting)) = (training.validation(), config.needs_validation()) {
        return Err(ModelError::NoValidation { setting });
    }
    let within = |limit: Duration| Instant::now().checked_add(limit);
    let deadline = [config.time_limit.and_then(within), training.deadline()];
    let deadline = deadline.into_iter().flatten().min();

    let scaler = match config.scaling {
        Scaling::Standardise => Some(Scaler::fit(training.samples().features())?),
        Scaling::Pixels => Some(Scaler::pixels(network.input())),
        Scaling::None => None,
    };
    let initial = Weights::initial(network, config.initialisation, training.seed())?;
    let mut learner = start(&initial, scaler.as_ref())?;
    drop(initial);
    let is_late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
    let is_over = || is_late() || training.is_stopped();
    let mut record = TrainingRecord::new(engine, training.seed(), Vec::new());
    let weights = run(training, scaler.as_ref(), &mut learner, &mut record, is_over)?;
    TrainedModel::new(network.clone(), weights, scaler, record)
}

/// Runs the epochs of a training, until the last one has ended or `is_over` says that the time is
/// over. Returns the weights to keep.
fn run(
    training: &Training<'_>,
    scaler: Option<&Scaler>,
    learner: &mut impl Learner,
    record: &mut TrainingRecord,
    is_over: impl Fn() -> bool,
) -> Result<Weights, ModelError> {
    let (samples, config) = (training.samples(), training.config());
    let judged = match training.validation() {
        Some(samples) => Some((Part::Validation, samples)),
        None => config.constant_epochs.map(|_| (Part::Training, samples)),
    };
    let mut watch = Watch::new(config);
    let mut pace = Pace::new(config, samples.len());
    let epochs = config.epochs_for(samples.len());
    let (mut best, mut reached) = (None, 0);
    record.kept = config.keep;
    for epoch in 1..=epochs {
        reached = epoch;
        let mut order = config.batches.order(training.seed(), epoch - 1, samples.labels());
        order.truncate(pace.examples_left());
        let examples = order.len();
        let visited = visit(learner, order, &mut pace, &is_over)?;
        if visited < examples {
            record.ended = Ended::TimeLimit;
            // With a budget of steps, the first epoch may be the only one, so it counts even if cut
            // short.
            if config.steps.is_none() || epoch > 1 || visited == 0 {
                break;
            }
        }
        let loss = learner.loss()? / visited as f64;
        let loss = finite(loss as f32, epoch)?;
        record.loss.push(loss);
        let mut shown = Epoch { number: epoch, of: epochs, loss, validation: None };
        if let Some((part, samples)) = judged {
            let logits = learner.logits(part)?;
            let pass = ValidationPass::new(config.loss, logits.view(), samples.labels());
            watch.note_constant(pass.constant);
            if part == Part::Validation {
                finite(pass.validation.loss, epoch)?;
                record.validation.push(pass.validation);
                shown.validation = Some(pass.validation);
                if watch.validated(pass.validation) {
                    record.best_epoch = Some(epoch);
                    if config.keep == Keep::Best {
                        best = Some(finite_weights(learner, epoch)?);
                    }
                }
            }
        }
        tracing::debug!(epoch, loss, validation = ?shown.validation);
        training.observe(&shown);
        if record.ended == Ended::TimeLimit {
            break;
        }
        if let Some(ended) = watch.verdict() {
            record.ended = ended;
            break;
        }
        let checkpoints = training.checkpoints().filter(|it| it.has(epoch));
        if let Some(checkpoints) = checkpoints.filter(|_| epoch < epochs) {
            let weights = best.clone().map_or_else(|| finite_weights(learner, epoch), Ok)?;
            let so_far = TrainingRecord { ended: Ended::Stopped, ..record.clone() };
            let network = training.network().clone();
            let model = TrainedModel::new(network, weights, scaler.cloned(), so_far)?;
            if !checkpoints.goes_on(&model) {
                record.ended = Ended::Stopped;
                break;
            }
        }
    }
    match best {
        _ if record.loss.is_empty() => Err(ModelError::OutOfTime),
        Some(best) => Ok(best),
        // If time ran out, these include steps of an epoch whose loss is not recorded.
        None => finite_weights(learner, reached),
    }
}

/// Runs one epoch over the examples in `order`, until its end or until `is_over` says that the time
/// is over. Returns how many examples were visited.
pub(crate) fn visit(
    learner: &mut impl Learner,
    order: Vec<usize>,
    pace: &mut Pace<'_>,
    is_over: impl Fn() -> bool,
) -> Result<usize, ModelError> {
    let examples = order.len();
    learner.begin(order)?;
    let size = pace.config.batch_size;
    for start in (0..examples).step_by(size) {
        if is_over() {
            return Ok(start);
        }
        learner.step(start..examples.min(start.saturating_add(size)), pace.next_rate())?;
    }
    Ok(examples)
}

/// Returns the loss of an epoch, or a divergence if the loss is not finite.
fn finite(loss: f32, epoch: usize) -> Result<f32, ModelError> {
    if loss.is_finite() { Ok(loss) } else { Err(ModelError::Diverged { epoch }) }
}

/// Returns the weights after `epoch`, or a divergence if they are not finite.
fn finite_weights(learner: &impl Learner, epoch: usize) -> Result<Weights, ModelError> {
    learner.weights().map_err(|error| match error {
        ModelError::WeightNotFinite { .. } => ModelError::Diverged { epoch },
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use danas_space::{Architecture, Network, Shape, parse_layers};
    use ndarray::{Array4, array};

    use super::*;
    use crate::{config::TrainConfig, samples::Samples};

    /// Learner that only counts its steps. All of its weights and its loss equal this count.
    struct Counter<'a> {
        network: &'a Network,
        steps: &'a Cell<usize>,
    }

    impl Learner for Counter<'_> {
        fn begin(&mut self, _: Vec<usize>) -> Result<(), ModelError> {
            Ok(())
        }

        fn step(&mut self, _: Range<usize>, _: f64) -> Result<(), ModelError> {
            self.steps.set(self.steps.get() + 1);
            Ok(())
        }

        fn loss(&mut self) -> Result<f64, ModelError> {
            Ok(self.steps.get() as f64)
        }

        fn logits(&mut self, _: Part) -> Result<Array2<f32>, ModelError> {
            Ok(array![[0.0, self.steps.get() as f32], [0.0, 1.0]])
        }

        fn weights(&self) -> Result<Weights, ModelError> {
            let zeros = Weights::glorot_uniform(self.network, 0)?;
            let mut tensors: Vec<_> = zeros.tensors().map(|(_, it)| it.to_owned()).collect();
            let steps = self.steps.get() as f32;
            tensors.iter_mut().for_each(|tensor| tensor.fill(steps));
            Weights::new(self.network, tensors)
        }
    }

    /// Trains for up to three epochs of two steps each, until `limit` steps were made. Also returns
    /// the number of steps that the weights contain.
    fn steps(limit: usize, config: TrainConfig) -> Result<(TrainingRecord, f32), ModelError> {
        let architecture = Architecture::new(parse_layers("1x1R").unwrap(), 1).unwrap();
        let network = Network::new(Shape::new(1, 1, 1), &architecture, 2).unwrap();
        let features = Array4::zeros((2, 1, 1, 1));
        let samples = Samples::new(features.view(), &[0, 1], 2)?;
        let config = TrainConfig { epochs: 3, batch_size: 1, ..config };
        let training = Training::new(&network, samples, &config, 1)?.with_validation(samples)?;
        let steps = Cell::new(0);
        let mut learner = Counter { network: &network, steps: &steps };
        let mut record = TrainingRecord::new("counter", 1, Vec::new());
        let weights = run(&training, None, &mut learner, &mut record, || steps.get() >= limit)?;
        Ok((record, weights.slices().next().unwrap()[0]))
    }

    #[test]
    fn a_training_out_of_time_keeps_its_last_step() {
        let (record, weights) = steps(5, TrainConfig::default()).unwrap();
        assert_eq!((record.ended, record.loss, weights), (Ended::TimeLimit, vec![1.0, 2.0], 5.0));
        let (record, weights) = steps(6, TrainConfig::default()).unwrap();
        assert_eq!((record.ended, record.loss.len(), weights), (Ended::Completed, 3, 6.0));
    }

    #[test]
    fn a_training_out_of_time_keeps_its_best_epoch_where_it_should() {
        let config = TrainConfig { keep: Keep::Best, ..TrainConfig::default() };
        let (record, weights) = steps(5, config).unwrap();
        assert_eq!((record.ended, record.best_epoch, weights), (Ended::TimeLimit, Some(1), 2.0));
    }

    #[test]
    fn a_training_without_a_whole_epoch_is_failed() {
        for limit in [0, 1] {
            let refused = steps(limit, TrainConfig::default()).unwrap_err();
            assert!(matches!(refused, ModelError::OutOfTime) && refused.is_failed_training());
        }
    }

    #[test]
    fn a_budget_of_steps_ends_within_an_epoch_and_at_one_step_at_least() {
        let budget = |steps| TrainConfig { steps: Some(steps), ..TrainConfig::default() };
        // A loss is the number of steps so far divided by the examples of the epoch.
        let (record, weights) = steps(9, budget(5)).unwrap();
        let expected = (Ended::Completed, vec![1.0, 2.0, 5.0], 5.0);
        assert_eq!((record.ended, record.loss, weights), expected);
        assert_eq!(record.validation.len(), 3);
        // Time runs out in the first epoch, which counts like one that the budget cuts short.
        let (record, weights) = steps(1, budget(5)).unwrap();
        assert_eq!((record.ended, record.loss, weights), (Ended::TimeLimit, vec![1.0], 1.0));
        assert_eq!((record.validation.len(), record.best_epoch), (1, Some(1)));
        let (record, weights) = steps(3, budget(5)).unwrap();
        assert_eq!((record.ended, record.loss, weights), (Ended::TimeLimit, vec![1.0], 3.0));
        assert!(matches!(steps(0, budget(5)), Err(ModelError::OutOfTime)));
    }

    #[test]
    fn a_constant_classifier_is_noticed_in_the_last_epoch_too() {
        let constant = |epochs| TrainConfig { constant_epochs: Some(epochs), ..Default::default() };
        let ended = |epochs| steps(9, constant(epochs)).unwrap().0;
        assert_eq!((ended(2).ended, ended(2).loss.len()), (Ended::Constant, 2));
        assert_eq!((ended(3).ended, ended(3).loss.len()), (Ended::Constant, 3));
        assert_eq!(ended(4).ended, Ended::Completed);
    }
}
