//! Gradients of a convolution's kernel and bias, from some rows of the gradients of its sums.

#![expect(
    clippy::needless_range_loop,
    reason = "sums that are only reached by indices in constant bounds are kept in registers"
)]

use std::ops::Range;

use super::{
    lanes::Lanes,
    maps::Maps,
    packed::tiles,
    simd::{Kernel, Simd},
};

/// Computation that adds the gradient of a row of a kernel, summed over the examples of a block.
pub(super) struct KernelGradient<'a> {
    pub(super) groups: usize,
    /// Number of filters in a group.
    pub(super) filters: usize,
    /// Number of input channels in a group.
    pub(super) channels: usize,
    /// Width of the sums, in columns.
    pub(super) width: usize,
    /// Columns of the input from one sum to the next.
    pub(super) stride: usize,
    /// Height and width of the kernel.
    pub(super) size: [usize; 2],
    pub(super) kernel_row: usize,
    pub(super) input: &'a Maps,
    pub(super) sums: &'a Maps,
    /// Rows that belong together, as pairs: where the row of the input starts, and where the
    /// gradients of the sums that it contributes to start.
    pub(super) rows: &'a [(usize, usize)],
    /// `[groups · filters, height, width, channels]`
    pub(super) gradient: &'a mut [f32],
}

/// Computation that adds the gradient of a bias, summed over the examples of a block.
pub(super) struct BiasGradient<'a> {
    pub(super) width: usize,
    pub(super) sums: &'a Maps,
    /// Rows of the gradients of the sums.
    pub(super) rows: Range<usize>,
    pub(super) gradient: &'a mut [f32],
}

impl Kernel for BiasGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for (filter, gradient) in self.gradient.iter_mut().enumerate() {
            let mut total = Lanes::ZERO;
            for part in 0..S::PARTS {
                let mut sum = simd.splat(0.0);
                for y in self.rows.clone() {
                    let row = self.sums.row(y);
                    let values = row.from(filter, 0).iter().step_by(row.step()).take(self.width);
                    for value in values {
                        sum = simd.add(sum, simd.load(value, part));
                    }
                }
                simd.store(sum, &mut total, part);
            }
            *gradient += total.sum();
        }
    }
}

impl Kernel for KernelGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let [_, wide] = self.size;
        for group in 0..self.groups {
            for (first, tile) in tiles(self.filters) {
                let first = group * self.filters + first;
                for channel in 0..self.channels {
                    let mut column = 0;
                    while column < wide {
                        let at =
                            At { first, channel, map: group * self.channels + channel, column };
                        let most = (S::SUMS / tile).min(5);
                        let left = wide - column;
                        column += match (tile, left.div_ceil(left.div_ceil(most))) {
                            (4, 5) if S::SUMS >= 20 => self.tile::<S, 4, 5>(simd, at),
                            (4, 4) if S::SUMS >= 16 => self.tile::<S, 4, 4>(simd, at),
                            (4, 3) if S::SUMS >= 12 => self.tile::<S, 4, 3>(simd, at),
                            (4, 2) => self.tile::<S, 4, 2>(simd, at),
                            (4, _) => self.tile::<S, 4, 1>(simd, at),
                            (2, 5) if S::SUMS >= 10 => self.tile::<S, 2, 5>(simd, at),
                            (2, 4) => self.tile::<S, 2, 4>(simd, at),
                            (2, 3) => self.tile::<S, 2, 3>(simd, at),
                            (2, 2) => self.tile::<S, 2, 2>(simd, at),
                            (2, _) => self.tile::<S, 2, 1>(simd, at),
                            (_, 5) => self.tile::<S, 1, 5>(simd, at),
                            (_, 4) => self.tile::<S, 1, 4>(simd, at),
                            (_, 3) => self.tile::<S, 1, 3>(simd, at),
                            (_, 2) => self.tile::<S, 1, 2>(simd, at),
                            (_, _) => self.tile::<S, 1, 1>(simd, at),
                        };
                    }
                }
            }
        }
    }
}

/// Tile of weights in a row of a kernel.
#[derive(Clone, Copy)]
struct At {
    first: usize,
    /// Channel within its group.
    channel: usize,
    /// Channel among all input maps.
    map: usize,
    column: usize,
}

impl KernelGradient<'_> {
    /// Adds the gradients of a tile, and returns the number of its columns.
    #[inline(always)]
    fn tile<S: Simd, const FILTERS: usize, const COLUMNS: usize>(
        &mut self,
        simd: S,
        at: At,
    ) -> usize {
        let mut totals = [[Lanes::ZERO; COLUMNS]; FILTERS];
        for part in 0..S::PARTS {
            let mut sums = [[simd.splat(0.0); COLUMNS]; FILTERS];
            for &(input, gradients) in self.rows {
                let (input, gradients) = (self.input.row_at(input), self.sums.row_at(gradients));
                let step = gradients.step();
                let length = (self.width - 1) * step + 1;
                let gradients: [&[Lanes]; FILTERS] =
                    std::array::from_fn(|filter| &gradients.from(at.first + filter, 0)[..length]);
                let input =
                    &input.around(at.map, at.column)[..(self.width - 1) * self.stride + COLUMNS];
                for (x, values) in input.array_windows::<COLUMNS>().step_by(self.stride).enumerate()
                {
                    let mut loaded = [simd.splat(0.0); COLUMNS];
                    for column in 0..COLUMNS {
                        loaded[column] = simd.load(&values[column], part);
                    }
                    for filter in 0..FILTERS {
                        let gradient = simd.load(&gradients[filter][x * step], part);
                        for column in 0..COLUMNS {
                            sums[filter][column] =
                                simd.mul_add(loaded[column], gradient, sums[filter][column]);
                        }
                    }
                }
            }
            for filter in 0..FILTERS {
                for column in 0..COLUMNS {
                    simd.store(sums[filter][column], &mut totals[filter][column], part);
                }
            }
        }
        let [height, wide] = self.size;
        for filter in 0..FILTERS {
            let row = ((at.first + filter) * height + self.kernel_row) * wide + at.column;
            for column in 0..COLUMNS {
                self.gradient[(row + column) * self.channels + at.channel] +=
                    totals[filter][column].sum();
            }
        }
        COLUMNS
    }
}
