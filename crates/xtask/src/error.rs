//! Errors of the tasks, with advice on how to fix them where possible.

use std::error::Error as _;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use crate::libtorch::version::VERSION;

/// Why a task failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Error {
    #[error("unknown task {:?}; `cargo xtask help` lists all tasks", name.display())]
    UnknownTask { name: OsString },
    #[error("`{}` does not take the argument {:?}; `cargo xtask help` shows the usage", task.display(), argument.display())]
    UnexpectedArgument { task: OsString, argument: OsString },
    #[error("an argument is missing; usage: `{usage}`")]
    MissingArgument { usage: &'static str },

    #[error("cannot start `{}`; check that it is installed", program.display())]
    Start {
        program: OsString,
        #[source]
        source: io::Error,
    },
    #[error("{what} failed: {status}")]
    Failed { what: String, status: ExitStatus },
    #[error(
        "no Chromium was found; install it (on Debian: the package `chromium`), or set \
         `DANAS_CHROMIUM` to its program"
    )]
    NoBrowser,
    #[error(
        "`{tool}` was not found; install the compiler and the emulator of microcontrollers (on Debian: \
         the packages `gcc-arm-none-eabi`, `libnewlib-arm-none-eabi` and `qemu-system-arm`)"
    )]
    NoDevice { tool: &'static str },
    #[error("{} has no column `{column}`; use the table of a published ESC-50", path.display())]
    NoColumn { path: PathBuf, column: &'static str },
    #[error(
        "no recordings of ESC-10 in {}; it must contain `{table}`, or a folder for each class with \
         recordings such as `1-100032-A-0.wav`",
        folder.display()
    )]
    NoEsc10 { folder: PathBuf, table: &'static str },
    #[error("cannot {action} {}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },

    #[error("`LIBTORCH` is set to {}, which has no folder `{missing}`; set it to the folder that contains `lib/` and `include/`", root.display())]
    NotALibtorch { root: PathBuf, missing: &'static str },
    #[error(
        "{} is libtorch {found}, but danas needs {version}; choose another libtorch, unset \
         `LIBTORCH` and `LIBTORCH_USE_PYTORCH` to have one installed, or set \
         `LIBTORCH_BYPASS_VERSION_CHECK=1` at your own risk",
        root.display(), version = VERSION
    )]
    WrongVersion { root: PathBuf, found: String },
    #[error("`LIBTORCH_USE_PYTORCH` is set, but `{}` cannot import `torch`; run `{} -m pip install torch=={version}`, or unset the variable", python.display(), python.display(), version = VERSION)]
    NoPytorch { python: OsString },
    #[error(
        "danas cannot install libtorch for {os} on {arch}; install libtorch {version} yourself and set `LIBTORCH` to its folder",
        version = VERSION
    )]
    NoRecipe { os: &'static str, arch: &'static str },
    #[error(
        "no cache folder was found: neither `HOME` nor `XDG_CACHE_HOME` is an absolute path; \
         set `DANAS_CACHE` to a folder for libtorch"
    )]
    NoCacheFolder,
    #[error(
        "no Python 3.8 or newer was found, but this task needs Python with pip; install it \
         (Debian, Ubuntu: `apt install python3-pip`; Fedora: `dnf install python3-pip`; \
         macOS: `brew install python`), or, if only libtorch is missing, set `LIBTORCH` to a \
         libtorch {version} of your own",
        version = VERSION
    )]
    NoPython,
    #[error(
        "`{}` has no pip, but this task needs it; install it (Debian, Ubuntu: \
         `apt install python3-pip`; Fedora: `dnf install python3-pip`; elsewhere: \
         `{} -m ensurepip`), or, if only libtorch is missing, set `LIBTORCH` to a \
         libtorch {version} of your own",
        python.display(), python.display(), version = VERSION
    )]
    NoPip { python: OsString },
    #[error(
        "pip could not download libtorch ({status}; pip's message is above); check the network \
         and try again, or set `LIBTORCH` to a libtorch {version} of your own",
        version = VERSION
    )]
    Download { status: ExitStatus },
    #[error("cannot unpack the wheel of `{package}` ({status}); nothing was installed; try again")]
    Unpack { package: &'static str, status: ExitStatus },
    #[error("cannot lock {}; set `DANAS_CACHE` to a folder on a local disk", path.display())]
    Lock {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the path {} is not UTF-8, as cargo's flags require; set `DANAS_CACHE` or `LIBTORCH` to another folder", path.display())]
    NotUtf8 { path: PathBuf },

    #[error("cannot read a line in the output of `cargo tree`: {line:?}")]
    Tree { line: String },
    #[error(
        "{library} depends on {dependency} although none of its features is enabled; make the \
         dependency optional"
    )]
    Dependency { library: &'static str, dependency: &'static str },
    #[error("{} of the layer rules, listed above; see `docs/architecture.md`", plural(*count, "violation"))]
    Layers { count: usize },
    #[error("{} of files, listed above; move what both need into a file of its own", plural(*count, "circle"))]
    Circles { count: usize },
    #[error("{} of the licence rules among the dependencies, listed above", plural(*count, "violation"))]
    Licences { count: usize },
}

impl Error {
    /// Returns a function for `map_err` that adds the failed action and its file or folder.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_path_buf(), source }
    }

    /// Prints the error and its causes.
    pub(crate) fn report(&self) {
        eprintln!("error: {self}");
        let mut cause = self.source();
        while let Some(error) = cause {
            eprintln!("  caused by: {error}");
            cause = error.source();
        }
    }

    /// Returns the exit code of the program that failed, if one did. Otherwise returns 2 for a
    /// wrong command line and 1 for any other error.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Failed { status, .. } => {
                let code = status.code().and_then(|code| u8::try_from(code).ok());
                ExitCode::from(code.unwrap_or(1))
            }
            Self::UnknownTask { .. }
            | Self::UnexpectedArgument { .. }
            | Self::MissingArgument { .. } => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_pip_says_how_to_get_it_and_the_way_round() {
        let message = Error::NoPip { python: "python3".into() }.to_string();
        for hint in ["apt install python3-pip", "python3 -m ensurepip", "set `LIBTORCH`"] {
            assert!(message.contains(hint), "{message}");
        }
    }
}
