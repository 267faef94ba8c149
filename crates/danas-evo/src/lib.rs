//! Multi-objective evolutionary search for expensive evaluations: strategies, Pareto archive,
//! deterministic parallel evaluation.
//!
//! This is the search engine of [danas](https://docs.rs/danas), and knows nothing of neural
//! networks: a genome is any type that can be copied, compared, hashed and sent. Bring a search
//! space ([`Variation`]) and something that judges genomes ([`Evaluator`]); choose a [`Strategy`];
//! get the best compromises ([`ParetoArchive`]).
//!
//! # Example
//!
//! Sixteen bits: many set among the first eight, few among the last.
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
//! | term | here |
//! |---|---|
//! | search space, operators | [`Variation`], which samples, mutates and combines genomes |
//! | performance estimation strategy | [`Evaluator`], which gives a [`Verdict`] |
//! | search strategy | [`Strategy`]: [`GeneticAlgorithm`], [`Nsga2`], [`BayesianOptimisation`], [`AgingEvolution`], [`RandomSearch`] |
//! | surrogate model, acquisition | [`BayesianOptimisation`], over the genes that [`Variation::genes`] tells |
//! | objective, direction | [`Objective`], [`Direction`]; values in [`Scores`] |
//! | hard limit | [`Verdict::Infeasible`], or [`Prospect::Infeasible`] where it is known at once |
//! | lazy evaluation | [`SearchBuilder::lazy`], by what is known in advance: [`Prospect`], [`Interest`] |
//! | multi-fidelity, rung | [`SearchBuilder::halving`]: [`SuccessiveHalving`], [`Rungs`], [`Verdict::Stopped`] |
//! | journal | [`Search::journal`], [`read_journal`], [`JournalContents`] |
//! | warm start, lifelong archive | [`SearchBuilder::start_with`], [`best_of_journals`] |
//! | soft limit | a penalty, [`Scores::with_penalty`] |
//! | weighted sum | [`Scalarisation`] |
//! | dominance, sorting, crowding | [`dominates`], [`non_dominated_sort`], [`crowding_distances`], over costs |
//! | costs | objective values turned so that less is better, and the penalty: [`Scores::costs`] |
//! | Pareto front | [`ParetoArchive`] |
//! | reference point, hypervolume | [`ReferencePoint`], [`hypervolume`], [`ParetoArchive::hypervolume`] |
//! | distance to a known front | [`igd_plus`], [`additive_epsilon`] |
//! | evaluation, ask number | one [`Record`], counted from 0 in the order candidates are asked for |
//! | commit | the moment a result, in ask order, reaches strategy, archive and observers |
//! | look-ahead | how many candidates may be asked for and not committed, [`SearchBuilder::look_ahead`] |
//! | tournament, generation | [`TournamentOrder`], [`GeneticAlgorithm::generation`] |
//!
//! # Same seed, same search
//!
//! All randomness comes from one seed through ChaCha with eight rounds: one stream for the
//! strategy, one with a seed for each evaluation ([`evaluation_seed`]). Results are committed in
//! ask order and candidates are asked for only between commits, so the records depend on the seed
//! and the look-ahead, and not on the number of workers or on how long evaluations take.
//!
//! # What goes wrong
//!
//! An evaluation that fails, returns an error, panics or takes too long costs its candidate only
//! ([`Verdict::Failed`]). Broken machinery ends the search with a [`SearchError`], which holds
//! everything found until then. A process that dies loses nothing that is in its
//! [journal](Search::journal). The library prints nothing: it reports to an [`Observer`] and through
//! [`tracing`].

mod archive;
mod ask_tell;
mod budget;
mod builder;
mod context;
mod crowding;
mod dominance;
mod driver;
mod duplicates;
mod error;
mod evaluator;
mod forecast;
mod front;
mod gene;
mod halving;
mod indicators;
mod journal;
mod objective;
mod observer;
mod outcome;
mod prospect;
mod record;
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
pub use ask_tell::{Ask, AskTell, Job};
pub use builder::SearchBuilder;
pub use context::Context;
pub use crowding::crowding_distances;
pub use dominance::dominates;
pub use duplicates::Duplicates;
pub use error::{ConfigError, Fault, SearchError, TellError, with_causes};
pub use evaluator::Evaluator;
pub use gene::Gene;
pub use halving::{Rungs, SuccessiveHalving};
pub use indicators::{
    IndicatorError, ReferencePoint, additive_epsilon, hypervolume, hypervolume_contributions,
    igd_plus,
};
pub use journal::{
    JournalContents, JournalError, JournaledEvaluation, best_of_journals, read_journal,
};
pub use objective::{Direction, Objective};
pub use observer::{Observer, Progress};
pub use outcome::{Counts, Outcome, StopReason};
pub use prospect::{Interest, Prospect};
pub use record::Record;
pub use scalarisation::{Scalarisation, Term, Transform};
pub use scores::{Scores, ScoresError};
pub use search::{Search, SearchResult};
pub use seeds::evaluation_seed;
pub use sorting::non_dominated_sort;
pub use stop::StopHandle;
pub use strategy::{
    AgingEvolution, AgingEvolutionSettings, Asked, BayesianOptimisation,
    BayesianOptimisationSettings, Fitness, GeneticAlgorithm, GeneticAlgorithmBuilder, Nsga2,
    Nsga2Settings, Parents, RandomSearch, Start, Strategy, TournamentOrder, Trial,
};
pub use task::Task;
pub use variation::{Genome, Variation};
pub use verdict::Verdict;
