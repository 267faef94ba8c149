//! Candidates: the points of a search space.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    architecture::Architecture, audio::AudioGranularity, augmentation::AugmentationStrength,
    data_space::Granularity, error::SpaceError, infeasible::Infeasible, network::Network,
};

/// A data granularity and an architecture, which a data aware search chooses together. The strength
/// of augmentation in training is chosen with them if the space has several.
///
/// As text, it is the granularity, a comma, and the architecture, followed by the strength of
/// augmentation unless that is 100 %. The text of an [`AudioGranularity`] leaves out some of its
/// settings; [`SearchSpace::parse`](crate::SearchSpace::parse) knows them.
///
/// ```
/// use danas_space::{AudioGranularity, Candidate};
///
/// let text = "16000 Hz mel-spectrogram pcen, 24xHx3/2R max1x2 gap > 40, augmentation 50 %";
/// let candidate: Candidate<AudioGranularity> = text.parse()?;
/// assert_eq!(candidate.architecture.dense_width(), 40);
/// assert_eq!(candidate.to_string(), text);
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Candidate<G = AudioGranularity> {
    /// Form in which the network receives the data.
    pub granularity: G,
    /// Layers of the network.
    pub architecture: Architecture,
    /// Strength of augmentation in the training of the network.
    #[serde(default, skip_serializing_if = "AugmentationStrength::is_full")]
    pub augmentation: AugmentationStrength,
}

impl<G> Candidate<G> {
    /// Creates a candidate that is trained with [full](AugmentationStrength::FULL) augmentation.
    #[must_use]
    pub const fn new(granularity: G, architecture: Architecture) -> Self {
        Self { granularity, architecture, augmentation: AugmentationStrength::FULL }
    }
}

impl<G: Granularity> Candidate<G> {
    /// Returns the candidate's network for `classes` classes.
    ///
    /// # Errors
    /// [`Infeasible`] if the granularity cannot give an example, or if the architecture does not
    /// fit its input shape.
    pub fn network(&self, classes: usize) -> Result<Network, Infeasible> {
        Network::new(self.granularity.input_shape()?, &self.architecture, classes)
    }
}

impl<G: fmt::Display> fmt::Display for Candidate<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.granularity, self.architecture)?;
        if !self.augmentation.is_full() {
            write!(f, ", augmentation {}", self.augmentation)?;
        }
        Ok(())
    }
}

/// The parts of a candidate's text.
pub(crate) struct CandidateText<'a> {
    pub(crate) granularity: &'a str,
    architecture: &'a str,
    augmentation: AugmentationStrength,
}

impl<'a> CandidateText<'a> {
    pub(crate) fn new(text: &'a str) -> Result<Self, SpaceError> {
        let illegal = || SpaceError::Candidate { text: text.to_owned() };
        let (granularity, rest) = text.split_once(',').ok_or_else(illegal)?;
        let (architecture, augmentation) = match rest.split_once(", augmentation") {
            None => (rest, AugmentationStrength::FULL),
            Some((architecture, strength)) => {
                let percent = strength.trim().strip_suffix('%').map(str::trim_end);
                let percent = percent.and_then(|it| it.parse().ok()).ok_or_else(illegal)?;
                (architecture, AugmentationStrength::new(percent)?)
            }
        };
        Ok(Self { granularity: granularity.trim(), architecture, augmentation })
    }

    /// Returns the candidate with this granularity.
    pub(crate) fn candidate<G>(&self, granularity: G) -> Result<Candidate<G>, SpaceError> {
        let candidate = Candidate::new(granularity, self.architecture.parse()?);
        Ok(Candidate { augmentation: self.augmentation, ..candidate })
    }
}

impl<G: FromStr<Err = SpaceError>> FromStr for Candidate<G> {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let text = CandidateText::new(text)?;
        text.candidate(text.granularity.parse()?)
    }
}
