//! The heart of a search, without an evaluator: ask, tell, commit.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;

use crate::duplicates::{Ledger, replacement};
use crate::forecast::Forecast;
use crate::journal::{OBJECTIVES, objectives_text};
use crate::seeds::strategy_rng;
use crate::variation::tells_genes;
use crate::{
    Asked, ConfigError, Context, Duplicates, Genome, Interest, Objective, Outcome, ParetoArchive,
    Prospect, Record, Rungs, StopReason, Strategy, SuccessiveHalving, TellError, Trial, Variation,
    Verdict, evaluation_seed,
};

/// A search whose evaluations happen elsewhere: on other threads, on a cluster, by hand.
///
/// Candidates are [asked](Self::ask) for and their results [told](Self::tell) in any order, but
/// [committed](Self::commit) in ask order: only then do strategy and archive see them. So the
/// course of the search depends on the seed and on *when between commits* candidates are asked for,
/// never on which evaluation happens to finish first. [`Search`](crate::Search) drives it with
/// worker threads.
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
    /// What is asked for before the strategy is.
    given: VecDeque<G>,
    objectives: Arc<[Objective]>,
    duplicates: Duplicates,
    lazy: bool,
    seed: u64,
    rng: ChaCha8Rng,
    ledger: Ledger<G>,
    /// Asked for and not committed, in ask order; the first has index `records.len()`.
    outstanding: VecDeque<Outstanding<G, D>>,
    records: Vec<Arc<Record<G, D>>>,
    front: ParetoArchive<G, D>,
    /// What the committed candidates had reached on their way.
    rungs: Option<Arc<Rungs>>,
    forecast: Forecast,
    /// Why there is nothing more to ask for, once there is not.
    over: Option<StopReason>,
}

/// The answer to [`AskTell::ask`].
#[derive(Debug, Clone, PartialEq)]
pub enum Ask<G> {
    /// Evaluate this candidate, and tell the result.
    Evaluate(Job<G>),
    /// A repeat of an earlier candidate: there is nothing to evaluate or tell.
    Repeat {
        /// The ask number of the repeat.
        index: usize,
        /// The ask number of the candidate it repeats.
        original: usize,
    },
    /// What becomes of the candidate is known: it is infeasible, or skipped. There is nothing to
    /// evaluate or tell.
    Settled {
        /// Its ask number.
        index: usize,
    },
    /// The strategy needs outstanding results first: tell and commit one, then ask again.
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
    /// The candidate.
    pub genome: G,
    /// The seed for its evaluation.
    pub seed: u64,
    /// What earlier candidates had reached on their way ([`Task::rungs`](crate::Task::rungs)).
    pub rungs: Option<Arc<Rungs>>,
}

/// A candidate that was asked for and not committed.
#[derive(Debug)]
struct Outstanding<G, D> {
    genome: G,
    seed: u64,
    /// The ask number of the first candidate of the same genome.
    repeats: Option<usize>,
    state: State<D>,
}

#[derive(Debug)]
enum State<D> {
    Running,
    Told(Verdict<D>, Duration),
    /// Of the record with this index, which is committed earlier.
    Repeat(usize),
}

