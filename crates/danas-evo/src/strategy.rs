//! Search strategies, which choose the next candidates based on earlier results.

mod aging_evolution;
mod bayesian;
mod check;
mod fitness;
mod genetic_algorithm;
mod nsga2;
mod population;
mod random_search;
mod settings;
mod start;
mod tournament;

pub use aging_evolution::{AgingEvolution, AgingEvolutionSettings};
pub use bayesian::{BayesianOptimisation, BayesianOptimisationSettings};
pub use fitness::Fitness;
pub use genetic_algorithm::GeneticAlgorithm;
pub use nsga2::{Nsga2, Nsga2Settings};
pub use random_search::RandomSearch;
pub use settings::{GeneticAlgorithmSettings, Parents};
pub use start::Start;
pub use tournament::TournamentOrder;

use crate::{
    context::Context,
    error::SettingsError,
    objective::Objective,
    prospect::{Interest, Prospect},
    scores::Scores,
};

/// A search strategy, which proposes candidates and learns from their results (ask and tell).
///
/// The search calls [`ask`](Self::ask) whenever it can start another evaluation. It calls
/// [`tell`](Self::tell) once for every candidate that was asked for, in ask order. It may ask for
/// several candidates before it tells the first result.
///
/// ```
/// use danas_evo::{Context, Genome, Strategy, Trial};
///
/// /// Keeps mutating the last feasible candidate.
/// struct Drift<G>(Option<G>);
///
/// impl<G: Genome> Strategy<G> for Drift<G> {
///     fn ask(&mut self, context: &mut Context<'_, G>) -> Option<G> {
///         let child = self.0.as_ref().and_then(|parent| context.mutate(parent));
///         Some(child.unwrap_or_else(|| context.sample()))
///     }
///
///     fn tell(&mut self, trial: &Trial<'_, G>) {
///         if trial.scores.is_some() {
///             self.0 = Some(trial.genome.clone());
///         }
///     }
/// }
/// ```
pub trait Strategy<G>: Send {
    /// Proposes the next candidate. Returns `None` if the strategy needs outstanding results first.
    /// If no result is outstanding, `None` ends the search.
    ///
    /// All randomness must come from the context. If the answer is `None`, no randomness may be
    /// used. The search replaces a proposal that it does not admit (see [`Context::admits`]).
    /// [`tell`](Self::tell) then shows the genome that replaced it.
    fn ask(&mut self, context: &mut Context<'_, G>) -> Option<G>;

    /// Learns that a candidate was asked for, and returns whether its outcome matters.
    ///
    /// This is called once for every candidate, with what is already known about it. For a proposal
    /// of the strategy the call follows [`ask`](Self::ask). Before all others come the calls for
    /// the candidates that the search starts with. These replace the same number of candidates that
    /// the strategy would have started with.
    ///
    /// With [`Interest::Nothing`], the strategy promises to ask for the same candidates, whatever
    /// it is told about this one: scores that are no better than the prospect's, a failure, or that
    /// it was skipped. By default, every outcome matters.
    fn asked(&mut self, asked: &Asked<'_, G>) -> Interest {
        let _ = asked;
        Interest::Outcome
    }

    /// Learns the outcome of a candidate.
    fn tell(&mut self, trial: &Trial<'_, G>);

    /// Returns the name and settings of the strategy, for a [journal](crate::Search::journal). A
    /// search cannot be resumed by a strategy with another description. If it is JSON, an error
    /// names the setting that differs. Default: the name of the type.
    fn describe(&self) -> String {
        std::any::type_name::<Self>().to_owned()
    }

    /// Checks the settings against the objectives of the search. Default: accepts all objectives.
    ///
    /// # Errors
    /// [`SettingsError`] if the strategy cannot work with these objectives.
    fn check(&self, objectives: &[Objective]) -> Result<(), SettingsError> {
        let _ = objectives;
        Ok(())
    }

    /// Returns whether the strategy only works in a space with [genes](crate::Variation::genes).
    /// Default: no.
    fn needs_genes(&self) -> bool {
        false
    }
}

impl<G, S: Strategy<G> + ?Sized> Strategy<G> for Box<S> {
    fn ask(&mut self, context: &mut Context<'_, G>) -> Option<G> {
        (**self).ask(context)
    }

    fn asked(&mut self, asked: &Asked<'_, G>) -> Interest {
        (**self).asked(asked)
    }

    fn tell(&mut self, trial: &Trial<'_, G>) {
        (**self).tell(trial);
    }

    fn describe(&self) -> String {
        (**self).describe()
    }

    fn check(&self, objectives: &[Objective]) -> Result<(), SettingsError> {
        (**self).check(objectives)
    }

    fn needs_genes(&self) -> bool {
        (**self).needs_genes()
    }
}

/// A candidate that was just asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Asked<'a, G> {
    /// Ask number.
    pub index: usize,
    /// Genome of the candidate.
    pub genome: &'a G,
    /// Whether the search was given this candidate to [start
    /// with](crate::SearchBuilder::start_with), instead of asking the strategy.
    pub is_given: bool,
    /// Knowledge about the candidate before its evaluation.
    pub prospect: &'a Prospect,
    /// Whether a member of the front dominates the best outcome that the candidate can have. It
    /// then cannot enter the front.
    pub is_dominated: bool,
    /// Objectives that the candidate is judged by.
    pub objectives: &'a [Objective],
}

/// The outcome of a candidate, as a strategy sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Trial<'a, G> {
    /// Ask number.
    pub index: usize,
    /// Genome of the candidate.
    pub genome: &'a G,
    /// Scores of the candidate; `None` if it is infeasible, failed or was skipped. For a stopped
    /// candidate, these are a forecast of its final scores.
    pub scores: Option<&'a Scores>,
    /// Whether the candidate breaks a hard limit or cannot be built.
    pub infeasible: bool,
}
