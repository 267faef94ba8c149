//! A space of image granularities.

mod builder;

use serde::{Deserialize, Serialize};

use super::axes::{Choices, ImageAxis};
use crate::{
    data_space::{Axis, DataSpace},
    image::{Colour, Fit, ImageGranularity, PixelDepth, ResizeFilter, Resolution},
};
pub use builder::ImageSpaceBuilder;

/// Space of image granularities: resolutions × colours and, where there is a choice, fits and
/// depths.
///
/// The depth [565](PixelDepth::Rgb565) exists for RGB only. Its combinations with other colours
/// belong to the space, but are infeasible.
///
/// ```
/// use danas_space::{DataSpace, ImageSpace};
///
/// let space: ImageSpace = toml::from_str(r#"
///     resolutions = ["48x64", 32]
///     colours = ["grey"]
///     depths = ["8-bit", "4-bit"]
/// "#)?;
/// let axes: Vec<_> = space.axes().iter().map(|axis| axis.name).collect();
/// assert_eq!(axes, ["resolution", "colour", "depth"]);
/// let all: Vec<_> = space.granularities().map(|it| it.to_string()).collect();
/// assert_eq!(all, ["32x32 grey 4-bit", "32x32 grey", "48x64 grey 4-bit", "48x64 grey"]);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ImageSpaceBuilder", into = "ImageSpaceBuilder")]
pub struct ImageSpace {
    choices: Choices,
    filter: ResizeFilter,
}

impl ImageSpace {
    /// Returns a builder that starts from the [default](Self::default) space.
    pub fn builder() -> ImageSpaceBuilder {
        ImageSpaceBuilder::from(Self::default())
    }

    /// Returns the resolutions in ascending order of their areas.
    #[must_use]
    pub fn resolutions(&self) -> &[Resolution] {
        &self.choices.resolutions
    }

    /// Returns the colours.
    #[must_use]
    pub fn colours(&self) -> &[Colour] {
        &self.choices.colours
    }

    /// Returns the fits.
    #[must_use]
    pub fn fits(&self) -> &[Fit] {
        &self.choices.fits
    }

    /// Returns the pixel depths, coarsest first.
    #[must_use]
    pub fn depths(&self) -> &[PixelDepth] {
        &self.choices.depths
    }

    /// Returns the filter that all granularities share.
    #[must_use]
    pub const fn filter(&self) -> ResizeFilter {
        self.filter
    }
}

impl Default for ImageSpace {
    /// Returns squares of 16, 24, 32, 48, 64 and 96 pixels, each in grey and RGB, cropped, with
    /// 8 bits for each channel.
    fn default() -> Self {
        let choices = Choices {
            resolutions: [16, 24, 32, 48, 64, 96].map(Resolution::known).to_vec(),
            colours: vec![Colour::Grey, Colour::Rgb],
            fits: vec![Fit::Crop],
            depths: vec![PixelDepth::Bits8],
        };
        Self { choices, filter: ResizeFilter::Area }
    }
}

impl DataSpace for ImageSpace {
    type Granularity = ImageGranularity;

    fn axes(&self) -> Vec<Axis> {
        ImageAxis::searched(&self.choices).map(|axis| axis.of(&self.choices)).collect()
    }

    fn at(&self, position: &[usize]) -> Option<ImageGranularity> {
        let choices = &self.choices;
        let mut granularity = ImageGranularity {
            resolution: *choices.resolutions.first()?,
            colour: *choices.colours.first()?,
            fit: *choices.fits.first()?,
            depth: *choices.depths.first()?,
            filter: self.filter,
        };
        let mut indices = position.iter();
        for axis in ImageAxis::searched(choices) {
            (axis.choose)(choices, &mut granularity, *indices.next()?)?;
        }
        indices.next().is_none().then_some(granularity)
    }

