//! Resolutions: the heights and widths of images.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::SpaceError;

/// Height and width of an image in pixels, from 1 to [`MAX_SIDE`](Self::MAX_SIDE) each. As text it
/// is height and width joined by an `x`, such as `96x96`. A single number is parsed as a square.
///
/// ```
/// use danas_space::Resolution;
///
/// let resolution: Resolution = "48x64".parse()?;
/// assert_eq!((resolution.height(), resolution.width()), (48, 64));
/// assert_eq!(Resolution::square(96)?.to_string(), "96x96");
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Resolution {
    height: u32,
    width: u32,
}

/// Separates height and width in the text of a resolution.
const SEPARATOR: char = 'x';

impl Resolution {
    /// Largest height and width.
    pub const MAX_SIDE: u32 = 4096;

    /// Creates a resolution of `height` × `width` pixels.
    ///
    /// # Errors
    /// [`SpaceError::OutOfRange`] for a side of 0 or above [`MAX_SIDE`](Self::MAX_SIDE).
    pub fn new(height: u32, width: u32) -> Result<Self, SpaceError> {
        let is_legal = |side| (1..=Self::MAX_SIDE).contains(&side);
        if is_legal(height) && is_legal(width) {
            return Ok(Self { height, width });
        }
        Err(SpaceError::OutOfRange {
            name: "resolution",
            value: format!("{height}{SEPARATOR}{width}"),
            expected: "from 1x1 to 4096x4096",
        })
    }

    /// Creates a resolution of `side` × `side` pixels.
    ///
    /// # Errors
    /// The errors of [`new`](Self::new).
    pub fn square(side: u32) -> Result<Self, SpaceError> {
        Self::new(side, side)
    }

    /// Creates a square whose side is known to be legal.
    pub(super) const fn known(side: u32) -> Self {
        Self { height: side, width: side }
    }

    /// Returns the number of rows.
    #[must_use]
    pub const fn height(self) -> u32 {
        self.height
    }

    /// Returns the number of columns.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.width
    }

    /// Returns the number of pixels, at most 2²⁴.
    #[must_use]
    pub const fn area(self) -> u32 {
        self.height * self.width
    }

    /// Returns the sort key of an axis: the area, then the height.
    pub(super) const fn rank(&self) -> (u32, u32) {
        (self.area(), self.height)
    }
}

impl fmt::Debug for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{SEPARATOR}{}", self.height, self.width)
    }
}

impl FromStr for Resolution {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let (height, width) = text.split_once(SEPARATOR).unwrap_or((text, text));
        // The standard library also accepts a sign.
        let side = |digits: &str| {
            digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let illegal = || SpaceError::Resolution { text: text.to_owned() };
        let (height, width) = side(height).zip(side(width)).ok_or_else(illegal)?;
        Self::new(height, width)
    }
}

impl Serialize for Resolution {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Resolution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Resolution;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text such as \"96x96\", or a number such as 96 for a square")
            }

            fn visit_u64<E: de::Error>(self, side: u64) -> Result<Resolution, E> {
                let side = u32::try_from(side).unwrap_or(u32::MAX);
                Resolution::square(side).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, side: i64) -> Result<Resolution, E> {
                let refused = || E::invalid_value(de::Unexpected::Signed(side), &self);
                let unsigned = u64::try_from(side).map_err(|_| refused())?;
                self.visit_u64(unsigned)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Resolution, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Of {
        value: Resolution,
    }

    #[test]
    fn text_and_resolution_are_inverse_and_a_number_is_a_square() {
        for (text, height, width) in [("96x96", 96, 96), ("1x4096", 1, 4096), ("48x64", 48, 64)] {
            let resolution = Resolution::new(height, width).unwrap();
            assert_eq!(text.parse(), Ok(resolution));
            assert_eq!(resolution.to_string(), text);
        }
        assert_eq!("32".parse(), Resolution::square(32));
        for text in ["", "x", "96x", "x96", "3x3x3", "-3", "+3x3", "3 x 3", "96X96", "9.5"] {
            let error = SpaceError::Resolution { text: text.to_owned() };
            assert_eq!(text.parse::<Resolution>(), Err(error));
        }
        for text in ["0x8", "8x0", "4097x1", "0"] {
            let error = text.parse::<Resolution>().unwrap_err();
            assert!(matches!(error, SpaceError::OutOfRange { .. }), "{text}: {error}");
        }
    }

    #[test]
    fn toml_has_texts_and_accepts_numbers() {
        let of = |text: &str| toml::from_str::<Of>(text).map(|of| of.value);
        let square = Resolution::square(32).unwrap();
        assert_eq!(of("value = 32"), Ok(square));
        assert_eq!(of("value = \"32x32\""), Ok(square));
        assert_eq!(toml::to_string(&Of { value: square }).unwrap(), "value = \"32x32\"\n");
        for wrong in ["0", "-1", "5000", "9.5", "'wide'", "99999999999"] {
            assert!(of(&format!("value = {wrong}")).is_err(), "{wrong}");
        }
    }
}
