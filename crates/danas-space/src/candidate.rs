//! A point of the search space.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Architecture, AudioGranularity, Granularity, Infeasible, Network};

/// A data granularity and an architecture: what a data aware search chooses together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Candidate<G = AudioGranularity> {
    /// How the data is given to the network.
    pub granularity: G,
    /// The network's layers.
    pub architecture: Architecture,
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
        write!(f, "{}, {}", self.granularity, self.architecture)
    }
}
