//! Genomes that show their ancestry, in searches whose results the tests choose.

use std::cell::Cell;
use std::time::Duration;

use danas_evo::rand::Rng;
use danas_evo::{Ask, AskTell, Duplicates, Job, Objective, Scores, Strategy, Variation, Verdict};

use crate::problem::Genome;

/// Operators over genomes that show their ancestry. A new genome is a serial number. A mutation
/// appends a serial number. A crossover joins its parents with a 0 in between and appends a serial
/// number.
pub(crate) struct Ancestry {
    serial: Cell<u8>,
}

impl Ancestry {
    fn next(&self) -> u8 {
        self.serial.replace(self.serial.get() + 1)
    }
}

impl Variation<Genome> for Ancestry {
    fn sample(&self, _rng: &mut dyn Rng) -> Genome {
        vec![self.next()]
    }

    fn mutate(&self, parent: &Genome, _rng: &mut dyn Rng) -> Option<Genome> {
        Some(parent.iter().copied().chain([self.next()]).collect())
    }

    fn crossover(&self, left: &Genome, right: &Genome, _rng: &mut dyn Rng) -> Genome {
        left.iter().chain(&[0]).chain(right).copied().chain([self.next()]).collect()
    }
}

pub(crate) type Core = AskTell<Genome, (), Ancestry>;

/// Creates a search for the largest score, whose first genome is 100.
pub(crate) fn ancestry(strategy: impl Strategy<Genome> + 'static) -> Core {
    let objectives = [Objective::maximise("score")];
    let variation = Ancestry { serial: Cell::new(100) };
    AskTell::new(variation, strategy, &objectives, Duplicates::Reuse, 1).unwrap()
}

/// Asks for one candidate. Returns `None` if the strategy waits.
pub(crate) fn ask(core: &mut Core) -> Option<Job<Genome>> {
    match core.ask() {
        Ask::Evaluate(job) => Some(job),
        Ask::Wait => None,
        other => panic!("{other:?}"),
    }
}

/// Tells a score for each job, or `None` for an infeasible candidate, and commits the results.
pub(crate) fn tell(core: &mut Core, jobs: &[Job<Genome>], scores: &[Option<f64>]) {
    assert_eq!(jobs.len(), scores.len());
    for (job, score) in jobs.iter().zip(scores) {
        let verdict = match score {
            Some(score) => Verdict::feasible(Scores::new(core.objectives(), [*score]).unwrap(), ()),
            None => Verdict::infeasible("too deep"),
        };
        core.tell(job.index, verdict, Duration::ZERO).unwrap();
        core.commit().unwrap();
    }
}

pub(crate) fn genomes(jobs: &[Job<Genome>]) -> Vec<&[u8]> {
    jobs.iter().map(|job| &job.genome[..]).collect()
}

/// Returns the genomes that were mutated.
pub(crate) fn parents(jobs: &[Job<Genome>]) -> Vec<&[u8]> {
    jobs.iter().map(|job| &job.genome[..job.genome.len() - 1]).collect()
}
