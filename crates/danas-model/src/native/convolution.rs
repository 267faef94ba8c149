//! A row of a convolution. Backwards it is one, too: of gradients, with the kernel turned.
//!
//! Each sum is kept in a register while its products come in one order, whatever the tiles: results do
//! not depend on how many sums are computed at once.

#![expect(
    clippy::needless_range_loop,
    reason = "sums that are only reached by indices in constant bounds are kept in registers"
)]

use danas_space::Activation;

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
    /// It is the output.
    Sum,
    Relu,
    /// It is the gradient of an output, and becomes that of the sum before the activation.
    Gradient(Activation, Row<'a>),
}

impl Kernel for Convolve<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for group in 0..self.kernel.groups {
            let mut x = 0;
            while x < self.output.width {
                let left = self.output.width - x;
                let (start, wide) = match (widest::<S>(self.kernel.filters), self.output.width) {
                    (wide, _) if left >= wide => (x, wide),
                    // The last tile overlaps the one before.
                    (wide, width) if width >= wide => (width - wide, wide),
                    (_, _) if left >= 6 && S::MANY => (x, 6),
                    (_, _) if left >= 3 => (x, 3),
                    (_, _) => (x, left),
                };
                x = start + wide;
                match wide {
                    8 => self.columns::<S, 8>(simd, group, start),
                    6 => self.columns::<S, 6>(simd, group, start),
                    4 => self.columns::<S, 4>(simd, group, start),
                    3 => self.columns::<S, 3>(simd, group, start),
                    2 => self.columns::<S, 2>(simd, group, start),
                    _ => self.columns::<S, 1>(simd, group, start),
                }
            }
        }
    }
}

/// The columns of the widest tile of so many filters, for which there are registers enough.
#[inline(always)]
const fn widest<S: Simd>(filters: usize) -> usize {
    match (S::MANY, filters >= 4) {
        (true, true) => 6,
        (true, false) => 8,
        (false, true) => 3,
        (false, false) => 4,
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
            for &(kernel_row, start) in self.rows {
                let row = self.input.row_at(start);
                let in_row = channels * wide * FILTERS;
                let mut weights = weights[kernel_row * in_row..][..in_row].chunks_exact(wide * FILTERS);
                for channel in 0..channels {
                    let Some(weights) = weights.next() else { break };
                    let (weights, _) = weights.as_chunks::<FILTERS>();
                    let values = row.around(group * channels + channel, x * self.stride);
                    if self.stride == 1 {
                        let values = &values[..WIDE + wide - 1];
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
        let zero = simd.splat(0.0);
        for filter in 0..FILTERS {
            let sums = &sums[filter];
            match self.finish {
                Finish::Sum => {
                    for column in 0..WIDE {
                        let to = self.output.at(first + filter, x + column);
                        simd.store(sums[column], to, part);
                    }
                }
                // NaN stays NaN, so that it is found.
                Finish::Relu => {
                    for column in 0..WIDE {
                        let to = self.output.at(first + filter, x + column);
                        simd.store(simd.max(zero, sums[column]), to, part);
                    }
                }
                Finish::Gradient(Activation::Relu, outputs) => {
                    let outputs = &outputs.from(first + filter, x)[..WIDE];
                    for column in 0..WIDE {
                        let output = simd.load(&outputs[column], part);
                        let to = self.output.at(first + filter, x + column);
                        simd.store(simd.where_positive(output, sums[column]), to, part);
                    }
                }
                Finish::Gradient(Activation::Sigmoid, outputs) => {
                    let outputs = &outputs.from(first + filter, x)[..WIDE];
                    for column in 0..WIDE {
                        let output = simd.load(&outputs[column], part);
                        let slope = simd.mul(output, simd.sub(simd.splat(1.0), output));
                        let to = self.output.at(first + filter, x + column);
                        simd.store(simd.mul(sums[column], slope), to, part);
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
