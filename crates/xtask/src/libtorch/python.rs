//! Python, which downloads wheels and unpacks them.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::recipe::{Recipe, Wheel};
use crate::error::Error;

const UNPACK: &str = include_str!("unpack.py");

/// A Python 3 that has pip.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Python(OsString);

impl Python {
    /// Finds one on the search path.
    pub(super) fn find() -> Result<Self, Error> {
        choose(
            &["python3", "python"],
            |python| succeeds(python, &["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]),
            |python| succeeds(python, &["-m", "pip", "--version"]),
        )
    }

    /// Downloads the wheels of a recipe and lets pip compare their hashes with the pinned ones.
    ///
    /// The wheels are those for CPython 3.12, whichever Python this is: nothing of them is Python.
    /// They stay out of pip's cache, which would keep half a gigabyte for good.
    pub(super) fn download(
        &self,
        recipe: &Recipe,
        into: &Path,
        scratch: &Path,
    ) -> Result<(), Error> {
        let mut pip = Command::new(&self.0);
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
        let status = self.run(&mut pip)?;
        if status.success() { Ok(()) } else { Err(Error::Download { status }) }
    }

    /// Unpacks the members that a recipe keeps of one wheel.
    pub(super) fn unpack(&self, wheel: &Wheel, file: &Path, into: &Path) -> Result<(), Error> {
        let mut script = Command::new(&self.0);
        script
            .args(["-c", UNPACK])
            .args([file, into])
            .args(wheel.members.iter().map(|(from, to)| format!("{from}={to}")));
        let status = self.run(&mut script)?;
        if status.success() {
            Ok(())
        } else {
            Err(Error::Unpack { package: wheel.package, status })
        }
    }

    /// Runs with both outputs on our error output: our own output holds results only.
    fn run(&self, command: &mut Command) -> Result<std::process::ExitStatus, Error> {
        command
            .stdout(std::io::stderr())
            .status()
            .map_err(|source| Error::Start { program: self.0.clone(), source })
    }
}

/// The file that pins the wheels of a recipe.
pub(super) fn requirements_path(recipe: &Recipe) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("wheels").join(recipe.requirements)
}

/// The first candidate that has pip; the error tells apart what is missing.
fn choose(
    candidates: &[&str],
    is_python: impl Fn(&OsStr) -> bool,
    has_pip: impl Fn(&OsStr) -> bool,
) -> Result<Python, Error> {
    let pythons: Vec<_> =
        candidates.iter().map(OsString::from).filter(|name| is_python(name)).collect();
    if let Some(python) = pythons.iter().find(|python| has_pip(python)) {
        return Ok(Python(python.clone()));
    }
    Err(match pythons.into_iter().next() {
        Some(python) => Error::NoPip { python },
        None => Error::NoPython,
    })
}

fn succeeds(program: &OsStr, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_without_pip_gives_way_to_one_with_pip() {
        let found = choose(&["python3", "python"], |_| true, |name| name == "python").unwrap();
        assert_eq!(found, Python("python".into()));
    }

    #[test]
    fn the_error_tells_a_missing_pip_from_a_missing_python() {
        let no_pip = choose(&["python3", "python"], |name| name == "python", |_| false);
        assert!(matches!(no_pip, Err(Error::NoPip { python, .. }) if python == "python"));
        let no_python = choose(&["python3"], |_| false, |_| true);
        assert!(matches!(no_python, Err(Error::NoPython)));
    }

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
        let made = Command::new(&python.0).args(["-c", make]).arg(&file).args(members).status();
        assert!(made.unwrap().success());

        python.unpack(&WHEEL, &file, &into).unwrap();

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
        assert!(Command::new(&python.0).args(["-c", make]).arg(&file).status().unwrap().success());

        let refused = python.unpack(&WHEEL, &file, folder.path());

        assert!(matches!(refused, Err(Error::Unpack { package: "toy", .. })));
    }
}
