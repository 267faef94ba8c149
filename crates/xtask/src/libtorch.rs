//! Finds the libtorch that the user chose, or installs one.

mod cache;
mod cargo_config;
mod environment;
mod flags;
mod given;
mod install;
mod recipe;
mod staging;
pub(crate) mod version;
mod wheels;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::Error;

pub(crate) use cargo_config::cargo_config;
pub(crate) use environment::Environment;

/// Reads environment variables. Tests pass a function of their own.
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
    /// Returns the libtorch that the user chose. Otherwise returns the one in the cache folder, and
    /// installs it first if it is missing.
    pub(crate) fn provide() -> Result<Self, Error> {
        let variables: Variables<'_> = &|name| std::env::var_os(name);
        if let Some(given) = given::find(variables)? {
            return Ok(given);
        }
        let recipe = recipe::for_host()?;
        let root = install::install(recipe, &cache::folder(variables)?)?;
        Ok(Self { lib: root.join("lib"), root, origin: Origin::Installed })
    }

    /// Returns the folder that contains `lib/` and `include/`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns whether this is a CUDA build for Linux.
    pub(crate) fn has_cuda(&self) -> bool {
        self.lib.join("libtorch_cuda.so").exists()
    }
}
