//! The replacement of a repeated proposal by a new genome.

use crate::{context::Context, variation::Genome};

/// Number of mutations in a row, beginning at a repeated proposal, before the walk restarts from a
/// fresh sample.
const WALK_LENGTH: usize = 20;
/// Number of draws after which a space counts as practically exhausted. This many draws find the
/// last genomes of a tiny space. In a large space the first draw succeeds.
pub(crate) const REPLACEMENT_DRAWS: usize = 10_000;

/// Finds a genome that was never asked for. Walks from the repeated genome by random mutations, and
/// restarts from a fresh sample every [`WALK_LENGTH`] draws. Returns `None` after
/// [`REPLACEMENT_DRAWS`] draws.
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
