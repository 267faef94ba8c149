//! What can be wrong with a search.

use std::error::Error;
use std::{fmt, io};

use crate::{Direction, JournalError, Outcome, ScoresError};

/// A setting that makes no sense, found before anything is evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The evaluator measures nothing.
    #[error("the evaluator has no objectives")]
    NoObjectives,
    /// Two objectives share a name.
    #[error("two objectives are called {name:?}")]
    DuplicateObjective {
        /// The name.
        name: String,
    },
    /// A name that no objective has.
    #[error("no objective is called {name} (there are {})", known.join(", "))]
    UnknownObjective {
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// The strategy models what genomes achieve, and the space does not tell their genes
    /// ([`Variation::genes`](crate::Variation::genes)).
    #[error("the strategy needs a space that tells its genes")]
    NoGenes,
    /// A count below its least value.
    #[error("{setting} is {value}, must be at least {least}")]
    TooSmall {
        /// Name of the setting.
        setting: &'static str,
        /// The refused value.
        value: usize,
        /// The least value it can have.
        least: usize,
    },
    /// A rate outside its range.
    #[error("{setting} is {value}, must be in {range}")]
    Rate {
        /// Name of the setting.
        setting: &'static str,
        /// The refused value.
        value: f64,
        /// The interval it must be in.
        range: &'static str,
    },
    /// Tournaments that leave nobody, or everybody, of the population.
    #[error("{n_tournaments} tournaments cannot renew a population of {population_size}")]
    Tournaments {
        /// The refused number of tournaments.
        n_tournaments: usize,
        /// The size of the population.
        population_size: usize,
    },
    /// A weighted sum of nothing.
    #[error("the weighted sum has no terms")]
    NoTerms,
    /// A weight that is not finite.
    #[error("the weight of {objective} is {weight}")]
    Weight {
        /// Name of the objective.
        objective: String,
        /// The refused weight.
        weight: f64,
    },
    /// A decay range that is not a positive number.
    #[error("the decay range of {objective} is {range}, must be positive")]
    DecayRange {
        /// Name of the objective.
        objective: String,
        /// The refused range.
        range: f64,
    },
    /// A term that grows as its objective gets worse.
    #[error("the weighted sum rewards worse values of {objective}, which is to {direction}")]
    RewardsWorse {
        /// Name of the objective.
        objective: String,
        /// The direction the term ignores.
        direction: Direction,
    },
}

/// A result that [`AskTell::tell`](crate::AskTell::tell) cannot take.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TellError {
    /// Not asked for, told already, or a repeat, which takes no result.
    #[error("no result is expected for candidate {index}")]
    Unexpected {
        /// The ask number.
        index: usize,
    },
    /// Scores that do not fit the objectives.
    #[error("the scores of candidate {index} do not fit the objectives")]
    Scores {
        /// The ask number.
        index: usize,
        /// What is wrong with them.
        #[source]
        source: ScoresError,
    },
}

/// Broken machinery: what ended a search.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault<E: Error + 'static> {
    /// The evaluator returned too many errors in a row
    /// ([`SearchBuilder::errors_in_a_row`](crate::SearchBuilder::errors_in_a_row)).
    #[error("candidate {index} could not be evaluated")]
    Evaluator {
        /// The ask number of the last one.
        index: usize,
        /// Its error.
        #[source]
        source: E,
    },
    /// The evaluator panicked, the last of too many errors in a row.
    #[error("the evaluation of candidate {index} panicked: {text}")]
    Panic {
        /// The ask number.
        index: usize,
        /// The panic's text.
        text: String,
    },
    /// The journal cannot be written, or is of another search.
    #[error("the search cannot be journaled")]
    Journal(#[source] JournalError),
    /// The evaluator returned a verdict that is none.
    #[error("the evaluator's result cannot be used")]
    Verdict(#[source] TellError),
    /// A worker thread could not be started.
    #[error("cannot start a worker thread")]
    Spawn(#[source] io::Error),
    /// The worker threads ended before their work was done.
    #[error("the worker threads are gone")]
    WorkersGone,
}

/// A search that was ended by broken machinery, with everything it had found.
pub struct SearchError<G, D, E: Error + 'static> {
    /// What broke.
    pub fault: Fault<E>,
    /// The results up to then.
    pub outcome: Box<Outcome<G, D>>,
}

impl<G, D, E: Error + 'static> fmt::Display for SearchError<G, D, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the search ended after {} evaluations: {}",
            self.outcome.records.len(),
            self.fault
        )
    }
}

impl<G, D, E: Error + 'static> fmt::Debug for SearchError<G, D, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchError")
            .field("fault", &self.fault)
            .field("evaluations", &self.outcome.records.len())
            .finish_non_exhaustive()
    }
}

impl<G, D, E: Error + 'static> Error for SearchError<G, D, E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.fault.source()
    }
}

/// An error and what caused it, on one line: the reason of a candidate that failed by it.
///
/// ```
/// use danas_evo::{Fault, TellError, with_causes};
///
/// let fault = Fault::<TellError>::Verdict(TellError::Unexpected { index: 3 });
/// let text = "the evaluator's result cannot be used: no result is expected for candidate 3";
/// assert_eq!(with_causes(&fault), text);
/// ```
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