    fn position(&self, granularity: &ImageGranularity) -> Option<Vec<usize>> {
        let index = |axis: &ImageAxis| (axis.index)(&self.choices, granularity);
        let position: Vec<usize> =
            ImageAxis::searched(&self.choices).map(index).collect::<Option<_>>()?;
        // Properties without an axis must match, too.
        (self.at(&position).as_ref() == Some(granularity)).then_some(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data_space::Granularity, error::SpaceError};

    fn all_axes() -> ImageSpace {
        let sizes = [(96, 96), (32, 32), (16, 64), (64, 16)];
        ImageSpace::builder()
            .resolutions(sizes.map(|(height, width)| Resolution::new(height, width).unwrap()))
            .colours(Colour::ALL)
            .fits(Fit::ALL)
            .depths(PixelDepth::ALL)
            .filter(ResizeFilter::Lanczos)
            .build()
            .unwrap()
    }

    #[test]
    fn every_position_leads_back_to_itself() {
        let space = all_axes();
        let lens: Vec<usize> = space.axes().iter().map(|axis| axis.len).collect();
        assert_eq!(lens, [4, 5, 2, 5]);
        let all: Vec<_> = space.granularities().collect();
        assert_eq!(space.cardinality(), Some(all.len() as u128));
        let positions: Vec<_> = all.iter().map(|one| space.position(one).unwrap()).collect();
        assert!(positions.is_sorted_by(|a, b| a < b));
        for (one, position) in all.iter().zip(&positions) {
            assert_eq!(space.at(position).as_ref(), Some(one));
        }
        assert_eq!(space.at(&[0; 3]), None);
        assert_eq!(space.at(&[0; 5]), None);
        assert_eq!(space.at(&[4, 0, 0, 0]), None);
    }

    #[test]
    fn values_ascend_in_size() {
        let space = all_axes();
        let resolutions: Vec<_> = space.resolutions().iter().map(ToString::to_string).collect();
        assert_eq!(resolutions, ["16x64", "32x32", "64x16", "96x96"]);
        let depths: Vec<_> = space.depths().iter().map(|depth| depth.name()).collect();
        assert_eq!(depths, ["1-bit", "2-bit", "4-bit", "565", "8-bit"]);
        let at = |depth| space.at(&[3, 0, 0, depth]).unwrap().input_buffer();
        assert!((0..4).all(|depth| at(depth) < at(depth + 1)));
    }

    #[test]
    fn an_axis_of_one_value_is_none_and_other_filters_are_elsewhere() {
        let space = ImageSpace::default();
        let axes: Vec<_> = space.axes().iter().map(|axis| (axis.name, axis.len)).collect();
        assert_eq!(axes, [("resolution", 6), ("colour", 2)]);
        let single = ImageSpace::builder().colours([Colour::Grey]).build().unwrap();
        assert_eq!(single.axes().len(), 2);
        let one = space.at(&[5, 1]).unwrap();
        assert_eq!(one.to_string(), "96x96 rgb");
        let sharper = ImageGranularity { filter: ResizeFilter::Lanczos, ..one };
        assert_eq!(space.position(&sharper), None);
        assert_eq!(space.position(&ImageGranularity { fit: Fit::Squeeze, ..one }), None);
    }

    #[test]
    fn toml_reads_every_axis_and_writes_it_back() {
        let text = r#"
            resolutions = ["96x96", 32, "16x64", "64x16"]
            colours = ["rgb", "grey", "red", "green", "blue"]
            fits = ["crop", "squeeze"]
            depths = ["8-bit", "565", "4-bit", "2-bit", "1-bit"]
            filter = "lanczos"
        "#;
        let space: ImageSpace = toml::from_str(text).unwrap();
        assert_eq!(space, all_axes());
        assert_eq!(toml::from_str::<ImageSpace>(&toml::to_string(&space).unwrap()).unwrap(), space);
        assert_eq!(toml::from_str::<ImageSpace>("").unwrap(), ImageSpace::default());
    }

    #[test]
    fn empty_repeated_and_unknown_values_are_refused_by_name() {
        for (text, named) in [
            ("resolutions = []", "`resolutions` has no values"),
            ("resolutions = [32, '32x32']", "`32x32` appears twice in `resolutions`"),
            ("resolutions = [0]", "`resolution` is 0x0"),
            ("resolutions = ['wide']", "`wide` is not a resolution"),
            ("colours = ['grey', 'grey']", "`Grey` appears twice in `colours`"),
            ("colours = ['gray']", "unknown colour `gray`"),
            ("fits = []", "`fits` has no values"),
            ("depths = ['3-bit']", "unknown pixel depth `3-bit`"),
            ("depths = ['4-bit', '4-bit']", "`Bits4` appears twice in `depths`"),
            ("filter = 'cubic'", "unknown resize filter `cubic`"),
            ("colors = ['grey']", "unknown field `colors`"),
        ] {
            let error = toml::from_str::<ImageSpace>(text).unwrap_err().to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
        let empty = ImageSpace::builder().colours([]).build();
        assert_eq!(empty, Err(SpaceError::Empty { axis: "colours" }));
    }
}
