//! Candidates that come up more than once.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{Context, Genome};

/// What a search does when its strategy proposes a candidate again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// No genome is asked for twice: a repeated proposal is replaced by a new genome near it. When
    /// none is left, or none can be found, the search ends.
    #[default]
    Avoid,
    /// A repeated proposal is not evaluated: it takes over the verdict of the first, and counts as
    /// an evaluation. The paper's experiments count repeats too (but evaluated each of them anew).
    Reuse,
}

/// Mutations in a row from a repeated proposal, before the walk starts again from a fresh sample.
const WALK_LENGTH: usize = 20;
/// Genomes drawn before a space counts as practically exhausted. At the end of a search over a tiny
/// space this finds the last genomes; in a large space the first draw succeeds.
pub(crate) const REPLACEMENT_DRAWS: usize = 10_000;

/// Finds a genome that was never asked for: on a random walk of mutations from the repeated one,
/// starting again from a sample now and then. `None` after [`REPLACEMENT_DRAWS`].
pub(crate) fn replacement<G: Genome>(repeated: G, context: &mut Context<'_, G>) -> Option<G> {
    let mut walker = repeated;
    for draw in 1..=REPLACEMENT_DRAWS {
        let step = if draw % WALK_LENGTH == 0 { None } else { context.mutate(&walker) };
        walker = step.unwrap_or_else(|| context.sample());
        if context.is_new(&walker) {
            return Some(walker);
        }
    }
    None
}

/// Every genome asked for, with its first ask number.
#[derive(Debug)]
pub(crate) struct Ledger<G> {
    first_asked: HashMap<G, usize>,
}

impl<G: Genome> Ledger<G> {
    pub(crate) fn new() -> Self {
        Self { first_asked: HashMap::new() }
    }

    /// Notes that `genome` was asked for as number `index`, unless it is known.
    pub(crate) fn note(&mut self, genome: &G, index: usize) {
        if !self.first_asked.contains_key(genome) {
            self.first_asked.insert(genome.clone(), index);
        }
    }

    pub(crate) fn first_asked(&self, genome: &G) -> Option<usize> {
        self.first_asked.get(genome).copied()
    }

    /// The number of different genomes.
    pub(crate) fn len(&self) -> usize {
        self.first_asked.len()
    }
}
