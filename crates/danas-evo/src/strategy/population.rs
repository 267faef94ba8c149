//! The population of a genetic algorithm, and the tournaments that reduce it.

use rand::Rng;
use rand::seq::SliceRandom;

use super::tournament::{tournaments, winner};
use crate::{
    objective::Objective,
    prospect::Prospect,
    scores::Scores,
    strategy::{Fitness, TournamentOrder, Trial},
};

/// The winners of the last selection, followed by those that joined since.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Population<G> {
    individuals: Vec<Individual<G>>,
    n_winners: usize,
    /// Number of individuals whose outcome is known. They all joined before the others.
    known: usize,
    /// Drawn tournaments; `None` until they are drawn.
    draw: Option<Draw>,
}

/// A member of a population.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Individual<G> {
    genome: G,
    standing: Standing,
}

#[derive(Debug, Clone, PartialEq)]
enum Standing {
    /// The outcome is unknown. If `may_leave`, the individual may turn out to be infeasible.
    Awaited { may_leave: bool },
    /// The individual has scores.
    Fit(Scores),
    /// The individual takes part, but loses to everyone with scores.
    Unfit,
    /// The individual is infeasible and does not take part.
    Left,
}

/// The division of a population into tournaments.
#[derive(Debug, Clone, PartialEq)]
enum Draw {
    /// All future members of the population, in the order that is divided. A member that leaves
    /// makes its own tournament smaller.
    Shuffled(Vec<usize>),
    /// Those who take part are divided in their present order, once this number of individuals has
    /// joined.
    AsTheyStand(usize),
}

impl<G> Default for Population<G> {
    fn default() -> Self {
        Self { individuals: Vec::new(), n_winners: 0, known: 0, draw: None }
    }
}

impl<G> Individual<G> {
    pub(super) const fn genome(&self) -> &G {
        &self.genome
    }

    const fn scores(&self) -> Option<&Scores> {
        match &self.standing {
            Standing::Fit(scores) => Some(scores),
            Standing::Awaited { .. } | Standing::Unfit | Standing::Left => None,
        }
    }
}

impl<G> Population<G> {
    /// Returns the winners of the last selection.
    pub(super) fn winners(&self) -> &[Individual<G>] {
        &self.individuals[..self.n_winners]
    }

    /// Returns the number of individuals: the winners and those that joined since.
    pub(super) const fn len(&self) -> usize {
        self.individuals.len()
    }

    /// Returns whether the outcome of any individual is unknown.
    pub(super) const fn is_awaited(&self) -> bool {
        self.known < self.individuals.len()
    }

    /// Returns whether the tournaments are drawn.
    pub(super) const fn is_drawn(&self) -> bool {
        self.draw.is_some()
    }

    /// Draws the tournaments of a population of `n_individuals`.
    pub(super) fn draw(&mut self, n_individuals: usize, order: TournamentOrder, rng: &mut dyn Rng) {
        self.draw = Some(match order {
            TournamentOrder::AsTheyStand => Draw::AsTheyStand(n_individuals),
            TournamentOrder::Shuffled => {
                let mut everyone: Vec<_> = (0..n_individuals).collect();
                everyone.shuffle(rng);
                Draw::Shuffled(everyone)
            }
        });
    }

    /// Adds an individual with an unknown outcome.
    pub(super) fn join(&mut self, genome: G, prospect: &Prospect) {
        let standing = match prospect {
            Prospect::Open => Standing::Awaited { may_leave: true },
            Prospect::Bounded { .. } => Standing::Awaited { may_leave: false },
            Prospect::Infeasible { .. } => Standing::Left,
        };
        self.individuals.push(Individual { genome, standing });
    }

    /// Sets the outcome of the first individual whose outcome is unknown.
    pub(super) fn learn(&mut self, trial: &Trial<'_, G>) {
        let Some(individual) = self.individuals.get_mut(self.known) else { return };
        self.known += 1;
        individual.standing = match (&individual.standing, trial.scores) {
            (Standing::Left, _) => Standing::Left,
            (Standing::Awaited { may_leave: true }, None) if trial.infeasible => Standing::Left,
            (_, Some(scores)) => Standing::Fit(scores.clone()),
            (_, None) => Standing::Unfit,
        };
    }

    /// Returns whether the newest individual is certain to lose its tournament to somebody with
    /// known scores, even if it had the score `best`.
    pub(super) fn newest_loses(
        &self,
        best: f64,
        score: impl Fn(&Scores) -> Option<f64>,
        n_tournaments: usize,
    ) -> bool {
        let Some(newest) = self.individuals.len().checked_sub(1) else { return false };
        let loses = |contestants: &[usize]| {
            let mut tournaments = tournaments(contestants, n_tournaments);
            let Some(mates) = tournaments.find(|mates| mates.contains(&newest)) else {
                return false;
            };
            let mut earlier = true;
            mates.iter().any(|&mate| {
                earlier &= mate != newest;
                let scores = self.individuals.get(mate).and_then(Individual::scores);
                // The earlier individual wins a tie.
                scores
                    .and_then(&score)
                    .is_some_and(|it| if earlier { it >= best } else { it > best })
            })
        };
        match &self.draw {
            None => false,
            Some(Draw::Shuffled(everyone)) => loses(everyone),
            Some(Draw::AsTheyStand(n_individuals)) => {
                // An individual that leaves moves others to different tournaments. The answer must
                // hold whoever leaves.
                let uncertain = Standing::Awaited { may_leave: true };
                if self.individuals.iter().any(|it| it.standing == uncertain) {
                    return false;
                }
                let sure = self.present();
                (newest + 1..=(*n_individuals).max(newest + 1)).all(|end| {
                    loses(&sure.iter().copied().chain(newest + 1..end).collect::<Vec<_>>())
                })
            }
        }
    }

    /// Reduces the population to the winners of its tournaments.
    pub(super) fn select(
        &mut self,
        fitness: &Fitness,
        objectives: &[Objective],
        n_tournaments: usize,
    ) {
        let fit: Vec<_> = self.individuals.iter().filter_map(Individual::scores).collect();
        let mut merits = fitness.merits(objectives, &fit).into_iter();
        let merits: Vec<_> = self
            .individuals
            .iter()
            .map(|individual| individual.scores().and_then(|_| merits.next()))
            .collect();
        let compare = |i: usize, j: usize| match (&merits[i], &merits[j]) {
            (Some(left), Some(right)) => left.compare(right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        };
        let contestants = match self.draw.take() {
            Some(Draw::Shuffled(everyone)) => {
                everyone.into_iter().filter(|&i| i < merits.len()).collect()
            }
            Some(Draw::AsTheyStand(_)) | None => self.present(),
        };
        let winners: Vec<_> = tournaments(&contestants, n_tournaments)
            .filter_map(|tournament| winner(tournament, compare))
            .filter(|&winner| merits[winner].is_some())
            .collect();
        let mut places: Vec<_> =
            std::mem::take(&mut self.individuals).into_iter().map(Some).collect();
        self.individuals = winners.into_iter().filter_map(|winner| places[winner].take()).collect();
        self.n_winners = self.individuals.len();
        self.known = self.n_winners;
    }

    /// Returns the positions of those who take part.
    fn present(&self) -> Vec<usize> {
        let takes_part = |&i: &usize| self.individuals[i].standing != Standing::Left;
        (0..self.individuals.len()).filter(takes_part).collect()
    }
}
