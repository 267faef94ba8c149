//! The core of a search, without an evaluator: ask, tell and commit.

mod settings;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;

use crate::forecast::Forecast;
use crate::known_genomes::KnownGenomes;
use crate::outstanding::{Outstanding, State};
use crate::replacement::replacement;
use crate::{
    archive::ParetoArchive,
    context::Context,
    duplicates::Duplicates,
    error::TellError,
    halving::Rungs,
    job::{Ask, Job},
    objective::Objective,
    outcome::{Outcome, StopReason},
    prospect::{Interest, Prospect},
    reason::Reason,
    record::Record,
    seeds::evaluation_seed,
    strategy::{Asked, Strategy, Trial},
    variation::{Genome, Variation},
    verdict::Verdict,
};

/// A search whose evaluations happen elsewhere: on other threads, on a cluster or by hand.
///
/// [Ask](Self::ask) for candidates, and [tell](Self::tell) their results in any order. Results are
/// [committed](Self::commit) in ask order, and the strategy and the archive see a result only then.
/// The course of the search therefore depends on the seed, and on *between which commits*
/// candidates are asked for. It never depends on which evaluation finishes first.
/// [`Search`](crate::Search) drives an `AskTell` with worker threads.
///
/// ```
/// use std::time::Duration;
/// use danas_evo::rand::{Rng, RngExt};
/// use danas_evo::{Ask, AskTell, Duplicates, Objective, RandomSearch, Scores, Variation, Verdict};
///
/// struct Die;
///
/// impl Variation<u8> for Die {
///     fn sample(&self, rng: &mut dyn Rng) -> u8 {
///         rng.random_range(1..=6)
///     }
///     fn mutate(&self, parent: &u8, rng: &mut dyn Rng) -> Option<u8> {
///         Some((parent - 1 + rng.random_range(1..6)) % 6 + 1)
///     }
///     fn crossover(&self, left: &u8, _right: &u8, _rng: &mut dyn Rng) -> u8 {
///         *left
///     }
///     fn cardinality(&self) -> Option<u128> {
///         Some(6)
///     }
/// }
///
/// let objectives = [Objective::maximise("pips")];
/// let mut search = AskTell::new(Die, RandomSearch, &objectives, Duplicates::Avoid, 1)?;
/// while let Ask::Evaluate(job) = search.ask() {
///     let scores = Scores::new(&objectives, [f64::from(job.genome)])?;
///     search.tell(job.index, Verdict::feasible(scores, ()), Duration::ZERO)?;
///     search.commit();
/// }
/// assert_eq!(search.records().len(), 6);
/// assert_eq!(search.front().iter().map(|record| record.genome).collect::<Vec<_>>(), [6]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AskTell<G, D, V> {
    variation: V,
    strategy: Box<dyn Strategy<G>>,
    /// Candidates to ask for before the strategy is asked.
    given: VecDeque<G>,
    objectives: Arc<[Objective]>,
    duplicates: Duplicates,
    lazy: bool,
    seed: u64,
    rng: ChaCha8Rng,
    known_genomes: KnownGenomes<G>,
    /// Candidates asked for but not committed, in ask order. The first has index `records.len()`.
    outstanding: VecDeque<Outstanding<G, D>>,
    records: Vec<Arc<Record<G, D>>>,
    front: ParetoArchive<G, D>,
    /// Scores of the committed candidates at each rung, if halving is on.
    rungs: Option<Arc<Rungs>>,
    forecast: Forecast,
    /// Reason why there is nothing more to ask for, once that is so.
    over: Option<StopReason>,
}

impl<G: Genome, D: Clone, V: Variation<G>> AskTell<G, D, V> {
    /// Asks for the next candidate, for a search that knows nothing about candidates before their
    /// evaluation. Once the answer is [`Ask::Over`], it stays so.
    pub fn ask(&mut self) -> Ask<G> {
        self.ask_with(|_| Prospect::Open)
    }

    /// Asks for the next candidate. `prospect` returns what is known about a candidate before its
    /// evaluation. Once the answer is [`Ask::Over`], it stays so.
    pub fn ask_with(&mut self, prospect: impl Fn(&G) -> Prospect) -> Ask<G> {
        let answer = match self.over {
            Some(reason) => Ask::Over(reason),
            None => match self.next_given() {
                Some(genome) => self.enter(genome, true, prospect),
                None => match self.propose(&prospect) {
                    Ok(genome) => self.enter(genome, false, prospect),
                    Err(instead) => instead,
                },
            },
        };
        if let Ask::Over(reason) = answer {
            self.over = Some(reason);
        }
        answer
    }

