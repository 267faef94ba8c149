//! Tests the native engine under the address sanitizer, which finds reads beyond the end of an
//! array that no comparison of values can show.

use std::process::Command;

use crate::error::Error;
use crate::{step, workspace};

/// Targets on which this task can use the address sanitizer.
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// Runs the tests of the engine with every memory access checked.
pub(crate) fn run() -> Result<(), Error> {
    let target = workspace::target_triple()?;
    if !TARGETS.contains(&target.as_str()) {
        return Err(Error::NoSanitizer { target, targets: TARGETS });
    }
    step::succeed("the address sanitizer", &mut sanitized(&target))
}

/// Returns the command for the tests. They have a target folder of their own, because building with
/// other flags in the usual one would force the next build to start again.
fn sanitized(target: &str) -> Command {
    let mut command = workspace::cargo(["test", "--package", "danas-model", "--target", target]);
    command.args(["--lib", "--test", "engines", "--test", "gradients"]);
    command.arg("--target-dir").arg(workspace::target().join("sanitize"));
    // The flag is unstable. With an explicit target, it does not apply to build scripts and
    // procedural macros.
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", "-Zsanitizer=address");
    command
}
