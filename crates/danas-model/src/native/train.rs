//! A running training.

use std::ops::Range;

use danas_space::Network;
use ndarray::{Array2, ArrayView4, Axis};

use super::{
    average::Average,
    backward::Backward,
    block::Block,
    lanes::{LANES, Lanes},
    maps::Maps,
    objective::Objective,
    parameters::{Layout, zeros},
    simd::Dispatch,
    stepper::Stepper,
};
use crate::{
    augmentation::{Augmenter, Lines, Mix},
    engine::Training,
    error::ModelError,
    fit::{Learner, Part, fit},
    scaler::Scaler,
    trained::TrainedModel,
    weights::Weights,
};

/// Trains a network on the calling thread.
pub(super) fn train(
    training: &Training<'_>,
    engine: &str,
    dispatch: Dispatch,
) -> Result<TrainedModel, ModelError> {
    let layout = Layout::new(training.network())?;
    fit(training, engine, |weights, scaler| Run::new(training, &layout, weights, scaler, dispatch))
}

/// A running training.
struct Run<'a, 'l> {
    network: &'a Network,
    examples: Examples,
    /// Altered copies of a block, if the training alters its examples.
    copies: Option<Copies>,
    validation: Option<Examples>,
    objective: Objective<'a>,
    layout: &'l Layout,
    weights: Vec<f32>,
    gradient: Vec<f32>,
    stepper: Stepper,
    /// Moving average of the weights, if the training asks for one.
    average: Option<Average>,
    seed: u64,
    /// Number of steps so far, over all epochs.
    steps: u64,
    block: Block<'l>,
    backward: Backward,
    /// Gradients of the logits.
    logits: Vec<Lanes>,
    /// Order of the examples in the current epoch.
    order: Vec<usize>,
    /// Sum of the losses in the current epoch so far.
    loss: f64,
}

impl<'a, 'l> Run<'a, 'l> {
    /// Creates a training that starts from `weights`.
    fn new(
        training: &Training<'a>,
        layout: &'l Layout,
        weights: &Weights,
        scaler: Option<&Scaler>,
        dispatch: Dispatch,
    ) -> Result<Self, ModelError> {
        let (network, config) = (training.network(), training.config());
        let block = Block::for_training(network, layout, dispatch, config.head_dropout)?;
        let validation = training.validation();
        let validation = validation.map(|samples| Examples::new(samples.features(), scaler));
        Ok(Self {
            network,
            examples: Examples::new(training.samples().features(), scaler)?,
            validation: validation.transpose()?,
            copies: Copies::new(training, scaler)?,
            objective: Objective::new(training),
            layout,
            weights: layout.flatten(weights)?,
            gradient: zeros(layout.length())?,
            stepper: Stepper::new(config.optimizer, layout)?,
            average: config
                .weight_average
                .map(|it| Average::new(it, layout.length()))
                .transpose()?,
            seed: training.seed(),
            steps: 0,
            backward: Backward::new(&block)?,
            block,
            logits: vec![Lanes::ZERO; network.classes()],
            order: Vec::new(),
            loss: 0.0,
        })
    }
}

impl Learner for Run<'_, '_> {
    fn begin(&mut self, order: Vec<usize>) -> Result<(), ModelError> {
        (self.order, self.loss) = (order, 0.0);
        if let Some(copies) = &mut self.copies {
            copies.augmenter.begin_epoch();
        }
        Ok(())
    }

    fn step(&mut self, batch: Range<usize>, rate: f64) -> Result<(), ModelError> {
        let batch = &self.order[batch];
        self.gradient.fill(0.0);
        self.block.prepare(&self.weights);
        self.backward.prepare(&self.block.stages, &self.weights);
        self.block.begin_step(self.seed, self.steps);
        for examples in batch.chunks(LANES) {
            let mixes = match &mut self.copies {
                Some(copies) => {
                    copies.gather(&self.examples, examples, &self.order, self.block.input())
                }
                None => {
                    self.examples.gather(examples, self.block.input());
                    &[]
                }
            };
            self.block.drop_out(examples.len());
            self.block.forward(&self.weights);
            let logits = self.block.logits();
            self.loss += self.objective.sum(logits, examples, mixes, batch.len(), &mut self.logits);
            self.backward.run(&self.block, &self.weights, &self.logits, &mut self.gradient);
        }
        self.stepper.step(&mut self.weights, &self.gradient, rate);
        if let Some(average) = &mut self.average {
            average.follow(&self.weights);
        }
        self.steps += 1;
        Ok(())
    }

    fn loss(&mut self) -> Result<f64, ModelError> {
        Ok(self.loss)
    }

