//! Runs danas-size's files in LiteRT and TensorFlow Lite Micro, and compares the results.

use std::ffi::OsStr;

use crate::error::Error;
use crate::python::Packages;
use crate::{exec, step, workspace};

const REQUIREMENTS: &str = "runtimes/requirements.txt";

/// Number of networks to draw.
const NETWORKS: &str = "100";

/// Runs exported models of networks drawn from `seed`, or else from the clock, in LiteRT and
/// TensorFlow Lite Micro.
///
/// Compares their outputs with libtorch and with danas' own integers, and runs them in arenas of
/// exactly the predicted sizes, which must not be much larger than needed. Also evaluates the front of a search in both runtimes.
pub(crate) fn compare(seed: Option<&OsStr>) -> Result<(), Error> {
    let packages = Packages::provide(REQUIREMENTS)?;
    let programs = ["convert_weights", "model_size", "search"].map(exec::built_example);
    let [writer, measure, search] = programs;
    let mut script = packages.script("runtimes/check.py");
    let script = script.arg(writer?).arg(measure?).arg(search?);
    let script = script.arg(workspace::seed(seed)).arg(NETWORKS);
    step::succeed("the comparison with the runtimes", script)
}
