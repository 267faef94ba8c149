//! Seeds of trainings, derived from the seed of an evaluation.

use std::iter;

use rand::Rng;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// Streams of the generator. Trainings draw from other streams.
const TRAINING: u64 = 0x7a1e;
const TEST: u64 = 0x7e57;
const CONFIRMATION: u64 = 0xc0f1;

/// Returns the seeds of the trainings that a candidate is judged by. The first one is the seed of
/// the evaluation itself.
pub(crate) fn of_trainings(seed: u64) -> impl Iterator<Item = u64> {
    iter::once(seed).chain(stream(seed, TRAINING))
}

/// Returns the seeds of the trainings that confirm a member of the front.
pub(crate) fn of_confirmations(seed: u64) -> impl Iterator<Item = u64> {
    stream(seed, CONFIRMATION)
}

/// Returns the seeds of a member's trainings for the test part, which the search never uses.
pub(crate) fn of_tests(seed: u64) -> impl Iterator<Item = u64> {
    stream(seed, TEST)
}

fn stream(seed: u64, stream: u64) -> impl Iterator<Item = u64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    iter::repeat_with(move || rng.next_u64())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn seeds_are_fresh_and_those_of_their_evaluation() {
        let seeds = |seed| of_trainings(seed).take(3).chain(of_tests(seed).take(3));
        assert_eq!(seeds(7).collect::<Vec<_>>(), seeds(7).collect::<Vec<_>>());
        assert_eq!(seeds(7).next(), Some(7));
        assert_eq!(seeds(7).chain(seeds(8)).collect::<HashSet<_>>().len(), 12);
    }
}
