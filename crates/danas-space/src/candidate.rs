//! Candidates: the points of a search space.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    architecture::Architecture, audio::AudioGranularity, augmentation::AugmentationStrength,
    data_space::Granularity, infeasible::Infeasible, network::Network,
};

/// A data granularity and an architecture, which a data aware search chooses together. The strength
/// of augmentation in training is chosen with them if the space has several.
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
