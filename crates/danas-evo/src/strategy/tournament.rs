//! Tournament selection without replacement: everyone plays once.

use std::cmp::Ordering;

use rand::Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

/// The order in which a population is cut into tournaments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TournamentOrder {
    /// Drawn anew for every generation.
    #[default]
    Shuffled,
    /// As the members stand: survivors first, then the offspring in ask order. So did the paper's
    /// experiments; survivors then play against survivors.
    AsTheyStand,
}

/// Cuts `contestants` into `n_tournaments` of sizes that differ by at most one, the larger ones
/// first, and returns the winner of each. The earlier contestant wins a tie; with fewer contestants
/// than tournaments each of them wins.
pub(crate) fn winners(
    mut contestants: Vec<usize>,
    n_tournaments: usize,
    order: TournamentOrder,
    compare: impl Fn(usize, usize) -> Ordering,
    rng: &mut dyn Rng,
) -> Vec<usize> {
    if order == TournamentOrder::Shuffled {
        contestants.shuffle(rng);
    }
    let n_tournaments = n_tournaments.min(contestants.len());
    let mut rest = &contestants[..];
    let mut winners = Vec::with_capacity(n_tournaments);
    for left in (1..=n_tournaments).rev() {
        let (tournament, others) = rest.split_at(rest.len().div_ceil(left));
        rest = others;
        let fitter =
            |best, next| if compare(next, best) == Ordering::Greater { next } else { best };
        winners.extend(tournament.iter().copied().reduce(fitter));
    }
    winners
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::seeds::strategy_rng;

    fn play(fitness: &[u8], n_tournaments: usize, order: TournamentOrder) -> Vec<usize> {
        let compare = |i: usize, j: usize| fitness[i].cmp(&fitness[j]);
        winners((0..fitness.len()).collect(), n_tournaments, order, compare, &mut strategy_rng(1))
    }

    #[test]
    fn neighbours_play_as_they_stand() {
        let fitness = [1, 2, 9, 8, 5, 5, 0, 7, 3, 4];
        assert_eq!(play(&fitness, 5, TournamentOrder::AsTheyStand), [1, 2, 4, 7, 9]);
    }

    #[test]
    fn uneven_tournaments_are_larger_first() {
        // {0, 1, 2} {3, 4} {5, 6}
        assert_eq!(play(&[0, 0, 1, 0, 1, 1, 0], 3, TournamentOrder::AsTheyStand), [2, 4, 5]);
    }

    #[test]
    fn nobody_loses_when_tournaments_are_many() {
        assert_eq!(play(&[3, 1, 2], 5, TournamentOrder::AsTheyStand), [0, 1, 2]);
        assert!(play(&[], 5, TournamentOrder::Shuffled).is_empty());
    }

    proptest! {
        #[test]
        fn the_fittest_always_survives(
            fitness in prop::collection::vec(0_u8..20, 1..30),
            n_tournaments in 1_usize..12,
        ) {
            let winners = play(&fitness, n_tournaments, TournamentOrder::Shuffled);
            prop_assert_eq!(winners.len(), n_tournaments.min(fitness.len()));
            let best = fitness.iter().max().unwrap();
            prop_assert!(winners.iter().any(|&i| &fitness[i] == best));
        }
    }
}
