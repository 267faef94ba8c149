//! Forward and backward through a network, a block of examples at a time.
//!
//! Both go depth first: a row is passed on as soon as it is complete, while it is near at hand. Of the
//! gradients only as many rows are kept as are still needed.

use std::ops::Range;

use danas_space::{Activation, Network, Shape};

use super::{
    activation::{Activate, Scatter, Through},
    convolution::{Convolve, Finish, Start, Tile},
    dense::{self, Dense, DenseGradient, PADDING},
    kernel_gradient::{BiasGradient, KernelGradient},
    lanes::{LANES, Lanes},
    maps::{Columns, Maps},
    packed::Packed,
    parameters::Layout,
    simd::Dispatch,
    stage::{Convolution, Stage},
};
use crate::ModelError;

/// What is worked on between two visits to the same memory: a good part of a core's second cache.
const NEAR_BYTES: usize = 192 << 10;

/// Everything that a block of examples passes through.
#[derive(Debug)]
pub(super) struct Block<'a> {
    dispatch: Dispatch,
    layout: &'a Layout,
    stages: Vec<Stage>,
    forward: Vec<Packed>,
    /// The input, and the output of each stage.
    maps: Vec<Maps>,
    hidden: Vec<Lanes>,
    logits: Vec<Lanes>,
    /// How many rows of each stage's output are complete.
    done: Vec<usize>,
    tiles: Vec<Vec<Tile>>,
    /// What each row of each stage's output is computed from.
    reads: Vec<Reads>,
    /// `None` where only predictions are made.
    backward: Option<Backward>,
}

/// What the rows of maps are computed from: for each the rows of others, with those of the kernel, and
/// where they start.
type Reads = Vec<Vec<(usize, usize)>>;

/// What goes back through a network.
#[derive(Debug)]
struct Backward {
    /// Of all stages but the first.
    packed: Vec<Packed>,
    /// Gradients of the sums of each stage, as many rows as are needed at once.
    sums: Vec<Maps>,
    tiles: Vec<Vec<Tile>>,
    /// What gradients of the rows of each stage's input are computed from.
    reads: Vec<Reads>,
    /// What each row of each stage's kernel is multiplied with: its first sums, and where the rows of the
    /// input and of the gradients of the sums start.
    products: Vec<Vec<(usize, Vec<(usize, usize)>)>>,
    /// Rows of gradients that a stage waits for until it adds up those of its weights.
    bands: Vec<usize>,
    /// Rows of gradients that it waits with.
    waiting: Vec<usize>,
    /// Rows of its input whose gradients are complete.
    done: Vec<usize>,
    hidden: Vec<Lanes>,
    /// Gradients of sums of a dense layer, turned round.
    turned: Vec<Lanes>,
    /// Gradients of some rows of the last map.
    last: Vec<Lanes>,
}

impl<'a> Block<'a> {
    /// For predictions.
    pub(super) fn new(
        network: &Network,
        layout: &'a Layout,
        dispatch: Dispatch,
    ) -> Result<Self, ModelError> {
        let stages = Stage::all(network, layout);
        let mut maps = Vec::with_capacity(stages.len() + 1);
        let mut shape = network.input();
        for stage in &stages {
            let Stage::Convolution(next) = stage;
            maps.push(Maps::new(shape, shape.height, around(next))?);
            shape = next.output;
        }
        maps.push(Maps::new(shape, shape.height, Columns::dense(shape.width))?);
        let packed = |stage: &Stage| {
            let Stage::Convolution(stage) = stage;
            let (groups, size) = (stage.groups, [stage.rows.size, stage.columns.size]);
            let (filters, channels) = (stage.output.channels, stage.input.channels);
            Packed::new(groups, filters / groups, channels / groups, size)
        };
        let reads = stages.iter().zip(&maps).map(|(stage, input)| {
            let Stage::Convolution(stage) = stage;
            let reads = |y| stage.rows.inputs_of(y).map(|(place, row)| (place, input.start(row)));
            (0..stage.rows.outputs).map(|y| reads(y).collect()).collect()
        });
        let forward: Vec<Packed> = stages.iter().map(packed).collect();
        let tiles = stages.iter().zip(&forward).map(|(Stage::Convolution(stage), kernel)| {
            let row = [stage.output.width, stage.columns.stride];
            Tile::all(row, around(stage), stage.input.width, kernel, dispatch.sums())
        });
        Ok(Self {
            tiles: tiles.collect(),
            reads: reads.collect(),
            dispatch,
            layout,
            forward,
            maps,
            hidden: vec![Lanes::ZERO; network.dense_width() as usize],
            logits: vec![Lanes::ZERO; network.classes()],
            done: vec![0; stages.len()],
            backward: None,
            stages,
        })
    }

