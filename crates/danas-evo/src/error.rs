//! Errors of settings and results.

use crate::{objective::Direction, scores::ScoresError};

/// An invalid setting, found before anything is evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The evaluator has no objectives.
    #[error("the evaluator has no objectives; it needs at least one")]
    NoObjectives,
    /// Two objectives share a name.
    #[error("two objectives are called {name:?}; give each objective its own name")]
    DuplicateObjective {
        /// Name that they share.
        name: String,
    },
    /// A name that no objective has.
    #[error("no objective is called `{name}`; use one of: {}", known.join(", "))]
    UnknownObjective {
        /// Unknown name.
        name: String,
        /// Names of the objectives.
        known: Vec<String>,
    },
    /// The strategy needs the genes of genomes, but the space has none
    /// ([`Variation::genes`](crate::Variation::genes)).
    #[error("the strategy needs genes, but the space has none; use another strategy or space")]
    NoGenes,
    /// A count below its minimum.
    #[error("`{setting}` is {value}, but must be at least {least}")]
    TooSmall {
        /// Name of the setting.
        setting: &'static str,
        /// Refused value.
        value: usize,
        /// Minimum of the setting.
        least: usize,
    },
    /// A rate outside its range.
    #[error("`{setting}` is {value}, but must be in {range}")]
    Rate {
        /// Name of the setting.
        setting: &'static str,
        /// Refused value.
        value: f64,
        /// Interval that contains all valid values.
        range: &'static str,
    },
    /// A number of tournaments that would leave nobody of the population, or replace nobody.
    #[error(
        "`tournaments` is {n_tournaments}, but must be at least 1 and below `population_size`, \
         which is {population_size}"
    )]
    Tournaments {
        /// Refused number of tournaments.
        n_tournaments: usize,
        /// Size of the population.
        population_size: usize,
    },
    /// A weighted sum without terms.
    #[error("the weighted sum has no terms; it needs at least one")]
    NoTerms,
    /// A weight that is not finite.
    #[error("the weight of `{objective}` is {weight}, but must be finite")]
    Weight {
        /// Name of the objective.
        objective: String,
        /// Refused weight.
        weight: f64,
    },
    /// A decay range that is not a positive, finite number.
    #[error("the decay range of `{objective}` is {range}, but must be positive and finite")]
    DecayRange {
        /// Name of the objective.
        objective: String,
        /// Refused range.
        range: f64,
    },
    /// A term that grows as its objective gets worse.
    #[error(
        "the weighted sum rewards worse values of `{objective}`, which is to {direction}; negate \
         the weight of its term"
    )]
    RewardsWorse {
        /// Name of the objective.
        objective: String,
        /// Direction of the objective.
        direction: Direction,
    },
}

/// A result that [`AskTell::tell`](crate::AskTell::tell) cannot accept.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TellError {
    /// The candidate was not asked for, has a verdict already, or is a repeat.
    #[error("no result is expected for candidate {index}")]
    Unexpected {
        /// Ask number of the candidate.
        index: usize,
    },
    /// Scores that do not fit the objectives.
    #[error("the scores of candidate {index} do not fit the objectives")]
    Scores {
        /// Ask number of the candidate.
        index: usize,
        /// Cause of the mismatch.
        #[source]
        source: ScoresError,
    },
}
