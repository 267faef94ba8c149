//! The forward pass through a network, for one block of examples at a time.
//!
//! It goes depth first, as does the [backward pass](super::backward): a row is passed on as soon as
//! it is complete, while it is still in the cache.

use std::ops::Range;

use danas_space::{Activation, Network, Shape};

use super::{
    activation::Activate,
    convolution::{Convolve, Finish, Start, Tile},
    dense::{Dense, PADDING},
    dropout::{DropOut, Mask},
    lanes::{LANES, Lanes},
    maps::{Columns, Maps},
    packed::Packed,
    parameters::Layout,
    pooling::Pooling,
    simd::Dispatch,
    stage::{Kind, Stage},
};
use crate::error::ModelError;

/// Bytes that may be worked on between two visits to the same memory: a good part of a core's L2
/// cache.
pub(super) const NEAR_BYTES: usize = 192 << 10;

/// Stages of a network, with the buffers for one block of examples.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) dispatch: Dispatch,
    pub(super) layout: &'a Layout,
    pub(super) stages: Vec<Stage>,
    pub(super) kernels: Vec<Packed>,
    /// Dropout mask of each stage; `None` if the stage is not a dropout.
    pub(super) masks: Vec<Option<Mask>>,
    tiles: Vec<Vec<Tile>>,
    /// Rows that each row of each stage's output is computed from.
    reads: Vec<Reads>,
    /// The input, and the output of each stage.
    pub(super) maps: Vec<Maps>,
    /// Shape of the last maps, which are flattened for the first dense layer.
    pub(super) last: Shape,
    /// Outputs of the hidden dense layer; empty if the output layer reads the last maps itself.
    pub(super) hidden: Vec<Lanes>,
    pub(super) logits: Vec<Lanes>,
    /// Number of complete rows of each stage's output.
    done: Vec<usize>,
}

/// Rows that each row of some maps is computed from, as pairs: the row of the kernel, and where the
/// row that it reads starts.
pub(super) type Reads = Vec<Vec<(usize, usize)>>;

impl<'a> Block<'a> {
    /// Creates a block for predictions.
    pub(super) fn new(
        network: &Network,
        layout: &'a Layout,
        dispatch: Dispatch,
    ) -> Result<Self, ModelError> {
        Self::of_stages(network, layout, dispatch, Stage::all(network, layout, None)?)
    }

    fn of_stages(
        network: &Network,
        layout: &'a Layout,
        dispatch: Dispatch,
        stages: Vec<Stage>,
    ) -> Result<Self, ModelError> {
        let last = network.last_shape();
        let mut maps = Vec::with_capacity(stages.len() + 1);
        for stage in &stages {
            maps.push(Maps::new(stage.input, stage.input.height, stage.around())?);
        }
        maps.push(Maps::new(last, last.height, Columns::dense(last.width))?);
        let reads = stages.iter().zip(&maps).map(|(stage, input)| {
            let reads = |y| stage.rows.inputs_of(y).map(|(place, row)| (place, input.start(row)));
            (0..stage.rows.outputs).map(|y| reads(y).collect()).collect()
        });
        let kernels: Vec<Packed> = stages.iter().map(Stage::packed).collect();
        let tiles = stages.iter().zip(&kernels).map(|(stage, kernel)| {
            let row = [stage.output.width, stage.columns.stride];
            Tile::all(row, stage.around(), stage.input.width, kernel, dispatch.sums())
        });
        Ok(Self {
            tiles: tiles.collect(),
            reads: reads.collect(),
            masks: stages.iter().map(Mask::new).collect::<Result<_, _>>()?,
            dispatch,
            layout,
            kernels,
            maps,
            last,
            hidden: vec![Lanes::ZERO; network.dense_width() as usize],
            logits: vec![Lanes::ZERO; network.classes()],
            done: vec![0; stages.len()],
            stages,
        })
    }

    /// Creates a block for training, with this rate of
    /// [`head_dropout`](crate::TrainConfig::head_dropout).
    pub(super) fn for_training(
        network: &Network,
        layout: &'a Layout,
        dispatch: Dispatch,
        head_dropout: f64,
    ) -> Result<Self, ModelError> {
        let stages = Stage::all(network, layout, Some(head_dropout))?;
        Self::of_stages(network, layout, dispatch, stages)
    }

    /// Returns the input maps, to be written.
    pub(super) fn input(&mut self) -> &mut Maps {
        &mut self.maps[0]
    }

    /// Returns the outputs before the softmax.
    pub(super) fn logits(&self) -> &[Lanes] {
        &self.logits
    }

    /// Packs the kernels of a flat vector of weights, for the passes that follow.
    pub(super) fn prepare(&mut self, weights: &[f32]) {
        for (packed, stage) in self.kernels.iter_mut().zip(&self.stages) {
            if let Kind::Convolution(stage) = &stage.kind {
                packed.pack(&weights[stage.kernel.clone()]);
            }
        }
    }