    fn logits(&mut self, part: Part) -> Result<Array2<f32>, ModelError> {
        let examples = match part {
            Part::Training => Some(&self.examples),
            Part::Validation => self.validation.as_ref(),
        };
        let numbers: Vec<usize> = (0..examples.map_or(0, Examples::len)).collect();
        let mut logits = Array2::zeros((numbers.len(), self.network.classes()));
        let Some(examples) = examples else { return Ok(logits) };
        let mut rows = logits.outer_iter_mut();
        let weights = self.average.as_ref().map_or(&self.weights[..], Average::weights);
        self.block.prepare(weights);
        self.block.keep_all();
        for chunk in numbers.chunks(LANES) {
            examples.gather(chunk, self.block.input());
            self.block.forward(weights);
            for (lane, mut row) in (0..chunk.len()).zip(&mut rows) {
                let from = self.block.logits();
                row.iter_mut().zip(from).for_each(|(to, from)| *to = from.0[lane]);
            }
        }
        Ok(logits)
    }

    fn weights(&self) -> Result<Weights, ModelError> {
        let weights = self.average.as_ref().map_or(&self.weights[..], Average::weights);
        self.layout.restore(self.network, weights)
    }
}

/// Examples as the network reads them, each in the order of [`Maps`].
#[derive(Debug)]
pub(super) struct Examples {
    values: Vec<f32>,
    size: usize,
}

impl Examples {
    /// Scales features, and puts the rows of each channel in the order of [`Maps`].
    ///
    /// # Shapes
    /// - `features`: `[examples, height, width, channels]`
    pub(super) fn new(
        features: ArrayView4<'_, f32>,
        scaler: Option<&Scaler>,
    ) -> Result<Self, ModelError> {
        let (_, height, width, channels) = features.dim();
        let size = height * width * channels;
        let mut values = Vec::new();
        let reserved = values.try_reserve_exact(features.len());
        reserved.map_err(|_| ModelError::OutOfMemory { what: "the features" })?;
        values.resize(features.len(), 0.0);
        let examples = features.axis_chunks_iter(Axis(0), 1);
        for (to, example) in values.chunks_exact_mut(size.max(1)).zip(examples) {
            let scaled = scaler.map(|scaler| scaler.transform(example)).transpose()?;
            let example = scaled.as_ref().map_or(example, |scaled| scaled.view());
            let rows = example.lanes(Axis(2));
            for (to, row) in to.chunks_exact_mut(width.max(1)).zip(rows) {
                to.iter_mut().zip(row).for_each(|(to, &value)| *to = value);
            }
        }
        Ok(Self { values, size })
    }

    /// Returns the number of examples.
    fn len(&self) -> usize {
        self.values.len() / self.size.max(1)
    }

    /// Writes some examples side by side into `maps`. Lanes without an example repeat the first
    /// one.
    pub(super) fn gather(&self, examples: &[usize], maps: &mut Maps) {
        let Some(&first) = examples.first() else { return };
        maps.gather(std::array::from_fn(|lane| {
            self.values(examples.get(lane).copied().unwrap_or(first))
        }));
    }

    /// Returns the values of an example.
    fn values(&self, example: usize) -> &[f32] {
        &self.values[example * self.size..(example + 1) * self.size]
    }
}

/// Altered copies of the examples of a block.
#[derive(Debug)]
struct Copies {
    augmenter: Augmenter,
    /// Altered versions of the examples: all examples of the first version come first.
    versions: Option<Examples>,
    block: Examples,
    /// Mixture of each copy; `None` if it is not mixed.
    mixes: Vec<Option<Mix>>,
}

impl Copies {
    /// Returns `None` if the training leaves its examples as they are.
    fn new(training: &Training<'_>, scaler: Option<&Scaler>) -> Result<Option<Self>, ModelError> {
        let Some(augmenter) = Augmenter::new(training, Lines::ByRow) else { return Ok(None) };
        let size = training.samples().features().len() / training.samples().len();
        let values = zeros(size * LANES)?;
        let mixes = Vec::with_capacity(LANES);
        let versions = training.versions().map(|versions| Examples::new(versions, scaler));
        let versions = versions.transpose()?;
        Ok(Some(Self { augmenter, versions, block: Examples { values, size }, mixes }))
    }

    /// Writes altered copies of some examples into `maps`, like [`Examples::gather`], and returns
    /// what they are mixed with.
    fn gather(
        &mut self,
        from: &Examples,
        examples: &[usize],
        order: &[usize],
        maps: &mut Maps,
    ) -> &[Option<Mix>] {
        let values = |version: usize, example: usize| match (version, &self.versions) {
            (1.., Some(versions)) => versions.values((version - 1) * from.len() + example),
            _ => from.values(example),
        };
        let copies = self.block.values.chunks_exact_mut(self.block.size.max(1));
        self.mixes.clear();
        for (&example, to) in examples.iter().zip(copies) {
            self.mixes.push(self.augmenter.copy(example, order, values, to));
        }
        let lanes: [usize; LANES] = std::array::from_fn(|lane| lane);
        self.block.gather(&lanes[..examples.len()], maps);
        &self.mixes
    }
}
