//! Random streams, all of which come from the one seed of a search.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Stream that the strategy draws from.
const STRATEGY_STREAM: u64 = 0;
/// Stream whose number at position `n` is the seed of evaluation `n`.
const EVALUATION_STREAM: u64 = 1;
/// Number of ChaCha's 32-bit words in a 64-bit seed.
const WORDS_PER_SEED: u128 = 2;

/// Returns the random generator of the strategy.
pub(crate) fn strategy_rng(seed: u64) -> ChaCha8Rng {
    stream(seed, STRATEGY_STREAM)
}

/// Returns the seed of the evaluation with ask number `index`, in a search with the given `seed`.
///
/// The result depends on nothing else, so an evaluation can be repeated without its search.
///
/// ```
/// use danas_evo::evaluation_seed;
///
/// assert_eq!(evaluation_seed(7, 12), evaluation_seed(7, 12));
/// assert_ne!(evaluation_seed(7, 12), evaluation_seed(7, 13));
/// assert_ne!(evaluation_seed(7, 12), evaluation_seed(8, 12));
/// ```
#[must_use]
pub fn evaluation_seed(seed: u64, index: usize) -> u64 {
    let mut rng = stream(seed, EVALUATION_STREAM);
    rng.set_word_pos(index as u128 * WORDS_PER_SEED);
    rng.next_u64()
}

fn stream(seed: u64, stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    rng
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evaluation_seeds_are_the_numbers_of_one_stream() {
        let mut rng = stream(3, EVALUATION_STREAM);
        for index in 0..100 {
            assert_eq!(evaluation_seed(3, index), rng.next_u64());
        }
    }

    /// These numbers must never change, so that old searches stay repeatable.
    #[test]
    fn the_streams_are_pinned() {
        assert_eq!(strategy_rng(0).next_u64(), 13_080_132_717_333_068_652);
        let seeds = [evaluation_seed(0, 0), evaluation_seed(0, 1)];
        assert_eq!(seeds, [13_937_087_304_575_520_531, 13_615_851_043_850_391_654]);
    }
}
