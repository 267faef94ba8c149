//! The performance estimation strategy: how a search judges genomes.

use std::error::Error;

use crate::{objective::Objective, prospect::Prospect, task::Task, verdict::Verdict};

/// The performance estimation strategy, which judges genomes `G`.
///
/// All worker threads share one evaluator. Draw all randomness from the seed of the task.
/// Otherwise, the same search does not give the same result twice.
///
/// ```
/// use danas_evo::{Evaluator, Objective, Scores, ScoresError, Task, Verdict};
///
/// /// The first half of the bits should be set, the second half clear.
/// struct Bits {
///     objectives: [Objective; 2],
/// }
///
/// impl Evaluator<u16> for Bits {
///     type Detail = ();
///     type Error = ScoresError;
///
///     fn objectives(&self) -> &[Objective] {
///         &self.objectives
///     }
///
///     fn evaluate(&self, genome: &u16, _task: &Task) -> Result<Verdict<()>, ScoresError> {
///         if *genome == 0 {
///             return Ok(Verdict::infeasible("no bit is set"));
///         }
///         let high = f64::from((genome >> 8).count_ones());
///         let low = f64::from((genome & 0xff).count_ones());
///         Ok(Verdict::feasible(Scores::new(&self.objectives, [high, low])?, ()))
///     }
/// }
/// ```
pub trait Evaluator<G>: Sync {
    /// Data to keep about a feasible candidate beside its scores; `()` for none.
    type Detail: Clone + Send;

    /// Error of the evaluator's own machinery.
    type Error: Error + Send + Sync + 'static;

    /// Returns the objectives that [`evaluate`](Self::evaluate) measures, in the order of its
    /// values. They must be the same at every call.
    fn objectives(&self) -> &[Objective];

    /// Returns what is known about a genome before its expensive evaluation. Default: nothing.
    ///
    /// Bounds let a [lazy](crate::SearchBuilder::lazy) search skip evaluations that provably change
    /// nothing. They must hold, or the search may lose a genome that does better than its bounds.
    /// The answer must be quick, and the same at every call. It is given on the thread that runs
    /// the search.
    fn prospect(&self, genome: &G) -> Prospect {
        let _ = genome;
        Prospect::Open
    }

    /// Judges one genome. All randomness must come from the seed of the task.
    ///
    /// A panic costs only this candidate, like an error. (The panic hook still runs, and the
    /// default hook prints.)
    ///
    /// # Errors
    /// Any error that prevents a verdict on this candidate. The evaluation is tried again up to
    /// [`retries`](crate::SearchBuilder::retries) times, and then recorded as [`Verdict::Failed`].
    /// Too many errors [in a row](crate::SearchBuilder::errors_in_a_row) mean that the machinery is
    /// broken, and end the search. For a fault of the candidate itself, return a [`Verdict`]
    /// instead.
    fn evaluate(&self, genome: &G, task: &Task) -> Result<Verdict<Self::Detail>, Self::Error>;
}

impl<G, E: Evaluator<G> + ?Sized> Evaluator<G> for &E {
    type Detail = E::Detail;
    type Error = E::Error;

    fn objectives(&self) -> &[Objective] {
        (**self).objectives()
    }

    fn prospect(&self, genome: &G) -> Prospect {
        (**self).prospect(genome)
    }

    fn evaluate(&self, genome: &G, task: &Task) -> Result<Verdict<Self::Detail>, Self::Error> {
        (**self).evaluate(genome, task)
    }
}
