//! Conversion of image granularities to and from text.

use std::{fmt, str::FromStr};

use crate::{
    error::SpaceError,
    image::{Fit, ImageGranularity, PixelDepth, ResizeFilter},
};

impl fmt::Display for ImageGranularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.resolution, self.colour)?;
        if self.fit != Fit::default() {
            write!(f, " {}", self.fit)?;
        }
        if self.depth != PixelDepth::default() {
            write!(f, " {}", self.depth)?;
        }
        if self.filter != ResizeFilter::default() {
            write!(f, " {}", self.filter)?;
        }
        Ok(())
    }
}

impl FromStr for ImageGranularity {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let illegal = || SpaceError::ImageGranularity { text: text.to_owned() };
        let mut words = text.split_whitespace();
        let resolution = words.next().ok_or_else(illegal)?.parse()?;
        let mut read = Self::new(resolution, words.next().ok_or_else(illegal)?.parse()?);
        for word in words {
            if let Ok(fit) = word.parse() {
                read.fit = fit;
            } else if let Ok(depth) = word.parse() {
                read.depth = depth;
            } else {
                read.filter = word.parse().map_err(|_| illegal())?;
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Colour, Resolution};

    #[test]
    fn text_and_granularity_are_inverse() {
        let mut texts = std::collections::HashSet::new();
        for colour in Colour::ALL {
            for fit in Fit::ALL {
                for depth in PixelDepth::ALL {
                    for filter in ResizeFilter::ALL {
                        let resolution = Resolution::new(48, 64).unwrap();
                        let one = ImageGranularity { resolution, colour, fit, depth, filter };
                        let text = one.to_string();
                        assert_eq!(text.parse(), Ok(one), "{text}");
                        assert!(texts.insert(text));
                    }
                }
            }
        }
        assert!(texts.contains("48x64 grey") && texts.contains("48x64 rgb squeeze 565 lanczos"));
    }

    #[test]
    fn defaults_may_be_written_and_words_may_be_in_any_order() {
        let plain: ImageGranularity = "32 grey".parse().unwrap();
        assert_eq!("32x32 grey area 8-bit crop".parse(), Ok(plain));
        assert_eq!(plain.to_string(), "32x32 grey");
        for text in ["", "32x32", "grey 32x32", "32x32 mauve", "32x32 grey 3-bit", "0x32 grey"] {
            assert!(text.parse::<ImageGranularity>().is_err(), "{text}");
        }
    }
}
