//! Counts that saturate instead of overflowing, for estimates about networks of any size.

use std::num::Saturating;

use danas_space::Shape;

/// A count of bytes or of anything else. It saturates at more than any memory has.
pub(crate) type Count = Saturating<u64>;

/// Size of a number, in bytes.
pub(crate) const FLOAT: Count = count(size_of::<f32>());

pub(crate) const fn count(of: usize) -> Count {
    Saturating(of as u64)
}

/// Returns the number of values in a shape.
pub(crate) fn elements(shape: Shape) -> Count {
    count(shape.height) * count(shape.width) * count(shape.channels)
}
