//! Traits that a kind of data implements to be searched over.

use std::{borrow::Cow, fmt, hash::Hash};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{infeasible::Infeasible, shape::Shape, units::Bytes};

/// A data granularity: a complete description of the form in which a network receives data.
///
/// Two equal granularities give the same features for the same recording.
pub trait Granularity:
    Clone + Eq + Hash + fmt::Debug + fmt::Display + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Returns the shape of one example.
    ///
    /// # Errors
    /// [`Infeasible`] if the granularity cannot give an example.
    fn input_shape(&self) -> Result<Shape, Infeasible>;

    /// Returns the memory that a device needs to hold one raw example before any preprocessing
    /// (Section 2.2 of the paper).
    fn input_buffer(&self) -> Bytes;

    /// Returns the memory that a device needs to hold raw data if it computes features while an
    /// example arrives, instead of afterwards. It never exceeds
    /// [`input_buffer`](Self::input_buffer), which is the default for data that cannot be processed
    /// in this way.
    fn streaming_buffer(&self) -> Bytes {
        self.input_buffer()
    }

    /// Returns the smallest and the largest value that features can have, if that is known. An int8
    /// model whose input is not standardised then covers exactly this range: one of pixels from 0 to 1
    /// takes the bytes of a camera, minus 128. Default: unknown, the range of the training examples.
    fn input_range(&self) -> Option<[f32; 2]> {
        None
    }

    /// Returns the other buffers that a device needs while it turns an example into features.
    fn scratch(&self) -> Vec<ScratchBuffer> {
        Vec::new()
    }

    /// Returns the names and values of the settings that distinguish the granularity within a
    /// space, for tables.
    fn fields(&self) -> Vec<(&'static str, String)>;

    /// Returns the names and values of everything that the features depend on, so that they can be
    /// computed elsewhere. Names are lower-case words joined by underscores.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        self.fields()
    }
}

/// Named buffer that preprocessing works in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScratchBuffer {
    /// Name of what the buffer holds.
    pub name: Cow<'static, str>,
    /// Size of the buffer.
    pub bytes: Bytes,
}

/// Relation between the values of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scale {
    /// Ascending values: a mutation moves one value up or down.
    Ordered,
    /// Values without order: a mutation moves to any other value.
    Categorical,
}

/// One dimension of a space of granularities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Axis {
    /// Name of the axis in configurations and tables.
    pub name: &'static str,
    /// Number of values, at least one.
    pub len: usize,
    /// Relation between these values.
    pub scale: Scale,
}

/// Space of the granularities of one kind of data, as a grid of axes.
///
/// Sampling, mutation, crossover and neighbours of a [`SearchSpace`](crate::SearchSpace) follow
/// from the axes, so a new kind of data needs no more than this. A journal compares the serialised
/// spaces of two searches:
///
/// ```
/// use danas_space::{Axis, Bytes, DataSpace, Granularity, Infeasible, Scale, Shape};
/// use serde::{Deserialize, Serialize};
///
/// /// Height and width of a square grey image, in pixels.
/// #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
/// struct Resolution(usize);
///
/// impl std::fmt::Display for Resolution {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         write!(f, "{0}x{0}", self.0)
///     }
/// }
///
/// impl Granularity for Resolution {
///     fn input_shape(&self) -> Result<Shape, Infeasible> {
///         Ok(Shape::new(self.0, self.0, 1))
///     }
///     fn input_buffer(&self) -> Bytes {
///         Bytes((self.0 * self.0) as u64)
///     }
///     fn fields(&self) -> Vec<(&'static str, String)> {
///         vec![("resolution", self.0.to_string())]
///     }
/// }
///
/// #[derive(Debug, Serialize)]
/// struct Resolutions(Vec<usize>);
///
/// impl DataSpace for Resolutions {
///     type Granularity = Resolution;
///     fn axes(&self) -> Vec<Axis> {
///         vec![Axis { name: "resolution", len: self.0.len(), scale: Scale::Ordered }]
///     }
///     fn at(&self, position: &[usize]) -> Option<Resolution> {
///         self.0.get(*position.first()?).copied().map(Resolution)
///     }
///     fn position(&self, granularity: &Resolution) -> Option<Vec<usize>> {
///         Some(vec![self.0.iter().position(|&pixels| pixels == granularity.0)?])
///     }
/// }
///
/// let space = Resolutions(vec![8, 16, 32]);
/// assert_eq!(space.position(&Resolution(32)), Some(vec![2]));
/// assert_eq!(space.at(&[2]), Some(Resolution(32)));
/// assert!(space.granularities().eq([8, 16, 32].map(Resolution)));
/// ```
pub trait DataSpace: fmt::Debug + Serialize {
    /// Type of the granularities in the space.
    type Granularity: Granularity;

    /// Returns the axes. They are always the same, in the same order, and none is empty.
    fn axes(&self) -> Vec<Axis>;

    /// Returns the granularity at a position, which has one index for each axis. `None` outside the
    /// grid.
    fn at(&self, position: &[usize]) -> Option<Self::Granularity>;

    /// Returns the position of a granularity, or `None` if it belongs to another space. This is the
    /// inverse of [`at`](Self::at), with index 0 on axes that do not [apply](Self::applies).
    fn position(&self, granularity: &Self::Granularity) -> Option<Vec<usize>>;

    /// Returns whether the axis of this index means something for a granularity. The length of
    /// frames, for example, means nothing for a waveform. Positions that differ only on axes that do
    /// not apply give the same granularity. By default, every axis applies.
    ///
    /// A space in which some axis does not apply must count its granularities itself
    /// ([`cardinality`](Self::cardinality)).
    fn applies(&self, axis: usize, granularity: &Self::Granularity) -> bool {
        let _ = (axis, granularity);
        true
    }

    /// Returns the number of granularities, or `None` if it exceeds a `u128`. By default, this is the
    /// number of positions.
    fn cardinality(&self) -> Option<u128> {
        let mut lens = self.axes().into_iter().map(|axis| axis.len as u128);
        lens.try_fold(1_u128, u128::checked_mul)
    }

    /// Returns every granularity once. The last axis changes fastest.
    fn granularities(&self) -> impl Iterator<Item = Self::Granularity> {
        let lens: Vec<usize> = self.axes().iter().map(|axis| axis.len).collect();
        let mut next = (!lens.contains(&0)).then(|| vec![0; lens.len()]);
        let positions = std::iter::from_fn(move || {
            let position = next.take()?;
            // Advance the last axis that is not at its end, and reset the axes after it.
            let axis = (0..lens.len()).rev().find(|&axis| position[axis] + 1 < lens[axis]);
            next = axis.map(|axis| {
                let mut following = position.clone();
                following[axis] += 1;
                following[axis + 1..].fill(0);
                following
            });
            Some(position)
        });
        positions.filter_map(|position| {
            let granularity = self.at(&position)?;
            let is_first = |(axis, &index)| index == 0 || self.applies(axis, &granularity);
            position.iter().enumerate().all(is_first).then_some(granularity)
        })
    }
}
