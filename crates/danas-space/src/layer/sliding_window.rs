//! Windows that slide over feature maps: their positions, and the padding around the maps.

use serde::{Deserialize, Serialize};

use crate::{extent::Extent, shape::Shape};

/// Padding of a convolution at the edges of its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    /// No padding: the kernel stays inside the input, so a side of `n` gives
    /// `⌊(n - kernel) / stride⌋ + 1` values.
    #[default]
    Valid,
    /// Zeros around the input, so that a side of `n` gives `⌈n / stride⌉` values. Written `p`.
    ///
    /// As in TensorFlow, a side has `max((⌈n / stride⌉ - 1) · stride + kernel - n, 0)` zeros in
    /// total, with the smaller half before the input. Libraries differ in how they divide an odd
    /// number.
    Same,
}

/// Numbers of rows and columns of zeros around an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Margins {
    /// Rows above the input.
    pub top: usize,
    /// Rows below the input.
    pub bottom: usize,
    /// Columns before the input.
    pub left: usize,
    /// Columns after the input.
    pub right: usize,
}

impl Margins {
    /// Returns whether there are no zeros at all.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// SlidingWindow of a convolution or pooling.
#[derive(Debug, Clone, Copy)]
pub(super) struct SlidingWindow {
    pub(super) size: Extent,
    pub(super) stride: Extent,
    pub(super) padding: Padding,
}

impl SlidingWindow {
    /// Returns the number of positions of the window on an input of shape `input`, down and across.
    /// `None` if the window does not fit.
    pub(super) fn positions(self, input: Shape) -> Option<[usize; 2]> {
        let [down, across] = self.sides();
        Some([down.positions(input.height)?, across.positions(input.width)?])
    }

    /// Returns the padding zeros around an input of shape `input`.
    pub(super) fn margins(self, input: Shape) -> Margins {
        let [down, across] = self.sides();
        let [top, bottom] = down.margins(input.height);
        let [left, right] = across.margins(input.width);
        Margins { top, bottom, left, right }
    }

    fn sides(self) -> [Side; 2] {
        let Self { size, stride, padding } = self;
        let side = |size, stride| Side { size: length(size), stride: length(stride), padding };
        [side(size.height, stride.height), side(size.width, stride.width)]
    }
}

/// One direction of a window.
#[derive(Debug, Clone, Copy)]
struct Side {
    size: usize,
    stride: usize,
    padding: Padding,
}

impl Side {
    fn positions(self, input: usize) -> Option<usize> {
        let stride = self.stride.max(1);
        let positions = match self.padding {
            Padding::Valid => input.checked_sub(self.size)? / stride + 1,
            Padding::Same => input.div_ceil(stride),
        };
        (input > 0).then_some(positions)
    }

    fn margins(self, input: usize) -> [usize; 2] {
        let reach = match (self.padding, self.positions(input)) {
            (Padding::Same, Some(positions)) => {
                ((positions - 1) * self.stride).saturating_add(self.size)
            }
            _ => 0,
        };
        let total = reach.saturating_sub(input);
        [total / 2, total - total / 2]
    }
}

/// Converts the side of a window to a `usize`. A side that does not fit exceeds every input, so the
/// largest `usize` serves as well.
fn length(side: u32) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of `tf.nn.conv2d`: input, kernel and stride, then the outputs and the zeros on both
    /// sides.
    #[test]
    fn same_padding_is_tensorflows() {
        for (input, size, stride, positions, margins) in [
            (5, 3, 1, 5, [1, 1]),
            (5, 2, 1, 5, [0, 1]),
            (5, 4, 1, 5, [1, 2]),
            (5, 3, 2, 3, [1, 1]),
            (6, 3, 2, 3, [0, 1]),
            (7, 5, 3, 3, [2, 2]),
            (8, 5, 3, 3, [1, 2]),
            (5, 1, 2, 3, [0, 0]),
            (4, 2, 3, 2, [0, 1]),
            (1, 9, 4, 1, [4, 4]),
        ] {
            let side = Side { size, stride, padding: Padding::Same };
            assert_eq!(side.positions(input), Some(positions), "{input} {size} {stride}");
            assert_eq!(side.margins(input), margins, "{input} {size} {stride}");
        }
    }

    #[test]
    fn valid_padding_leaves_out_what_does_not_fit() {
        let side = |stride| Side { size: 3, stride, padding: Padding::Valid };
        assert_eq!(side(1).positions(5), Some(3));
        assert_eq!(side(2).positions(6), Some(2));
        assert_eq!(side(9).positions(3), Some(1));
        assert_eq!(side(1).positions(2), None);
        assert_eq!(side(2).margins(6), [0, 0]);
    }
}
