//! Resizing of images.

use std::error::Error;

use danas_space::{Fit, ImageGranularity, ResizeFilter, Resolution};

use super::{
    area, lanczos,
    picture::{CHANNELS, Picture},
    rectangle::Rectangle,
};

/// What a granularity says about the size of images, before their colours are reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Scaling {
    resolution: Resolution,
    fit: Fit,
    filter: ResizeFilter,
}

impl From<&ImageGranularity> for Scaling {
    fn from(granularity: &ImageGranularity) -> Self {
        let ImageGranularity { resolution, fit, filter, .. } = *granularity;
        Self { resolution, fit, filter }
    }
}

impl Scaling {
    /// Returns the number of bytes of a resized image.
    pub(super) const fn bytes(&self) -> usize {
        self.resolution.area() as usize * CHANNELS
    }

    /// Resizes an image into `to`, which holds [`bytes`](Self::bytes). Pixels outside of a crop have
    /// no influence.
    pub(super) fn resize(
        &self,
        picture: &Picture,
        to: &mut [u8],
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let part = Rectangle::of(self.fit, self.resolution, picture.height, picture.width);
        let size = [self.resolution.height(), self.resolution.width()];
        match self.filter {
            ResizeFilter::Area => {
                area::resize(picture, part, size, to);
                Ok(())
            }
            ResizeFilter::Lanczos => lanczos::resize(picture, part, size, to),
        }
    }
}
