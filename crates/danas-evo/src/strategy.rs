//! Search strategies: what to try next, given what came out so far.

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
pub use settings::{GeneticAlgorithmBuilder, Parents};
pub use start::Start;
pub use tournament::TournamentOrder;

use crate::{ConfigError, Context, Interest, Objective, Prospect, Scores};

/// Proposes candidates and learns from their results (ask and tell).
///
/// The search calls [`ask`](Self::ask) whenever it could start another evaluation and
/// [`tell`](Self::tell) once for every candidate that was asked for, in ask order. Several
/// candidates may be asked for before the first is told.
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
    /// Proposes the next candidate. `None` means that the strategy needs outstanding results first;
    /// if none is outstanding, it means that the strategy is done and the search ends.
    ///
    /// All randomness comes from the context, and none may be used when the answer is `None`. A
    /// proposal the search does not admit (see [`Context::admits`]) is replaced;
    /// [`tell`](Self::tell) then shows the genome that was taken instead.
    fn ask(&mut self, context: &mut Context<'_, G>) -> Option<G>;

    /// Learns that a candidate is asked for, and says whether its outcome matters.
    ///
    /// Called once for every candidate, right after [`ask`](Self::ask), with what is known of it
    /// already; and before all others for those that the search was told to start with, which take
    /// the places of as many that the strategy would have started with itself.
    ///
    /// A strategy that answers [`Interest::Nothing`] promises that it will ask for the same whatever
    /// is told of the candidate: scores that are no better than the prospect's, a failure, or that
    /// it was skipped. By default every outcome matters.
    fn asked(&mut self, asked: &Asked<'_, G>) -> Interest {
        let _ = asked;
        Interest::Outcome
    }

    /// Learns what became of a candidate.
    fn tell(&mut self, trial: &Trial<'_, G>);

    /// Name and settings, for a [journal](crate::Search::journal): a search is not gone on with by
    /// another strategy. By default the name of the type.
    fn describe(&self) -> String {
        std::any::type_name::<Self>().to_owned()
    }

    /// Checks the settings against the objectives of the search; everything fits by default.
    ///
    /// # Errors
    /// [`ConfigError`] if the strategy cannot work with these objectives.
    fn check(&self, objectives: &[Objective]) -> Result<(), ConfigError> {
        let _ = objectives;
        Ok(())
    }

    /// Whether it only works in a space that tells its [genes](crate::Variation::genes). Default: no.
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

    fn check(&self, objectives: &[Objective]) -> Result<(), ConfigError> {
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
    /// The candidate.
    pub genome: &'a G,
    /// Whether it is one that the search was told to [start
    /// with](crate::SearchBuilder::start_with), and not the strategy's own.
    pub is_given: bool,
    /// What is known of it.
    pub prospect: &'a Prospect,
    /// Whether a member of the front dominates the best that it can be: it will not be on the front.
    pub is_dominated: bool,
    /// What it is judged by.
    pub objectives: &'a [Objective],
}

/// What a strategy is told of a candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Trial<'a, G> {
    /// Ask number.
    pub index: usize,
    /// The candidate.
    pub genome: &'a G,
    /// Its scores; `None` if it is infeasible, failed or was skipped.
    pub scores: Option<&'a Scores>,
    /// Whether it breaks a hard limit or cannot be built.
    pub infeasible: bool,
}
