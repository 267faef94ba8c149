//! What a kind of data must offer to be searched over.

use std::{borrow::Cow, fmt, hash::Hash};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Bytes, Infeasible, Shape};

/// A data granularity: a complete description of how data is given to a network.
///
/// Two equal granularities give the same features of the same recording.
pub trait Granularity:
    Clone + Eq + Hash + fmt::Debug + fmt::Display + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// The shape of one example.
    ///
    /// # Errors
    /// [`Infeasible`] where the granularity leaves no example at all.
    fn input_shape(&self) -> Result<Shape, Infeasible>;

    /// The memory that a device needs to hold one raw example before any preprocessing (Section
    /// 2.2 of the paper).
    fn input_buffer(&self) -> Bytes;

    /// The memory that a device needs to hold raw data while it turns an example into features as it
    /// comes in, instead of afterwards: never more than [`input_buffer`](Self::input_buffer), which
    /// it is where there is no such way.
    fn streaming_buffer(&self) -> Bytes {
        self.input_buffer()
    }

    /// What a device needs in memory besides, while it turns an example into features.
    fn scratch(&self) -> Vec<ScratchBuffer> {
        Vec::new()
    }

    /// Name and value of what distinguishes it inside a space, for tables.
    fn fields(&self) -> Vec<(&'static str, String)>;

    /// Name and value of everything that the features depend on, for whoever makes the same features
    /// elsewhere. Names are lower case words joined by underscores.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        self.fields()
    }
}

/// Memory that preprocessing works in, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScratchBuffer {
    /// What it holds.
    pub name: Cow<'static, str>,
    /// How large it is.
    pub bytes: Bytes,
}

/// How the values of an axis relate to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scale {
    /// Ascending: a mutation goes one value up or one value down.
    Ordered,
    /// Without order: a mutation goes to any other value.
    Categorical,
}

/// One dimension of a space of granularities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Axis {
    /// What the axis is called in configurations and tables.
    pub name: &'static str,
    /// The number of values, at least one.
    pub len: usize,
    /// How these relate.
    pub scale: Scale,
}

/// The granularities of one kind of data, as a grid of axes.
///
/// Sampling, mutation, crossover and neighbours of a [`SearchSpace`](crate::SearchSpace) follow
/// from the axes, so that a new kind of data has nothing more to implement than this:
///
/// ```
/// use danas_space::{Axis, Bytes, DataSpace, Granularity, Infeasible, Scale, Shape};
/// use serde::{Deserialize, Serialize};
///
/// /// A square grey image of `0` × `0` pixels.
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
/// #[derive(Debug)]
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
pub trait DataSpace: fmt::Debug {
    /// The granularities that it holds.
    type Granularity: Granularity;

    /// The axes, always the same ones in the same order, none of them empty.
    fn axes(&self) -> Vec<Axis>;

    /// The granularity at a position: one index an axis. `None` outside the grid.
    fn at(&self, position: &[usize]) -> Option<Self::Granularity>;

    /// The position of a granularity, `None` for one of another space: the inverse of
    /// [`at`](Self::at).
    fn position(&self, granularity: &Self::Granularity) -> Option<Vec<usize>>;

    /// Every granularity, the last axis changing fastest.
    fn granularities(&self) -> impl Iterator<Item = Self::Granularity> {
        let lens: Vec<usize> = self.axes().iter().map(|axis| axis.len).collect();
        let mut next = (!lens.contains(&0)).then(|| vec![0; lens.len()]);
        std::iter::from_fn(move || {
            let position = next.take()?;
            let granularity = self.at(&position);
            // The last axis that has not come to its end goes on; those behind it start anew.
            let axis = (0..lens.len()).rev().find(|&axis| position[axis] + 1 < lens[axis]);
            next = axis.map(|axis| {
                let mut following = position;
                following[axis] += 1;
                following[axis + 1..].fill(0);
                following
            });
            granularity
        })
    }
}
