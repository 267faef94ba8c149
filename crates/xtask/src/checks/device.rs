//! Runs the C libraries of a search's front on emulated microcontrollers.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::python::Python;
use crate::{exec, step, workspace};

const SCRIPT: &str = "device/device.py";

/// The compiler and the emulator, of Debian's packages `gcc-arm-none-eabi`, `libnewlib-arm-none-eabi`
/// and `qemu-system-arm`.
const TOOLS: [&str; 2] = ["arm-none-eabi-gcc", "qemu-system-arm"];

/// A search that is long enough for a front of several members, and too short to be good.
const SEARCH: [&str; 7] =
    ["--fresh", "--evaluations", "12", "--epochs", "3", "--output", "target/device"];

/// Searches the bundled digits, and runs the library of each member of the front on the recordings of
/// the test part.
pub(crate) fn run() -> Result<(), Error> {
    if let Some(tool) = missing() {
        return Err(Error::NoDevice { tool });
    }
    let mut search = Command::new(workspace::built_example(exec::DEMO)?);
    step::succeed("the search", search.current_dir(workspace::root()).args(SEARCH))?;
    let mut script = Python::find()?.command();
    script.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(SCRIPT)).arg("target/device");
    step::succeed("the emulation", script.current_dir(workspace::root()))
}

/// Returns a tool that is not installed.
pub(crate) fn missing() -> Option<&'static str> {
    TOOLS.into_iter().find(|tool| {
        let mut command = Command::new(tool);
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        !command.status().is_ok_and(|status| status.success())
    })
}
