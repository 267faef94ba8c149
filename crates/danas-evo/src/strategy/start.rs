//! The source of a first population.

use serde::{Deserialize, Serialize};

use crate::{context::Context, variation::Genome};

/// The source of the first population.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Start {
    /// The smallest genomes of the space, to grow from there
    /// ([`Variation::trivial`](crate::Variation::trivial)).
    #[default]
    Trivial,
    /// The whole space ([`Variation::sample`](crate::Variation::sample)).
    Random,
}

impl Start {
    pub(super) fn draw<G: Genome>(self, context: &mut Context<'_, G>) -> G {
        match self {
            Self::Trivial => context.trivial(),
            Self::Random => context.sample(),
        }
    }
}
