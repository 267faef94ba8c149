//! Runs all tests, first without and then with libtorch.

use crate::error::Error;
use crate::libtorch::{Environment, Libtorch};
use crate::step::Steps;
use crate::workspace::{self, OPTIONAL};

/// Arguments that select the whole workspace with libtorch.
///
/// The packages are those of the tests without libtorch, because the selected packages determine
/// the features of their dependencies: another selection would compile these again. Never
/// `--all-features`: `danas-model/doc-only` does not link.
pub(crate) const WITH_LIBTORCH: [&str; 3] = [
    "--workspace",
    "--features",
    "danas-report/tensorboard,danas-examples/tensorboard,danas-model/torch,danas/torch,danas-examples/torch",
];

/// Arguments that select the tests that libtorch takes part in. All others do the same with it as
/// without it.
const ON_LIBTORCH: [&str; 9] = [
    "--lib",
    "--test",
    "engines",
    "--test",
    "gradients",
    "--test",
    "torch_memory",
    "--test",
    "trainings",
];

/// Runs the tests and stops at the first failure.
pub(crate) fn run(steps: &mut Steps) -> Result<(), Error> {
    let mut without_libtorch = workspace::cargo(["test", "--workspace", "--features", OPTIONAL]);
    let mut with_libtorch = workspace::cargo(["test"]);
    with_libtorch.args(WITH_LIBTORCH).args(ON_LIBTORCH);
    // Both have the same linker flags, so what does not know libtorch is compiled once.
    steps.run("libtorch", || {
        let environment = Environment::of(&Libtorch::provide()?)?;
        environment.apply(&mut without_libtorch);
        environment.apply(&mut with_libtorch);
        Ok(())
    })?;
    steps.command("tests without libtorch", &mut without_libtorch)?;
    steps.command("tests with libtorch", &mut with_libtorch)
}
