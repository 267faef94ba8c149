//! The feature maps of a block of examples, and their gradients.

use std::ops::Range;

use danas_space::Shape;

use super::lanes::{LANES, Lanes};
use crate::error::ModelError;

/// Feature maps, stored as `[rows, channels, columns]`: a row of one map is contiguous, and the
/// rows of all maps at one height are next to each other.
///
/// A row may have columns of zeros around its own columns, and between them. If fewer rows are
/// stored than the maps are high, later rows take the places of earlier ones.
#[derive(Debug)]
pub(super) struct Maps {
    channels: usize,
    width: usize,
    rows: usize,
    columns: Columns,
    values: Vec<Lanes>,
}

/// Positions of a map's columns in its stored rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    /// Length of a stored row.
    pub(super) length: usize,
    /// Position of the first column.
    pub(super) first: usize,
    /// Distance from each column to the next.
    pub(super) step: usize,
}

impl Columns {
    /// Returns `width` columns side by side, with nothing around them.
    pub(super) const fn dense(width: usize) -> Self {
        Self { length: width, first: 0, step: 1 }
    }
}

/// The row of all maps at one height.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    values: &'a [Lanes],
    columns: Columns,
}

impl<'a> Row<'a> {
    /// Returns the stored row of a map from a position on, with the zeros around its columns.
    #[inline(always)]
    pub(super) fn around(self, channel: usize, from: usize) -> &'a [Lanes] {
        let Columns { length, .. } = self.columns;
        &self.values[channel * length + from..(channel + 1) * length]
    }

    /// Returns the row of a map from a column on.
    #[inline(always)]
    pub(super) fn from(self, channel: usize, column: usize) -> &'a [Lanes] {
        let Columns { first, step, .. } = self.columns;
        self.around(channel, first + column * step)
    }

    /// Returns the distance from each column to the next.
    #[inline(always)]
    pub(super) const fn step(self) -> usize {
        self.columns.step
    }
}

/// A [`Row`] that can be written.
#[derive(Debug)]
pub(super) struct RowMut<'a> {
    values: &'a mut [Lanes],
    columns: Columns,
    /// Number of columns of a map.
    pub(super) width: usize,
}

impl RowMut<'_> {
    pub(super) const fn channels(&self) -> usize {
        self.values.len() / self.columns.length
    }

    /// Returns the columns of a map, which must be side by side.
    pub(super) fn dense(&mut self, channel: usize) -> &mut [Lanes] {
        let Columns { length, first, .. } = self.columns;
        &mut self.values[channel * length + first..][..self.width]
    }

    /// Returns `count` columns of a map, from `column` on, and the distance from each to the next.
    #[inline(always)]
    pub(super) fn from(
        &mut self,
        channel: usize,
        column: usize,
        count: usize,
    ) -> (&mut [Lanes], usize) {
        let Columns { length, first, step } = self.columns;
        let start = channel * length + first + column * step;
        (&mut self.values[start..=start + (count - 1) * step], step)
    }

    #[inline(always)]
    pub(super) fn at(&mut self, channel: usize, column: usize) -> &mut Lanes {
        let Columns { length, first, step } = self.columns;
        &mut self.values[channel * length + first + column * step]
    }
}

impl Maps {
    /// Returns the number of values in `rows` rows, or `None` on overflow.
    pub(super) const fn length(shape: Shape, rows: usize, columns: Columns) -> Option<usize> {
        Shape::new(rows, columns.length, shape.channels).elements()
    }

    /// Creates maps of zeros.
    pub(super) fn new(shape: Shape, rows: usize, columns: Columns) -> Result<Self, ModelError> {
        let too_large = || ModelError::OutOfMemory { what: "the activations of a block" };
        let Shape { width, channels, .. } = shape;
        let length = Self::length(shape, rows, columns).ok_or_else(too_large)?;
        let mut values = Vec::new();
        values.try_reserve_exact(length).map_err(|_| too_large())?;
        values.resize(length, Lanes::ZERO);
        Ok(Self { channels, width, rows, columns, values })
    }

    /// Returns the position at which a row starts among all values.
    pub(super) const fn start(&self, y: usize) -> usize {
        y % self.rows * self.row_length()
    }

    const fn row_length(&self) -> usize {
        self.channels * self.columns.length
    }

    /// Returns the row that starts at a position.
    #[inline(always)]
    pub(super) fn row_at(&self, start: usize) -> Row<'_> {
        Row { values: &self.values[start..start + self.row_length()], columns: self.columns }
    }

    pub(super) fn row(&self, y: usize) -> Row<'_> {
        self.row_at(self.start(y))
    }

    pub(super) fn row_mut(&mut self, y: usize) -> RowMut<'_> {
        let (start, columns, width) = (self.start(y), self.columns, self.width);
        let end = start + self.row_length();
        RowMut { values: &mut self.values[start..end], columns, width }
    }

    /// Writes examples side by side, one into each lane.
    pub(super) fn gather(&mut self, examples: [&[f32]; LANES]) {
        let Columns { length, first, .. } = self.columns;
        let mut start = 0;
        for row in self.values.chunks_exact_mut(length.max(1)) {
            let row = &mut row[first..first + self.width];
            let examples = examples.map(|example| &example[start..start + self.width]);
            start += self.width;
            // In squares of four by four: each write then stores four numbers.
            let (examples, _) = examples.as_chunks::<4>();
            for (lanes, examples) in examples.iter().enumerate() {
                let (fours, rest) = row.as_chunks_mut::<4>();
                let columns = examples.map(|example| example.as_chunks::<4>());
                for (column, to) in fours.iter_mut().enumerate() {
                    let values = columns.map(|(fours, _)| fours[column]);
                    for (of, to) in to.iter_mut().enumerate() {
                        let (lane, _) = to.0.as_chunks_mut::<4>();
                        lane[lanes] = [values[0][of], values[1][of], values[2][of], values[3][of]];
                    }
                }
                for (of, to) in rest.iter_mut().enumerate() {
                    let (lane, _) = to.0.as_chunks_mut::<4>();
                    lane[lanes] = columns.map(|(_, rest)| rest[of]);
                }
            }
        }
    }

    /// Returns everything that is stored in a row.
    pub(super) fn whole_row(&self, y: usize) -> &[Lanes] {
        &self.values[self.start(y)..][..self.row_length()]
    }

    /// Returns everything that is stored in a row, to be written.
    pub(super) fn whole_row_mut(&mut self, y: usize) -> &mut [Lanes] {
        let start = self.start(y);
        let end = start + self.row_length();
        &mut self.values[start..end]
    }

    /// Fills a row with zeros.
    pub(super) fn clear(&mut self, y: usize) {
        self.whole_row_mut(y).fill(Lanes::ZERO);
    }

    pub(super) const fn channels(&self) -> usize {
        self.channels
    }

    /// Returns everything that is stored in consecutive rows.
    pub(super) fn rows(&self, rows: Range<usize>) -> &[Lanes] {
        &self.values[rows.start * self.row_length()..rows.end * self.row_length()]
    }
}

/// Returns where each value of an example in the order `[height, width, channels]` is stored in its
/// maps, and in the inputs of a dense layer that reads them: one index for each value.
pub(super) fn order(shape: Shape) -> impl Iterator<Item = usize> {
    let Shape { height, width, channels } = shape;
    let column = move |y, x| (0..channels).map(move |channel| (y * channels + channel) * width + x);
    (0..height).flat_map(move |y| (0..width).flat_map(move |x| column(y, x)))
}
