//! Pooling.

use serde::{Deserialize, Serialize};

use super::sliding_window::{Padding, SlidingWindow};
use crate::{error::SpaceError, extent::Extent};

/// Value that pooling takes from each window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PoolKind {
    /// The largest value, written `max`.
    Max,
    /// The mean, written `avg`.
    Average,
}

/// Pooling over windows inside the input, channel by channel, like Keras' `MaxPooling2D` and
/// `AveragePooling2D` with `valid` padding. Written `max2`, or `avg3/2` if the stride differs from
/// the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pool {
    /// Value taken from each window.
    pub kind: PoolKind,
    /// Height and width of the window.
    pub size: Extent,
    /// Number of rows and columns that the window moves at a time.
    pub stride: Extent,
}

impl Pool {
    pub(super) const fn window(&self) -> SlidingWindow {
        SlidingWindow { size: self.size, stride: self.stride, padding: Padding::Valid }
    }

    pub(super) fn check(&self) -> Result<(), SpaceError> {
        self.size.check("pools")?;
        self.stride.check("pools")
    }
}
