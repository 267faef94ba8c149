//! Why a trained candidate cannot be exported.

use std::{io, path::PathBuf};

use danas_firmware::FirmwareError;
use danas_model::SafetensorsError;
use danas_size::{CArrayError, ConversionError};

/// The reason why a trained candidate cannot be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A model that no file can hold.
    #[error(transparent)]
    Conversion(#[from] ConversionError),
    /// Code for a device that cannot be generated.
    #[error("cannot write the model in C")]
    Firmware(#[from] FirmwareError),
    /// A name that is not valid in C.
    #[error(transparent)]
    Name(#[from] CArrayError),
    /// A model that cannot be saved.
    #[error(transparent)]
    Model(#[from] SafetensorsError),
    /// A figure or candidate that JSON cannot hold.
    #[error("cannot write the description of the model as JSON")]
    Card(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A folder or file that cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The folder or file, as it was given.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
}