impl<G: Genome, D: Clone, V: Variation<G>> AskTell<G, D, V> {
    /// Begins a search.
    ///
    /// # Errors
    /// [`ConfigError`] if there are no objectives, two share a name, or the strategy refuses them or
    /// the space.
    pub fn new(
        variation: V,
        strategy: impl Strategy<G> + 'static,
        objectives: &[Objective],
        duplicates: Duplicates,
        seed: u64,
    ) -> Result<Self, ConfigError> {
        if objectives.is_empty() {
            return Err(ConfigError::NoObjectives);
        }
        let mut names = HashSet::new();
        if let Some(twin) = objectives.iter().find(|objective| !names.insert(&objective.name)) {
            return Err(ConfigError::DuplicateObjective { name: twin.name.clone() });
        }
        strategy.check(objectives)?;
        if strategy.needs_genes() && !tells_genes(&variation) {
            return Err(ConfigError::NoGenes);
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
            ledger: Ledger::new(),
            outstanding: VecDeque::new(),
            records: Vec::new(),
            rungs: None,
            over: None,
        })
    }

    /// Whether candidates are left out whose evaluation provably changes nothing; see
    /// [`SearchBuilder::lazy`](crate::SearchBuilder::lazy). Default: yes.
    #[must_use]
    pub fn lazy(self, lazy: bool) -> Self {
        Self { lazy, ..self }
    }

    /// Ends evaluations early that fall behind; see
    /// [`SearchBuilder::halving`](crate::SearchBuilder::halving). Default: none.
    ///
    /// # Errors
    /// [`ConfigError`] names a setting out of its range.
    pub fn halving(mut self, halving: SuccessiveHalving) -> Result<Self, ConfigError> {
        halving.check()?;
        self.rungs = Some(Arc::new(Rungs::new(halving, Arc::clone(&self.objectives))));
        Ok(self)
    }

    /// Candidates to ask for before any others; see
    /// [`SearchBuilder::start_with`](crate::SearchBuilder::start_with).
    #[must_use]
    pub fn start_with(mut self, genomes: impl IntoIterator<Item = G>) -> Self {
        self.given.extend(genomes);
        self
    }

    /// Asks for the next candidate, of which nothing is known before it is evaluated. Once the
    /// answer is [`Ask::Over`], it stays so.
    pub fn ask(&mut self) -> Ask<G> {
        self.ask_with(|_| Prospect::Open)
    }

    /// Asks for the next candidate; `prospect` tells what is known of it. Once the answer is
    /// [`Ask::Over`], it stays so.
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

    /// The next candidate to start with; repeats are left out.
    fn next_given(&mut self) -> Option<G> {
        std::iter::from_fn(|| self.given.pop_front())
            .find(|genome| self.ledger.entry(genome).is_none())
    }

    /// The next candidate of the strategy, or the answer where there is none.
    fn propose(&mut self, prospect: &dyn Fn(&G) -> Prospect) -> Result<G, Ask<G>> {
        if self.duplicates == Duplicates::Avoid
            && self
                .variation
                .cardinality()
                .is_some_and(|cardinality| self.ledger.len() as u128 >= cardinality)
        {
            return Err(Ask::Over(StopReason::SpaceExhausted));
        }
        let mut context = Context {
            variation: &self.variation,
            rng: &mut self.rng,
            objectives: &self.objectives,
            ledger: &self.ledger,
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

    /// Takes a candidate in.
    fn enter(
        &mut self,
        genome: G,
        is_given: bool,
        prospect: impl FnOnce(&G) -> Prospect,
    ) -> Ask<G> {
        let index = self.asked();
        let known = self.ledger.entry(&genome);
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
                self.ledger.note(&genome, index);
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

    /// Whether the candidate with this ask number was not evaluated.
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

    /// The verdict on a candidate that need not be evaluated; the evaluation `better` is better than its
    /// best could be.
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
        let reason = format!("evaluation {better} is better than its best could be");
        Some(Verdict::Skipped { reason })
    }

    /// Takes the result of a candidate, in any order.
    ///
    /// # Errors
    /// [`TellError`] if no result is expected for this candidate or its scores do not fit the
    /// objectives; the search is as it was before.
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

    /// Commits the next result in ask order: tells it to the strategy, the archive and the list of
    /// records. `None` if that candidate is still being evaluated, or none is outstanding.
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

    /// Ends the search. Candidates that are still being evaluated are forgotten.
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

    /// The record of a candidate; `None` while it is being evaluated.
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

/// A member of the front that dominates the best that can come out.
///
/// It dominates whatever comes out, and is on the front or dominated by somebody who is, for good.
/// What is not committed yet does not count, so that the decision is the same whatever is finished
/// when.
fn better_than<'f, G, D>(
    front: &'f ParetoArchive<G, D>,
    prospect: &Prospect,
) -> Option<&'f Arc<Record<G, D>>> {
    let best = prospect.best()?;
    best.check(front.objectives()).ok()?;
    front.dominating(&best.costs(front.objectives()))
}

impl<G, D, V> AskTell<G, D, V> {
    /// What the candidates are judged by.
    #[must_use]
    pub fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    /// The committed records, in ask order.
    #[must_use]
    pub fn records(&self) -> &[Arc<Record<G, D>>] {
        &self.records
    }

    /// The best compromises among the committed records.
    #[must_use]
    pub fn front(&self) -> &ParetoArchive<G, D> {
        &self.front
    }

    /// A candidate that was asked for and not committed.
    pub(crate) fn candidate(&self, index: usize) -> Option<(&G, u64)> {
        let candidate = self.outstanding.get(index.checked_sub(self.records.len())?)?;
        Some((&candidate.genome, candidate.seed))
    }

    /// What is still to be asked for before the strategy is.
    pub(crate) fn given(&self) -> impl Iterator<Item = &G> {
        self.given.iter()
    }

    /// What the course of the search depends on, but for the space and the evaluator.
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

    /// The number of candidates asked for.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.records.len() + self.outstanding.len()
    }

    /// The number of candidates asked for and not committed.
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
