//! The joint space of granularities and architectures.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    architecture_space::ArchitectureSpace,
    audio::AudioSpace,
    augmentation::AugmentationStrengths,
    candidate::{Candidate, CandidateText},
    data_space::DataSpace,
    error::SpaceError,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl<D> SearchSpace<D>
where
    D: DataSpace<Granularity: fmt::Display>,
{
    /// Parses the text of a candidate whose granularity is in this space, in the form in which a
    /// [`Candidate`] is displayed. The end of a granularity's text may be left out if only one
    /// granularity begins like that. The architecture need not be in the space.
    ///
    /// Unlike the parsing of a candidate alone, this knows those settings of a granularity that are
    /// not in its text, because they are the same in the whole space.
    ///
    /// ```
    /// use danas_space::SearchSpace;
    ///
    /// let space = SearchSpace::paper();
    /// let candidate = space.parse("1500 Hz mel-spectrogram, 16xHx3R gap > softmax")?;
    /// assert_eq!(candidate.granularity.sample_rate.get(), 1500);
    /// assert!(space.parse("1234 Hz mel-spectrogram, 2x3R").is_err());
    /// # Ok::<(), danas_space::SpaceError>(())
    /// ```
    ///
    /// # Errors
    /// [`SpaceError::Candidate`] for a text in another form, [`SpaceError::NotInSpace`] for a
    /// granularity that the space lacks or that is ambiguous, and errors of the architecture.
    pub fn parse(&self, text: &str) -> Result<Candidate<D::Granularity>, SpaceError> {
        let text = CandidateText::new(text)?;
        let wanted = text.granularity;
        let texts = || self.data.granularities().map(|it| (it.to_string(), it));
        let exact = texts().find(|(text, _)| text == wanted).map(|(_, it)| it);
        let granularity = exact.or_else(|| {
            let begins =
                |text: &str| text.strip_prefix(wanted).is_some_and(|it| it.starts_with(' '));
            let mut found = texts().filter(|(text, _)| begins(text)).map(|(_, it)| it);
            found.next().filter(|_| found.next().is_none())
        });
        let missing = || SpaceError::NotInSpace { text: wanted.to_owned() };
        text.candidate(granularity.ok_or_else(missing)?)
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
        let strengths = self.augmentation.values().len() as u128;
        self.architecture
            .cardinality()?
            .checked_mul(self.data.cardinality()?)?
            .checked_mul(strengths)
    }
}
