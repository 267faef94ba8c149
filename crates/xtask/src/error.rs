//! What can go wrong, and what to do about it.

use std::error::Error as _;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use crate::libtorch::VERSION;

/// Why a task failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Error {
    #[error("there is no task {:?}; `cargo xtask help` lists them", name.display())]
    UnknownTask { name: OsString },
    #[error("`{}` takes no argument {:?}; `cargo xtask help` shows the usage", task.display(), argument.display())]
    UnexpectedArgument { task: OsString, argument: OsString },
    #[error("an argument is missing: {usage}")]
    MissingArgument { usage: &'static str },

    #[error("cannot start {}", program.display())]
    Start {
        program: OsString,
        #[source]
        source: io::Error,
    },
    #[error("{what} failed: {status}")]
    Failed { what: String, status: ExitStatus },
    #[error("the address sanitizer is run on {} alone, not on {target}", targets.join(" and "))]
    NoSanitizer { target: String, targets: [&'static str; 2] },
    #[error(
        "no Chromium is to be found: install it (on Debian the package chromium), or set \
         DANAS_CHROMIUM to its program"
    )]
    NoBrowser,
    #[error("{} has no column {column}", path.display())]
    NoColumn { path: PathBuf, column: &'static str },
    #[error(
        "{} holds neither {table} nor folders of classes with recordings such as 1-100032-A-0.wav",
        folder.display()
    )]
    NoEsc10 { folder: PathBuf, table: &'static str },
    #[error("the README's code {problem}")]
    Readme { problem: &'static str },
    #[error("cannot {action} {}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },

    #[error("LIBTORCH names {}, which has no folder {missing}; it must name the folder that holds lib/ and include/", root.display())]
    NotALibtorch { root: PathBuf, missing: &'static str },
    #[error(
        "{} is libtorch {found}, but {version} is needed; name another one, unset the variable \
         to have one installed, or set LIBTORCH_BYPASS_VERSION_CHECK=1 at your own risk",
        root.display(), version = VERSION
    )]
    WrongVersion { root: PathBuf, found: String },
    #[error("LIBTORCH_USE_PYTORCH is set, but {} cannot import torch; run `{} -m pip install torch=={version}`, or unset the variable", python.display(), python.display(), version = VERSION)]
    NoPytorch { python: OsString },
    #[error(
        "no libtorch for {os} on {arch} is known here; install libtorch {version} yourself and set LIBTORCH to its folder",
        version = VERSION
    )]
    NoRecipe { os: &'static str, arch: &'static str },
    #[error(
        "no cache folder is known, as neither HOME nor XDG_CACHE_HOME is set; set DANAS_CACHE to a folder for libtorch"
    )]
    NoCacheFolder,
    #[error(
        "libtorch is fetched with Python's pip, but no Python 3 was found; install one \
         (Debian, Ubuntu: `apt install python3-pip`; Fedora: `dnf install python3-pip`; \
         macOS: `brew install python`), or set LIBTORCH to a libtorch {version} of your own",
        version = VERSION
    )]
    NoPython,
    #[error(
        "libtorch is fetched with pip, which {} lacks; install it (Debian, Ubuntu: \
         `apt install python3-pip`; Fedora: `dnf install python3-pip`; elsewhere: \
         `{} -m ensurepip`), or set LIBTORCH to a libtorch {version} of your own",
        python.display(), python.display(), version = VERSION
    )]
    NoPip { python: OsString },
    #[error(
        "pip could not download libtorch ({status}; its own message is above); check the network \
         and try again, or set LIBTORCH to a libtorch {version} of your own",
        version = VERSION
    )]
    Download { status: ExitStatus },
    #[error("cannot unpack the wheel of {package} ({status}); nothing was installed, try again")]
    Unpack { package: &'static str, status: ExitStatus },
    #[error("cannot lock {}; set DANAS_CACHE to a folder on a local disk", path.display())]
    Lock {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the path {} is not UTF-8, which cargo's flags cannot hold; set DANAS_CACHE or LIBTORCH to another", path.display())]
    NotUtf8 { path: PathBuf },

    #[error("cannot read this line of `cargo tree`: {line:?}")]
    Tree { line: String },
    #[error("{} of the layer rules broken", plural(*count, "violation"))]
    Layers { count: usize },
    #[error("{} among the dependencies", plural(*count, "violation"))]
    Licences { count: usize },
}

impl Error {
    /// Names what could not be done, and to which file or folder; for `map_err`.
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

    /// The exit code of the program that failed where one did, else 2 for misuse and 1.
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
        for hint in ["apt install python3-pip", "python3 -m ensurepip", "set LIBTORCH"] {
            assert!(message.contains(hint), "{message}");
        }
    }
}
