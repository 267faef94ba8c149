//! Finds Python, installs packages from its index and runs scripts with them.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::error::Error;
use crate::workspace;

/// A Python 3 that has pip.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Python(OsString);

impl Python {
    /// Finds a Python on the search path.
    pub(crate) fn find() -> Result<Self, Error> {
        choose(
            &["python3", "python"],
            |python| succeeds(python, &["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]),
            |python| succeeds(python, &["-m", "pip", "--version"]),
        )
    }

    /// Returns a command that runs this Python.
    pub(crate) fn command(&self) -> Command {
        Command::new(&self.0)
    }

    /// Runs a command with both of its outputs on this program's standard error, because standard
    /// output is for results only.
    pub(crate) fn run(&self, command: &mut Command) -> Result<ExitStatus, Error> {
        command
            .stdout(std::io::stderr())
            .status()
            .map_err(|source| Error::Start { program: self.0.clone(), source })
    }
}

/// Packages in a separate folder that no other Python program uses.
#[derive(Debug)]
pub(crate) struct Packages {
    python: Python,
    folder: PathBuf,
}

impl Packages {
    /// Installs the packages that a requirements file of this crate pins below `target/python`,
    /// unless they are already there.
    ///
    /// The Python is the one in `DANAS_PYTHON`, or else the first with pip on the search path.
    pub(crate) fn provide(requirements: &str) -> Result<Self, Error> {
        let given = std::env::var_os("DANAS_PYTHON").filter(|python| !python.is_empty());
        let python = given.map_or_else(Python::find, |python| Ok(Python(python)))?;
        let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join(requirements);
        // Each version of Python has a folder of its own. If the pins change, the folder is made
        // anew.
        let mut version = python.command();
        let version = workspace::stdout(
            version.args(["-c", "import sys; print(*sys.version_info[:3], sep='.')"]),
        )?;
        let text = fs::read_to_string(&pinned).map_err(Error::io("read", &pinned))?;
        let name = requirements.trim_end_matches(".txt").replace('/', "-");
        let folder = workspace::root().join(format!("target/python/{name}-{}", version.trim()));
        let mark = folder.join("requirements.txt");
        if fs::read_to_string(&mark).is_ok_and(|installed| installed == text) {
            return Ok(Self { python, folder });
        }
        eprintln!("installing {name} with Python {} into {}", version.trim(), folder.display());
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(Error::io("remove", &folder))?;
        }
        let mut pip = python.command();
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .arg("--requirement")
            .arg(&pinned)
            .arg("--target")
            .arg(&folder);
        let status = python.run(&mut pip)?;
        if !status.success() {
            return Err(Error::Failed { what: format!("the installation of {name}"), status });
        }
        // Written last: without it the folder counts as incomplete.
        fs::write(&mark, text).map_err(Error::io("write", &mark))?;
        Ok(Self { python, folder })
    }

    /// Returns a command that runs a script of this crate with these packages.
    pub(crate) fn script(&self, script: &str) -> Command {
        let mut command = self.python.command();
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script));
        command.env("PYTHONPATH", &self.folder);
        command
    }
}

/// Returns the first candidate that has pip. The error says whether Python or pip is missing.
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
}
