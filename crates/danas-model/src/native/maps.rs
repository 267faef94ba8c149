//! The feature maps of a block of examples.

use danas_space::Shape;

use super::lanes::Lanes;
use crate::ModelError;

/// Feature maps of a block: `[height, channels, width]`, so that a row of a map is contiguous, and the
/// rows of all maps at a height are near each other.
#[derive(Debug, Clone)]
pub(super) struct Maps {
    pub(super) shape: Shape,
    pub(super) values: Vec<Lanes>,
}

impl Maps {
    /// Zeros.
    pub(super) fn new(shape: Shape) -> Result<Self, ModelError> {
        let too_large = || ModelError::OutOfMemory { what: "the activations of a block" };
        let length = shape.elements().ok_or_else(too_large)?;
        let mut values = Vec::new();
        values.try_reserve_exact(length).map_err(|_| too_large())?;
        values.resize(length, Lanes::ZERO);
        Ok(Self { shape, values })
    }

    #[inline(always)]
    pub(super) fn row(&self, y: usize, channel: usize) -> &[Lanes] {
        let start = (y * self.shape.channels + channel) * self.shape.width;
        &self.values[start..start + self.shape.width]
    }

    #[inline(always)]
    pub(super) fn row_mut(&mut self, y: usize, channel: usize) -> &mut [Lanes] {
        let start = (y * self.shape.channels + channel) * self.shape.width;
        &mut self.values[start..start + self.shape.width]
    }

    /// Copies maps into the middle of this one, whose border of so many zeros stays.
    pub(super) fn fill_inside(&mut self, border: usize, maps: &Self) {
        for y in 0..maps.shape.height {
            for channel in 0..maps.shape.channels {
                let row = &mut self.row_mut(y + border, channel)[border..];
                row[..maps.shape.width].copy_from_slice(maps.row(y, channel));
            }
        }
    }
}

/// Where a value of an example in the order `[height, width, channels]` stands in its maps, and in
/// all that follows them: one index for each.
pub(super) fn order(shape: Shape) -> Vec<usize> {
    let Shape { height, width, channels } = shape;
    let mut order = Vec::with_capacity(height * width * channels);
    for y in 0..height {
        for x in 0..width {
            order.extend((0..channels).map(|channel| (y * channels + channel) * width + x));
        }
    }
    order
}
