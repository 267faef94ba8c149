//! Random search, the baseline that every other strategy has to beat.

use crate::{
    context::Context,
    description,
    prospect::Interest,
    strategy::{Asked, Strategy, Trial},
    variation::Genome,
};

/// A strategy that draws every candidate afresh from the whole space.
///
/// # References
/// J. Bergstra and Y. Bengio (2012). Random search for hyper-parameter optimization. Journal of
/// Machine Learning Research 13. <https://www.jmlr.org/papers/v13/bergstra12a.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RandomSearch;

impl<G: Genome> Strategy<G> for RandomSearch {
    fn ask(&mut self, context: &mut Context<'_, G>) -> Option<G> {
        Some(context.draw(Context::sample))
    }

    fn asked(&mut self, _asked: &Asked<'_, G>) -> Interest {
        Interest::Nothing
    }

    fn tell(&mut self, _trial: &Trial<'_, G>) {}

    fn describe(&self) -> String {
        description::of_strategy("random", &())
    }
}
