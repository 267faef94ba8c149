//! A window that slides over maps: where it stands, and what lies around them.

use serde::{Deserialize, Serialize};

use crate::{Extent, Shape};

/// What a convolution does at the edges of its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    /// The kernel stays inside: a side of `n` gives `⌊(n - kernel) / stride⌋ + 1` values.
    #[default]
    Valid,
    /// Zeros around the input, so that a side of `n` gives `⌈n / stride⌉` values. Written `p`.
    ///
    /// As in TensorFlow, the zeros of a side are `max((⌈n / stride⌉ - 1) · stride + kernel - n, 0)`
    /// in all, the smaller half of them before the input: where strides leave an odd number,
    /// libraries differ.
    Same,
}

/// How many rows and columns of zeros surround an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Margins {
    /// Rows before the first.
    pub top: usize,
    /// Rows behind the last.
    pub bottom: usize,
    /// Columns before the first.
    pub left: usize,
    /// Columns behind the last.
    pub right: usize,
}

impl Margins {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// The window of a convolution or pooling.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) size: Extent,
    pub(super) stride: Extent,
    pub(super) padding: Padding,
}

impl Window {
    /// In how many places the window stands, for an input of shape `input`: down and across. `None`
    /// where it fits nowhere.
    pub(super) fn positions(self, input: Shape) -> Option<[usize; 2]> {
        let [down, across] = self.sides();
        Some([down.positions(input.height)?, across.positions(input.width)?])
    }

    /// The zeros around an input of shape `input`.
    pub(super) fn margins(self, input: Shape) -> Margins {
        let [down, across] = self.sides();
        let ([top, bottom], [left, right]) =
            (down.margins(input.height), across.margins(input.width));
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

/// Beyond the machine's integers, no input is as long.
fn length(side: u32) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of `tf.nn.conv2d`: inputs, kernels and strides against outputs and zeros.
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
