//! The loop over epochs and batches: one for every engine.

use std::ops::Range;

use crate::{
    ModelError, Scaler, Scaling, TrainedModel, Training, TrainingRecord, Weights, epoch_order,
};

/// A training under way in an engine: what the loop asks of it.
pub(crate) trait Learner {
    /// Begins an epoch that visits the examples in this order.
    ///
    /// The whole order is given at once, so that a device can have it before the first step.
    fn begin(&mut self, order: Vec<usize>) -> Result<(), ModelError>;

    /// One step on the examples that stand at `batch` in the order.
    fn step(&mut self, batch: Range<usize>) -> Result<(), ModelError>;

    /// The sum of the losses of the epoch's examples, each before its step.
    ///
    /// Asked for once an epoch: reading a loss may wait for a device.
    fn loss(&mut self) -> Result<f64, ModelError>;

    /// The weights as they are.
    ///
    /// # Errors
    /// [`ModelError::WeightNotFinite`], which the loop takes for a divergence.
    fn weights(&self) -> Result<Weights, ModelError>;
}

/// Trains with the learner that `start` makes of the initial weights and the scaler.
pub(crate) fn fit<L: Learner>(
    training: &Training<'_>,
    engine: &str,
    start: impl FnOnce(&Weights, Option<&Scaler>) -> Result<L, ModelError>,
) -> Result<TrainedModel, ModelError> {
    let (network, config) = (training.network(), training.config());
    let scaler = match config.scaling {
        Scaling::Standardise => Some(Scaler::fit(training.samples().features())?),
        Scaling::None => None,
    };
    let initial = Weights::glorot_uniform(network, training.seed())?;
    let mut learner = start(&initial, scaler.as_ref())?;
    drop(initial);

    let mut history = Vec::with_capacity(config.epochs);
    for epoch in 1..=config.epochs {
        let order = epoch_order(training.seed(), epoch - 1, training.samples().len());
        let loss = visit(&mut learner, order, config.batch_size)?;
        tracing::debug!(epoch, loss);
        if !loss.is_finite() {
            return Err(ModelError::Diverged { epoch });
        }
        history.push(loss as f32);
    }
    let weights = finite_weights(&learner, config.epochs)?;
    let record = TrainingRecord::new(engine, training.seed(), history);
    TrainedModel::new(network.clone(), weights, scaler, record)
}

/// One epoch over examples in an `order`; returns their mean loss.
pub(crate) fn visit(
    learner: &mut impl Learner,
    order: Vec<usize>,
    batch_size: usize,
) -> Result<f64, ModelError> {
    let examples = order.len();
    learner.begin(order)?;
    for start in (0..examples).step_by(batch_size) {
        learner.step(start..examples.min(start.saturating_add(batch_size)))?;
    }
    Ok(learner.loss()? / examples as f64)
}

/// The weights after some epochs; those that are not finite are a divergence in the last of them.
fn finite_weights(learner: &impl Learner, epoch: usize) -> Result<Weights, ModelError> {
    learner.weights().map_err(|error| match error {
        ModelError::WeightNotFinite { .. } => ModelError::Diverged { epoch },
        other => other,
    })
}
