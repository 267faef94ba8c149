//! The joint space of granularities and architectures.

use std::fmt::{self, Debug};

use serde::{Deserialize, Serialize};

use crate::{
    architecture_space::ArchitectureSpace, audio::AudioSpace, augmentation::AugmentationStrengths,
    candidate::Candidate, data_space::DataSpace,
};

/// Space of all candidates: every granularity of `data`, with every architecture of `architecture`
/// and every strength of `augmentation`.
///
/// A space can be deserialised, for example from TOML. Keys that are left out keep the paper's
/// values:
///
/// ```
/// use danas_space::{AudioSpace, SearchSpace};
///
/// let space: SearchSpace<AudioSpace> = toml::from_str(r#"
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
/// # Ok::<(), toml::de::Error>(())
/// ```
///
/// If several strengths of augmentation are listed, the search chooses among them. They are
/// percentages of what the settings of the training say:
///
/// ```
/// use danas_space::SearchSpace;
///
/// let space: SearchSpace = toml::from_str("augmentation = [0, 50, 100]")?;
/// assert_eq!(space.cardinality(), SearchSpace::paper().cardinality().map(|it| 3 * it));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[serde(bound(deserialize = "D: Default + Deserialize<'de>"))]
pub struct SearchSpace<D = AudioSpace> {
    /// Granularities to choose from.
    pub data: D,
    /// Architectures to choose from.
    pub architecture: ArchitectureSpace,
    /// Strengths of augmentation in training to choose from. Default: 100 % alone, the settings of
    /// the training as they are.
    #[serde(skip_serializing_if = "AugmentationStrengths::is_default")]
    pub augmentation: AugmentationStrengths,
}

/// Leaves out `augmentation` if it has its default value. Journals compare this text, so it must
/// not change for spaces without the axis.
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
    /// Returns the default granularities with the paper's architectures.
    fn default() -> Self {
        Self::new(D::default(), ArchitectureSpace::paper())
    }
}

impl SearchSpace<AudioSpace> {
    /// Returns the space of the paper's Table 1.
    #[must_use]
    pub fn paper() -> Self {
        Self::new(AudioSpace::paper(), ArchitectureSpace::paper())
    }
}

impl<D> SearchSpace<D> {
    /// Combines a space of granularities with a space of architectures. The strength of
    /// augmentation is 100 %: training follows its settings as they are.
    #[must_use]
    pub fn new(data: D, architecture: ArchitectureSpace) -> Self {
        Self { data, architecture, augmentation: AugmentationStrengths::default() }
    }
}

impl<D: DataSpace> SearchSpace<D> {
    /// Returns whether the candidate belongs to this space. It may still be infeasible.
    #[must_use]
    pub fn contains(&self, candidate: &Candidate<D::Granularity>) -> bool {
        self.data.position(&candidate.granularity).is_some()
            && self.architecture.contains(&candidate.architecture)
            && self.augmentation.values().contains(&candidate.augmentation)
    }

    /// Returns the number of candidates, or `None` if it exceeds a `u128`.
    #[must_use]
    pub fn cardinality(&self) -> Option<u128> {
        let axes = self.data.axes();
        let lens = axes.iter().map(|axis| axis.len).chain([self.augmentation.values().len()]);
        lens.into_iter()
            .try_fold(self.architecture.cardinality()?, |n, len| n.checked_mul(len as u128))
    }
}
