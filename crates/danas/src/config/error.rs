//! Errors of configurations.

use std::{error::Error, io, path::PathBuf};

use danas_model::ModelError;
use danas_size::DeviceError;

/// Error of reading, writing or checking a configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Path of the file, as it was given.
        path: PathBuf,
        /// Reason.
        #[source]
        source: io::Error,
    },
    /// The content of the file is refused.
    #[error("cannot use {}", path.display())]
    File {
        /// Path of the file, as it was given.
        path: PathBuf,
        /// Reason.
        #[source]
        source: Box<ConfigError>,
    },
    /// The text has an unknown key or an invalid value, or is not TOML.
    #[error("the configuration is invalid")]
    Parse(#[source] Box<dyn Error + Send + Sync>),
    /// The configuration has a value that TOML cannot hold.
    #[error("the configuration cannot be written as TOML")]
    Write(#[source] Box<dyn Error + Send + Sync>),
    /// The kind of data is unknown, or not part of this build.
    #[error("there is no kind of data `{kind}` in this build; it has {}", known.join(", "))]
    Kind {
        /// The kind that the file states.
        kind: String,
        /// The kinds of this build.
        known: &'static [&'static str],
    },
    /// The configuration names no data.
    #[error("the configuration has no folder of data; set `data.folder`")]
    NoFolder,
    /// The device profile is invalid.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The device has neither a board nor a profile, or both.
    #[error(
        "a device needs a board or a profile; set exactly one of `device.board`, `device.profile`"
    )]
    DeviceChoice,
    /// The name of an engine is unknown.
    #[error("unknown engine `{text}`: expected `auto`, `native`, `native-avx2` or `torch`")]
    UnknownEngine {
        /// The unknown name.
        text: String,
    },
    /// The engine needs libtorch, which is not part of this build.
    #[error("this build has no libtorch; build it with the feature `torch`")]
    NoTorch,
    /// This machine cannot run the engine.
    #[error(transparent)]
    Engine(#[from] ModelError),
}
