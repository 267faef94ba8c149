//! The sizes of images, which bound the resolutions that they can be reduced to.

use danas_space::{ImageGranularity, Infeasible};

use super::rectangle::Rectangle;

/// Heights and widths of the smallest images of a dataset. Every image is at least as high and wide
/// as one of them.
#[derive(Debug, Clone)]
pub(super) struct Smallest(Vec<(u32, u32)>);

impl Smallest {
    /// Finds the smallest of these heights and widths.
    pub(super) fn of(sizes: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut sizes: Vec<_> = sizes.collect();
        sizes.sort_unstable();
        // Of ascending heights, each must be less wide than all before.
        let mut smallest: Vec<(u32, u32)> = Vec::new();
        for (height, width) in sizes {
            if smallest.last().is_none_or(|&(_, least)| width < least) {
                smallest.push((height, width));
            }
        }
        Self(smallest)
    }

    /// Refuses a resolution above the size of an image: raising it adds no information.
    pub(super) fn check(&self, granularity: &ImageGranularity) -> Result<(), Infeasible> {
        let &ImageGranularity { resolution, fit, .. } = granularity;
        let available = |&(height, width): &(u32, u32)| {
            let part = Rectangle::of(fit, resolution, height, width);
            (part.height, part.width)
        };
        let too_small = |&(height, width): &(u32, u32)| {
            height < resolution.height() || width < resolution.width()
        };
        let area = |&(height, width): &(u32, u32)| u64::from(height) * u64::from(width);
        let least = self.0.iter().map(available).filter(too_small).min_by_key(area);
        least.map_or(Ok(()), |(height, width)| {
            Err(Infeasible::Data(format!(
                "the resolution of {resolution} is above that of the smallest image, which is \
                 {height}x{width} with the fit `{fit}`"
            )))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sizes: &[(u32, u32)], text: &str) -> Result<(), String> {
        let smallest = Smallest::of(sizes.iter().copied());
        smallest.check(&text.parse().unwrap()).map_err(|reason| reason.to_string())
    }

    #[test]
    fn images_that_are_larger_than_another_do_not_matter() {
        let sizes = [(3024, 3024), (100, 100), (100, 120), (90, 200), (200, 90), (95, 199)];
        let Smallest(smallest) = Smallest::of(sizes.into_iter());
        assert_eq!(smallest, [(90, 200), (95, 199), (100, 100), (200, 90)]);
    }

    #[test]
    fn a_resolution_above_the_smallest_image_is_infeasible_and_names_both() {
        let sizes = [(3024, 3024), (100, 161)];
        for possible in ["100x100 rgb", "100x161 rgb", "50x161 grey squeeze", "1x1 rgb"] {
            assert_eq!(check(&sizes, possible), Ok(()), "{possible}");
        }
        for (impossible, available) in [
            ("101x100 rgb", "100x99"),
            ("128x128 rgb", "100x100"),
            ("128x128 rgb squeeze", "100x161"),
            ("64x162 rgb", "64x161"),
        ] {
            let reason = check(&sizes, impossible).unwrap_err();
            let wanted = impossible.split(' ').next().unwrap();
            assert!(reason.contains(wanted) && reason.contains(available), "{reason}");
        }
    }
}