    /// Returns the next candidate to start with, if there is one. Leaves out repeats.
    fn next_given(&mut self) -> Option<G> {
        std::iter::from_fn(|| self.given.pop_front())
            .find(|genome| self.known_genomes.entry(genome).is_none())
    }

    /// Returns the next candidate of the strategy, or the answer to give if there is none.
    fn propose(&mut self, prospect: &dyn Fn(&G) -> Prospect) -> Result<G, Ask<G>> {
        if self.duplicates == Duplicates::Avoid
            && self
                .variation
                .cardinality()
                .is_some_and(|cardinality| self.known_genomes.len() as u128 >= cardinality)
        {
            return Err(Ask::Over(StopReason::SpaceExhausted));
        }
        let mut context = Context {
            variation: &self.variation,
            rng: &mut self.rng,
            objectives: &self.objectives,
            known_genomes: &self.known_genomes,
            duplicates: self.duplicates,
            prospect,
            is_dominated: &|prospect| self.front.better_than(prospect).is_some(),
        };
        let Some(proposal) = self.strategy.ask(&mut context) else {
            return Err(if self.outstanding.is_empty() {
                Ask::Over(StopReason::StrategyDone)
            } else {
                Ask::Wait
            });
        };
        if context.admits(&proposal) {
            return Ok(proposal);
        }
        replacement(proposal, &mut context).ok_or(Ask::Over(StopReason::NothingNew))
    }

    /// Registers a candidate, and decides whether it has to be evaluated.
    fn enter(
        &mut self,
        genome: G,
        is_given: bool,
        prospect: impl FnOnce(&G) -> Prospect,
    ) -> Ask<G> {
        let index = self.asked();
        let known = self.known_genomes.entry(&genome);
        let repeats = known.map(|known| known.first);
        let seed = evaluation_seed(self.seed, repeats.unwrap_or(index));
        let prospect = prospect(&genome);
        let better = self.front.better_than(&prospect).map(|record| record.index);
        let interest = self.strategy.asked(&Asked {
            index,
            genome: &genome,
            is_given,
            prospect: &prospect,
            is_dominated: better.is_some(),
            objectives: &self.objectives,
        });
        // A repeat of a candidate that was skipped is judged like a new one.
        let (state, answer) = match known.filter(|known| !self.is_skipped(known.judged)) {
            Some(known) => {
                (State::Repeat(known.judged), Ask::Repeat { index, original: known.first })
            }
            None => {
                self.known_genomes.note(&genome, index);
                match self.settled(prospect, better, interest) {
                    Some(verdict) => (State::Told(verdict, Duration::ZERO), Ask::Settled { index }),
                    None => {
                        let genome = genome.clone();
                        let rungs = self.rungs.clone();
                        (State::Running, Ask::Evaluate(Job { index, genome, seed, rungs }))
                    }
                }
            }
        };
        tracing::trace!(index, repeats, "asked");
        self.outstanding.push_back(Outstanding { genome, seed, repeats, state });
        answer
    }

    /// Returns whether the candidate with this ask number was skipped.
    fn is_skipped(&self, index: usize) -> bool {
        let verdict = match index.checked_sub(self.records.len()) {
            None => self.records.get(index).map(|record| &record.verdict),
            Some(position) => self.outstanding.get(position).and_then(Outstanding::verdict),
        };
        matches!(verdict, Some(Verdict::Skipped { .. }))
    }

    /// Returns the verdict on a candidate that need not be evaluated. `better` is the evaluation
    /// that dominates the best this candidate could achieve.
    fn settled(
        &self,
        prospect: Prospect,
        better: Option<usize>,
        interest: Interest,
    ) -> Option<Verdict<D>> {
        if let Prospect::Infeasible { reason } = prospect {
            return Some(Verdict::Infeasible { reason });
        }
        let better = better.filter(|_| self.lazy && interest == Interest::Nothing)?;
        let text = format!("evaluation {better} dominates the best this candidate could achieve");
        Some(Verdict::Skipped { reason: Reason::new("dominated", text) })
    }

