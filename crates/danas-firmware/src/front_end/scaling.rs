//! How features are scaled before a network.

use danas_size::Affine;

/// How features are scaled before a network, as far as it is known before a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputScaling {
    /// They are not. Then, too, a network in integers reads pixels of 8 bits directly.
    None,
    /// With a mean and a deviation for each row and channel.
    Standardised,
    /// Features of pixels, from 0 to 1, become numbers from -1 to 127/128.
    Pixels,
}

impl InputScaling {
    /// Returns the constant that is both the mean and the deviation of every row, and the mapping to
    /// integers. Only for pixels are they those of a trained network; otherwise they stand for any
    /// others.
    pub(super) const fn constants(self) -> (Option<f32>, Affine) {
        match self {
            Self::None => (None, Affine { scale: 1.0 / 255.0, zero_point: -128 }),
            Self::Standardised => (Some(1.0), Affine { scale: 1.0, zero_point: 0 }),
            Self::Pixels => (Some(128.0 / 255.0), Affine { scale: 1.0 / 128.0, zero_point: 0 }),
        }
    }
}