    /// For training.
    pub(super) fn with_gradients(
        network: &Network,
        layout: &'a Layout,
        dispatch: Dispatch,
    ) -> Result<Self, ModelError> {
        let block = Self::new(network, layout, dispatch)?;
        let backward = Some(Backward::new(&block)?);
        Ok(Self { backward, ..block })
    }

    /// The input, to be written.
    pub(super) fn input(&mut self) -> &mut Maps {
        &mut self.maps[0]
    }

    /// The outputs before the softmax.
    pub(super) fn logits(&self) -> &[Lanes] {
        &self.logits
    }

    /// Takes a flat vector of weights, for what follows.
    pub(super) fn prepare(&mut self, weights: &[f32]) {
        let convolutions = self.stages.iter().map(|Stage::Convolution(stage)| stage);
        for (packed, stage) in self.forward.iter_mut().zip(convolutions.clone()) {
            packed.pack(&weights[stage.kernel.clone()]);
        }
        if let Some(backward) = &mut self.backward {
            for (packed, stage) in backward.packed.iter_mut().zip(convolutions).skip(1) {
                packed.pack_transposed(&weights[stage.kernel.clone()]);
            }
        }
    }

    /// From the input to the logits.
    pub(super) fn forward(&mut self, weights: &[f32]) {
        self.done.fill(0);
        let [dense, output] = [0, 1].map(|layer| self.layout.dense(layer));
        for (sum, &bias) in self.hidden.iter_mut().zip(&weights[dense[1].clone()]) {
            *sum = Lanes([bias; LANES]);
        }
        let mut read = 0;
        for ready in 1..=self.height() {
            let mut ready = ready;
            for index in 0..self.stages.len() {
                let from = self.done[index];
                ready = self.stages[index].rows().outputs_from(ready);
                for y in from..ready {
                    self.forward_row(index, y, weights);
                }
                self.done[index] = ready;
            }
            if ready >= read + self.near_rows() || ready == self.last_shape().height {
                self.read_dense(read..ready, &weights[dense[0].clone()]);
                read = ready;
            }
        }
        let Self { dispatch, hidden, logits, .. } = self;
        dispatch.run(Activate { activation: Activation::Relu, values: hidden });
        for (sum, &bias) in logits.iter_mut().zip(&weights[output[1].clone()]) {
            *sum = Lanes([bias; LANES]);
        }
        dispatch.run(Dense { inputs: hidden, kernel: &weights[output[0].clone()], sums: logits });
    }

    fn height(&self) -> usize {
        self.stages.first().map_or(0, |stage| stage.rows().inputs)
    }

    fn last_shape(&self) -> Shape {
        self.stages.last().map_or(Shape::new(0, 0, 0), Stage::output)
    }

    /// Rows of the last map that are near each other.
    fn near_rows(&self) -> usize {
        let Shape { width, channels, .. } = self.last_shape();
        (NEAR_BYTES / 2 / size_of::<Lanes>() / (width * channels).max(1)).max(1)
    }

    fn forward_row(&mut self, index: usize, y: usize, weights: &[f32]) {
        let Stage::Convolution(stage) = &self.stages[index];
        let (before, behind) = self.maps.split_at_mut(index + 1);
        let (Some(input), Some(output)) = (before.last(), behind.first_mut()) else { return };
        let bias = stage.bias.clone().map(|bias| &weights[bias]);
        self.dispatch.run(Convolve {
            kernel: &self.forward[index],
            input,
            rows: &self.reads[index][y],
            stride: stage.columns.stride,
            tiles: &self.tiles[index],
            start: bias.map_or(Start::Zero, Start::Bias),
            finish: Finish::AtLeast(match stage.activation {
                Some(Activation::Relu) => 0.0,
                Some(Activation::Sigmoid) | None => f32::NEG_INFINITY,
            }),
            output: output.row_mut(y),
        });
        if let Some(activation @ Activation::Sigmoid) = stage.activation {
            let mut row = output.row_mut(y);
            for channel in 0..stage.output.channels {
                self.dispatch.run(Activate { activation, values: row.dense(channel) });
            }
        }
    }

    /// Reads rows of the last map into the dense layer.
    fn read_dense(&mut self, rows: Range<usize>, kernel: &[f32]) {
        let Some(last) = self.maps.last() else { return };
        let Shape { width, channels, .. } = self.last_shape();
        let padded = self.hidden.len().next_multiple_of(PADDING);
        let inputs = rows.start * width * channels..rows.end * width * channels;
        let kernel = &kernel[inputs.start * padded..inputs.end * padded];
        self.dispatch.run(Dense { inputs: last.rows(rows), kernel, sums: &mut self.hidden });
    }

