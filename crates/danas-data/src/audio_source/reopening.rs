//! Recordings that were opened before, decoded again.

use std::path::Path;

use danas_dsp::{Recording, SoundFile};
use danas_space::Digest;

use super::error::AudioError;

/// Decodes a recording again, and refuses it if the file has changed.
pub(super) fn reopen(path: &Path, digest: Digest) -> Result<Recording, AudioError> {
    let file = SoundFile::read(path)?;
    if file.digest() != digest {
        return Err(AudioError::Changed { path: path.to_owned() });
    }
    Ok(file.decode()?)
}
