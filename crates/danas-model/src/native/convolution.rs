//! A row of a convolution. Backwards it is one, too: of gradients, with the kernel turned.
//!
//! Each sum is kept in a register while its products come in one order, whatever the tiles: results do
//! not depend on how many sums are computed at once.

#![expect(
    clippy::needless_range_loop,
    reason = "sums that are only reached by indices in constant bounds are kept in registers"
)]

use super::{
    lanes::Lanes,
    maps::{Maps, Row, RowMut},
    packed::{Packed, tiles},
    simd::{Kernel, Simd},
};

/// A row of maps as sums over a window of rows.
pub(super) struct Convolve<'a> {
    pub(super) kernel: &'a Packed,
    pub(super) input: &'a Maps,
    /// The rows that are read: each one's row in the kernel, and where it starts.
    pub(super) rows: &'a [(usize, usize)],
    /// Columns from one output to the next.
    pub(super) stride: usize,
    pub(super) start: Start<'a>,
    pub(super) finish: Finish<'a>,
    pub(super) output: RowMut<'a>,
}

/// What sums start from.
#[derive(Clone, Copy)]
pub(super) enum Start<'a> {
    Zero,
    /// The bias of each filter.
    Bias(&'a [f32]),
}

/// What becomes of a sum.
#[derive(Clone, Copy)]
pub(super) enum Finish<'a> {
    /// It is the output, or this number where it is smaller: 0 makes it a ReLU, negative infinity keeps it.
    AtLeast(f32),
    /// It is the gradient of an output of a ReLU, and becomes that of the sum before.
    BehindRelu(Row<'a>),
}

impl Kernel for Convolve<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for group in 0..self.kernel.groups {
            let (mut x, width) = (0, self.output.width);
            while x < width {
                let widest = widest::<S>(self.kernel.filters);
                let (start, wide) = if width >= widest {
                    // The last tile overlaps the one before.
                    (x.min(width - widest), widest)
                } else {
                    (x, width - x)
                };
                x = start + wide;
                match wide {
                    8.. => self.columns::<S, 8>(simd, group, start),
                    7 => {
                        self.columns::<S, 4>(simd, group, start);
                        self.columns::<S, 3>(simd, group, start + 4);
                    }
                    6 => self.columns::<S, 6>(simd, group, start),
                    5 => {
                        self.columns::<S, 3>(simd, group, start);
                        self.columns::<S, 2>(simd, group, start + 3);
                    }
                    4 => self.columns::<S, 4>(simd, group, start),
                    3 => self.columns::<S, 3>(simd, group, start),
                    2 => self.columns::<S, 2>(simd, group, start),
                    _ => self.columns::<S, 1>(simd, group, start),
                }
            }
        }
    }
}

/// The columns of the widest tile of so many filters.
#[inline(always)]
const fn widest<S: Simd>(filters: usize) -> usize {
    match (S::SUMS, filters) {
        (24.., 4..) => 6,
        (12.., 4..) => 3,
        (_, 4..) => 2,
        (24.., _) => 8,
        (_, _) => 4,
    }
}

impl Convolve<'_> {
    /// All filters of a group for some columns.
    #[inline(always)]
    fn columns<S: Simd, const WIDE: usize>(&mut self, simd: S, group: usize, x: usize) {
        for (first, tile) in tiles(self.kernel.filters) {
            match tile {
                // Those that would not fit the registers are never asked for.
                4 if WIDE <= widest::<S>(4) => self.tile::<S, 4, WIDE>(simd, group, first, x),
                2 => self.tile::<S, 2, WIDE>(simd, group, first, x),
                _ => self.tile::<S, 1, WIDE>(simd, group, first, x),
            }
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const FILTERS: usize, const WIDE: usize>(
        &mut self,
        simd: S,
        group: usize,
        first: usize,
        x: usize,
    ) {
        let kernel = self.kernel;
        let weights = kernel.tile(group, first, FILTERS);
        let (channels, [_, wide]) = (kernel.channels, kernel.size);
        let first = group * kernel.filters + first;
        for part in 0..S::PARTS {
            let mut sums = [[simd.splat(0.0); WIDE]; FILTERS];
            if let Start::Bias(bias) = self.start {
                for filter in 0..FILTERS {
                    let bias = simd.splat(bias[first + filter]);
                    for column in 0..WIDE {
                        sums[filter][column] = bias;
                    }
                }
            }
            // The columns of the kernel that read anything but zeros.
            let [inside, last] = self.input.inside();
            let from = inside.saturating_sub((x + WIDE - 1) * self.stride).min(wide);
            let until = (last + 1).saturating_sub(x * self.stride).clamp(from, wide);
            for &(kernel_row, start) in self.rows {
                let row = self.input.row_at(start);
                let in_row = channels * wide * FILTERS;
                let mut weights = weights[kernel_row * in_row..][..in_row].chunks_exact(wide * FILTERS);
                for channel in 0..channels {
                    let Some(weights) = weights.next() else { break };
                    let (weights, _) = weights[from * FILTERS..until * FILTERS].as_chunks::<FILTERS>();
                    let values = row.around(group * channels + channel, x * self.stride + from);
                    if self.stride == 1 {
                        for (values, weights) in values.array_windows::<WIDE>().zip(weights) {
                            add(simd, part, &mut sums, |column| &values[column], weights);
                        }
                    } else {
                        for (values, weights) in values.windows((WIDE - 1) * self.stride + 1).zip(weights) {
                            let value = |column| &values[column * self.stride];
                            add(simd, part, &mut sums, value, weights);
                        }
                    }
                }
            }
            self.finish(simd, part, &sums, first, x);
        }
    }

    #[inline(always)]
    fn finish<S: Simd, const FILTERS: usize, const WIDE: usize>(
        &mut self,
        simd: S,
        part: usize,
        sums: &[[S::Vector; WIDE]; FILTERS],
        first: usize,
        x: usize,
    ) {
        // Small enough to be unrolled, or the sums would live in memory.
        match self.finish {
            Finish::AtLeast(least) => {
                let least = simd.splat(least);
                for filter in 0..FILTERS {
                    let (to, step) = self.output.from(first + filter, x, WIDE);
                    for column in 0..WIDE {
                        // NaN stays NaN, so that it is found.
                        let output = simd.max(least, sums[filter][column]);
                        simd.store(output, &mut to[column * step], part);
                    }
                }
            }
            Finish::BehindRelu(outputs) => {
                for filter in 0..FILTERS {
                    let outputs = outputs.from(first + filter, x);
                    let Some(outputs) = outputs.first_chunk::<WIDE>() else { break };
                    let (to, step) = self.output.from(first + filter, x, WIDE);
                    for column in 0..WIDE {
                        let output = simd.load(&outputs[column], part);
                        let gradient = simd.where_positive(output, sums[filter][column]);
                        simd.store(gradient, &mut to[column * step], part);
                    }
                }
            }
        }
    }
}

/// Adds the products of some columns with a weight of each filter.
#[inline(always)]
fn add<'a, S: Simd, const FILTERS: usize, const WIDE: usize>(
    simd: S,
    part: usize,
    sums: &mut [[S::Vector; WIDE]; FILTERS],
    value: impl Fn(usize) -> &'a Lanes,
    weights: &[f32; FILTERS],
) {
    let mut values = [simd.splat(0.0); WIDE];
    for column in 0..WIDE {
        values[column] = simd.load(value(column), part);
    }
    for filter in 0..FILTERS {
        let weight = simd.splat(weights[filter]);
        for column in 0..WIDE {
            sums[filter][column] = simd.mul_add(values[column], weight, sums[filter][column]);
        }
    }
}
