//! Height and width.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{SpaceError, architecture::positive};

/// Height and width of a kernel, a stride or a pooling window. Written as one number where they are
/// the same, else with an `x`: `3`, `1x9`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Extent {
    /// Rows: frequency for audio.
    pub height: u32,
    /// Columns: time for audio.
    pub width: u32,
}

impl Extent {
    /// An extent of `height` × `width`.
    #[must_use]
    pub const fn new(height: u32, width: u32) -> Self {
        Self { height, width }
    }

    /// An extent of `side` × `side`.
    #[must_use]
    pub const fn square(side: u32) -> Self {
        Self::new(side, side)
    }

    /// Height times width: of two 32-bit numbers, so that it cannot overflow.
    #[must_use]
    pub const fn area(self) -> u64 {
        self.height as u64 * self.width as u64
    }

    /// What the values of an axis are ordered by: the area, then the height.
    pub(crate) const fn rank(&self) -> (u64, u32) {
        (self.area(), self.height)
    }

    /// Refuses a zero.
    pub(crate) fn check(self, name: &'static str) -> Result<(), SpaceError> {
        positive(name, self.height)?;
        positive(name, self.width)
    }
}

impl From<u32> for Extent {
    fn from(side: u32) -> Self {
        Self::square(side)
    }
}

impl fmt::Debug for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { height, width } = self;
        if height == width { write!(f, "{height}") } else { write!(f, "{height}x{width}") }
    }
}

impl FromStr for Extent {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let side = |digits: &str| digits.parse::<u32>().ok();
        let extent = match text.split_once('x') {
            None => side(text).map(Self::square),
            Some((height, width)) => {
                side(height).zip(side(width)).map(|(height, width)| Self { height, width })
            }
        };
        extent.ok_or_else(|| SpaceError::Extent { text: text.to_owned() })
    }
}

impl Serialize for Extent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.height == self.width {
            serializer.serialize_u32(self.height)
        } else {
            serializer.collect_str(self)
        }
    }
}

impl<'de> Deserialize<'de> for Extent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Extent;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number such as 3, or a text such as \"1x9\"")
            }

            fn visit_u64<E: de::Error>(self, side: u64) -> Result<Extent, E> {
                let refused = || E::invalid_value(de::Unexpected::Unsigned(side), &self);
                u32::try_from(side).map(Extent::square).map_err(|_| refused())
            }

            fn visit_i64<E: de::Error>(self, side: i64) -> Result<Extent, E> {
                let refused = || E::invalid_value(de::Unexpected::Signed(side), &self);
                u32::try_from(side).map(Extent::square).map_err(|_| refused())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Extent, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_extent_are_inverse() {
        for (text, extent) in [("3", Extent::square(3)), ("1x9", Extent::new(1, 9))] {
            assert_eq!(text.parse(), Ok(extent));
            assert_eq!(extent.to_string(), text);
        }
        for text in ["", "x", "3x", "x3", "3x3x3", "-3", "3 x 3"] {
            assert_eq!(text.parse::<Extent>(), Err(SpaceError::Extent { text: text.to_owned() }));
        }
    }
}
