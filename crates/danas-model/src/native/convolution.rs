//! One row of a convolution. The backward pass uses it too, as a convolution of gradients with the
//! rotated kernel.
//!
//! Each sum stays in a register, and its products are added in one order, whatever the tiles.
//! Results therefore do not depend on how many sums are computed at once.

#![expect(
    clippy::needless_range_loop,
    reason = "sums that are only reached by indices in constant bounds are kept in registers"
)]

use super::{
    lanes::Lanes,
    maps::{Columns, Maps, Row, RowMut},
    packed::{Packed, tiles},
    simd::{Kernel, Simd},
};

/// Computation of a row of maps, as sums over a window of rows.
pub(super) struct Convolve<'a> {
    pub(super) kernel: &'a Packed,
    pub(super) input: &'a Maps,
    /// Rows that are read, as pairs: the row of the kernel, and where the row that it reads starts.
    pub(super) rows: &'a [(usize, usize)],
    /// Columns of the input from one output to the next.
    pub(super) stride: usize,
    pub(super) tiles: &'a [Tile],
    pub(super) start: Start<'a>,
    pub(super) finish: Finish<'a>,
    pub(super) output: RowMut<'a>,
}

/// Initial value of the sums.
#[derive(Clone, Copy)]
pub(super) enum Start<'a> {
    Zero,
    /// The bias of each filter.
    Bias(&'a [f32]),
}

/// Last operation on a sum.
#[derive(Clone, Copy)]
pub(super) enum Finish<'a> {
    /// The output is the sum, but at least this number: 0 makes it a ReLU, and negative infinity
    /// leaves the sum as it is.
    AtLeast(f32),
    /// The sum is the gradient of a ReLU's output, and becomes the gradient of the ReLU's input.
    /// The row holds the ReLU's outputs.
    BehindRelu(Row<'a>),
}

/// Columns that are computed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tile {
    /// First output column.
    start: usize,
    wide: usize,
    /// First kernel column that reads anything but zeros, and the end of these columns.
    from: usize,
    until: usize,
}

impl Tile {
    /// Width of the widest tile of any instruction set, in columns.
    const WIDEST: usize = 8;

    /// Returns the cheapest tiles for a row of `width` columns, for registers that hold `sums`
    /// sums.
    ///
    /// `input` are the columns that are read. All but the `inputs` inner ones are zeros: the
    /// narrower a tile, the more of the kernel it can leave out.
    pub(super) fn all(
        [width, stride]: [usize; 2],
        input: Columns,
        inputs: usize,
        kernel: &Packed,
        sums: usize,
    ) -> Vec<Self> {
        if kernel.filters == 0 {
            return Vec::new();
        }
        let [_, columns] = kernel.size;
        let first = input.first;
        let last = first + inputs.saturating_sub(1) * input.step;
        let filters = if kernel.filters >= 4 { 4 } else { kernel.filters.min(2) };
        let widest = (sums / filters).clamp(1, Self::WIDEST);
        let tiles = |count: usize| {
            let tile = move |index: usize| {
                let [start, end] = [index, index + 1].map(|index| index * width / count);
                let wide = end - start;
                let from = first.saturating_sub((end - 1) * stride).min(columns);
                let until = (last + 1).saturating_sub(start * stride).clamp(from, columns);
                Self { start, wide, from, until }
            };
            (0..count).map(tile)
        };
        // Roughly the number of instructions. Fewer than 8 sums save nothing: each multiplication
        // would wait for the one before it.
        let cost = |tile: Self| (tile.until - tile.from) * ((filters * tile.wide).max(8) + 2) + 6;
        let least = width.div_ceil(widest).max(1);
        let counts = least..=(2 * least).min(width.max(1));
        let best = counts.min_by_key(|&count| tiles(count).map(cost).sum::<usize>());
        best.map_or_else(Vec::new, |count| tiles(count).collect())
    }
}

impl Kernel for Convolve<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        for group in 0..self.kernel.groups {
            for &tile in self.tiles {
                match tile.wide {
                    8 => self.columns::<S, 8>(simd, group, tile),
                    7 => self.columns::<S, 7>(simd, group, tile),
                    6 => self.columns::<S, 6>(simd, group, tile),
                    5 => self.columns::<S, 5>(simd, group, tile),
                    4 => self.columns::<S, 4>(simd, group, tile),
                    3 => self.columns::<S, 3>(simd, group, tile),
                    2 => self.columns::<S, 2>(simd, group, tile),
                    _ => self.columns::<S, 1>(simd, group, tile),
                }
            }
        }
    }
}

