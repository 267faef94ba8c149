//! Genomes that tell their ancestry, in searches that are told what they are to hear.

use std::cell::Cell;
use std::time::Duration;

use danas_evo::rand::Rng;
use danas_evo::{Ask, AskTell, Duplicates, Job, Objective, Scores, Strategy, Variation, Verdict};

use crate::problem::Genome;

/// Genomes that tell their ancestry: new ones are a serial number, a mutation appends one, and a
/// crossover joins its parents by a 0 and appends one.
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

/// A search by one score, to be maximised, whose first genome is 100.
pub(crate) fn ancestry(strategy: impl Strategy<Genome> + 'static) -> Core {
    let objectives = [Objective::maximise("score")];
    let variation = Ancestry { serial: Cell::new(100) };
    AskTell::new(variation, strategy, &objectives, Duplicates::Reuse, 1).unwrap()
}

/// Asks for one candidate.
pub(crate) fn ask(core: &mut Core) -> Option<Job<Genome>> {
    match core.ask() {
        Ask::Evaluate(job) => Some(job),
        Ask::Wait => None,
        other => panic!("{other:?}"),
    }
}

/// Tells a score for each job, `None` for an infeasible one, and commits.
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

/// The genomes the mutations were made of.
pub(crate) fn parents(jobs: &[Job<Genome>]) -> Vec<&[u8]> {
    jobs.iter().map(|job| &job.genome[..job.genome.len() - 1]).collect()
}
