//! Commands that find libtorch at build and at run time.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;

use crate::error::Error;
use crate::libtorch::{Environment, Libtorch};
use crate::test::WITH_LIBTORCH;
use crate::{step, workspace};

/// The feature with which examples train.
const FEATURES: [&str; 2] = ["--features", "danas-examples/torch"];

/// Runs any program where the user stands.
pub(crate) fn command(program: &OsStr, arguments: &[OsString]) -> Result<(), Error> {
    let mut command = Command::new(program);
    command.args(arguments);
    Environment::of(&Libtorch::provide()?)?.apply(&mut command);
    step::succeed(&program.display().to_string(), &mut command)
}

/// The example that is the demo.
pub(crate) const DEMO: &str = "search";

/// Runs the demo in release mode where the user stands, on libtorch or on danas' own engine.
pub(crate) fn demo(torch: bool, arguments: &[OsString]) -> Result<(), Error> {
    if torch {
        let on_libtorch = [OsString::from("--engine"), OsString::from("torch")];
        return example(DEMO.as_ref(), &[&on_libtorch, arguments].concat());
    }
    let mut command = run_of_example("release", DEMO.as_ref(), &[], arguments);
    step::succeed("the demo", command.current_dir("."))
}

/// Runs an example in release mode where the user stands: paths in its arguments are theirs.
pub(crate) fn example(name: &OsStr, arguments: &[OsString]) -> Result<(), Error> {
    let mut command = example_command("release", name, arguments);
    command.current_dir(".");
    Environment::of(&Libtorch::provide()?)?.apply(&mut command);
    step::succeed(&format!("example {}", name.display()), &mut command)
}

/// Builds an example as the tests with libtorch do, which have compiled it in CI; its program.
pub(crate) fn built_example(name: &str) -> Result<PathBuf, Error> {
    let libtorch = Libtorch::provide()?;
    let mut build = workspace::build_of_example(name);
    Environment::of(&libtorch)?.apply(build.args(WITH_LIBTORCH));
    step::succeed("the build", &mut build)?;
    // With CUDA, cargo is told the target, and gives it a folder of its own.
    let folder = if libtorch.has_cuda() { workspace::target_triple()? } else { String::new() };
    Ok(workspace::target().join(folder).join("debug/examples").join(name))
}

/// `cargo run` of an example in the root of the workspace; libtorch is not set up yet.
pub(crate) fn example_command<A: AsRef<OsStr>>(
    profile: &str,
    name: &OsStr,
    arguments: &[A],
) -> Command {
    run_of_example(profile, name, &FEATURES, arguments)
}

/// `cargo run` of an example in the root of the workspace.
pub(crate) fn run_of_example<A: AsRef<OsStr>>(
    profile: &str,
    name: &OsStr,
    features: &[&str],
    arguments: &[A],
) -> Command {
    let mut command = workspace::cargo(["run", "--profile", profile]);
    command.arg("--manifest-path").arg(workspace::root().join("Cargo.toml"));
    command.args(["--package", "danas-examples"]).args(features);
    command.arg("--example").arg(name).arg("--").args(arguments);
    command
}
