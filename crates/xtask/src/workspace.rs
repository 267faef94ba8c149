//! Where the workspace lies, and cargo called in it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Error;
use crate::step;

/// The features that need neither libtorch nor anything else that is not in Rust.
pub(crate) const OPTIONAL: &str = "danas-report/tensorboard,danas-examples/tensorboard";

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    let this_crate = Path::new(env!("CARGO_MANIFEST_DIR"));
    this_crate.ancestors().nth(2).unwrap_or(this_crate).to_path_buf()
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    // An absolute path replaces the root; cargo, too, starts from there for a relative one.
    root().join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Builds an example as the tests without libtorch do, which have compiled it in CI; its program.
pub(crate) fn built_example(name: &str) -> Result<PathBuf, Error> {
    // The packages that are chosen decide the features of what they depend on: others would compile anew.
    let chosen = ["--workspace", "--features", OPTIONAL];
    step::succeed("the build", build_of_example(name).args(chosen))?;
    Ok(target().join("debug/examples").join(name))
}

/// The command that builds an example in the profile of the tests; which packages are chosen is left to be said.
pub(crate) fn build_of_example(name: &str) -> Command {
    cargo(["build", "--profile", "test", "--example", name])
}

/// The seed that was given, or else one that the clock draws.
pub(crate) fn seed(given: Option<&OsStr>) -> OsString {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    given.map_or_else(|| now.as_secs().to_string().into(), OsStr::to_owned)
}

/// The cargo that started this program, working in the root of the workspace.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(tool("CARGO", "cargo"));
    command.current_dir(root()).args(arguments);
    command
}

/// The target triple that cargo builds for: `CARGO_BUILD_TARGET`, or else the host.
pub(crate) fn target_triple() -> Result<String, Error> {
    if let Some(target) = std::env::var("CARGO_BUILD_TARGET").ok().filter(|t| !t.is_empty()) {
        return Ok(target);
    }
    let mut rustc = Command::new(tool("RUSTC", "rustc"));
    rustc.current_dir(root()).args(["--print", "host-tuple"]);
    Ok(stdout(&mut rustc)?.trim().to_owned())
}

/// What a command that must succeed prints.
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
