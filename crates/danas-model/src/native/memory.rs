//! Estimates the memory that a training needs, from shapes alone.

use std::num::Saturating;

use danas_space::{Network, Shape};

use super::{
    backward::Step,
    block::near_rows,
    dense::PADDING,
    dropout::Bits,
    lanes::{LANES, Lanes},
    maps::{Columns, Maps},
    parameters::Layout,
    stage::{Kind, Stage},
};
use crate::{
    config::{Keep, Optimizer},
    count::{Count, FLOAT, count, elements},
    engine::Workload,
    error::ModelError,
};

/// Returns the smallest power of two that is at least `of`: the capacity of a list that grows by
/// doubling.
fn room(of: Count) -> Count {
    Saturating(of.0.checked_next_power_of_two().unwrap_or(u64::MAX))
}

/// Bytes of an index or a length.
const WORD: Count = count(size_of::<usize>());
/// Bytes of one number for each example of a block.
const OF_LANES: Count = count(size_of::<Lanes>());

/// Returns the bytes at the peak of a training, at most: everything that is allocated, and a little
/// for small things. The estimate itself needs little memory, however large the network is.
pub(super) fn peak(workload: &Workload<'_>) -> Result<u64, ModelError> {
    let Workload { network, config, examples, validation, versions } = *workload;
    let layout = Layout::new(network)?;
    let stages = Stage::all(network, &layout, Some(config.head_dropout))?;
    let (examples, validation) = (count(examples), count(validation));
    let input = network.input();
    let values = elements(input);
    let classes = count(network.classes());

    // The features as the engine reads them, one example that was just scaled, and the scaler.
    let features = (examples + validation + count(1)) * values * FLOAT;
    // Copies of a block, and the other example of a mixture.
    let alters = versions > 0 || !config.augmentation.is_none();
    let copied = examples * count(versions) + count(if alters { LANES + 1 } else { 0 });
    let copies = copied * values * FLOAT;
    let scaler = count(2) * count(input.height) * count(input.channels) * FLOAT;
    // Weights, gradient, the optimizer's state, and the average.
    let states = match config.optimizer {
        Optimizer::Adam(_) => 4,
        Optimizer::Sgd(_) => 3,
    };
    let averages = usize::from(config.weight_average.is_some());
    let flat = count(layout.length()) * count(states + averages) * FLOAT;
    // The weights while they are read or returned, and the best ones if they are kept.
    let kept = match config.keep {
        Keep::Last => 1,
        Keep::Best => 2,
    };
    let weights = Saturating(network.parameters()) * count(kept) * FLOAT;
    // The epoch's order, balanced or not, and the network's outputs for the examples that are
    // judged.
    let judged = if validation.0 > 0 { validation } else { examples };
    let order =
        examples * count(3) * WORD + judged * (classes * count(2) * FLOAT + count(3) * WORD);
    let small = count(16 << 10);
    Ok((features + copies + scaler + flat + weights + order + block(network, &stages) + small).0)
}

/// Returns the bytes that a block of examples needs in the forward and backward pass.
fn block(network: &Network, stages: &[Stage]) -> Count {
    let maps = |shape, rows, columns| {
        OF_LANES * count(Maps::length(shape, rows, columns).unwrap_or(usize::MAX))
    };
    let mut total = count(0);
    for (index, stage) in stages.iter().enumerate() {
        let (input, rows, output) = (stage.input, stage.rows, stage.output);
        total += maps(input, input.height, stage.around());
        let columns = stage.between(index == 0);
        // Lists of rows, each in an allocation of its own.
        let size = count(rows.size);
        let list = count(3) * WORD + count(2) * WORD * room(size).max(count(4));
        total += list * count(rows.outputs);
        match stage.kind {
            Kind::Pool(_) => {
                total += maps(output, 1, columns);
                let height = Step::pooled_rows(stage);
                total += maps(input, height, Columns::dense(input.width));
            }
            // The mask, a row of draws, and a row of gradients.
            Kind::Dropout(_) => {
                let row = count(output.width) * count(output.channels);
                total += row * (count(output.height) + count(1)) * count(size_of::<Bits>());
                total += maps(output, 1, columns);
            }
            Kind::Convolution(_) => {
                let (_, height) = Step::band(stage, columns);
                total += maps(output, height, columns);
                total += list * count(rows.inputs);
                // Lists that grow by doubling, and are then converted.
                total += (size + count(2)) * count(2) * count(3) * WORD * room(count(rows.outputs));
                // The kernel, packed for both passes.
                let kernel = stage.packed();
                let weights = [kernel.groups, kernel.filters, kernel.channels];
                let values = weights.map(count).into_iter().fold(size, |all, each| all * each);
                total += count(2) * FLOAT * room(values * count(stage.columns.size));
                // Tiles of both passes.
                total += count(8) * WORD * (count(input.width) + count(output.width));
            }
        }
    }
    let last = network.last_shape();
    let Shape { width, height, .. } = last;
    total += maps(last, height, Columns::dense(width));
    total += maps(last, near_rows(last).min(height), Columns::dense(width));
    let dense = Saturating(network.dense_width().into()) + count(network.classes());
    total + OF_LANES * (count(3) * dense + count(2) * count(PADDING))
}
