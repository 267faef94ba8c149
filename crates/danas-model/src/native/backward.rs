//! The backward pass through a network, for one block of examples at a time.
//!
//! It goes depth first: a row of gradients is passed on as soon as it is complete. Only the rows
//! that are still needed are kept, so that they stay in the cache and take little memory.

use std::ops::Range;

use danas_space::{Activation, PoolKind, Shape};

use super::{
    activation::{Scatter, Through},
    block::{Block, NEAR_BYTES, Reads, near_rows},
    convolution::{Convolve, Finish, Start, Tile},
    dense::{self, DenseGradient, PADDING},
    dropout::Keep,
    kernel_gradient::{BiasGradient, KernelGradient},
    lanes::Lanes,
    maps::{Columns, Maps},
    packed::Packed,
    pooling::PoolingGradient,
    stage::{Convolution, Kind, Stage},
};
use crate::error::ModelError;

/// State of a backward pass.
#[derive(Debug)]
pub(super) struct Backward {
    stages: Vec<Step>,
    /// Gradients of the hidden layer.
    hidden: Vec<Lanes>,
    /// Gradients of a dense layer's sums, transposed by [`dense::turn`].
    turned: Vec<Lanes>,
    /// Gradients of some rows of the last maps.
    last: Vec<Lanes>,
}

/// Backward pass through a stage.
#[derive(Debug)]
pub(super) struct Step {
    /// Gradients of the stage's sums, as many rows as are needed at once.
    sums: Maps,
    /// Number of rows of the input whose gradients are complete.
    done: usize,
    kind: StepKind,
}

#[derive(Debug)]
enum StepKind {
    Convolution(ConvolutionStep),
    /// Pooling: gradients of the input, as many rows as a window has.
    Pool(Maps),
    /// Dropout: the gradients of the sums become those of the input in place.
    Dropout,
}

#[derive(Debug)]
struct ConvolutionStep {
    /// Rotated kernel, for the gradients of the input.
    kernel: Packed,
    tiles: Vec<Tile>,
    /// Rows that the gradients of each row of the input are computed from.
    reads: Reads,
    /// Rows that each row of the kernel was multiplied with.
    products: Vec<Products>,
    /// Number of rows of gradients that are collected before the gradients of the weights are
    /// added.
    band: usize,
    /// Number of rows of gradients collected so far.
    waiting: usize,
}

/// Rows that a row of a kernel was multiplied with: the first row of sums, and from there on where
/// the rows of the input and of the gradients of the sums start.
#[derive(Debug)]
struct Products {
    first: usize,
    rows: Vec<(usize, usize)>,
}

/// The block that a backward pass reads, and the gradient of all weights that it writes.
struct Pass<'a, 'b> {
    block: &'a Block<'b>,
    gradient: &'a mut [f32],
}

impl Backward {
    pub(super) fn new(block: &Block<'_>) -> Result<Self, ModelError> {
        let stages = block.stages.iter().enumerate();
        let steps = stages.map(|(index, stage)| Step::new(block, index, stage));
        let Shape { width, channels, height } = block.last;
        let widest = block.hidden.len().max(block.logits.len());
        Ok(Self {
            stages: steps.collect::<Result<_, _>>()?,
            hidden: vec![Lanes::ZERO; block.hidden.len()],
            turned: vec![Lanes::ZERO; widest.next_multiple_of(PADDING)],
            last: vec![Lanes::ZERO; near_rows(block.last).min(height) * width * channels],
        })
    }

    /// Packs the rotated kernels of a flat vector of weights, for the passes that follow.
    pub(super) fn prepare(&mut self, stages: &[Stage], weights: &[f32]) {
        for (step, stage) in self.stages.iter_mut().zip(stages).skip(1) {
            if let (StepKind::Convolution(step), Kind::Convolution(stage)) =
                (&mut step.kind, &stage.kind)
            {
                step.kernel.pack_transposed(&weights[stage.kernel.clone()]);
            }
        }
    }

    /// Adds the gradients of all weights to `gradient`, starting from those of the logits.
    pub(super) fn run(
        &mut self,
        block: &Block<'_>,
        weights: &[f32],
        logits: &[Lanes],
        gradient: &mut [f32],
    ) {
        let Some(last) = block.maps.last() else { return };
        let (hidden, output) = (block.layout.hidden(), block.layout.output());
        if hidden.is_some() {
            self.through_hidden(block, weights, logits, gradient);
        }
        let sums = if hidden.is_some() { self.hidden.as_slice() } else { logits };
        let [kernel, bias] = hidden.unwrap_or(output);
        add_sums(sums, &mut gradient[bias]);
        dense::turn(sums, &mut self.turned);
        let padded = sums.len().next_multiple_of(PADDING);
        let Shape { height, width, channels } = block.last;
        let size = width * channels;
        self.stages.iter_mut().for_each(|step| step.done = 0);
        let mut pass = Pass { block, gradient };
        let mut y = 0;
        while y < height {
            let band = y..height.min(y + near_rows(block.last));
            let inputs = last.rows(band.clone());
            let start = kernel.start + y * size * padded;
            let kernel = start..start + inputs.len() * padded;
            block.dispatch.run(DenseGradient {
                inputs,
                kernel: &weights[kernel.clone()],
                sums,
                turned: &self.turned[..padded],
                kernel_gradient: &mut pass.gradient[kernel],
                input_gradients: &mut self.last[..inputs.len()],
            });
            y = band.end;
            for (row, gradients) in band.zip(self.last.chunks_exact(size)) {
                pass.complete(&mut self.stages, row, gradients);
            }
        }
    }