    /// Adds the gradients of all weights, from those of the logits.
    pub(super) fn backward(&mut self, weights: &[f32], logits: &[Lanes], gradient: &mut [f32]) {
        let rows = self.near_rows();
        let Shape { height, width, channels } = self.last_shape();
        let Self { dispatch, layout, stages, maps, hidden, .. } = self;
        let (dispatch, Some(backward)) = (*dispatch, &mut self.backward) else { return };
        let Some(last) = maps.last() else { return };

        let [kernel, bias] = layout.dense(1);
        add_sums(logits, &mut gradient[bias]);
        dense::turn(logits, &mut backward.turned);
        dispatch.run(DenseGradient {
            inputs: hidden,
            kernel: &weights[kernel.clone()],
            sums: logits,
            turned: &backward.turned[..logits.len().next_multiple_of(PADDING)],
            kernel_gradient: &mut gradient[kernel],
            input_gradients: &mut backward.hidden,
        });
        for (gradient, output) in backward.hidden.iter_mut().zip(hidden.iter()) {
            for (gradient, output) in gradient.0.iter_mut().zip(output.0) {
                *gradient = if output > 0.0 { *gradient } else { 0.0 };
            }
        }

        let [kernel, bias] = layout.dense(0);
        add_sums(&backward.hidden, &mut gradient[bias]);
        dense::turn(&backward.hidden, &mut backward.turned);
        let padded = hidden.len().next_multiple_of(PADDING);
        backward.done.fill(0);
        let mut pass = Pass { dispatch, stages, maps, gradient };
        let mut y = 0;
        while y < height {
            let band = y..height.min(y + rows);
            let inputs = last.rows(band.clone());
            let start = kernel.start + y * width * channels * padded;
            let kernel = start..start + inputs.len() * padded;
            dispatch.run(DenseGradient {
                inputs,
                kernel: &weights[kernel.clone()],
                sums: &backward.hidden,
                turned: &backward.turned[..padded],
                kernel_gradient: &mut pass.gradient[kernel],
                input_gradients: &mut backward.last[..inputs.len()],
            });
            for (row, y) in band.clone().enumerate() {
                let row = row * width * channels;
                let (index, Some(sums)) = (stages.len() - 1, backward.sums.last_mut()) else { return };
                dispatch.run(Scatter {
                    activation: stages[index].activation(),
                    outputs: last.row(y),
                    gradients: &backward.last[row..row + width * channels],
                    to: sums.row_mut(y),
                });
                backward.arrived(&mut pass, index, y);
            }
            y = band.end;
        }
    }
}

/// A way back under way.
struct Pass<'a> {
    dispatch: Dispatch,
    stages: &'a [Stage],
    maps: &'a [Maps],
    gradient: &'a mut [f32],
}

impl Backward {
    fn new(block: &Block<'_>) -> Result<Self, ModelError> {
        let convolutions = || block.stages.iter().map(|Stage::Convolution(stage)| stage);
        let bands: Vec<usize> = convolutions().map(band).collect();
        let sums = convolutions().zip(&bands).enumerate().map(|(index, (stage, &band))| {
            let columns =
                if index == 0 { Columns::dense(stage.output.width) } else { between(stage) };
            Maps::new(stage.output, band.max(stage.rows.overlap() + 1), columns)
        });
        let sums = sums.collect::<Result<Vec<_>, _>>()?;
        let reads = convolutions().zip(&sums).map(|(stage, sums)| {
            let reads = |y| {
                // The kernel is turned.
                let turned = |place| stage.rows.size - 1 - place;
                stage.rows.outputs_of(y).map(move |(place, row)| (turned(place), sums.start(row)))
            };
            (0..stage.rows.inputs).map(|y| reads(y).collect()).collect()
        });
        let products = convolutions().zip(&sums).zip(&block.maps).map(|((stage, sums), input)| {
            let row = |place| {
                let rows = (0..stage.rows.outputs).filter_map(|y| {
                    let (_, row) = stage.rows.inputs_of(y).find(|&(other, _)| other == place)?;
                    Some((y, (input.start(row), sums.start(y))))
                });
                let rows: Vec<_> = rows.collect();
                (rows.first().map_or(0, |row| row.0), rows.into_iter().map(|row| row.1).collect())
            };
            (0..stage.rows.size).map(row).collect()
        });
        let packed: Vec<Packed> = block.forward.iter().map(Packed::transposed).collect();
        let tiles = convolutions().zip(&packed).map(|(stage, kernel)| {
            let row = [stage.input.width, 1];
            Tile::all(row, between(stage), stage.output.width, kernel, block.dispatch.sums())
        });
        let Shape { width, channels, height } = block.last_shape();
        let widest = block.hidden.len().max(block.logits.len());
        Ok(Self {
            tiles: tiles.collect(),
            products: products.collect(),
            packed,
            reads: reads.collect(),
            sums,
            waiting: vec![0; bands.len()],
            done: vec![0; bands.len()],
            bands,
            hidden: vec![Lanes::ZERO; block.hidden.len()],
            turned: vec![Lanes::ZERO; widest.next_multiple_of(PADDING)],
            last: vec![Lanes::ZERO; block.near_rows().min(height) * width * channels],
        })
    }

