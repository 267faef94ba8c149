//! Runs all tests, first without and then with libtorch.

use crate::error::Error;
use crate::libtorch::{Environment, Libtorch};
use crate::step::Steps;
use crate::workspace::{self, OPTIONAL};

/// Arguments that select the packages that depend on libtorch, with their torch features.
///
/// Never `--all-features`: `danas-model/doc-only` does not link.
pub(crate) const WITH_LIBTORCH: [&str; 10] = [
    "--package=danas-model",
    "--package=danas",
    "--package=danas-datasets",
    "--package=danas-examples",
    "--features",
    "danas-model/torch",
    "--features",
    "danas/torch",
    "--features",
    "danas-examples/torch",
];

/// Runs the tests and stops at the first failure.
pub(crate) fn run(steps: &mut Steps) -> Result<(), Error> {
    let mut without_libtorch = workspace::cargo(["test", "--workspace", "--features", OPTIONAL]);
    steps.command("tests without libtorch", &mut without_libtorch)?;
    let mut with_libtorch = workspace::cargo(["test"]);
    with_libtorch.args(WITH_LIBTORCH);
    steps.run("libtorch", || {
        Environment::of(&Libtorch::provide()?)?.apply(&mut with_libtorch);
        Ok(())
    })?;
    steps.command("tests with libtorch", &mut with_libtorch)
}
