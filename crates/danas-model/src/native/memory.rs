//! What a training takes in memory, from shapes.

use danas_space::{Network, Shape};

use super::{
    backward::Step,
    block::near_rows,
    dense::PADDING,
    lanes::Lanes,
    maps::{Columns, Maps},
    parameters::Layout,
    stage::{Kind, Stage},
};
use crate::{Keep, ModelError, Optimizer, Workload};

/// Of a number.
const FLOAT: u64 = size_of::<f32>() as u64;
/// Of an index or a length.
const WORD: u64 = size_of::<usize>() as u64;

/// Bytes at the peak of a training, at most: all that is allocated, and a little for small things.
pub(super) fn peak(workload: &Workload<'_>) -> Result<u64, ModelError> {
    let Workload { network, config, examples, validation } = *workload;
    let layout = Layout::new(network);
    let stages = Stage::all(network, &layout)?;
    let (examples, validation) = (examples as u64, validation as u64);
    let values = network.input().elements().unwrap_or(usize::MAX) as u64;
    let classes = network.classes() as u64;

    // The features as the engine reads them, with the order in which they stand.
    let features = (examples + validation).saturating_mul(values).saturating_mul(FLOAT);
    let scaling = values.saturating_mul(2 * WORD + 2 * FLOAT);
    // Weights, gradient, and what the optimizer remembers.
    let flat = match config.optimizer {
        Optimizer::Adam(_) => 4,
        Optimizer::Sgd(_) => 3,
    };
    let flat = (layout.length() as u64).saturating_mul(flat * FLOAT);
    // The weights on their way in or out, and the best ones besides.
    let copies = match config.keep {
        Keep::Last => 1,
        Keep::Best => 2,
    };
    let weights = network.parameters().saturating_mul(copies * FLOAT);
    let places = (network.flattened() as u64 + network.input().channels as u64) * WORD;
    // The epoch's order, balanced or not, and what the network makes of the validation samples.
    let judged = if validation > 0 { validation } else { examples };
    let order = examples * 3 * WORD + judged * (classes * 2 * FLOAT + 3 * WORD);
    let parts =
        [features, scaling, flat, weights, places, order, block(network, &stages), 16 << 10];
    Ok(parts.into_iter().fold(0, u64::saturating_add))
}

/// Of a block of examples on its way through a network and back.
fn block(network: &Network, stages: &[Stage]) -> u64 {
    let lanes = size_of::<Lanes>() as u64;
    let mut total = 0_u64;
    let mut add = |bytes: u64| total = total.saturating_add(bytes);
    let maps = |shape, rows, columns| {
        Maps::length(shape, rows, columns).map_or(u64::MAX / 128, |it| it as u64)
    };
    for (index, stage) in stages.iter().enumerate() {
        let (input, rows) = (stage.input, stage.rows);
        add(lanes.saturating_mul(maps(input, input.height, stage.around())));
        let columns = stage.between(index == 0);
        // Lists of rows, each of its own.
        let list = 3 * WORD + 2 * WORD * rows.size.next_power_of_two().max(4) as u64;
        add(list.saturating_mul(rows.outputs as u64));
        match stage.kind {
            Kind::Pool(_) => {
                add(lanes.saturating_mul(maps(stage.output, 1, columns)));
                let height = Step::pooled_rows(stage);
                add(lanes.saturating_mul(maps(input, height, Columns::dense(input.width))));
            }
            Kind::Convolution(_) => {
                let (_, height) = Step::band(stage, columns);
                add(lanes.saturating_mul(maps(stage.output, height, columns)));
                add(list.saturating_mul(rows.inputs as u64));
                // Grown by doubling, then taken apart.
                add((rows.size as u64 + 2)
                    * 2
                    * 3
                    * WORD
                    * rows.outputs.next_power_of_two() as u64);
                // The kernel, packed both ways.
                let kernel = stage.packed();
                let weights = kernel.groups * kernel.filters * kernel.channels;
                let values = weights as u64 * (rows.size * stage.columns.size) as u64;
                add(2 * FLOAT * values.next_power_of_two());
                add(4 * WORD * 2 * (stage.input.width + stage.output.width) as u64);
            }
        }
    }
    let last = stages.last().map_or(network.input(), |stage| stage.output);
    add(lanes.saturating_mul(maps(last, last.height, Columns::dense(last.width))));
    let Shape { width, channels, height } = last;
    add(lanes * (near_rows(last).min(height) * width * channels) as u64);
    let (dense, classes) = (network.dense_width() as usize, network.classes());
    add(lanes * (3 * (dense + classes) + 2 * PADDING) as u64);
    total
}
