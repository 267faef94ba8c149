//! The joint space of granularities and architectures.

use std::fmt::{self, Debug};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    ArchitectureSpace, AudioSpace, AugmentationStrengths, Candidate, DataSpace, SpaceError,
};

/// Every pair of a granularity of `data` and an architecture of `architecture`, with every strength of
/// `augmentation`.
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
///
/// How strongly training alters the examples is an axis where there are several strengths, in percent of what the
/// settings of the training say:
///
/// ```
/// use danas_space::SearchSpace;
///
/// let space: SearchSpace = SearchSpace::from_toml("augmentation = [0, 50, 100]")?;
/// assert_eq!(space.cardinality(), SearchSpace::paper().cardinality().map(|it| 3 * it));
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[serde(bound(deserialize = "D: Default + Deserialize<'de>"))]
pub struct SearchSpace<D = AudioSpace> {
    /// The granularities.
    pub data: D,
    /// The architectures.
    pub architecture: ArchitectureSpace,
    /// How strongly training alters the examples; as its settings say, by default.
    #[serde(skip_serializing_if = "AugmentationStrengths::is_default")]
    pub augmentation: AugmentationStrengths,
}

/// Shows what a space without the axis has always shown: journals compare this text.
impl<D: Debug> Debug for SearchSpace<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SearchSpace");
        shown.field("data", &self.data).field("architecture", &self.architecture);
        if !self.augmentation.is_default() {
            shown.field("augmentation", &self.augmentation.values());
        }
        shown.finish()
    }
}

impl<D: Default> Default for SearchSpace<D> {
    /// The default granularities with the paper's architectures.
    fn default() -> Self {
        Self::new(D::default(), ArchitectureSpace::paper())
    }
}

impl SearchSpace<AudioSpace> {
    /// The space of the paper's Table 1.
    #[must_use]
    pub fn paper() -> Self {
        Self::new(AudioSpace::paper(), ArchitectureSpace::paper())
    }
}

impl<D> SearchSpace<D> {
    /// Joins a space of granularities with a space of architectures; training alters the examples as its settings
    /// say.
    #[must_use]
    pub fn new(data: D, architecture: ArchitectureSpace) -> Self {
        Self { data, architecture, augmentation: AugmentationStrengths::default() }
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
            && self.augmentation.values().contains(&candidate.augmentation)
    }

    /// The number of candidates; `None` where it exceeds a `u128`.
    #[must_use]
    pub fn cardinality(&self) -> Option<u128> {
        let axes = self.data.axes();
        let lens = axes.iter().map(|axis| axis.len).chain([self.augmentation.values().len()]);
        lens.into_iter()
            .try_fold(self.architecture.cardinality()?, |n, len| n.checked_mul(len as u128))
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
