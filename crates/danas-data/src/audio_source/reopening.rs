//! Recordings that were opened before, decoded again.

use std::{cell::OnceCell, path::Path};

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

/// A recording that is decoded when it is first needed, and then kept.
pub(super) struct Reopened<'a> {
    path: &'a Path,
    digest: Digest,
    sound: OnceCell<Recording>,
}

impl<'a> Reopened<'a> {
    pub(super) const fn new(path: &'a Path, digest: Digest) -> Self {
        Self { path, digest, sound: OnceCell::new() }
    }

    /// Returns the recording, which is decoded the first time.
    pub(super) fn sound(&self) -> Result<&Recording, AudioError> {
        if let Some(sound) = self.sound.get() {
            return Ok(sound);
        }
        let sound = reopen(self.path, self.digest)?;
        Ok(self.sound.get_or_init(|| sound))
    }
}
