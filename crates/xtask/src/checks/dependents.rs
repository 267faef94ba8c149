//! The workspace as its users see it: the README's code, and each library with its fewest features.

mod features;

use std::process::Command;

use crate::error::Error;
use crate::{step, workspace};

/// Runs both checks.
pub(crate) fn run() -> Result<(), Error> {
    features::run()?;
    // The example consists of the README's code, whose path `recordings` exists in this folder.
    let mut readme = Command::new(workspace::built_example("readme")?);
    readme.current_dir(workspace::root().join("datasets/fsdd"));
    step::succeed("the README's code", &mut readme)
}
