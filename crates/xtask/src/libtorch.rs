//! libtorch, found or installed.

mod cache;
mod cargo_config;
mod environment;
mod flags;
mod given;
mod install;
mod recipe;
mod staging;
mod wheels;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::Error;

pub(crate) use cargo_config::cargo_config;
pub(crate) use environment::Environment;

/// The libtorch that `tch` 0.26 is made for.
pub(crate) const VERSION: &str = "2.13.0";

/// Reads environment variables; tests bring their own.
type Variables<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A libtorch on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Libtorch {
    root: PathBuf,
    lib: PathBuf,
    origin: Origin,
}

/// Who put a libtorch where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// This program, into the cache folder.
    Installed,
    /// The user, who named it in `LIBTORCH`.
    Named,
    /// The Python package `torch`, chosen with `LIBTORCH_USE_PYTORCH`.
    Pytorch,
}

impl Libtorch {
    /// The libtorch that the user chose, else the installed one; installs it where it is missing.
    pub(crate) fn provide() -> Result<Self, Error> {
        let variables: Variables<'_> = &|name| std::env::var_os(name);
        if let Some(given) = given::find(variables)? {
            return Ok(given);
        }
        let recipe = recipe::for_host()?;
        let root = install::install(recipe, &cache::folder(variables)?)?;
        Ok(Self { lib: root.join("lib"), root, origin: Origin::Installed })
    }

    /// The folder that holds `lib/` and `include/`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether this is a CUDA build for Linux.
    pub(crate) fn has_cuda(&self) -> bool {
        self.lib.join("libtorch_cuda.so").exists()
    }
}