impl Convolve<'_> {
    /// Computes all filters of a group for the columns of a tile.
    #[inline(always)]
    fn columns<S: Simd, const WIDE: usize>(&mut self, simd: S, group: usize, tile: Tile) {
        for (first, filters) in tiles(self.kernel.filters) {
            // `Tile::all` makes no tile whose sums exceed the registers, so these guards drop
            // unused code.
            match filters {
                4 if 4 * WIDE <= S::SUMS => self.tile::<S, 4, WIDE>(simd, group, first, tile),
                2 if 2 * WIDE <= S::SUMS => self.tile::<S, 2, WIDE>(simd, group, first, tile),
                _ => self.tile::<S, 1, WIDE>(simd, group, first, tile),
            }
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const FILTERS: usize, const WIDE: usize>(
        &mut self,
        simd: S,
        group: usize,
        first: usize,
        Tile { start: x, from, until, .. }: Tile,
    ) {
        let kernel = self.kernel;
        let weights = kernel.tile(group, first, FILTERS);
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
            let at = At { group, from, until, part, start: x * self.stride + from };
            match (until - from, self.stride) {
                (3, 1) => self.products::<S, FILTERS, WIDE, 3>(simd, at, weights, &mut sums),
                (5, 1) => self.products::<S, FILTERS, WIDE, 5>(simd, at, weights, &mut sums),
                _ => self.products::<S, FILTERS, WIDE, 0>(simd, at, weights, &mut sums),
            }
            self.finish(simd, part, &sums, first, x);
        }
    }

    /// Adds all products of a tile. `COLUMNS` is its number of kernel columns, or 0 if that is only
    /// known at run time.
    #[inline(always)]
    fn products<S: Simd, const FILTERS: usize, const WIDE: usize, const COLUMNS: usize>(
        &self,
        simd: S,
        at: At,
        weights: &[f32],
        sums: &mut [[S::Vector; WIDE]; FILTERS],
    ) {
        let (channels, [_, wide]) = (self.kernel.channels, self.kernel.size);
        let At { group, from, until, part, start } = at;
        for &(kernel_row, row) in self.rows {
            let row = self.input.row_at(row);
            let in_row = channels * wide * FILTERS;
            let mut weights = weights[kernel_row * in_row..][..in_row].chunks_exact(wide * FILTERS);
            for channel in 0..channels {
                let Some(weights) = weights.next() else { break };
                let (weights, _) = weights[from * FILTERS..until * FILTERS].as_chunks::<FILTERS>();
                let values = row.around(group * channels + channel, start);
                if COLUMNS > 0 {
                    let Some(weights) = weights.first_chunk::<COLUMNS>() else { break };
                    let values = &values[..WIDE + COLUMNS - 1];
                    for column in 0..COLUMNS {
                        let values = &values[column..column + WIDE];
                        add(simd, part, sums, |column| &values[column], &weights[column]);
                    }
                } else if self.stride == 1 {
                    for (values, weights) in values.array_windows::<WIDE>().zip(weights) {
                        add(simd, part, sums, |column| &values[column], weights);
                    }
                } else {
                    for (values, weights) in
                        values.windows((WIDE - 1) * self.stride + 1).zip(weights)
                    {
                        let value = |column| &values[column * self.stride];
                        add(simd, part, sums, value, weights);
                    }
                }
            }
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
        // Small enough to be unrolled; otherwise, the sums would be kept in memory.
        match self.finish {
            Finish::AtLeast(least) => {
                let least = simd.splat(least);
                for filter in 0..FILTERS {
                    let (to, step) = self.output.from(first + filter, x, WIDE);
                    for column in 0..WIDE {
                        // NaN stays NaN, so that a divergence is noticed.
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

/// Part of the input that a tile reads.
#[derive(Clone, Copy)]
struct At {
    group: usize,
    /// First kernel column that reads anything but zeros, and the end of these columns.
    from: usize,
    until: usize,
    part: usize,
    /// Position in a row that the first of these columns reads.
    start: usize,
}

/// Adds the products of some columns with a weight of each filter to the sums.
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
