//! Multi-objective search for expensive evaluations: evolutionary and Bayesian strategies, a Pareto
//! archive and deterministic parallel evaluation.
//!
//! This is the search engine of [danas](https://docs.rs/danas). It knows nothing about neural
//! networks: a genome is any type that can be copied, compared, hashed and sent between threads.
//! Provide a search space ([`Variation`]) and a way to judge genomes ([`Evaluator`]), choose a
//! [`Strategy`], and get the best compromises ([`ParetoArchive`]).
//!
//! # Example
//!
//! A genome has sixteen bits. As many as possible of the first eight bits should be set, and as few
//! as possible of the last eight.
//!
//! ```
//! use danas_evo::rand::{Rng, RngExt};
//! use danas_evo::{Evaluator, Objective, Scores, ScoresError, Search, StopReason, Task};
//! use danas_evo::{Variation, Verdict};
//!
//! struct Bits;
//!
//! impl Variation<u16> for Bits {
//!     fn sample(&self, rng: &mut dyn Rng) -> u16 {
//!         rng.random()
//!     }
//!     fn mutate(&self, parent: &u16, rng: &mut dyn Rng) -> Option<u16> {
//!         Some(parent ^ (1 << rng.random_range(0..16)))
//!     }
//!     fn crossover(&self, left: &u16, right: &u16, rng: &mut dyn Rng) -> u16 {
//!         let mask: u16 = rng.random();
//!         (left & mask) | (right & !mask)
//!     }
//! }
//!
//! struct Count([Objective; 2]);
//!
//! impl Evaluator<u16> for Count {
//!     type Detail = ();
//!     type Error = ScoresError;
//!
//!     fn objectives(&self) -> &[Objective] {
//!         &self.0
//!     }
//!     fn evaluate(&self, genome: &u16, _task: &Task) -> Result<Verdict<()>, ScoresError> {
//!         let [first, last] = genome.to_be_bytes().map(|byte| f64::from(byte.count_ones()));
//!         Ok(Verdict::feasible(Scores::new(&self.0, [first, last])?, ()))
//!     }
//! }
//!
//! let count = Count([Objective::maximise("first"), Objective::minimise("last")]);
//! let outcome = Search::builder(Bits, count).evaluations(400).workers(2).seed(7).build()?.run()?;
//!
//! assert_eq!(outcome.stop, StopReason::Budget);
//! for record in outcome.front.iter() {
//!     assert_eq!(record.genome, 0xff00);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Terms
//!
//! | term | in this crate |
//! |---|---|
//! | search space, operators | [`Variation`], which samples, mutates and combines genomes |
//! | performance estimation strategy | [`Evaluator`], which gives a [`Verdict`] |
//! | search strategy | [`Strategy`]: [`GeneticAlgorithm`], [`Nsga2`], [`BayesianOptimisation`], [`AgingEvolution`], [`RandomSearch`] |
//! | surrogate model, acquisition value | [`BayesianOptimisation`], over the genes that [`Variation::genes`] returns |
//! | objective, direction | [`Objective`], [`Direction`]; values in [`Scores`] |
//! | hard limit | [`Verdict::Infeasible`], or [`Prospect::Infeasible`] if known before the evaluation |
//! | soft limit | a penalty, [`Scores::with_penalty`] |
//! | lazy evaluation | [`SearchBuilder::lazy`], based on [`Prospect`] and [`Interest`] |
//! | multi-fidelity, rung | [`SearchBuilder::halving`]: [`SuccessiveHalving`], [`Rungs`], [`Verdict::Stopped`] |
//! | journal, resuming a search | [`Search::journal`], [`read_journal`], [`JournalContents`] |
//! | warm start, lifelong archive | [`SearchBuilder::start_with`], [`best_of_journals`] |
//! | weighted sum | [`Scalarisation`] |
//! | costs | objective values with their signs set so that less is better, followed by the penalty: [`Scores::costs`] |
//! | dominance, sorting, crowding | [`dominates`], [`non_dominated_sort`], [`crowding_distances`], over costs |
//! | Pareto front | [`ParetoArchive`] |
//! | reference point, hypervolume | [`ReferencePoint`], [`hypervolume`], [`ParetoArchive::hypervolume`] |
//! | distance to a known front | [`igd_plus`], [`additive_epsilon`] |
//! | evaluation | one [`Record`] |
//! | ask number | the position of a candidate in the order of asking, counted from 0 |
//! | commit | the moment when a result, in ask order, reaches the strategy, the archive and the observers |
//! | look-ahead | the number of candidates that may be asked for but not committed, [`SearchBuilder::look_ahead`] |
//! | tournament, generation | [`TournamentOrder`], [`GeneticAlgorithm::generation`] |
//!
//! | feature | what it adds |
//! |---|---|
//! | `journal` (default) | [journals](Search::journal), from which searches resume |
//!
//! # Same seed, same search
//!
//! All randomness comes from one seed, through ChaCha with eight rounds. One stream is for the
//! strategy, and one holds a seed for each evaluation ([`evaluation_seed`]). Results are committed
//! in ask order, and candidates are asked for only between commits. The records therefore depend on
//! the seed and the look-ahead. They do not depend on the number of workers, or on how long
//! evaluations take.
//!
//! # Errors and crashes
//!
//! An evaluation that fails, returns an error, panics or takes too long costs only its own
//! candidate ([`Verdict::Failed`]). Broken machinery ends the search with a [`SearchError`], which
//! holds everything that was found before. If the process dies, nothing that is in its
//! [journal](Search::journal) is lost. The library prints nothing. It reports to an [`Observer`]
//! and through [`tracing`].

