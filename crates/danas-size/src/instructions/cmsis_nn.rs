//! CMSIS-NN's kernels for 8-bit integers, and the reference kernels that run what it has none for.
//!
//! Sources in CMSIS-NN: `arm_convolve_s8.c`, `arm_convolve_1x1_s8.c`, `arm_convolve_1_x_n_s8.c`,
//! `arm_depthwise_conv_3x3_s8.c`, `arm_depthwise_conv_s8_opt.c`, `arm_depthwise_conv_s8.c`,
//! `arm_nn_mat_mult_nt_t_s8.c`, `arm_nn_mat_mult_kernel_s8_s16.c`, `arm_nn_vec_mat_mult_t_s8.c`,
//! `arm_max_pool_s8.c` and `arm_avgpool_s8.c`.

use super::{
    reference,
    table::{Table, sum},
};
use crate::{
    arena::Instructions, operator::OperatorCost, operator_kind::OperatorKind, sweep::Sweep,
};

/// Number of 8-bit integers in a vector.
const VECTOR: usize = 16;

/// Returns the instructions of an operator on a core with these instructions.
pub(super) fn operator(operator: &OperatorCost, instructions: Instructions, table: &Table) -> f64 {
    let kind = operator.kind;
    let sweep = match kind {
        OperatorKind::Conv2d
        | OperatorKind::DepthwiseConv2d
        | OperatorKind::FullyConnected
        | OperatorKind::MaxPool2d
        | OperatorKind::AveragePool2d => operator.sweep(),
        _ => return reference::operator(operator, table),
    };
    match (kind, instructions) {
        (OperatorKind::Conv2d, Instructions::Mve) => vector_convolution(&sweep, table),
        (OperatorKind::Conv2d, Instructions::Dsp) => convolution(&sweep, 4, table),
        (OperatorKind::Conv2d, Instructions::Base) => convolution(&sweep, 1, table),
        (OperatorKind::DepthwiseConv2d, _) => depthwise(&sweep, instructions, table),
        (OperatorKind::FullyConnected, _) => dense(&sweep, instructions, table),
        (_, Instructions::Mve) => vector_pool(&sweep, kind, table),
        (_, Instructions::Base | Instructions::Dsp) => pool(&sweep, kind, instructions, table),
    }
}

/// A convolution without vectors. Two pixels and two filters are computed at a time, with `step`
/// products at once.
fn convolution(sweep: &Sweep, step: usize, table: &Table) -> f64 {
    let (pixels, inputs, outputs) = (sweep.pixels(), sweep.input.channels, sweep.outputs);
    // Two by two values, and those that are left.
    let blocks = |pixels: usize| {
        let blocks = (pixels / 2) * (outputs / 2);
        (blocks, pixels * outputs - 4 * blocks)
    };
    if sweep.is_pointwise() {
        // All pixels at once, or row by row if some are left out.
        let (calls, pixels) = if sweep.window.stride.area() == 1 {
            (1, pixels)
        } else {
            (sweep.rows.len(), sweep.columns.len())
        };
        let (blocks, single) = blocks(pixels);
        let kernel_sums = (outputs / 2) * inputs;
        let products = [blocks * (inputs / step), blocks * (inputs % step), blocks];
        let [whole, rest, blocks] = products.map(|count| calls * count);
        let [products, single, kernel_sums] =
            [single * inputs, single, kernel_sums].map(|count| calls * count);
        return sum(
            table.pointwise,
            [whole, rest, blocks, products, single, kernel_sums, calls, 1],
        );
    }
    let window = sweep.area() * inputs;
    let (blocks, single) = blocks(pixels);
    let places = pixels * sweep.area();
    let products = [blocks * (window / step), blocks * (window % step)];
    let [whole, rest] = products;
    let gathered = places * inputs;
    sum(
        table.convolution,
        [whole, rest, blocks, single * window, single, places, gathered, pixels, 1],
    )
}

/// A convolution with vectors along the products. Four pixels are computed at a time.
fn vector_convolution(sweep: &Sweep, table: &Table) -> f64 {
    let (pixels, inputs, outputs) = (sweep.pixels(), sweep.input.channels, sweep.outputs);
    let is_pointwise = sweep.is_pointwise();
    let (calls, rows) = if is_pointwise && sweep.window.stride.area() != 1 {
        (sweep.rows.len(), sweep.columns.len())
    } else {
        (1, pixels)
    };
    let vectors = (sweep.area() * inputs).div_ceil(VECTOR);
    let (fours, ones) = (rows / 4, rows % 4);
    let products = [fours * outputs * vectors, fours * outputs];
    let single = [ones * outputs * vectors, ones * outputs, ones * (outputs % 4)];
    let [fours, four_values] = products.map(|count| calls * count);
    let [ones, one_values, left] = single.map(|count| calls * count);
    // A single row is read in place.
    let is_one_row = sweep.input.height == 1 && sweep.window.size.height == 1;
    let stride = sweep.window.stride.width as usize;
    if is_pointwise || (is_one_row && (stride * inputs).is_multiple_of(4)) {
        return sum(table.pointwise, [fours, four_values, ones, one_values, left, calls, 1]);
    }
    let places = pixels * sweep.area();
    let gathered = places * inputs.div_ceil(VECTOR);
    let calls = pixels.div_ceil(4);
    sum(table.convolution, [fours, four_values, ones, one_values, left, places, gathered, calls, 1])
}

