//! The feature maps of a block of examples, and their gradients.

use std::ops::Range;

use danas_space::Shape;

use super::lanes::{LANES, Lanes};
use crate::ModelError;

/// Rows of maps: `[rows, channels, columns]`, so that a row of a map is contiguous, and the rows of all
/// maps at a height are near each other.
///
/// A row may have columns of zeros around its own, and between them. Where there are fewer rows than the
/// maps are high, a later row takes the place of an earlier one.
#[derive(Debug)]
pub(super) struct Maps {
    channels: usize,
    width: usize,
    rows: usize,
    columns: Columns,
    values: Vec<Lanes>,
}

/// Where the columns of a map stand in its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    /// The length of a row.
    pub(super) length: usize,
    /// Where the first column stands.
    pub(super) first: usize,
    /// The distance from each to the next.
    pub(super) step: usize,
}

impl Columns {
    /// So many side by side.
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
    /// The row of a map from a place on, with what stands around its columns.
    #[inline(always)]
    pub(super) fn around(self, channel: usize, from: usize) -> &'a [Lanes] {
        let Columns { length, .. } = self.columns;
        &self.values[channel * length + from..(channel + 1) * length]
    }

    /// The row of a map from a column on.
    #[inline(always)]
    pub(super) fn from(self, channel: usize, column: usize) -> &'a [Lanes] {
        let Columns { first, step, .. } = self.columns;
        self.around(channel, first + column * step)
    }

    /// The distance from each column to the next.
    #[inline(always)]
    pub(super) const fn step(self) -> usize {
        self.columns.step
    }
}

/// The same, to be written.
#[derive(Debug)]
pub(super) struct RowMut<'a> {
    values: &'a mut [Lanes],
    columns: Columns,
    /// The columns of a map.
    pub(super) width: usize,
}

impl RowMut<'_> {
    pub(super) const fn channels(&self) -> usize {
        self.values.len() / self.columns.length
    }

    /// The columns of a map, which must stand side by side.
    pub(super) fn dense(&mut self, channel: usize) -> &mut [Lanes] {
        let Columns { length, first, .. } = self.columns;
        &mut self.values[channel * length + first..][..self.width]
    }

    /// So many columns of a map from one on, and the distance from each to the next.
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
    /// How many values there are in so many rows; `None` on overflow.
    pub(super) const fn length(shape: Shape, rows: usize, columns: Columns) -> Option<usize> {
        Shape::new(rows, columns.length, shape.channels).elements()
    }

    /// Zeros.
    pub(super) fn new(shape: Shape, rows: usize, columns: Columns) -> Result<Self, ModelError> {
        let too_large = || ModelError::OutOfMemory { what: "the activations of a block" };
        let Shape { width, channels, .. } = shape;
        let length = Self::length(shape, rows, columns).ok_or_else(too_large)?;
        let mut values = Vec::new();
        values.try_reserve_exact(length).map_err(|_| too_large())?;
        values.resize(length, Lanes::ZERO);
        Ok(Self { channels, width, rows, columns, values })
    }

    /// Where a row starts among all values.
    pub(super) const fn start(&self, y: usize) -> usize {
        y % self.rows * self.row_length()
    }

    const fn row_length(&self) -> usize {
        self.channels * self.columns.length
    }

    /// The row that starts at a place.
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

    /// Puts examples side by side, one into each lane.
    pub(super) fn gather(&mut self, examples: [&[f32]; LANES]) {
        let Columns { length, first, .. } = self.columns;
        let mut start = 0;
        for row in self.values.chunks_exact_mut(length.max(1)) {
            let row = &mut row[first..first + self.width];
            let examples = examples.map(|example| &example[start..start + self.width]);
            start += self.width;
            // Four by four: far fewer writes, each of four numbers.
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

    /// A row with all that stands in it.
    pub(super) fn whole_row(&self, y: usize) -> &[Lanes] {
        &self.values[self.start(y)..][..self.row_length()]
    }

    /// A row with all that stands in it, to be written.
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

    /// Some rows with all that stands in them, one behind the other.
    pub(super) fn rows(&self, rows: Range<usize>) -> &[Lanes] {
        &self.values[rows.start * self.row_length()..rows.end * self.row_length()]
    }
}

/// Where a value of an example in the order `[height, width, channels]` stands in its maps, and in
/// all that follows them: one index for each.
pub(super) fn order(shape: Shape) -> impl Iterator<Item = usize> {
    let Shape { height, width, channels } = shape;
    let column = move |y, x| (0..channels).map(move |channel| (y * channels + channel) * width + x);
    (0..height).flat_map(move |y| (0..width).flat_map(move |x| column(y, x)))
}
