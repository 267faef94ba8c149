//! The builder of a space of image granularities, and its form in TOML.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use super::ImageSpace;
use crate::{
    checks::distinct,
    error::SpaceError,
    image::{Colour, Fit, PixelDepth, ResizeFilter, Resolution, axes::Choices},
};

/// Builder of an [`ImageSpace`], and its form in TOML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[must_use]
pub struct ImageSpaceBuilder {
    resolutions: Vec<Resolution>,
    colours: Vec<Colour>,
    fits: Vec<Fit>,
    depths: Vec<PixelDepth>,
    filter: ResizeFilter,
}

impl ImageSpaceBuilder {
    /// Sets the resolutions, in any order. Default: squares of 16, 24, 32, 48, 64 and 96 pixels.
    pub fn resolutions(mut self, resolutions: impl IntoIterator<Item = Resolution>) -> Self {
        self.resolutions = resolutions.into_iter().collect();
        self
    }

    /// Sets the colours. Default: grey and RGB.
    pub fn colours(mut self, colours: impl IntoIterator<Item = Colour>) -> Self {
        self.colours = colours.into_iter().collect();
        self
    }

    /// Sets the fits. Default: crop.
    pub fn fits(mut self, fits: impl IntoIterator<Item = Fit>) -> Self {
        self.fits = fits.into_iter().collect();
        self
    }

    /// Sets the pixel depths, in any order. Default: 8 bits for each channel.
    pub fn depths(mut self, depths: impl IntoIterator<Item = PixelDepth>) -> Self {
        self.depths = depths.into_iter().collect();
        self
    }

    /// Sets the filter that images are resized with. Default: area.
    pub fn filter(mut self, filter: ResizeFilter) -> Self {
        self.filter = filter;
        self
    }

    /// Checks the values and builds the space.
    ///
    /// # Errors
    /// [`SpaceError`] for an axis that is empty or has a value twice.
    pub fn build(self) -> Result<ImageSpace, SpaceError> {
        let Self { mut resolutions, colours, fits, mut depths, filter } = self;
        resolutions.sort_unstable_by_key(Resolution::rank);
        depths.sort_unstable_by_key(|depth| depth.bits_per_pixel(Colour::Rgb));
        let choices = Choices {
            resolutions: checked("resolutions", resolutions)?,
            colours: checked("colours", colours)?,
            fits: checked("fits", fits)?,
            depths: checked("depths", depths)?,
        };
        Ok(ImageSpace { choices, filter })
    }
}

fn checked<T: PartialEq + Debug>(axis: &'static str, values: Vec<T>) -> Result<Vec<T>, SpaceError> {
    distinct(axis, &values)?;
    Ok(values)
}

impl Default for ImageSpaceBuilder {
    fn default() -> Self {
        ImageSpace::builder()
    }
}

impl From<ImageSpace> for ImageSpaceBuilder {
    fn from(space: ImageSpace) -> Self {
        let Choices { resolutions, colours, fits, depths } = space.choices;
        Self { resolutions, colours, fits, depths, filter: space.filter }
    }
}

impl TryFrom<ImageSpaceBuilder> for ImageSpace {
    type Error = SpaceError;

    fn try_from(builder: ImageSpaceBuilder) -> Result<Self, SpaceError> {
        builder.build()
    }
}
