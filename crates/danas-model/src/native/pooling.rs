//! Pooling, and its gradient.

use std::ops::Range;

use danas_space::PoolKind;

use super::{
    maps::{Maps, Row, RowMut},
    simd::{Kernel, Simd},
    window::Window,
};

/// Computation of a row of pooled maps.
pub(super) struct Pooling<'a> {
    pub(super) kind: PoolKind,
    pub(super) columns: Window,
    pub(super) input: &'a Maps,
    /// Rows that are read, as pairs: the place of the row in the window, and where it starts.
    pub(super) rows: &'a [(usize, usize)],
    pub(super) output: RowMut<'a>,
}

impl Kernel for Pooling<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let Window { size, stride, .. } = self.columns;
        let area = simd.splat((self.rows.len() * size) as f32);
        let zero = simd.splat(0.0);
        for channel in 0..self.output.channels() {
            for x in 0..self.output.width {
                for part in 0..S::PARTS {
                    let mut sum = zero;
                    let mut largest = simd.splat(f32::NEG_INFINITY);
                    for &(_, row) in self.rows {
                        let values = self.input.row_at(row).from(channel, x * stride);
                        for value in &values[..size] {
                            let value = simd.load(value, part);
                            match self.kind {
                                PoolKind::Average => sum = simd.add(sum, value),
                                PoolKind::Max => {
                                    largest = simd.max(largest, value);
                                    // Turns the output into NaN if a value is not finite, so that a
                                    // divergence is noticed.
                                    sum = simd.mul_add(zero, value, sum);
                                }
                            }
                        }
                    }
                    let output = match self.kind {
                        PoolKind::Average => simd.div(sum, area),
                        PoolKind::Max => simd.add(largest, sum),
                    };
                    simd.store(output, self.output.at(channel, x), part);
                }
            }
        }
    }
}

/// Computation that adds a row of gradients of pooled maps to the gradients of the pooling's input.
/// The gradient of a maximum goes to the first value that equals it.
pub(super) struct PoolingGradient<'a> {
    pub(super) kind: PoolKind,
    pub(super) columns: Window,
    pub(super) input: &'a Maps,
    /// Rows of the input that were pooled.
    pub(super) rows: Range<usize>,
    pub(super) outputs: Row<'a>,
    pub(super) gradients: Row<'a>,
    /// Gradients of the input, with the columns side by side.
    pub(super) to: &'a mut Maps,
}

impl Kernel for PoolingGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Window { size, stride, outputs, .. } = self.columns;
        let area = simd.splat((self.rows.len() * size) as f32);
        for channel in 0..self.to.channels() {
            for x in 0..outputs {
                let (output, gradient) =
                    (&self.outputs.from(channel, x)[0], &self.gradients.from(channel, x)[0]);
                for part in 0..S::PARTS {
                    let output = simd.load(output, part);
                    let mut rest = simd.load(gradient, part);
                    let share = simd.div(rest, area);
                    for row in self.rows.clone() {
                        let values = &self.input.row(row).from(channel, x * stride)[..size];
                        let mut to = self.to.row_mut(row);
                        let (to, _) = to.from(channel, x * stride, size);
                        for (value, to) in values.iter().zip(to) {
                            let gradient = match self.kind {
                                PoolKind::Average => share,
                                PoolKind::Max => {
                                    simd.where_equal(simd.load(value, part), output, rest)
                                }
                            };
                            rest = simd.sub(rest, gradient);
                            simd.store(simd.add(simd.load(to, part), gradient), to, part);
                        }
                    }
                }
            }
        }
    }
}
