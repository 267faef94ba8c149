//! The performance estimation strategy, as the search sees it.

use std::error::Error;

use crate::{Objective, Verdict};

/// Performance estimation strategy: judges genomes `G`.
///
/// An evaluator is shared by all worker threads. Whatever is random in it must come from the seed
/// it is given, else the same search does not give the same result twice.
///
/// ```
/// use danas_evo::{Evaluator, Objective, Scores, ScoresError, Verdict};
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
///     fn evaluate(&self, genome: &u16, _seed: u64) -> Result<Verdict<()>, ScoresError> {
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

    /// Judges one genome, drawing any randomness from `seed`.
    ///
    /// A panic costs this candidate only: it is recorded as [`Verdict::Failed`] with the panic's
    /// text. (The panic hook still runs, and the standard one prints.)
    ///
    /// # Errors
    /// Only if the machinery is broken, so that no other candidate could be judged either: the disk
    /// is full, the dataset is gone. It ends the search. What is wrong with a candidate is a
    /// [`Verdict`].
    fn evaluate(&self, genome: &G, seed: u64) -> Result<Verdict<Self::Detail>, Self::Error>;
}

impl<G, E: Evaluator<G> + ?Sized> Evaluator<G> for &E {
    type Detail = E::Detail;
    type Error = E::Error;

    fn objectives(&self) -> &[Objective] {
        (**self).objectives()
    }

    fn evaluate(&self, genome: &G, seed: u64) -> Result<Verdict<Self::Detail>, Self::Error> {
        (**self).evaluate(genome, seed)
    }
}