    /// Computes the gradients of the hidden layer's sums from those of the logits, and adds those
    /// of the output layer's weights.
    fn through_hidden(
        &mut self,
        block: &Block<'_>,
        weights: &[f32],
        logits: &[Lanes],
        gradient: &mut [f32],
    ) {
        let [kernel, bias] = block.layout.output();
        add_sums(logits, &mut gradient[bias]);
        dense::turn(logits, &mut self.turned);
        block.dispatch.run(DenseGradient {
            inputs: &block.hidden,
            kernel: &weights[kernel.clone()],
            sums: logits,
            turned: &self.turned[..logits.len().next_multiple_of(PADDING)],
            kernel_gradient: &mut gradient[kernel],
            input_gradients: &mut self.hidden,
        });
        for (gradient, output) in self.hidden.iter_mut().zip(&block.hidden) {
            for (gradient, output) in gradient.0.iter_mut().zip(output.0) {
                *gradient = if output > 0.0 { *gradient } else { 0.0 };
            }
        }
    }
}

impl Pass<'_, '_> {
    /// Continues from the complete gradients of row `y` of the last step's output.
    fn complete(&mut self, steps: &mut [Step], y: usize, gradients: &[Lanes]) {
        let (Some(index), Some(step)) = (steps.len().checked_sub(1), steps.last_mut()) else {
            return;
        };
        self.block.dispatch.run(Scatter {
            activation: self.block.stages[index].activation(),
            outputs: self.block.maps[index + 1].row(y),
            gradients,
            to: step.sums.row_mut(y),
        });
        self.arrived(steps, y);
    }

    /// Continues from the complete gradients of row `y` of the last step's sums.
    fn arrived(&mut self, steps: &mut [Step], y: usize) {
        let Some((step, former)) = steps.split_last_mut() else { return };
        let (index, block) = (former.len(), self.block);
        let stage = &block.stages[index];
        let Step { sums, done, kind } = step;
        let ready = *done..stage.rows.inputs_until(y + 1);
        *done = ready.end;
        match (kind, &stage.kind) {
            (StepKind::Convolution(step), Kind::Convolution(convolution)) => {
                if let Some(before) = index.checked_sub(1) {
                    for row in ready {
                        self.input_row(step, sums, &mut former[before], before, row);
                        self.arrived(former, row);
                    }
                }
                step.waiting += 1;
                if step.waiting == step.band || y + 1 == stage.rows.outputs {
                    let rows = y + 1 - step.waiting..y + 1;
                    step.waiting = 0;
                    self.weights(stage, convolution, step, sums, &block.maps[index], rows);
                }
            }
            (StepKind::Pool(inputs), &Kind::Pool(kind)) if index > 0 => {
                self.pool(kind, index, sums, inputs, y);
                for row in ready {
                    self.complete(former, row, inputs.whole_row(row));
                    inputs.clear(row);
                }
            }
            (StepKind::Dropout, Kind::Dropout(_)) if index > 0 => {
                let gradients = sums.whole_row_mut(y);
                if let Some(kept) = block.masks[index].as_ref().and_then(|mask| mask.row(y)) {
                    block.dispatch.run(Keep { kept, values: gradients });
                }
                self.complete(former, y, gradients);
            }
            _ => {}
        }
    }

    /// Computes the gradients of row `y` of a convolution's input, as gradients of the sums that
    /// the row was made from.
    fn input_row(
        &self,
        step: &ConvolutionStep,
        sums: &Maps,
        former: &mut Step,
        index: usize,
        y: usize,
    ) {
        let (block, to) = (self.block, &mut former.sums);
        let (activation, outputs) =
            (block.stages[index].activation(), block.maps[index + 1].row(y));
        block.dispatch.run(Convolve {
            kernel: &step.kernel,
            input: sums,
            rows: &step.reads[y],
            stride: 1,
            tiles: &step.tiles,
            start: Start::Zero,
            finish: match activation {
                Some(Activation::Relu) => Finish::BehindRelu(outputs),
                Some(Activation::Sigmoid) | None => Finish::AtLeast(f32::NEG_INFINITY),
            },
            output: to.row_mut(y),
        });
        if let Some(activation @ Activation::Sigmoid) = activation {
            block.dispatch.run(Through { activation, outputs, gradients: to.row_mut(y) });
        }
    }

