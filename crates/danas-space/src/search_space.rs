//! The joint space of granularities and architectures.

use std::fmt::Debug;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{ArchitectureSpace, AudioSpace, Candidate, DataSpace, SpaceError};

/// Every pair of a granularity of `data` and an architecture of `architecture`.
///
/// Read from TOML, with the paper's value for whatever is left out:
///
/// ```
/// use danas_space::{AudioSpace, SearchSpace};
///
/// let space = SearchSpace::<AudioSpace>::from_toml(r#"
///     [data]
///     sample_rates = [8000, 4000]
///     representations = ["mfcc"]
///     front_end = { seconds = 0.5, frame_length = 256, hop_length = 128 }
///
///     [architecture]
///     filters = [2, 4, 8]
///     max_depth = 2
/// "#)?;
/// assert_eq!(space.cardinality(), Some(2 * (12 + 12 * 12)));
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[serde(bound(deserialize = "D: Default + Deserialize<'de>"))]
pub struct SearchSpace<D = AudioSpace> {
    /// The granularities.
    pub data: D,
    /// The architectures.
    pub architecture: ArchitectureSpace,
}

impl<D: Default> Default for SearchSpace<D> {
    /// The default granularities with the paper's architectures.
    fn default() -> Self {
        Self { data: D::default(), architecture: ArchitectureSpace::paper() }
    }
}

impl SearchSpace<AudioSpace> {
    /// The space of the paper's Table 1.
    #[must_use]
    pub fn paper() -> Self {
        Self { data: AudioSpace::paper(), architecture: ArchitectureSpace::paper() }
    }
}

impl<D> SearchSpace<D> {
    /// Joins a space of granularities with a space of architectures.
    #[must_use]
    pub const fn new(data: D, architecture: ArchitectureSpace) -> Self {
        Self { data, architecture }
    }

    /// Reads a space from TOML text.
    ///
    /// # Errors
    /// [`SpaceError::Toml`], whose source names the line and the unknown or illegal key.
    pub fn from_toml(text: &str) -> Result<Self, SpaceError>
    where
        D: Default + DeserializeOwned,
    {
        toml::from_str(text).map_err(SpaceError::Toml)
    }
}

impl<D: DataSpace> SearchSpace<D> {
    /// Whether the candidate belongs to this space. It may still be infeasible.
    #[must_use]
    pub fn contains(&self, candidate: &Candidate<D::Granularity>) -> bool {
        self.data.position(&candidate.granularity).is_some()
            && self.architecture.contains(&candidate.architecture)
    }

    /// The number of candidates; `None` where it exceeds a `u128`.
    #[must_use]
    pub fn cardinality(&self) -> Option<u128> {
        self.data
            .axes()
            .iter()
            .try_fold(self.architecture.cardinality()?, |n, axis| n.checked_mul(axis.len as u128))
    }
}

/// Refuses an axis that is empty or holds a value twice.
pub(crate) fn distinct<T: PartialEq + Debug>(
    axis: &'static str,
    values: &[T],
) -> Result<(), SpaceError> {
    if values.is_empty() {
        return Err(SpaceError::Empty { axis });
    }
    let repeated =
        values.iter().enumerate().find(|(index, value)| values[..*index].contains(value));
    match repeated {
        Some((_, value)) => Err(SpaceError::Duplicate { axis, value: format!("{value:?}") }),
        None => Ok(()),
    }
}