mod archive;
mod ask_tell;
mod budget;
mod builder;
mod context;
mod crowding;
mod description;
mod dominance;
mod driver;
mod duplicates;
mod error;
mod evaluator;
mod fault;
mod forecast;
mod front;
mod gene;
mod halving;
mod indicators;
mod job;
mod journal;
mod known_genomes;
mod objective;
mod observer;
mod outcome;
mod outstanding;
mod prospect;
mod reason;
mod record;
mod replacement;
mod scalarisation;
mod scores;
mod search;
mod seeds;
mod sorting;
mod stop;
mod strategy;
mod task;
mod variation;
mod verdict;
mod workers;

pub use rand;

pub use archive::ParetoArchive;
pub use ask_tell::AskTell;
pub use builder::SearchBuilder;
pub use context::Context;
pub use crowding::crowding_distances;
pub use dominance::dominates;
pub use duplicates::Duplicates;
pub use error::{SettingsError, TellError};
pub use evaluator::Evaluator;
pub use fault::{Fault, SearchError};
pub use gene::Gene;
pub use halving::{Rungs, SuccessiveHalving};
pub use indicators::{
    IndicatorError, ReferencePoint, additive_epsilon, hypervolume, hypervolume_contributions,
    igd_plus,
};
pub use job::{Ask, Job};
#[cfg(feature = "journal")]
pub use journal::{
    JournalContents, JournalError, JournaledEvaluation, best_of_journals, read_journal,
};
pub use objective::{Direction, Objective};
pub use observer::{Observer, Progress};
pub use outcome::{Counts, Outcome, ReasonCount, StopReason};
pub use prospect::{Interest, Prospect};
pub use reason::{Excess, Reason};
pub use record::Record;
pub use scalarisation::{Scalarisation, Term, Transform};
pub use scores::{Scores, ScoresError};
pub use search::{Search, SearchResult};
pub use seeds::evaluation_seed;
pub use sorting::non_dominated_sort;
pub use stop::StopHandle;
pub use strategy::{
    AgingEvolution, AgingEvolutionSettings, Asked, BayesianOptimisation,
    BayesianOptimisationSettings, Fitness, GeneticAlgorithm, GeneticAlgorithmSettings, Nsga2,
    Nsga2Settings, Parents, RandomSearch, Start, Strategy, TournamentOrder, Trial,
};
pub use task::Task;
pub use variation::{Genome, Variation};
pub use verdict::Verdict;
