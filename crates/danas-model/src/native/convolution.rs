//! Convolutions of stride 1 without padding, and their gradients.
//!
//! Each sum is kept in a register while its products come in one order, whatever the tiles: results do
//! not depend on how many sums are computed at once.

#![expect(
    clippy::needless_range_loop,
    clippy::manual_memcpy,
    reason = "sums that are only reached by indices in constant bounds are kept in registers"
)]

use multiversion::{multiversion, target::target_cfg_f};

use super::{lanes::Lanes, maps::Maps};

/// A kernel in the order in which tiles of filters read it.
#[derive(Debug)]
pub(super) struct Packed {
    side: usize,
    channels: usize,
    filters: usize,
    /// For each tile `[kernel row, channel, kernel column, filter of the tile]`.
    values: Vec<f32>,
}

impl Packed {
    /// Of a kernel `[filters, side, side, channels]`.
    pub(super) fn new(kernel: &[f32], filters: usize, side: usize, channels: usize) -> Self {
        let at =
            |filter, y, x, channel| kernel[((filter * side + y) * side + x) * channels + channel];
        Self::of(filters, side, channels, at)
    }

    /// Of the convolution that takes gradients back through a kernel `[filters, side, side, channels]`:
    /// its maps are the filters, and its filters the channels.
    pub(super) fn transposed(kernel: &[f32], filters: usize, side: usize, channels: usize) -> Self {
        let at = |channel, y: usize, x: usize, filter| {
            kernel[((filter * side + side - 1 - y) * side + side - 1 - x) * channels + channel]
        };
        Self::of(channels, side, filters, at)
    }

    fn of(
        filters: usize,
        side: usize,
        channels: usize,
        at: impl Fn(usize, usize, usize, usize) -> f32,
    ) -> Self {
        let mut values = Vec::with_capacity(filters * side * side * channels);
        for (first, tile) in tiles(filters) {
            for y in 0..side {
                for channel in 0..channels {
                    for x in 0..side {
                        values.extend((0..tile).map(|filter| at(first + filter, y, x, channel)));
                    }
                }
            }
        }
        Self { side, channels, filters, values }
    }
}

/// Tiles of so many filters: the first of each, and how many it has.
fn tiles(filters: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let tile = match filters - first {
            0 => return None,
            1 => 1,
            2 | 3 => 2,
            _ => 4,
        };
        first += tile;
        Some((first - tile, tile))
    })
}

/// Writes the sums into `output`, with the bias of each filter or, where there is none, without.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub(super) fn convolve(input: &Maps, kernel: &Packed, bias: &[f32], output: &mut Maps) {
    // As many sums as there are registers for.
    match (target_cfg_f!(target_feature = "avx512vl"), target_cfg_f!(target_feature = "fma")) {
        (true, _) => convolve_with::<true, 6>(input, kernel, bias, output),
        (false, true) => convolve_with::<true, 1>(input, kernel, bias, output),
        (false, false) => convolve_with::<false, 1>(input, kernel, bias, output),
    }
}

#[inline(always)]
fn convolve_with<const FUSED: bool, const WIDE: usize>(
    input: &Maps,
    kernel: &Packed,
    bias: &[f32],
    output: &mut Maps,
) {
    for y in 0..output.shape.height {
        let mut start = 0;
        for (first, tile) in tiles(kernel.filters) {
            let length = kernel.side * kernel.channels * kernel.side * tile;
            let weights = &kernel.values[start..start + length];
            start += length;
            let place = Place { y, first, side: kernel.side };
            match tile {
                1 => convolve_row::<FUSED, WIDE, 1>(input, weights, bias, output, place),
                2 => convolve_row::<FUSED, WIDE, 2>(input, weights, bias, output, place),
                _ => convolve_row::<FUSED, WIDE, 4>(input, weights, bias, output, place),
            }
        }
    }
}

/// A row of the maps of a tile of filters.
#[derive(Clone, Copy)]
struct Place {
    y: usize,
    first: usize,
    side: usize,
}

#[inline(always)]
fn convolve_row<const FUSED: bool, const WIDE: usize, const FILTERS: usize>(
    input: &Maps,
    weights: &[f32],
    bias: &[f32],
    output: &mut Maps,
    place: Place,
) {
    let width = output.shape.width;
    let mut x = 0;
    while x < width {
        if width >= WIDE {
            // The last tile overlaps the one before.
            x = x.min(width - WIDE);
            convolve_tile::<FUSED, WIDE, FILTERS>(input, weights, bias, output, place, x);
            x += WIDE;
        } else {
            convolve_tile::<FUSED, 1, FILTERS>(input, weights, bias, output, place, x);
            x += 1;
        }
    }
}

