//! Compares danas-dsp's features and their speed with librosa's.

use std::ffi::OsStr;

use crate::error::Error;
use crate::python::Packages;
use crate::{step, workspace};

const REQUIREMENTS: &str = "librosa/requirements.txt";

/// The benchmarks that have a counterpart in `speed.py`.
const BENCHES: &str = "MFCC of 10 s|features of 10 s|8 rates x 3 representations";

/// Compares features with librosa's, on signals drawn from `seed`, or else from the clock.
pub(crate) fn compare(seed: Option<&OsStr>) -> Result<(), Error> {
    let packages = Packages::provide(REQUIREMENTS)?;
    let program = workspace::built_example("extract_features")?;
    let mut script = packages.script("librosa/check.py");
    step::succeed("the comparison with librosa", script.arg(program).arg(workspace::seed(seed)))
}

/// Runs the benchmarks of the features, then times librosa on the same work.
pub(crate) fn race() -> Result<(), Error> {
    let packages = Packages::provide(REQUIREMENTS)?;
    let mut bench = workspace::cargo(["bench", "--package", "danas-benches"]);
    bench.args(["--bench", "preprocessing", "--", BENCHES]);
    step::succeed("the benchmarks", &mut bench)?;
    let mut script = packages.script("librosa/speed.py");
    step::succeed("the timing of librosa", script.arg(workspace::target().join("criterion")))
}
