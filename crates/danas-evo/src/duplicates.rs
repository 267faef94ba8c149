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

/// Every genome asked for.
#[derive(Debug)]
pub(crate) struct Ledger<G> {
    entries: HashMap<G, Entry>,
}

/// Ask numbers of a genome.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// Of the first time.
    pub(crate) first: usize,
    /// Of the time whose verdict counts for repeats; later than the first one where that was skipped.
    pub(crate) judged: usize,
}

impl<G: Genome> Ledger<G> {
    pub(crate) fn new() -> Self {
        Self { entries: HashMap::new() }
    }

    /// Notes that `genome` is judged, or skipped, as number `index`.
    pub(crate) fn note(&mut self, genome: &G, index: usize) {
        match self.entries.get_mut(genome) {
            Some(entry) => entry.judged = index,
            None => {
                self.entries.insert(genome.clone(), Entry { first: index, judged: index });
            }
        }
    }

    pub(crate) fn entry(&self, genome: &G) -> Option<Entry> {
        self.entries.get(genome).copied()
    }

    /// The number of different genomes.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
