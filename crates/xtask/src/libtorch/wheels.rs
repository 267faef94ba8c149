//! Downloads wheels with pip and unpacks them with Python.

use std::path::{Path, PathBuf};

use super::recipe::{Recipe, Wheel};
use crate::error::Error;
use crate::python::Python;

const UNPACK: &str = include_str!("unpack.py");

/// Downloads the wheels of a recipe. pip compares their hashes with the pinned ones.
///
/// The wheels are always those for CPython 3.12, since no Python code is kept from them. pip's
/// cache is disabled, because it would keep half a gigabyte permanently.
pub(super) fn download(
    python: &Python,
    recipe: &Recipe,
    into: &Path,
    scratch: &Path,
) -> Result<(), Error> {
    let mut pip = python.command();
    pip.args(["-m", "pip", "download", "--disable-pip-version-check", "--no-cache-dir"])
        .args(["--no-deps", "--only-binary=:all:"])
        .args(["--implementation", "cp", "--python-version", "3.12"])
        .args(recipe.platforms.iter().flat_map(|platform| ["--platform", platform]))
        .arg("--require-hashes")
        .arg("--requirement")
        .arg(requirements_path(recipe))
        .arg("--dest")
        .arg(into)
        .env("TMPDIR", scratch);
    let status = python.run(&mut pip)?;
    if status.success() { Ok(()) } else { Err(Error::Download { status }) }
}

/// Unpacks the members of one wheel that the recipe keeps.
pub(super) fn unpack(
    python: &Python,
    wheel: &Wheel,
    file: &Path,
    into: &Path,
) -> Result<(), Error> {
    let mut script = python.command();
    script
        .args(["-c", UNPACK])
        .args([file, into])
        .args(wheel.members.iter().map(|(from, to)| format!("{from}={to}")));
    let status = python.run(&mut script)?;
    if status.success() { Ok(()) } else { Err(Error::Unpack { package: wheel.package, status }) }
}

/// Returns the path of the file that pins the wheels of a recipe.
pub(super) fn requirements_path(recipe: &Recipe) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("wheels").join(recipe.requirements)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_chosen_members_of_a_wheel_are_unpacked() {
        const WHEEL: Wheel = Wheel {
            package: "toy",
            members: &[("toy/include/", "include/"), ("toy/lib/a.so", "lib/a.so")],
        };
        let (python, folder) = (Python::find().unwrap(), tempfile::tempdir().unwrap());
        let (file, into) = (folder.path().join("toy.whl"), folder.path().join("toy"));
        let make = "import sys, zipfile\n\
            with zipfile.ZipFile(sys.argv[1], 'w') as wheel:\n    \
            [wheel.writestr(name, name) for name in sys.argv[2:]]";
        let members = ["toy/include/x/y.h", "toy/lib/a.so", "toy/lib/a.so.debug", "toy/b.py"];
        let made = python.command().args(["-c", make]).arg(&file).args(members).status();
        assert!(made.unwrap().success());

        unpack(&python, &WHEEL, &file, &into).unwrap();

        let read = |path: &str| std::fs::read_to_string(into.join(path)).unwrap();
        assert_eq!(read("include/x/y.h"), "toy/include/x/y.h");
        assert_eq!(read("lib/a.so"), "toy/lib/a.so");
        assert_eq!(std::fs::read_dir(into.join("lib")).unwrap().count(), 1);
        assert_eq!(std::fs::read_dir(&into).unwrap().count(), 2);
    }

    #[test]
    fn a_wheel_without_a_wanted_member_is_refused() {
        const WHEEL: Wheel = Wheel { package: "toy", members: &[("lib/a.so", "lib/a.so")] };
        let (python, folder) = (Python::find().unwrap(), tempfile::tempdir().unwrap());
        let file = folder.path().join("toy.whl");
        let make = "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').close()";
        assert!(python.command().args(["-c", make]).arg(&file).status().unwrap().success());

        let refused = unpack(&python, &WHEEL, &file, folder.path());

        assert!(matches!(refused, Err(Error::Unpack { package: "toy", .. })));
    }
}
