//! Features of resized images: their colours, depths and range.

use danas_space::{Colour, ImageGranularity};

use super::picture::CHANNELS;

/// Version of the features of images. It is raised whenever the same pixels give other
/// features, so that no search is resumed with a mixture of both.
pub const IMAGE_FEATURES_VERSION: u32 = 1;

/// Number of bits of a value before it is reduced.
const BITS: u32 = 8;

/// Writes the features of a resized image in RGB, in the order height, width, channels.
///
/// A value is reduced to its highest bits, and divided by the largest value of as many bits. Grey is
/// rounded to 8 bits before, as by Pillow.
pub(super) fn write(granularity: &ImageGranularity, pixels: &[u8], to: &mut [f32]) {
    let features = granularity.depth.bits().map(table);
    let rgb = pixels.as_chunks::<CHANNELS>().0;
    let channel = |index: usize, to: &mut [f32]| {
        to.iter_mut().zip(rgb).for_each(|(to, rgb)| *to = features[0][usize::from(rgb[index])]);
    };
    match granularity.colour {
        Colour::Rgb => {
            for (to, rgb) in to.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(rgb) {
                *to = std::array::from_fn(|index| features[index][usize::from(rgb[index])]);
            }
        }
        Colour::Grey => {
            to.iter_mut().zip(rgb).for_each(|(to, &rgb)| *to = features[0][grey(rgb)]);
        }
        Colour::Red => channel(0, to),
        Colour::Green => channel(1, to),
        Colour::Blue => channel(2, to),
    }
}

/// Returns the feature of each value of 8 bits, when it is reduced to `bits`.
fn table(bits: u32) -> [f32; 1 << BITS] {
    let largest = ((1_u32 << bits) - 1) as f32;
    std::array::from_fn(|value| (value >> (BITS - bits)) as f32 / largest)
}

/// Returns the brightness of a pixel, from 0 to 255.
pub(super) fn grey(rgb: [u8; CHANNELS]) -> usize {
    let weighted =
        rgb.iter().zip(Colour::GREY_WEIGHTS).map(|(&value, weight)| u32::from(value) * weight);
    ((weighted.sum::<u32>() + (1 << 15)) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the features of one pixel.
    fn features(text: &str, rgb: [u8; 3]) -> Vec<f32> {
        let granularity: ImageGranularity = text.parse().unwrap();
        let mut to = vec![f32::NAN; granularity.colour.channels()];
        write(&granularity, &rgb, &mut to);
        to
    }

    #[test]
    fn values_go_from_zero_to_one_at_every_depth() {
        for depth in ["8-bit", "4-bit", "2-bit", "1-bit", "565"] {
            let text = format!("1x1 rgb {depth}");
            assert_eq!(features(&text, [0; 3]), [0.0; 3], "{depth}");
            assert_eq!(features(&text, [255; 3]), [1.0; 3], "{depth}");
        }
    }

    #[test]
    fn a_depth_keeps_the_highest_bits() {
        let rgb = [0b1010_1011, 0b0101_0101, 0b1111_0000];
        let of = |levels: [f32; 3], largest: [f32; 3]| {
            vec![levels[0] / largest[0], levels[1] / largest[1], levels[2] / largest[2]]
        };
        assert_eq!(features("1x1 rgb", rgb), of([171.0, 85.0, 240.0], [255.0; 3]));
        assert_eq!(features("1x1 rgb 4-bit", rgb), of([10.0, 5.0, 15.0], [15.0; 3]));
        assert_eq!(features("1x1 rgb 2-bit", rgb), of([2.0, 1.0, 3.0], [3.0; 3]));
        assert_eq!(features("1x1 rgb 1-bit", rgb), [1.0, 0.0, 1.0]);
        assert_eq!(features("1x1 rgb 565", rgb), of([21.0, 21.0, 30.0], [31.0, 63.0, 31.0]));
    }

    #[test]
    fn a_colour_is_a_channel_or_the_weighted_sum() {
        let rgb = [200, 100, 50];
        let of = |colour| features(&format!("1x1 {colour}"), rgb);
        assert_eq!(of("red"), [200.0 / 255.0]);
        assert_eq!(of("green"), [100.0 / 255.0]);
        assert_eq!(of("blue"), [50.0 / 255.0]);
        // Pillow: Image.new("RGB", (1, 1), (200, 100, 50)).convert("L") is 124.
        assert_eq!(of("grey"), [124.0 / 255.0]);
        assert_eq!(features("1x1 grey 4-bit", rgb), [7.0 / 15.0]);
    }
}
