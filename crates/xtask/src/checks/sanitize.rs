//! The native engine under the address sanitizer: no test of values shows a read beyond an array's end.

use std::process::Command;

use crate::error::Error;
use crate::{step, workspace};

/// The targets that have it, of those that danas is developed on.
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// Runs the tests of the engine with every access to memory checked.
pub(crate) fn run() -> Result<(), Error> {
    let target = workspace::target_triple()?;
    if !TARGETS.contains(&target.as_str()) {
        return Err(Error::NoSanitizer { target, targets: TARGETS });
    }
    step::succeed("the address sanitizer", &mut sanitized(&target))
}

/// The tests, built apart: other flags would make the next build of everything else anew.
fn sanitized(target: &str) -> Command {
    let mut command = workspace::cargo(["test", "--package", "danas-model", "--target", target]);
    command.args(["--lib", "--test", "engines", "--test", "gradients"]);
    command.arg("--target-dir").arg(workspace::target().join("sanitize"));
    // The flag is unstable. With a target named, it spares build scripts and procedural macros.
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", "-Zsanitizer=address");
    command
}
