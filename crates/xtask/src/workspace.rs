//! Paths of the workspace, and commands that run cargo in it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Error;
use crate::step;

/// The optional features that are pure Rust: they need neither libtorch nor other foreign
/// libraries.
pub(crate) const OPTIONAL: &str = "danas-report/tensorboard,danas-examples/tensorboard";

/// Returns the folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let this_crate = Path::new(env!("CARGO_MANIFEST_DIR"));
    this_crate.ancestors().nth(2).unwrap_or(this_crate).to_path_buf()
}

/// Returns the folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    // `join` replaces the root by an absolute path. A relative path starts at the root, as in
    // cargo.
    root().join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Builds an example with the same options as the tests without libtorch, so that CI reuses their
/// build.
///
/// Returns the path of the program.
pub(crate) fn built_example(name: &str) -> Result<PathBuf, Error> {
    // The selected packages determine the features of their dependencies: another selection would
    // compile the dependencies again.
    let chosen = ["--workspace", "--features", OPTIONAL];
    step::succeed("the build", build_of_example(name).args(chosen))?;
    Ok(target().join("debug/examples").join(name))
}

/// Returns a command that builds an example in the profile of the tests. The caller adds the
/// arguments that select packages.
pub(crate) fn build_of_example(name: &str) -> Command {
    cargo(["build", "--profile", "test", "--example", name])
}

/// Returns the given seed, or else one from the clock.
pub(crate) fn seed(given: Option<&OsStr>) -> OsString {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    given.map_or_else(|| now.as_secs().to_string().into(), OsStr::to_owned)
}

/// Returns a command for the cargo that started this program, with the root of the workspace as its
/// folder.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(tool("CARGO", "cargo"));
    command.current_dir(root()).args(arguments);
    command
}

/// Arguments that select the whole workspace with every feature.
pub(crate) const EVERYTHING: [&str; 2] = ["--workspace", "--all-features"];

/// Returns what `cargo tree` prints about the packages and features in `scope`, for every platform.
pub(crate) fn tree(
    scope: &[&str],
    edges: &str,
    prefix: &str,
    format: &str,
) -> Result<String, Error> {
    let shown = ["--edges", edges, "--prefix", prefix, "--format", format];
    stdout(cargo(["tree", "--target", "all"]).args(scope).args(shown))
}

/// Returns the target triple that cargo builds for: `CARGO_BUILD_TARGET`, or else the host.
pub(crate) fn target_triple() -> Result<String, Error> {
    if let Some(target) = std::env::var("CARGO_BUILD_TARGET").ok().filter(|t| !t.is_empty()) {
        return Ok(target);
    }
    let mut rustc = Command::new(tool("RUSTC", "rustc"));
    rustc.current_dir(root()).args(["--print", "host-tuple"]);
    Ok(stdout(&mut rustc)?.trim().to_owned())
}

/// Runs a command that must succeed and returns its standard output.
pub(crate) fn stdout(command: &mut Command) -> Result<String, Error> {
    let program = command.get_program().to_owned();
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|source| Error::Start { program: program.clone(), source })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Error::Failed { what: program.display().to_string(), status: output.status })
    }
}

fn tool(variable: &str, default: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| default.into())
}