#[inline(always)]
fn convolve_tile<const FUSED: bool, const WIDE: usize, const FILTERS: usize>(
    input: &Maps,
    weights: &[f32],
    bias: &[f32],
    output: &mut Maps,
    place: Place,
    x: usize,
) {
    let Place { y, first, side } = place;
    let bias = bias.get(first..).unwrap_or_default();
    let mut sums = [[Lanes::ZERO; WIDE]; FILTERS];
    for filter in 0..FILTERS {
        let bias = Lanes::splat(bias.get(filter).copied().unwrap_or_default());
        for column in 0..WIDE {
            sums[filter][column] = bias;
        }
    }
    let mut rows = weights.chunks_exact(side * FILTERS);
    for row in 0..side {
        for channel in 0..input.shape.channels {
            let values = &input.row(y + row, channel)[x..x + WIDE + side - 1];
            let Some(weights) = rows.next() else { break };
            let (weights, _) = weights.as_chunks::<FILTERS>();
            for (values, weights) in values.array_windows::<WIDE>().zip(weights) {
                for filter in 0..FILTERS {
                    for column in 0..WIDE {
                        let sum = sums[filter][column];
                        sums[filter][column] =
                            sum.plus_scaled::<FUSED>(values[column], weights[filter]);
                    }
                }
            }
        }
    }
    for filter in 0..FILTERS {
        let row = &mut output.row_mut(y, first + filter)[x..x + WIDE];
        for column in 0..WIDE {
            row[column] = sums[filter][column];
        }
    }
}

/// Adds the gradients of a kernel `[filters, side, side, channels]` and its bias, summed over the
/// examples of a block, from the gradients of the sums.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub(super) fn add_gradients(
    input: &Maps,
    sums: &Maps,
    side: usize,
    kernel: &mut [f32],
    bias: &mut [f32],
) {
    if target_cfg_f!(target_feature = "fma") {
        add_gradients_with::<true>(input, sums, side, kernel, bias);
    } else {
        add_gradients_with::<false>(input, sums, side, kernel, bias);
    }
}

#[inline(always)]
fn add_gradients_with<const FUSED: bool>(
    input: &Maps,
    sums: &Maps,
    side: usize,
    kernel: &mut [f32],
    bias: &mut [f32],
) {
    for (filter, bias) in bias.iter_mut().enumerate() {
        let mut sum = Lanes::ZERO;
        for y in 0..sums.shape.height {
            sum = sums.row(y, filter).iter().fold(sum, |sum, &one| sum.zip(one, |a, b| a + b));
        }
        *bias += sum.sum();
    }
    for (first, tile) in tiles(sums.shape.channels) {
        for channel in 0..input.shape.channels {
            for row in 0..side {
                let mut column = 0;
                while column < side {
                    let at = At { first, channel, row, column, side };
                    column += match (tile, side - column) {
                        (1, 1..=2) => gradients::<FUSED, 1, 1>(input, sums, at, kernel),
                        (1, 3..=4) => gradients::<FUSED, 1, 3>(input, sums, at, kernel),
                        (1, _) => gradients::<FUSED, 1, 5>(input, sums, at, kernel),
                        (2, 1..=2) => gradients::<FUSED, 2, 1>(input, sums, at, kernel),
                        (2, 3..=4) => gradients::<FUSED, 2, 3>(input, sums, at, kernel),
                        (2, _) => gradients::<FUSED, 2, 5>(input, sums, at, kernel),
                        (_, 1..=2) => gradients::<FUSED, 4, 1>(input, sums, at, kernel),
                        (_, _) => gradients::<FUSED, 4, 3>(input, sums, at, kernel),
                    };
                }
            }
        }
    }
}

/// Weights of a kernel: of a tile of filters from the `first`, for a channel, in a row from a column.
#[derive(Clone, Copy)]
struct At {
    first: usize,
    channel: usize,
    row: usize,
    column: usize,
    side: usize,
}

/// Returns how many columns of the kernel were done.
#[inline(always)]
fn gradients<const FUSED: bool, const FILTERS: usize, const COLUMNS: usize>(
    input: &Maps,
    sums: &Maps,
    at: At,
    kernel: &mut [f32],
) -> usize {
    let width = sums.shape.width;
    let mut totals = [[Lanes::ZERO; COLUMNS]; FILTERS];
    for y in 0..sums.shape.height {
        let values = &input.row(y + at.row, at.channel)[at.column..at.column + width + COLUMNS - 1];
        let rows: [&[Lanes]; FILTERS] =
            std::array::from_fn(|filter| &sums.row(y, at.first + filter)[..width]);
        for (x, values) in values.array_windows::<COLUMNS>().enumerate() {
            for filter in 0..FILTERS {
                let sum = rows[filter][x];
                for column in 0..COLUMNS {
                    let total = totals[filter][column];
                    totals[filter][column] = total.plus_product::<FUSED>(values[column], sum);
                }
            }
        }
    }
    let channels = input.shape.channels;
    for filter in 0..FILTERS {
        let row = ((at.first + filter) * at.side + at.row) * at.side + at.column;
        for column in 0..COLUMNS {
            kernel[(row + column) * channels + at.channel] += totals[filter][column].sum();
        }
    }
    COLUMNS
}
