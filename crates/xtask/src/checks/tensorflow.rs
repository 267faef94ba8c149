//! Compares danas-size's sizes and files with those of TensorFlow's converter.

use std::ffi::OsStr;

use crate::error::Error;
use crate::python::Packages;
use crate::{step, workspace};

/// Packages of the versions of TensorFlow that have a profile.
const REQUIREMENTS: [&str; 2] = ["tensorflow/2.12.txt", "tensorflow/2.21.txt"];

/// Number of networks that each version converts, in three formats.
const NETWORKS: &str = "20";

/// Compares sizes and files with TensorFlow's, on networks drawn from `seed`, or else from the
/// clock.
pub(crate) fn compare(seed: Option<&OsStr>) -> Result<(), Error> {
    let programs = ["model_size", "convert_weights"];
    let [sizes, files] = programs.map(workspace::built_example);
    let (sizes, files) = (sizes?, files?);
    let seed = workspace::seed(seed);
    for requirements in REQUIREMENTS {
        let mut script = Packages::provide(requirements)?.script("tensorflow/check.py");
        let script = script.arg(&sizes).arg(&files).arg(&seed).arg(NETWORKS);
        step::succeed("the comparison with TensorFlow", script)?;
    }
    Ok(())
}
