//! Opens a file, after verifying it.

use super::{check, error::ReadError, file::TfliteFile, flatbuffer::Table, verify};
use crate::{error::SizeError, schema};

impl<'a> TfliteFile<'a> {
    /// Verifies a file and returns a view of it.
    ///
    /// # Errors
    /// [`ReadError`] if the file is not a valid flatbuffer of TensorFlow Lite's schema, or if its
    /// parts do not fit together.
    pub fn read(file: &'a [u8]) -> Result<Self, ReadError> {
        let bytes = file.len() as u64;
        if bytes > SizeError::LIMIT.get() {
            return Err(ReadError::TooLarge { bytes });
        }
        if file.get(4..8) != Some(&schema::FILE_IDENTIFIER) {
            return Err(ReadError::NotTflite);
        }
        verify::verify(file)?;
        let read = Self::of(Table::root(file));
        check::check(&read)?;
        Ok(read)
    }
}