    /// Begins a step of a training. Its masks are drawn by [`drop_out`](Self::drop_out).
    pub(super) fn begin_step(&mut self, seed: u64, step: u64) {
        self.masks.iter_mut().flatten().for_each(|mask| mask.begin(seed, step));
    }

    /// Draws the dropout masks of the step's next `examples` examples.
    pub(super) fn drop_out(&mut self, examples: usize) {
        self.masks.iter_mut().flatten().for_each(|mask| mask.draw(examples));
    }

    /// Turns dropout off until the next step begins, as for a prediction.
    pub(super) fn keep_all(&mut self) {
        self.masks.iter_mut().flatten().for_each(Mask::keep_all);
    }

    /// Computes the logits from the input.
    pub(super) fn forward(&mut self, weights: &[f32]) {
        self.done.fill(0);
        let (hidden, output) = (self.layout.hidden(), self.layout.output());
        let [kernel, bias] = hidden.as_ref().unwrap_or(&output);
        start(self.first_sums(), &weights[bias.clone()]);
        let mut read = 0;
        for ready in 1..=self.stages.first().map_or(self.last.height, |stage| stage.input.height) {
            let mut ready = ready;
            for index in 0..self.stages.len() {
                let from = self.done[index];
                ready = self.stages[index].rows.outputs_from(ready);
                for y in from..ready {
                    self.row(index, y, weights);
                }
                self.done[index] = ready;
            }
            if ready > read && (ready >= read + near_rows(self.last) || ready == self.last.height) {
                self.read_dense(read..ready, &weights[kernel.clone()]);
                read = ready;
            }
        }
        if hidden.is_some() {
            let Self { dispatch, hidden, logits, .. } = self;
            dispatch.run(Activate { activation: Activation::Relu, values: hidden });
            let [kernel, bias] = output;
            start(logits, &weights[bias]);
            dispatch.run(Dense { inputs: hidden, kernel: &weights[kernel], sums: logits });
        }
    }

    /// Returns the outputs of the dense layer that reads the last maps.
    fn first_sums(&mut self) -> &mut [Lanes] {
        if self.hidden.is_empty() { &mut self.logits } else { &mut self.hidden }
    }

    /// Computes row `y` of the output of the stage `index`.
    fn row(&mut self, index: usize, y: usize, weights: &[f32]) {
        let stage = &self.stages[index];
        let (before, behind) = self.maps.split_at_mut(index + 1);
        let (Some(input), Some(output)) = (before.last(), behind.first_mut()) else { return };
        let (rows, columns) = (&self.reads[index][y], stage.columns);
        let convolution = match &stage.kind {
            Kind::Convolution(convolution) => convolution,
            &Kind::Pool(kind) => {
                let output = output.row_mut(y);
                return self.dispatch.run(Pooling { kind, columns, input, rows, output });
            }
            Kind::Dropout(_) => {
                let kept = self.masks[index].as_ref().and_then(|mask| mask.row(y));
                let (from, to) = (input.whole_row(y), output.row_mut(y));
                return self.dispatch.run(DropOut { from, kept, to });
            }
        };
        let bias = convolution.bias.clone().map(|bias| &weights[bias]);
        self.dispatch.run(Convolve {
            kernel: &self.kernels[index],
            input,
            rows,
            stride: columns.stride,
            tiles: &self.tiles[index],
            start: bias.map_or(Start::Zero, Start::Bias),
            finish: Finish::AtLeast(match convolution.activation {
                Some(Activation::Relu) => 0.0,
                Some(Activation::Sigmoid) | None => f32::NEG_INFINITY,
            }),
            output: output.row_mut(y),
        });
        if let Some(activation @ Activation::Sigmoid) = convolution.activation {
            let mut row = output.row_mut(y);
            for channel in 0..stage.output.channels {
                self.dispatch.run(Activate { activation, values: row.dense(channel) });
            }
        }
    }

    /// Adds rows of the last maps to the sums of the dense layer that reads them.
    fn read_dense(&mut self, rows: Range<usize>, kernel: &[f32]) {
        let Some(last) = self.maps.last() else { return };
        let Shape { width, channels, .. } = self.last;
        let sums = if self.hidden.is_empty() { &mut self.logits } else { &mut self.hidden };
        let padded = sums.len().next_multiple_of(PADDING);
        let inputs = rows.start * width * channels..rows.end * width * channels;
        let kernel = &kernel[inputs.start * padded..inputs.end * padded];
        self.dispatch.run(Dense { inputs: last.rows(rows), kernel, sums });
    }
}

/// Sets the sums of a dense layer to its bias.
fn start(sums: &mut [Lanes], bias: &[f32]) {
    sums.iter_mut().zip(bias).for_each(|(sum, &bias)| *sum = Lanes([bias; LANES]));
}

/// Returns how many rows of the last maps fit into half of [`NEAR_BYTES`], at least 1.
pub(super) fn near_rows(last: Shape) -> usize {
    let Shape { width, channels, .. } = last;
    (NEAR_BYTES / 2 / size_of::<Lanes>() / (width * channels).max(1)).max(1)
}
