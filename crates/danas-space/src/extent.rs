//! Heights and widths of kernels, strides and pooling windows.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{checks::positive, error::SpaceError};

/// Height and width of a kernel, a stride or a pooling window. As text it is a single number if
/// both are equal, such as `3`, and two numbers joined by an `x` otherwise, such as `1x9`.
///
/// A height may be relative: `Hx3` is 3 wide and as high as the maps that its layer reads, whatever
/// the granularity. [`Network::new`](crate::Network::new) replaces `H` by the height of the maps,
/// so the layers of a network have absolute heights only.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Extent {
    /// Number of rows (frequency for audio). [`WHOLE`](Self::WHOLE) stands for all rows.
    pub height: u32,
    /// Number of columns (time for audio).
    pub width: u32,
}

impl Extent {
    /// Creates an extent of `height` × `width`.
    #[must_use]
    pub const fn new(height: u32, width: u32) -> Self {
        Self { height, width }
    }

    /// Creates an extent of `side` × `side`.
    #[must_use]
    pub const fn square(side: u32) -> Self {
        Self::new(side, side)
    }

    /// Height that stands for the full height of the maps that a layer reads. No actual map is this
    /// high.
    pub const WHOLE: u32 = u32::MAX;

    /// Creates an extent of `width` over the full height of the maps, such as `Hx3`.
    #[must_use]
    pub const fn whole(width: u32) -> Self {
        Self::new(Self::WHOLE, width)
    }

    /// Returns the extent on maps that are `height` high, with a relative height replaced. `None`
    /// if the height does not fit its integer type.
    pub(crate) fn on(self, height: usize) -> Option<Self> {
        if self.height != Self::WHOLE {
            return Some(self);
        }
        let height = u32::try_from(height).ok().filter(|&height| height != Self::WHOLE)?;
        Some(Self { height, ..self })
    }

    /// Returns height times width. The product of two 32-bit numbers cannot overflow.
    #[must_use]
    pub const fn area(self) -> u64 {
        self.height as u64 * self.width as u64
    }

    /// Returns the sort key of an axis: the area, then the height. Extents of the full height come
    /// last, ordered by width.
    pub(crate) const fn rank(&self) -> (bool, u64, u32) {
        (self.height == Self::WHOLE, self.area(), self.height)
    }

    /// Rejects a zero.
    pub(crate) fn check(self, name: &'static str) -> Result<(), SpaceError> {
        positive(name, self.height)?;
        positive(name, self.width)
    }
}

/// Separates height and width in the text of an extent.
const SEPARATOR: char = 'x';

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
        match *self {
            Self { height: Self::WHOLE, width } => write!(f, "H{SEPARATOR}{width}"),
            Self { height, width } if height == width => write!(f, "{height}"),
            Self { height, width } => write!(f, "{height}{SEPARATOR}{width}"),
        }
    }
}

impl FromStr for Extent {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        // `WHOLE` is written as `H`, so its number is not a legal side.
        let side = |digits: &str| digits.parse::<u32>().ok().filter(|&side| side != Self::WHOLE);
        let extent = match text.split_once(SEPARATOR) {
            None => side(text).map(Self::square),
            Some(("H", width)) => side(width).map(Self::whole),
            Some((height, width)) => {
                side(height).zip(side(width)).map(|(height, width)| Self { height, width })
            }
        };
        extent.ok_or_else(|| SpaceError::Extent { text: text.to_owned() })
    }
}

impl Serialize for Extent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.height == self.width && self.height != Self::WHOLE {
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
                f.write_str("a number such as 3, or a text such as \"1x9\" or \"Hx3\"")
            }

            fn visit_u64<E: de::Error>(self, side: u64) -> Result<Extent, E> {
                let refused = || E::invalid_value(de::Unexpected::Unsigned(side), &self);
                let side = u32::try_from(side).ok().filter(|&side| side != Extent::WHOLE);
                side.map(Extent::square).ok_or_else(refused)
            }

            fn visit_i64<E: de::Error>(self, side: i64) -> Result<Extent, E> {
                let refused = || E::invalid_value(de::Unexpected::Signed(side), &self);
                let unsigned = u64::try_from(side).map_err(|_| refused())?;
                self.visit_u64(unsigned)
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
        for (text, extent) in
            [("3", Extent::square(3)), ("1x9", Extent::new(1, 9)), ("Hx3", Extent::whole(3))]
        {
            assert_eq!(text.parse(), Ok(extent));
            assert_eq!(extent.to_string(), text);
        }
        let huge = Extent::WHOLE.to_string();
        for text in ["", "x", "3x", "x3", "3x3x3", "-3", "3 x 3", "H", "hx3", "3xH", "HxH", &huge] {
            assert_eq!(text.parse::<Extent>(), Err(SpaceError::Extent { text: text.to_owned() }));
        }
    }

    #[test]
    fn a_whole_height_is_that_of_the_maps() {
        assert_eq!(Extent::whole(3).on(39), Some(Extent::new(39, 3)));
        assert_eq!(Extent::new(5, 3).on(39), Some(Extent::new(5, 3)));
        assert_eq!(Extent::whole(3).on(usize::MAX), None);
        assert_eq!(Extent::whole(3).on(Extent::WHOLE as usize), None);
    }

    #[test]
    fn whole_heights_rank_behind_all_others_by_their_width() {
        let mut extents = ["Hx3", "7", "Hx1", "65536", "3"].map(|text| text.parse().unwrap());
        extents.sort_unstable_by_key(Extent::rank);
        assert_eq!(extents.map(|it| it.to_string()), ["3", "7", "65536", "Hx1", "Hx3"]);
    }
}
