//! The part of an image that is resized.

use danas_space::{Fit, Resolution};

/// A part of an image, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rectangle {
    pub(super) top: u32,
    pub(super) left: u32,
    pub(super) height: u32,
    pub(super) width: u32,
}

impl Rectangle {
    /// Returns the part of an image of `height` × `width` pixels that fills a resolution.
    ///
    /// For [`Fit::Crop`], that is the largest one with the resolution's aspect ratio. The shortened
    /// side is rounded to whole pixels, ties upwards. If the margins differ by a pixel, the smaller
    /// one is at the top or left.
    pub(super) fn of(fit: Fit, resolution: Resolution, height: u32, width: u32) -> Self {
        let whole = Self { top: 0, left: 0, height, width };
        let [wanted_height, wanted_width] = [resolution.height(), resolution.width()];
        match fit {
            Fit::Squeeze => whole,
            Fit::Crop if is_wider((width, height), (wanted_width, wanted_height)) => {
                let kept = shortened(width, height, (wanted_width, wanted_height));
                Self { left: (width - kept) / 2, width: kept, ..whole }
            }
            Fit::Crop => {
                let kept = shortened(height, width, (wanted_height, wanted_width));
                Self { top: (height - kept) / 2, height: kept, ..whole }
            }
        }
    }
}

/// Returns whether the first of two pairs of width and height has the larger ratio.
fn is_wider(one: (u32, u32), other: (u32, u32)) -> bool {
    u64::from(one.0) * u64::from(other.1) > u64::from(other.0) * u64::from(one.1)
}

/// Returns the length of a side that has a ratio to the other side, at most its present length.
fn shortened(side: u32, other: u32, ratio: (u32, u32)) -> u32 {
    let (dividend, divisor) = (u64::from(other) * u64::from(ratio.0), u64::from(ratio.1));
    let rounded = (dividend + divisor / 2) / divisor;
    u32::try_from(rounded).unwrap_or(side).clamp(1, side)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crop(resolution: &str, height: u32, width: u32) -> [u32; 4] {
        let crop = Rectangle::of(Fit::Crop, resolution.parse().unwrap(), height, width);
        [crop.top, crop.left, crop.height, crop.width]
    }

    #[test]
    fn the_largest_centred_rectangle_is_cut_out() {
        assert_eq!(crop("96x96", 100, 100), [0, 0, 100, 100]);
        assert_eq!(crop("96x96", 100, 161), [0, 30, 100, 100]);
        assert_eq!(crop("96x96", 3024, 100), [1462, 0, 100, 100]);
        assert_eq!(crop("48x64", 90, 160), [0, 20, 90, 120]);
        assert_eq!(crop("48x64", 100, 100), [12, 0, 75, 100]);
        // 7 * 2 / 3 is 4.67.
        assert_eq!(crop("3x2", 7, 9), [0, 2, 7, 5]);
        assert_eq!(crop("1x4096", 16_384, 1), [8191, 0, 1, 1]);
        let whole = Rectangle::of(Fit::Squeeze, "1x4096".parse().unwrap(), 7, 9);
        assert_eq!(whole, Rectangle { top: 0, left: 0, height: 7, width: 9 });
    }

    #[test]
    fn a_crop_lies_inside_touches_two_sides_and_keeps_the_resolution_if_the_image_does() {
        for resolution in ["1x1", "3x2", "2x3", "5x1", "7x8"] {
            let wanted: Resolution = resolution.parse().unwrap();
            for (height, width) in (1..20).flat_map(|height| (1..20).map(move |w| (height, w))) {
                let [top, left, kept_height, kept_width] = crop(resolution, height, width);
                assert!(top + kept_height <= height && left + kept_width <= width);
                assert!(kept_height == height || kept_width == width);
                let fits = |height, width| height >= wanted.height() && width >= wanted.width();
                let (before, after) = (fits(height, width), fits(kept_height, kept_width));
                assert_eq!(before, after, "{resolution} of {height}x{width}");
            }
        }
    }
}
