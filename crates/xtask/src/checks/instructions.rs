//! Counts the instructions of kernels on emulated microcontrollers, and fits the formulas that predict
//! them.

use std::ffi::OsStr;
use std::path::Path;

use crate::error::Error;
use crate::python::Python;
use crate::{step, workspace};

use super::device;

const SCRIPT: &str = "instructions/instructions.py";

/// The example of danas-firmware that writes networks with random weights.
const NETWORKS: &str = "random_networks";

/// Counts and fits the instructions of the kernels of C libraries and, if `sources` is the folder of
/// its sources, those of TensorFlow Lite Micro. The coefficients and the fixtures of the tests are
/// written anew.
pub(crate) fn run(sources: Option<&OsStr>) -> Result<(), Error> {
    if let Some(tool) = device::missing() {
        return Err(Error::NoDevice { tool });
    }
    let mut script = Python::find()?.command();
    script
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(SCRIPT))
        .arg(workspace::built_example(NETWORKS)?)
        .arg(sources.unwrap_or(OsStr::new("-")))
        .arg(workspace::root().join("target/instructions"));
    step::succeed("the emulation", script.current_dir(workspace::root()))
}
