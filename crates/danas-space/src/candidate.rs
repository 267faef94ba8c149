//! A point of the search space.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Architecture, AudioGranularity, AugmentationStrength, Granularity, Infeasible, Network,
};

/// A data granularity and an architecture: what a data aware search chooses together; and how strongly its
/// training alters the examples, where a space leaves that open.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Candidate<G = AudioGranularity> {
    /// How the data is given to the network.
    pub granularity: G,
    /// The network's layers.
    pub architecture: Architecture,
    /// How strongly its training alters the examples.
    #[serde(default, skip_serializing_if = "AugmentationStrength::is_full")]
    pub augmentation: AugmentationStrength,
}

impl<G> Candidate<G> {
    /// A candidate that is trained with [full](AugmentationStrength::FULL) augmentation.
    #[must_use]
    pub const fn new(granularity: G, architecture: Architecture) -> Self {
        Self { granularity, architecture, augmentation: AugmentationStrength::FULL }
    }
}

impl<G: Granularity> Candidate<G> {
    /// The candidate's network for `classes` classes.
    ///
    /// # Errors
    /// [`Infeasible`] where the architecture does not fit the granularity's input.
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
