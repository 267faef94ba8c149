//! The core of a search, without an evaluator: ask, tell and commit.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;

use crate::forecast::Forecast;
use crate::journal::{OBJECTIVES, objectives_text};
use crate::known_genomes::KnownGenomes;
use crate::replacement::replacement;
use crate::seeds::strategy_rng;
use crate::variation::tells_genes;
use crate::{
    archive::ParetoArchive,
    context::Context,
    duplicates::Duplicates,
    error::{SettingsError, TellError},
    halving::{Rungs, SuccessiveHalving},
    objective::Objective,
    outcome::{Outcome, StopReason},
    prospect::{Interest, Prospect},
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

/// The answer to [`AskTell::ask`].
#[derive(Debug, Clone, PartialEq)]
pub enum Ask<G> {
    /// Evaluate this candidate, and tell its result.
    Evaluate(Job<G>),
    /// The candidate repeats an earlier one. There is nothing to evaluate or tell.
    Repeat {
        /// Ask number of the repeat.
        index: usize,
        /// Ask number of the candidate that it repeats.
        original: usize,
    },
    /// The verdict is known already: the candidate is infeasible or skipped. There is nothing to
    /// evaluate or tell.
    Settled {
        /// Ask number of the candidate.
        index: usize,
    },
    /// The strategy needs outstanding results first. Tell and commit one, then ask again.
    Wait,
    /// There is nothing more to ask for. Outstanding results can still be told and committed.
    Over(StopReason),
}

/// A candidate to evaluate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Job<G> {
    /// Ask number.
    pub index: usize,
    /// Genome of the candidate.
    pub genome: G,
    /// Seed for the evaluation.
    pub seed: u64,
    /// Scores of earlier candidates at each rung ([`Task::rungs`](crate::Task::rungs)).
    pub rungs: Option<Arc<Rungs>>,
}

/// A candidate that was asked for but not committed.
#[derive(Debug)]
struct Outstanding<G, D> {
    genome: G,
    seed: u64,
    /// Ask number of the first candidate with the same genome, if this one is a repeat.
    repeats: Option<usize>,
    state: State<D>,
}

#[derive(Debug)]
enum State<D> {
    Running,
    Told(Verdict<D>, Duration),
    /// Repeat of the candidate with this ask number, which is committed earlier.
    Repeat(usize),
}

impl<G: Genome, D: Clone, V: Variation<G>> AskTell<G, D, V> {
    /// Creates a search.
    ///
    /// # Errors
    /// [`SettingsError`] if there are no objectives, if two of them share a name, or if the strategy
    /// refuses the objectives or the space.
    pub fn new(
        variation: V,
        strategy: impl Strategy<G> + 'static,
        objectives: &[Objective],
        duplicates: Duplicates,
        seed: u64,
    ) -> Result<Self, SettingsError> {
        if objectives.is_empty() {
            return Err(SettingsError::NoObjectives);
        }
        let mut names = HashSet::new();
        if let Some(twin) = objectives.iter().find(|objective| !names.insert(&objective.name)) {
            return Err(SettingsError::DuplicateObjective { name: twin.name.clone() });
        }
        strategy.check(objectives)?;
        if strategy.needs_genes() && !tells_genes(&variation) {
            return Err(SettingsError::NoGenes);
        }

        let objectives: Arc<[Objective]> = objectives.into();
        Ok(Self {
            variation,
            strategy: Box::new(strategy),
            given: VecDeque::new(),
            front: ParetoArchive::new(Arc::clone(&objectives)),
            forecast: Forecast::new(Arc::clone(&objectives)),
            objectives,
            duplicates,
            lazy: true,
            seed,
            rng: strategy_rng(seed),
            known_genomes: KnownGenomes::new(),
            outstanding: VecDeque::new(),
            records: Vec::new(),
            rungs: None,
            over: None,
        })
    }

    /// Sets whether to skip evaluations that provably change nothing; see
    /// [`SearchBuilder::lazy`](crate::SearchBuilder::lazy). Default: yes.
    #[must_use]
    pub fn lazy(self, lazy: bool) -> Self {
        Self { lazy, ..self }
    }

