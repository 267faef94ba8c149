//! Colours: the channels of an image that a network reads.

use serde::{Deserialize, Serialize};

use crate::named::named;

/// Channels of an image that a network reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Colour {
    /// Red, green and blue, as three channels.
    #[default]
    Rgb,
    /// The brightness, as one channel: the weighted sum of red, green and blue with the
    /// [weights](Self::GREY_WEIGHTS) of ITU-R BT.601, as Pillow's mode `L`.
    Grey,
    /// Red alone.
    Red,
    /// Green alone.
    Green,
    /// Blue alone.
    Blue,
}

named!(
    Colour, "colour",
    Rgb => "rgb",
    Grey => "grey",
    Red => "red",
    Green => "green",
    Blue => "blue",
);

impl Colour {
    /// Weights of red, green and blue in grey, in 65536ths. Their sum is 65536.
    pub const GREY_WEIGHTS: [u32; 3] = [19_595, 38_470, 7_471];

    /// Returns the number of channels of the network's input.
    #[must_use]
    pub const fn channels(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Grey | Self::Red | Self::Green | Self::Blue => 1,
        }
    }
}
