//! Counts that cannot overflow, for what is told of networks of any size.

use std::num::Saturating;

use danas_space::Shape;

/// A count, of bytes or of anything. The largest one is more than any memory has.
pub(crate) type Count = Saturating<u64>;

/// Bytes of a number.
pub(crate) const FLOAT: Count = count(size_of::<f32>());

pub(crate) const fn count(of: usize) -> Count {
    Saturating(of as u64)
}

/// The values of a shape.
pub(crate) fn elements(shape: Shape) -> Count {
    count(shape.height) * count(shape.width) * count(shape.channels)
}
