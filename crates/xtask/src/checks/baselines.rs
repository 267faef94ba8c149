//! Compares what searches recommend with classical models and a CNN designed by hand.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::python::Packages;
use crate::{exec, step, workspace};

/// The packages without Keras, which is large.
pub(super) const CLASSICAL: &str = "baselines/classical.txt";
const WITH_KERAS: &str = "baselines/keras.txt";

/// The bundled digits; their groups are six speakers.
const DIGITS: &str = "datasets/fsdd/recordings";

/// Runs the comparison on a dataset. `options` are passed on to `baselines/check.py`.
pub(crate) fn compare(dataset: &OsStr, options: &[OsString]) -> Result<(), Error> {
    let has = |flag: &str| options.iter().any(|option| option == flag);
    let is_help = has("--help") || dataset == "--help";
    let mut build = workspace::cargo(["build", "--release", "--package", "danas-examples"]);
    if !is_help {
        step::succeed("the build", build.args(["--example", exec::DEMO]))?;
    }
    let search = workspace::target().join("release/examples").join(exec::DEMO);
    let packages = if is_help || has("--no-keras") { CLASSICAL } else { WITH_KERAS };
    run(packages, &search, dataset, options)
}

/// Runs the comparison on two splits of the bundled digits, which takes minutes. Fails if danas is
/// worse than logistic regression.
pub(crate) fn check(options: &[OsString]) -> Result<(), Error> {
    let digits = workspace::root().join(DIGITS);
    let options = [&["--check".into()], options].concat();
    run(CLASSICAL, &workspace::built_example(exec::DEMO)?, digits.as_os_str(), &options)
}

fn run(packages: &str, search: &Path, dataset: &OsStr, options: &[OsString]) -> Result<(), Error> {
    let packages = Packages::provide(packages)?;
    let output = workspace::target().join("baselines").join(name_of(Path::new(dataset)));
    fs::create_dir_all(&output).map_err(Error::io("make", &output))?;
    let mut script = packages.script("baselines/check.py");
    script.arg("--output").arg(output).args(options).arg(search).arg(dataset);
    step::succeed("the comparison with baselines", &mut script)
}

/// Returns the name of the output folder for a dataset: the last two components of its path.
fn name_of(dataset: &Path) -> String {
    let dataset = fs::canonicalize(dataset).unwrap_or_else(|_| dataset.to_owned());
    let names: Vec<_> = dataset.iter().rev().take(2).map(OsStr::to_string_lossy).collect();
    names.into_iter().rev().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datasets_of_one_name_have_folders_of_their_own() {
        assert_eq!(name_of(&workspace::root().join(DIGITS)), "fsdd-recordings");
        assert_eq!(name_of(Path::new("no/such/folder")), "such-folder");
    }
}