fn depthwise(sweep: &Sweep, instructions: Instructions, table: &Table) -> f64 {
    let (pixels, outputs, area) = (sweep.pixels(), sweep.outputs, sweep.area());
    let (groups, left) = (outputs / 4, outputs % 4);
    let margins = sweep.window.margins;
    if instructions == Instructions::Mve {
        let (fours, ones, groups) = (pixels / 4, pixels % 4, outputs.div_ceil(4));
        let places = pixels * area;
        let gathered = places * outputs.div_ceil(VECTOR);
        let values = [fours * groups * area, fours * groups, ones * groups * area, ones * groups];
        let [fours, four_values, ones, one_values] = values;
        return sum(
            table.depthwise,
            [fours, four_values, ones, one_values, places, gathered, pixels, 1],
        );
    }
    let is_3x3 = [sweep.window.size.height, sweep.window.size.width] == [3; 2];
    if is_3x3 && margins.top <= 1 && margins.left <= 1 {
        let (inside, rows) = (sweep.inside(), sweep.rows_inside());
        let products = [inside * groups, inside * left, rows * groups, rows * left];
        let [grouped, single, grouped_rows, single_rows] = products;
        let [four_values, values] = [pixels * groups, pixels * left];
        return sum(
            table.depthwise_3x3,
            [grouped, single, grouped_rows, single_rows, four_values, values, pixels, 1],
        );
    }
    if instructions == Instructions::Base {
        let (inside, rows) = (sweep.inside() * outputs, sweep.rows_inside() * outputs);
        return sum(table.depthwise, [inside, rows, sweep.values(), pixels, 1]);
    }
    let four_values = pixels * groups;
    let [pairs, odd] = [four_values * (area / 2), four_values * (area % 2)];
    let single = pixels * left * area;
    let places = pixels * area;
    let gathered = places * outputs;
    sum(
        table.depthwise,
        [pairs, odd, four_values, single, places, gathered, sweep.values(), pixels, 1],
    )
}

fn dense(sweep: &Sweep, instructions: Instructions, table: &Table) -> f64 {
    let (inputs, outputs) = (sweep.input.channels, sweep.outputs);
    match instructions {
        Instructions::Base => {
            let (threes, left) = (outputs / 3, outputs % 3);
            sum(table.dense, [threes * inputs, left * inputs, outputs, 1])
        }
        Instructions::Dsp => {
            let (pairs, odd, fours, left) = (outputs / 2, outputs % 2, inputs / 4, inputs % 4);
            sum(table.dense, [pairs * fours, pairs * left, odd * fours, odd * left, outputs, 1])
        }
        Instructions::Mve => {
            let (groups, left, vectors) = (outputs / 4, outputs % 4, inputs.div_ceil(VECTOR));
            sum(table.dense, [groups * vectors, left * vectors, groups, left, 1])
        }
    }
}

fn pool(sweep: &Sweep, kind: OperatorKind, instructions: Instructions, table: &Table) -> f64 {
    let (pixels, values, channels) = (sweep.pixels(), sweep.values(), sweep.outputs);
    let places = pixels * sweep.area();
    if kind == OperatorKind::MaxPool2d {
        let [fours, left] = [places * (channels / 4), places * (channels % 4)];
        return sum(table.max_pool, [fours, left, places, values, pixels, 1]);
    }
    let steps = match instructions {
        Instructions::Base => values * sweep.window.size.height as usize,
        Instructions::Dsp | Instructions::Mve => places,
    };
    sum(table.average_pool, [places * channels, steps, values, pixels, 1])
}

fn vector_pool(sweep: &Sweep, kind: OperatorKind, table: &Table) -> f64 {
    let (pixels, vectors) = (sweep.pixels(), sweep.outputs.div_ceil(VECTOR));
    let places = pixels * sweep.area();
    let coefficients = match kind {
        OperatorKind::MaxPool2d => table.max_pool,
        _ => table.average_pool,
    };
    sum(coefficients, [places * vectors, places, pixels * vectors, pixels, 1])
}
