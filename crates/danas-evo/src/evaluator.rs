//! The performance estimation strategy, as the search sees it.

use std::error::Error;

use crate::{Objective, Prospect, Task, Verdict};

/// Performance estimation strategy: judges genomes `G`.
///
/// An evaluator is shared by all worker threads. Whatever is random in it must come from the seed
/// of its task, else the same search does not give the same result twice.
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
    /// What is kept of a feasible candidate beside its scores; `()` if nothing.
    type Detail: Clone + Send;

    /// How the machinery itself fails.
    type Error: Error + Send + Sync + 'static;

    /// What [`evaluate`](Self::evaluate) measures, in the order of its values; the same at every
    /// call.
    fn objectives(&self) -> &[Objective];

    /// What is known of a genome before the expensive part, in little time; nothing by default.
    ///
    /// Bounds let a [lazy](crate::SearchBuilder::lazy) search leave out evaluations that provably
    /// change nothing. They must hold: a genome that does better than its best would be lost. The
    /// same at every call, and called on the thread that runs the search.
    fn prospect(&self, genome: &G) -> Prospect {
        let _ = genome;
        Prospect::Open
    }

    /// Judges one genome, drawing any randomness from the task's seed.
    ///
    /// A panic costs this candidate only, as an error does. (The panic hook still runs, and the
    /// standard one prints.)
    ///
    /// # Errors
    /// What keeps this candidate from being judged. It is tried again as often as
    /// [`retries`](crate::SearchBuilder::retries) say, then recorded as [`Verdict::Failed`]; too
    /// many [in a row](crate::SearchBuilder::errors_in_a_row) mean that the machinery is broken, and
    /// end the search. What is wrong with the candidate itself is a [`Verdict`].
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
