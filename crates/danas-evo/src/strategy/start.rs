//! How a first population is drawn.

use serde::{Deserialize, Serialize};

use crate::{Context, Genome};

/// How the first population is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// From the smallest genomes, to grow from there
    /// ([`Variation::trivial`](crate::Variation::trivial)).
    #[default]
    Trivial,
    /// From the whole space ([`Variation::sample`](crate::Variation::sample)).
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
