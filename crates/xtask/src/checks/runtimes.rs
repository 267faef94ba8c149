//! danas-size's files in the runtimes that they are made for.

use std::ffi::OsStr;

use crate::error::Error;
use crate::python::Packages;
use crate::{exec, step, workspace};

const REQUIREMENTS: &str = "runtimes/requirements.txt";

/// How many networks are drawn.
const NETWORKS: &str = "100";

/// Runs written models in LiteRT and TensorFlow Lite Micro, and holds what they compute against
/// libtorch and against our own integers, and the memory that they take against our arenas, on
/// networks drawn from `seed`, or else from the clock; and judges the front of a search there.
pub(crate) fn compare(seed: Option<&OsStr>) -> Result<(), Error> {
    let packages = Packages::provide(REQUIREMENTS)?;
    let programs = ["convert_weights", "model_size", "search"].map(exec::built_example);
    let [writer, measure, search] = programs;
    let mut script = packages.script("runtimes/check.py");
    let script = script.arg(writer?).arg(measure?).arg(search?);
    let script = script.arg(workspace::seed(seed)).arg(NETWORKS);
    step::succeed("the comparison with the runtimes", script)
}