    /// Accepts the result of a candidate. Results may arrive in any order.
    ///
    /// # Errors
    /// [`TellError`] if no result is expected for this candidate, or if its scores do not fit the
    /// objectives. The search is unchanged then.
    pub fn tell(
        &mut self,
        index: usize,
        verdict: Verdict<D>,
        elapsed: Duration,
    ) -> Result<(), TellError> {
        self.check(index, &verdict)?;
        let position = index.checked_sub(self.records.len());
        let expected = position.and_then(|position| self.outstanding.get_mut(position));
        expected.ok_or(TellError::Unexpected { index })?.state = State::Told(verdict, elapsed);
        Ok(())
    }

    /// Checks whether [`tell`](Self::tell) would accept a result.
    pub(crate) fn check(&self, index: usize, verdict: &Verdict<D>) -> Result<(), TellError> {
        let position = index.checked_sub(self.records.len());
        position
            .and_then(|position| self.outstanding.get(position))
            .filter(|candidate| matches!(candidate.state, State::Running))
            .ok_or(TellError::Unexpected { index })?;
        for scores in verdict.scores().into_iter().chain(verdict.rungs()) {
            scores.check(&self.objectives).map_err(|source| TellError::Scores { index, source })?;
        }
        Ok(())
    }

    /// Commits the next result in ask order: passes it to the strategy, the archive and the list of
    /// records. Returns `None` if that candidate is still being evaluated, or if none is
    /// outstanding.
    pub fn commit(&mut self) -> Option<Arc<Record<G, D>>> {
        if matches!(self.outstanding.front()?.state, State::Running) {
            return None;
        }
        let candidate = self.outstanding.pop_front()?;
        let record = Arc::new(candidate.record(self.records.len(), &self.records)?);
        let scores = self.forecast.scores(&record.verdict);
        self.strategy.tell(&Trial {
            index: record.index,
            genome: &record.genome,
            scores: scores.as_ref(),
            infeasible: matches!(record.verdict, Verdict::Infeasible { .. }),
        });
        if record.repeats.is_none() {
            self.forecast.learn(&record.verdict);
            if let Some(rungs) = &mut self.rungs {
                Arc::make_mut(rungs).note(record.verdict.rungs());
            }
        }
        let on_front = self.front.insert(Arc::clone(&record));
        self.records.push(Arc::clone(&record));
        tracing::debug!(
            index = record.index,
            feasible = record.verdict.is_feasible(),
            on_front,
            "committed"
        );
        Some(record)
    }

    /// Ends the search. Candidates that are still being evaluated are dropped.
    pub fn finish(mut self, stop: StopReason) -> Outcome<G, D> {
        let outstanding = std::mem::take(&mut self.outstanding);
        let first = self.records.len();
        let uncommitted = outstanding
            .into_iter()
            .zip(first..)
            .filter(|(candidate, _)| matches!(candidate.state, State::Told(..)))
            .filter_map(|(candidate, index)| candidate.record(index, &self.records))
            .map(Arc::new)
            .collect();
        Outcome { records: self.records, front: self.front, stop, uncommitted }
    }
}

impl<G, D, V> AskTell<G, D, V> {
    /// Returns the objectives that candidates are judged by.
    #[must_use]
    pub fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    /// Returns the committed records, in ask order.
    #[must_use]
    pub fn records(&self) -> &[Arc<Record<G, D>>] {
        &self.records
    }

    /// Returns the best compromises among the committed records.
    #[must_use]
    pub fn front(&self) -> &ParetoArchive<G, D> {
        &self.front
    }

    /// Returns the genome and the seed of a candidate that was asked for but not committed.
    pub(crate) fn candidate(&self, index: usize) -> Option<(&G, u64)> {
        let candidate = self.outstanding.get(index.checked_sub(self.records.len())?)?;
        Some((&candidate.genome, candidate.seed))
    }

    /// Returns the number of candidates asked for.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.records.len() + self.outstanding.len()
    }

    /// Returns the number of candidates asked for but not committed.
    #[must_use]
    pub fn outstanding(&self) -> usize {
        self.outstanding.len()
    }
}

impl<G, D, V> fmt::Debug for AskTell<G, D, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskTell")
            .field("objectives", &self.objectives)
            .field("duplicates", &self.duplicates)
            .field("seed", &self.seed)
            .field("committed", &self.records.len())
            .field("outstanding", &self.outstanding.len())
            .finish_non_exhaustive()
    }
}
