//! Tournament selection without replacement, in which everyone plays once.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// The order in which a population is divided into tournaments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TournamentOrder {
    /// Drawn anew for every generation.
    #[default]
    Shuffled,
    /// Survivors first, then the offspring in ask order, as in the paper's experiments. Survivors
    /// then play against survivors.
    AsTheyStand,
}

/// Divides contestants into `n_tournaments` whose sizes differ by at most one, the larger ones
/// first. With fewer contestants than tournaments, there are fewer tournaments.
pub(crate) fn tournaments(
    contestants: &[usize],
    n_tournaments: usize,
) -> impl Iterator<Item = &[usize]> {
    let n_tournaments = n_tournaments.min(contestants.len());
    let mut rest = contestants;
    (1..=n_tournaments).rev().map(move |left| {
        let (tournament, others) = rest.split_at(rest.len().div_ceil(left));
        rest = others;
        tournament
    })
}

/// Returns the fittest of a tournament, or the earlier of equals.
pub(crate) fn winner(
    tournament: &[usize],
    compare: impl Fn(usize, usize) -> Ordering,
) -> Option<usize> {
    let fitter = |best, next| if compare(next, best) == Ordering::Greater { next } else { best };
    tournament.iter().copied().reduce(fitter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn play(fitness: &[u8], n_tournaments: usize) -> Vec<usize> {
        let everyone: Vec<_> = (0..fitness.len()).collect();
        let compare = |i: usize, j: usize| fitness[i].cmp(&fitness[j]);
        tournaments(&everyone, n_tournaments).filter_map(|it| winner(it, compare)).collect()
    }

    #[test]
    fn neighbours_play() {
        assert_eq!(play(&[1, 2, 9, 8, 5, 5, 0, 7, 3, 4], 5), [1, 2, 4, 7, 9]);
    }

    #[test]
    fn uneven_tournaments_are_larger_first() {
        // {0, 1, 2} {3, 4} {5, 6}
        assert_eq!(play(&[0, 0, 1, 0, 1, 1, 0], 3), [2, 4, 5]);
    }

    #[test]
    fn nobody_loses_when_tournaments_are_many() {
        assert_eq!(play(&[3, 1, 2], 5), [0, 1, 2]);
        assert!(play(&[], 5).is_empty());
    }

    proptest! {
        #[test]
        fn the_fittest_always_survives(
            fitness in prop::collection::vec(0_u8..20, 1..30),
            n_tournaments in 1_usize..12,
        ) {
            let winners = play(&fitness, n_tournaments);
            prop_assert_eq!(winners.len(), n_tournaments.min(fitness.len()));
            let best = fitness.iter().max().unwrap();
            prop_assert!(winners.iter().any(|&i| &fitness[i] == best));
        }
    }
}
