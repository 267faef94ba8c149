//! The places of an operator's window over its input.

use danas_space::Shape;

use crate::program::Window;

/// The places that an operator's window takes over its input. It tells how often the loops of a kernel
/// run, of which many leave out what lies outside the input.
///
/// An operator without a window has one of 1 × 1 over each pixel. Dense layers read and write maps of
/// 1 × 1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sweep {
    /// Shape of the input.
    pub input: Shape,
    /// Number of channels of the output.
    pub outputs: usize,
    /// Geometry of the window.
    pub window: Window,
    /// For each row of the output: how many rows of the window lie over the input.
    pub rows: Vec<usize>,
    /// For each column of the output: how many columns of the window lie over the input.
    pub columns: Vec<usize>,
}

impl Sweep {
    pub(crate) fn new(input: Shape, output: Shape, window: Window) -> Self {
        let overlaps = |places: usize, size: u32, stride: u32, margin: usize, length: usize| {
            let [size, stride] = [size, stride].map(|it| it as usize);
            let overlap = |place: usize| {
                let start = place.saturating_mul(stride); // `margin` beyond the first place
                let end = start.saturating_add(size).min(length.saturating_add(margin));
                end.saturating_sub(start.max(margin))
            };
            (0..places).map(overlap).collect()
        };
        let Window { size, stride, margins } = window;
        let rows = overlaps(output.height, size.height, stride.height, margins.top, input.height);
        let columns = overlaps(output.width, size.width, stride.width, margins.left, input.width);
        Self { input, outputs: output.channels, window, rows, columns }
    }

    /// Returns the number of pixels of the output.
    #[must_use]
    pub fn pixels(&self) -> usize {
        self.rows.len().saturating_mul(self.columns.len())
    }

    /// Returns the number of values of the output.
    #[must_use]
    pub fn values(&self) -> usize {
        self.pixels().saturating_mul(self.outputs)
    }

    /// Returns the number of places in the window.
    #[must_use]
    pub fn area(&self) -> usize {
        usize::try_from(self.window.size.area()).unwrap_or(usize::MAX)
    }

    /// Returns the number of pairs of a pixel of the output and a place of the window over the input.
    #[must_use]
    pub fn inside(&self) -> usize {
        self.rows.iter().sum::<usize>().saturating_mul(self.columns.iter().sum())
    }

    /// Returns the number of pairs of a pixel of the output and a row of the window over the input.
    #[must_use]
    pub fn rows_inside(&self) -> usize {
        self.rows.iter().sum::<usize>().saturating_mul(self.columns.len())
    }

    /// Returns whether the window has a single place, whose stride may be more than 1.
    #[must_use]
    pub fn is_pointwise(&self) -> bool {
        self.area() == 1 && self.window.margins.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Extent, Margins};

    use super::*;

    #[test]
    fn a_window_is_cut_off_at_the_edges_of_the_input() {
        let margins = Margins { top: 1, bottom: 1, left: 0, right: 1 };
        let window = Window { size: Extent::new(3, 2), stride: Extent::new(1, 2), margins };
        let sweep = Sweep::new(Shape::new(4, 5, 2), Shape::new(4, 3, 6), window);
        assert_eq!((&*sweep.rows, &*sweep.columns), (&[2, 3, 3, 2][..], &[2, 2, 1][..]));
        assert_eq!((sweep.pixels(), sweep.values(), sweep.area()), (12, 72, 6));
        assert_eq!((sweep.inside(), sweep.rows_inside()), (50, 30));
        assert!(!sweep.is_pointwise());
    }

    #[test]
    fn a_window_larger_than_the_input_counts_only_what_lies_over_it() {
        let margins = Margins { top: 3, bottom: 3, left: 3, right: 3 };
        let window = Window { size: Extent::square(7), stride: Extent::square(1), margins };
        let sweep = Sweep::new(Shape::new(1, 2, 1), Shape::new(1, 2, 1), window);
        assert_eq!((&*sweep.rows, &*sweep.columns), (&[1][..], &[2, 2][..]));
    }
}
