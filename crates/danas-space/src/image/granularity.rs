//! The granularity of images.

use serde::{Deserialize, Serialize};

use crate::{
    data_space::Granularity,
    image::{Colour, Fit, PixelDepth, ResizeFilter, Resolution},
    infeasible::Infeasible,
    shape::Shape,
    units::Bytes,
};

/// Data granularity of images: the form and resolution in which a network receives a picture.
///
/// An image is [fitted](Fit) into the resolution, reduced to the channels of the colour, and rounded
/// down to the depth. A value of `b` bits becomes a feature from 0 to 1: the value divided by
/// 2ᵇ − 1.
///
/// As text, it is the resolution (height × width) and the colour, followed by everything that
/// differs from its default: the fit, the depth and the filter.
///
/// ```
/// use danas_space::{Granularity, ImageGranularity, Shape};
///
/// let text = "96x128 rgb squeeze 565";
/// let granularity: ImageGranularity = text.parse()?;
/// assert_eq!(granularity.input_shape()?, Shape::new(96, 128, 3));
/// assert_eq!(granularity.input_buffer().get(), 96 * 128 * 2);
/// assert_eq!(granularity.to_string(), text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImageGranularity {
    /// Height and width that images are resized to.
    pub resolution: Resolution,
    /// Channels of the images that are used.
    pub colour: Colour,
    /// How images of another aspect ratio fill the resolution.
    pub fit: Fit,
    /// Depth that the pixels are rounded down to.
    pub depth: PixelDepth,
    /// Filter that images are resized with.
    pub filter: ResizeFilter,
}

impl ImageGranularity {
    /// Creates a granularity with the default fit, depth and filter: cropped, 8 bits for each
    /// channel, resized by area.
    #[must_use]
    pub const fn new(resolution: Resolution, colour: Colour) -> Self {
        let (fit, depth, filter) = (Fit::Crop, PixelDepth::Bits8, ResizeFilter::Area);
        Self { resolution, colour, fit, depth, filter }
    }

    /// Returns the names and values of what the colour and the depth stand for: the number of levels
    /// of each channel, and the weights of grey.
    fn level_parameters(&self) -> Vec<(&'static str, String)> {
        let levels = self.depth.bits().map(|bits| (1_u32 << bits).to_string());
        let [red, green, blue] = Colour::GREY_WEIGHTS.map(|weight| weight.to_string());
        let [first, second, third] = levels;
        match self.colour {
            Colour::Rgb => {
                vec![("red_levels", first), ("green_levels", second), ("blue_levels", third)]
            }
            Colour::Grey => vec![
                ("levels", first),
                ("grey_red_weight", red),
                ("grey_green_weight", green),
                ("grey_blue_weight", blue),
            ],
            Colour::Red | Colour::Green | Colour::Blue => vec![("levels", first)],
        }
    }
}

impl Granularity for ImageGranularity {
    /// A depth of 565 with a colour other than RGB is infeasible.
    fn input_shape(&self) -> Result<Shape, Infeasible> {
        let Self { resolution, colour, depth, .. } = self;
        if *depth == PixelDepth::Rgb565 && *colour != Colour::Rgb {
            return Err(Infeasible::Data(format!(
                "the pixel depth `{depth}` packs red, green and blue, so it does not exist for the \
                 colour `{colour}`"
            )));
        }
        let [height, width] = [resolution.height(), resolution.width()].map(|side| side as usize);
        Ok(Shape::new(height, width, colour.channels()))
    }

    /// Returns the size of a camera's frame at the resolution, with the channels of the colour and
    /// the bits of the depth. Pixels are packed: eight pixels of one bit take one byte.
    fn input_buffer(&self) -> Bytes {
        let bits = self.depth.bits_per_pixel(self.colour) * u64::from(self.resolution.area());
        Bytes(bits.div_ceil(8))
    }

    /// Returns the range from black to white.
    fn input_range(&self) -> Option<[f32; 2]> {
        Some([0.0, 1.0])
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("resolution", self.resolution.to_string()),
            ("colour", self.colour.to_string()),
            ("fit", self.fit.to_string()),
            ("depth", self.depth.to_string()),
        ]
    }

    /// Adds to the fields: the filter, the number of levels of each channel, and for grey the
    /// weights of red, green and blue in 65536ths.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = self.fields();
        parameters.extend([
            ("height", self.resolution.height().to_string()),
            ("width", self.resolution.width().to_string()),
            ("channels", self.colour.channels().to_string()),
            ("filter", self.filter.to_string()),
        ]);
        parameters.extend(self.level_parameters());
        parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granularity(text: &str) -> ImageGranularity {
        text.parse().unwrap()
    }

    #[test]
    fn shape_and_frame_follow_resolution_colour_and_depth() {
        for (text, channels, bytes) in [
            ("96x64 rgb", 3, 96 * 64 * 3),
            ("96x64 grey", 1, 96 * 64),
            ("96x64 green", 1, 96 * 64),
            ("96x64 rgb 565", 3, 96 * 64 * 2),
            ("96x64 rgb 4-bit", 3, 96 * 64 * 3 / 2),
            ("96x64 grey 2-bit", 1, 96 * 64 / 4),
            ("96x64 blue 1-bit", 1, 96 * 64 / 8),
            ("3x3 grey 1-bit", 1, 2),
            ("1x1 rgb 1-bit", 3, 1),
        ] {
            let granularity = granularity(text);
            let shape = granularity.input_shape().unwrap();
            let [height, width] = [granularity.resolution.height(), granularity.resolution.width()];
            assert_eq!(shape, Shape::new(height as usize, width as usize, channels), "{text}");
            assert_eq!(granularity.input_buffer(), Bytes(bytes), "{text}");
        }
    }

    #[test]
    fn packed_colours_are_rgb_only_and_say_why() {
        for colour in Colour::ALL {
            let packed = ImageGranularity { colour, ..granularity("8x8 rgb 565") };
            match packed.input_shape() {
                Ok(_) => assert_eq!(colour, Colour::Rgb),
                Err(reason) => assert!(reason.to_string().contains(colour.name()), "{reason}"),
            }
        }
    }

    #[test]
    fn the_largest_frame_does_not_overflow() {
        let largest = granularity("4096x4096 rgb");
        assert_eq!(largest.input_buffer(), Bytes(3 << 24));
    }

    #[test]
    fn grey_weights_add_up_to_one() {
        assert_eq!(Colour::GREY_WEIGHTS.iter().sum::<u32>(), 1 << 16);
    }

    #[test]
    fn parameters_name_what_the_features_depend_on_once() {
        for colour in Colour::ALL {
            for depth in PixelDepth::ALL {
                let one = ImageGranularity { colour, depth, ..granularity("8x9 rgb") };
                let parameters = one.parameters();
                let names: Vec<_> = parameters.iter().map(|&(name, _)| name).collect();
                let mut distinct = names.clone();
                distinct.sort_unstable();
                distinct.dedup();
                assert_eq!(distinct.len(), names.len(), "{names:?}");
                let lower = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                assert!(names.iter().all(lower), "{names:?}");
                assert_eq!(names.contains(&"grey_red_weight"), colour == Colour::Grey);
                assert_eq!(names.contains(&"levels"), colour != Colour::Rgb);
            }
        }
        let packed = granularity("8x9 rgb 565").parameters();
        assert!(packed.contains(&("green_levels", "64".to_owned())), "{packed:?}");
    }
}