    /// Goes on from a row of the gradients of a stage's sums, which is complete.
    fn arrived(&mut self, pass: &mut Pass<'_>, index: usize, y: usize) {
        let Stage::Convolution(stage) = &pass.stages[index];
        self.waiting[index] += 1;
        if let Some(former) = index.checked_sub(1) {
            let ready = stage.rows.inputs_until(y + 1);
            for row in self.done[index]..ready {
                self.input_row(pass, index, row);
                self.arrived(pass, former, row);
            }
            self.done[index] = ready;
        }
        if self.waiting[index] == self.bands[index] || y + 1 == stage.rows.outputs {
            let rows = y + 1 - self.waiting[index]..y + 1;
            self.waiting[index] = 0;
            self.weights_gradient(pass, index, rows);
        }
    }

    /// Gradients of a row of a stage's input, as those of the sums that it came from.
    fn input_row(&mut self, pass: &mut Pass<'_>, index: usize, y: usize) {
        let (before, behind) = self.sums.split_at_mut(index);
        let (Some(to), Some(sums)) = (before.last_mut(), behind.first()) else { return };
        let (activation, outputs) = (pass.stages[index - 1].activation(), pass.maps[index].row(y));
        pass.dispatch.run(Convolve {
            kernel: &self.packed[index],
            input: sums,
            rows: &self.reads[index][y],
            stride: 1,
            tiles: &self.tiles[index],
            start: Start::Zero,
            finish: match activation {
                Some(Activation::Relu) => Finish::BehindRelu(outputs),
                Some(Activation::Sigmoid) | None => Finish::AtLeast(f32::NEG_INFINITY),
            },
            output: to.row_mut(y),
        });
        if let Some(activation @ Activation::Sigmoid) = activation {
            pass.dispatch.run(Through { activation, outputs, gradients: to.row_mut(y) });
        }
    }

    /// Adds the gradients of a stage's weights from some rows of those of its sums.
    fn weights_gradient(&self, pass: &mut Pass<'_>, index: usize, rows: Range<usize>) {
        let Stage::Convolution(stage) = &pass.stages[index];
        let (input, sums) = (&pass.maps[index], &self.sums[index]);
        if let Some(bias) = &stage.bias {
            pass.dispatch.run(BiasGradient {
                width: stage.output.width,
                sums,
                rows: rows.clone(),
                gradient: &mut pass.gradient[bias.clone()],
            });
        }
        for (kernel_row, (first, products)) in self.products[index].iter().enumerate() {
            let [from, until] = [rows.start, rows.end]
                .map(|y| y.saturating_sub(*first).min(products.len()));
            pass.dispatch.run(KernelGradient {
                groups: stage.groups,
                filters: stage.output.channels / stage.groups,
                channels: stage.input.channels / stage.groups,
                width: stage.output.width,
                stride: stage.columns.stride,
                size: [stage.rows.size, stage.columns.size],
                kernel_row,
                input,
                sums,
                rows: &products[from..until],
                gradient: &mut pass.gradient[stage.kernel.clone()],
            });
        }
    }
}

/// The columns of a map that a convolution reads: with its padding.
fn around(stage: &Convolution) -> Columns {
    let columns = stage.columns;
    let reach = (columns.outputs - 1) * columns.stride + columns.size;
    let length = reach.max(columns.before + columns.inputs);
    Columns { length, first: columns.before, step: 1 }
}

/// The columns of gradients that a convolution is taken back from: as far from each other as the windows
/// of its outputs, and around them zeros for the outputs that its inputs would have beyond the edges.
fn between(stage: &Convolution) -> Columns {
    let columns = stage.columns;
    let first = columns.size - 1 - columns.before;
    let end = first + (columns.outputs - 1) * columns.stride + 1;
    let length = (columns.inputs + columns.size - 1).max(end);
    Columns { length, first, step: columns.stride }
}

/// Rows of gradients whose products with the input are near at hand.
fn band(stage: &Convolution) -> usize {
    let row = |columns: Columns, channels: usize| columns.length * channels * size_of::<Lanes>();
    let input = stage.rows.stride * row(around(stage), stage.input.channels);
    let bytes = input + row(between(stage), stage.output.channels);
    (NEAR_BYTES / bytes.max(1)).clamp(1, stage.rows.outputs.max(1))
}

/// Adds the sums over the examples.
fn add_sums(values: &[Lanes], totals: &mut [f32]) {
    totals.iter_mut().zip(values).for_each(|(total, values)| *total += values.sum());
}
