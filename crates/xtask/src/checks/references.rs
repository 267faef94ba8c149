//! Trains simple classical models on the split that a search used.

use std::ffi::OsString;

use super::baselines::CLASSICAL;
use crate::error::Error;
use crate::python::Packages;
use crate::step;

const SCRIPT: &str = "references/reference.py";

/// Trains the models and prints their test accuracy. `options` are passed on to
/// `references/reference.py`.
pub(crate) fn train(options: &[OsString]) -> Result<(), Error> {
    let mut script = Packages::provide(CLASSICAL)?.script(SCRIPT);
    step::succeed("the training of the references", script.args(options))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_packages_are_those_of_the_baselines_and_read_images() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(folder.join(SCRIPT).is_file());
        let pinned = std::fs::read_to_string(folder.join(CLASSICAL)).unwrap();
        for package in ["scikit-learn==", "librosa==", "soundfile==", "pillow=="] {
            assert!(pinned.lines().any(|line| line.starts_with(package)), "{package}");
        }
    }
}
