//! Runs commands, examples and the demo so that they find libtorch at build and run time.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::Command;

use crate::error::Error;
use crate::libtorch::{Environment, Libtorch};
use crate::test::WITH_LIBTORCH;
use crate::{step, workspace};

/// The feature with which examples train on libtorch.
const FEATURES: [&str; 2] = ["--features", "danas-examples/torch"];

/// Runs any program in the user's current folder.
pub(crate) fn command(program: &OsStr, arguments: &[OsString]) -> Result<(), Error> {
    let mut command = Command::new(program);
    command.args(arguments);
    Environment::of(&Libtorch::provide()?)?.apply(&mut command);
    step::succeed(&program.display().to_string(), &mut command)
}

/// Name of the example that is the demo.
pub(crate) const DEMO: &str = "search";

/// Runs the demo in release mode in the user's current folder, on libtorch or on danas' own engine.
pub(crate) fn demo(torch: bool, arguments: &[OsString]) -> Result<(), Error> {
    if torch {
        let on_libtorch = [OsString::from("--engine"), OsString::from("torch")];
        return example(DEMO.as_ref(), &[&on_libtorch, arguments].concat());
    }
    let mut command = run_of_example(DEMO.as_ref(), &[], arguments);
    step::succeed("the demo", command.current_dir("."))
}

/// Runs an example in release mode in the user's current folder, so that relative paths in its
/// arguments work.
pub(crate) fn example(name: &OsStr, arguments: &[OsString]) -> Result<(), Error> {
    let mut command = run_of_example(name, &FEATURES, arguments);
    command.current_dir(".");
    Environment::of(&Libtorch::provide()?)?.apply(&mut command);
    step::succeed(&format!("example {}", name.display()), &mut command)
}

/// Builds an example with the same options as the tests with libtorch, so that CI reuses their
/// build.
///
/// Returns the path of the program.
pub(crate) fn built_example(name: &str) -> Result<PathBuf, Error> {
    let libtorch = Libtorch::provide()?;
    let mut build = workspace::build_of_example(name);
    Environment::of(&libtorch)?.apply(build.args(WITH_LIBTORCH));
    step::succeed("the build", &mut build)?;
    // With CUDA, the build target is given to cargo explicitly, and cargo then uses a folder for
    // it.
    let folder = if libtorch.has_cuda() { workspace::target_triple()? } else { String::new() };
    Ok(workspace::target().join(folder).join("debug/examples").join(name))
}

/// Returns a `cargo run` command for an example in release mode, in the root of the workspace. With
/// the torch feature, the caller adds the environment for libtorch.
fn run_of_example(name: &OsStr, features: &[&str], arguments: &[OsString]) -> Command {
    let mut command = workspace::cargo(["run", "--release"]);
    command.arg("--manifest-path").arg(workspace::root().join("Cargo.toml"));
    command.args(["--package", "danas-examples"]).args(features);
    command.arg("--example").arg(name).arg("--").args(arguments);
    command
}
