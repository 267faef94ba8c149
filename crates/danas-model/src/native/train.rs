//! The loop over epochs and batches.

use danas_space::Shape;
use ndarray::{ArrayView4, Axis};

use super::{
    block::Block,
    lanes::{LANES, Lanes},
    maps::{self, Maps},
    objective::Objective,
    parameters::{Layout, zeros},
    simd::Dispatch,
    stepper::Stepper,
};
use crate::{
    ModelError, Scaler, Scaling, TrainedModel, Training, TrainingRecord, Weights, epoch_order,
    samples::example_shape,
};

/// Trains on the calling thread.
pub(super) fn train(
    training: &Training<'_>,
    engine: &str,
    dispatch: Dispatch,
) -> Result<TrainedModel, ModelError> {
    let (network, samples, config) = (training.network(), training.samples(), training.config());
    let scaler = match config.scaling {
        Scaling::Standardise => Some(Scaler::fit(samples.features())?),
        Scaling::None => None,
    };
    let layout = Layout::new(network);
    let weights = Weights::glorot_uniform(network, training.seed())?;
    let examples = Examples::new(samples.features(), scaler.as_ref())?;
    let mut run = Run {
        examples: &examples,
        objective: Objective::new(training),
        weights: layout.flatten(&weights)?,
        gradient: zeros(layout.length())?,
        stepper: Stepper::new(config.optimizer, layout.length())?,
        block: Block::with_gradients(network, &layout, dispatch)?,
        logits: vec![Lanes::ZERO; network.classes()],
    };
    drop(weights);

    let mut history = Vec::with_capacity(config.epochs);
    for epoch in 0..config.epochs {
        let order = epoch_order(training.seed(), epoch, samples.len());
        let loss = run.epoch(&order, config.batch_size);
        tracing::debug!(epoch = epoch + 1, loss);
        if !loss.is_finite() {
            return Err(ModelError::Diverged { epoch: epoch + 1 });
        }
        history.push(loss as f32);
    }
    let weights = layout.restore(network, &run.weights).map_err(|error| match error {
        ModelError::WeightNotFinite { .. } => ModelError::Diverged { epoch: config.epochs },
        other => other,
    })?;
    let record = TrainingRecord::new(engine, training.seed(), history);
    TrainedModel::new(network.clone(), weights, scaler, record)
}

/// A training under way.
struct Run<'a> {
    examples: &'a Examples,
    objective: Objective<'a>,
    weights: Vec<f32>,
    gradient: Vec<f32>,
    stepper: Stepper,
    block: Block<'a>,
    /// Gradients of the logits.
    logits: Vec<Lanes>,
}

impl Run<'_> {
    /// Visits the examples in `order`, in batches; returns the mean loss.
    fn epoch(&mut self, order: &[usize], batch_size: usize) -> f64 {
        let losses = order.chunks(batch_size).map(|batch| self.step(batch));
        losses.sum::<f64>() / order.len() as f64
    }

    /// One step on the examples `batch`; returns the sum of their losses before it.
    fn step(&mut self, batch: &[usize]) -> f64 {
        self.gradient.fill(0.0);
        self.block.prepare(&self.weights);
        let mut loss = 0.0;
        for examples in batch.chunks(LANES) {
            self.examples.gather(examples, self.block.input());
            self.block.forward(&self.weights);
            let logits = self.block.logits();
            loss += self.objective.sum(logits, examples, batch.len(), &mut self.logits);
            self.block.backward(&self.weights, &self.logits, &mut self.gradient);
        }
        self.stepper.step(&mut self.weights, &self.gradient);
        loss
    }
}

/// Examples as the network reads them, each in the order of maps.
#[derive(Debug)]
pub(super) struct Examples {
    values: Vec<f32>,
    size: usize,
}

impl Examples {
    /// Scales features and reorders them.
    ///
    /// # Shapes
    /// - `features`: `[examples, height, width, channels]`
    pub(super) fn new(
        features: ArrayView4<'_, f32>,
        scaler: Option<&Scaler>,
    ) -> Result<Self, ModelError> {
        let shape: Shape = example_shape(features);
        let order = maps::order(shape);
        let size = order.len();
        let mut values = Vec::new();
        let reserved = values.try_reserve_exact(features.len());
        reserved.map_err(|_| ModelError::OutOfMemory { what: "the features" })?;
        values.resize(features.len(), 0.0);
        let examples = features.axis_chunks_iter(Axis(0), 1);
        for (to, example) in values.chunks_exact_mut(size.max(1)).zip(examples) {
            let scaled = scaler.map(|scaler| scaler.transform(example)).transpose()?;
            let example = scaled.as_ref().map_or(example, |scaled| scaled.view());
            example.iter().zip(&order).for_each(|(&value, &place)| to[place] = value);
        }
        Ok(Self { values, size })
    }

    /// Puts some examples side by side; lanes without one repeat the first.
    pub(super) fn gather(&self, examples: &[usize], maps: &mut Maps) {
        let Some(&first) = examples.first() else { return };
        maps.gather(std::array::from_fn(|lane| {
            let example = examples.get(lane).copied().unwrap_or(first);
            &self.values[example * self.size..(example + 1) * self.size]
        }));
    }
}