    /// Ends evaluations early if they fall behind; see
    /// [`SearchBuilder::halving`](crate::SearchBuilder::halving). Default: no evaluation ends
    /// early.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting that is out of its range.
    pub fn halving(mut self, halving: SuccessiveHalving) -> Result<Self, SettingsError> {
        halving.check()?;
        self.rungs = Some(Arc::new(Rungs::new(halving, Arc::clone(&self.objectives))));
        Ok(self)
    }

    /// Adds candidates to ask for before any others; see
    /// [`SearchBuilder::start_with`](crate::SearchBuilder::start_with). Default: none.
    #[must_use]
    pub fn start_with(mut self, genomes: impl IntoIterator<Item = G>) -> Self {
        self.given.extend(genomes);
        self
    }

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
            is_dominated: &|prospect| better_than(&self.front, prospect).is_some(),
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
        let better = better_than(&self.front, &prospect).map(|record| record.index);
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
            Some(position) => self.outstanding.get(position).and_then(|it| match &it.state {
                State::Told(verdict, _) => Some(verdict),
                State::Running | State::Repeat(_) => None,
            }),
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
        let reason = format!("evaluation {better} dominates the best this candidate could achieve");
        Some(Verdict::Skipped { reason })
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
        let expected = index
            .checked_sub(self.records.len())
            .and_then(|position| self.outstanding.get_mut(position))
            .filter(|candidate| matches!(candidate.state, State::Running))
            .ok_or(TellError::Unexpected { index })?;
        for scores in verdict.scores().into_iter().chain(verdict.rungs()) {
            scores.check(&self.objectives).map_err(|source| TellError::Scores { index, source })?;
        }
        expected.state = State::Told(verdict, elapsed);
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
        let record = Arc::new(self.record(self.records.len(), candidate)?);
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
            .filter_map(|(candidate, index)| self.record(index, candidate).map(Arc::new))
            .collect();
        Outcome { records: self.records, front: self.front, stop, uncommitted }
    }

    /// Returns the record of a candidate, or `None` while it is being evaluated.
    fn record(&self, index: usize, candidate: Outstanding<G, D>) -> Option<Record<G, D>> {
        let Outstanding { genome, seed, repeats, state } = candidate;
        let (verdict, elapsed) = match state {
            State::Running => return None,
            State::Told(verdict, elapsed) => (verdict, elapsed),
            State::Repeat(judged) => (self.records.get(judged)?.verdict.clone(), Duration::ZERO),
        };
        Some(Record { index, genome, seed, verdict, elapsed, repeats })
    }
}

/// Returns a member of the front that dominates the best possible outcome of a candidate, if any.
///
/// Such a member dominates every possible outcome. It stays on the front for good, or is replaced
/// by a member that dominates it. Results that are not yet committed do not count, so the answer
/// does not depend on which evaluation finishes first.
fn better_than<'f, G, D>(
    front: &'f ParetoArchive<G, D>,
    prospect: &Prospect,
) -> Option<&'f Arc<Record<G, D>>> {
    let best = prospect.best()?;
    best.check(front.objectives()).ok()?;
    front.dominating(&best.costs(front.objectives()))
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

    /// Returns the candidates that are still to be asked for before the strategy is asked.
    pub(crate) fn given(&self) -> impl Iterator<Item = &G> {
        self.given.iter()
    }

    /// Returns the settings that the course of the search depends on, except the space and the
    /// evaluator.
    pub(crate) fn settings(&self) -> Vec<(String, String)> {
        let settings = [
            (OBJECTIVES, objectives_text(&self.objectives)),
            ("strategy", self.strategy.describe()),
            ("duplicates", format!("{:?}", self.duplicates)),
            ("lazy", self.lazy.to_string()),
            ("seed", self.seed.to_string()),
        ];
        let halving = self.rungs.as_ref().map(|rungs| format!("{:?}", rungs.halving()));
        let settings = settings.into_iter().chain(halving.map(|halving| ("halving", halving)));
        settings.map(|(name, value)| (name.to_owned(), value)).collect()
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
