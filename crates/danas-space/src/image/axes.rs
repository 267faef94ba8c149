//! Axes of a space of image granularities, one entry each in [`AXES`].

use crate::{
    data_space::{Axis, Scale},
    image::{Colour, Fit, ImageGranularity, PixelDepth, Resolution},
};

/// The values of each axis of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choices {
    pub(super) resolutions: Vec<Resolution>,
    pub(super) colours: Vec<Colour>,
    pub(super) fits: Vec<Fit>,
    pub(super) depths: Vec<PixelDepth>,
}

/// An axis, and the place of its values in spaces and granularities.
pub(super) struct ImageAxis {
    name: &'static str,
    scale: Scale,
    /// Whether it belongs to every space. Other axes do only if they offer a choice, so that no
    /// mutation is spent on a value that cannot change.
    always: bool,
    len: fn(&Choices) -> usize,
    /// Returns the index of a value on the axis; `None` if the space lacks it.
    pub(super) index: fn(&Choices, &ImageGranularity) -> Option<usize>,
    /// Sets the value of an index; `None` if there is no such index.
    pub(super) choose: fn(&Choices, &mut ImageGranularity, usize) -> Option<()>,
}

/// Makes an axis of a field of [`Choices`], which lists its values, and a field of
/// [`ImageGranularity`].
macro_rules! axis {
    ($name:literal, $scale:ident, $always:literal, $values:ident, $value:ident) => {
        ImageAxis {
            name: $name,
            scale: Scale::$scale,
            always: $always,
            len: |choices| choices.$values.len(),
            index: |choices, one| choices.$values.iter().position(|it| *it == one.$value),
            choose: |choices, one, index| {
                one.$value = *choices.$values.get(index)?;
                Some(())
            },
        }
    };
}

/// All axes, in the order of positions.
const AXES: &[ImageAxis] = &[
    axis!("resolution", Ordered, true, resolutions, resolution),
    axis!("colour", Categorical, true, colours, colour),
    axis!("fit", Categorical, false, fits, fit),
    axis!("depth", Ordered, false, depths, depth),
];

impl ImageAxis {
    /// Returns the axes that belong to a space.
    pub(super) fn searched(choices: &Choices) -> impl Iterator<Item = &'static Self> {
        AXES.iter().filter(|axis| axis.always || (axis.len)(choices) > 1)
    }

    /// Returns the axis with the number of its values in a space.
    pub(super) fn of(&self, choices: &Choices) -> Axis {
        Axis { name: self.name, len: (self.len)(choices), scale: self.scale }
    }
}
