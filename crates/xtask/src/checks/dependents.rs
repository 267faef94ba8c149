//! The workspace as its users see it: the README's code, and each library with its fewest features.

mod features;
mod readme;

use crate::error::Error;
use crate::step::Steps;

/// Runs both checks.
pub(crate) fn run(steps: &mut Steps) -> Result<(), Error> {
    steps.run("the fewest features of each library", features::run)?;
    readme::run(steps)
}