    /// Adds the gradients of a convolution's weights, from some rows of the gradients of its sums.
    fn weights(
        &mut self,
        stage: &Stage,
        convolution: &Convolution,
        step: &ConvolutionStep,
        sums: &Maps,
        input: &Maps,
        rows: Range<usize>,
    ) {
        let Convolution { groups, kernel, bias, .. } = convolution;
        if let Some(bias) = bias {
            self.block.dispatch.run(BiasGradient {
                width: stage.output.width,
                sums,
                rows: rows.clone(),
                gradient: &mut self.gradient[bias.clone()],
            });
        }
        for (kernel_row, products) in step.products.iter().enumerate() {
            let [from, until] = [rows.start, rows.end]
                .map(|y| y.saturating_sub(products.first).min(products.rows.len()));
            self.block.dispatch.run(KernelGradient {
                groups: *groups,
                filters: stage.output.channels / groups,
                channels: stage.input.channels / groups,
                width: stage.output.width,
                stride: stage.columns.stride,
                size: [stage.rows.size, stage.columns.size],
                kernel_row,
                input,
                sums,
                rows: &products.rows[from..until],
                gradient: &mut self.gradient[kernel.clone()],
            });
        }
    }

    /// Adds to the gradients of a pooling's input, from row `y` of the gradients of its output.
    fn pool(&self, kind: PoolKind, index: usize, sums: &Maps, to: &mut Maps, y: usize) {
        let (block, stage) = (self.block, &self.block.stages[index]);
        block.dispatch.run(PoolingGradient {
            kind,
            columns: stage.columns,
            input: &block.maps[index],
            rows: y * stage.rows.stride..y * stage.rows.stride + stage.rows.size,
            outputs: block.maps[index + 1].row(y),
            gradients: sums.row(y),
            to,
        });
    }
}

impl Step {
    fn new(block: &Block<'_>, index: usize, stage: &Stage) -> Result<Self, ModelError> {
        let columns = stage.between(index == 0);
        if let Kind::Pool(_) = stage.kind {
            let Shape { width, .. } = stage.input;
            let inputs = Maps::new(stage.input, Self::pooled_rows(stage), Columns::dense(width))?;
            let sums = Maps::new(stage.output, 1, columns)?;
            return Ok(Self { sums, done: 0, kind: StepKind::Pool(inputs) });
        }
        if let Kind::Dropout(_) = stage.kind {
            let sums = Maps::new(stage.output, 1, columns)?;
            return Ok(Self { sums, done: 0, kind: StepKind::Dropout });
        }
        let (band, rows) = Self::band(stage, columns);
        let sums = Maps::new(stage.output, rows, columns)?;
        let reads = |y| {
            // The kernel is rotated.
            let turned = |place| stage.rows.size - 1 - place;
            stage.rows.outputs_of(y).map(move |(place, row)| (turned(place), row))
        };
        let reads = (0..stage.rows.inputs)
            .map(|y| reads(y).map(|(place, row)| (place, sums.start(row))).collect());
        let input = &block.maps[index];
        let products = |place| {
            let mut products = Products { first: 0, rows: Vec::new() };
            for y in 0..stage.rows.outputs {
                let mut inputs = stage.rows.inputs_of(y);
                let Some((_, row)) = inputs.find(|&(other, _)| other == place) else { continue };
                if products.rows.is_empty() {
                    products.first = y;
                }
                products.rows.push((input.start(row), sums.start(y)));
            }
            products
        };
        let kernel = block.kernels[index].transposed();
        let (row, inputs) = ([stage.input.width, 1], stage.output.width);
        let step = ConvolutionStep {
            tiles: Tile::all(row, columns, inputs, &kernel, block.dispatch.sums()),
            reads: reads.collect(),
            products: (0..stage.rows.size).map(products).collect(),
            band,
            waiting: 0,
            kernel,
        };
        Ok(Self { sums, done: 0, kind: StepKind::Convolution(step) })
    }

    /// Returns how many rows of gradients fit the cache together with their input, and how many
    /// rows are kept, including those that are still needed.
    pub(super) fn band(stage: &Stage, columns: Columns) -> (usize, usize) {
        let row = |columns: Columns, channels: usize| {
            columns.length.saturating_mul(channels).saturating_mul(size_of::<Lanes>())
        };
        let input = row(stage.around(), stage.input.channels).saturating_mul(stage.rows.stride);
        let bytes = input.saturating_add(row(columns, stage.output.channels));
        let band = (NEAR_BYTES / bytes.max(1)).clamp(1, stage.rows.outputs.max(1));
        (band, band.max(stage.rows.overlap() + 1))
    }

    /// Returns how many rows of the gradients of a pooling's input are incomplete at the same time.
    pub(super) fn pooled_rows(stage: &Stage) -> usize {
        stage.rows.size.min(stage.rows.inputs)
    }
}

/// Adds the sums over the examples to `totals`.
fn add_sums(values: &[Lanes], totals: &mut [f32]) {
    totals.iter_mut().zip(values).for_each(|(total, values)| *total += values.sum());
}
