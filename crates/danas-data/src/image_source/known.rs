//! What is known of an image once it was decoded.

use std::{fs, path::Path};

use danas_space::Digest;

use super::{
    error::ImageError,
    picture::{self, Picture},
};

/// Properties of an image, which are known once it was decoded.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Digest of the file, by which a change of it is noticed before it is decoded.
    file: Digest,
    /// Digest of the size and the pixels.
    pub(super) content: Digest,
    pub(super) height: u32,
    pub(super) width: u32,
}

impl Known {
    /// Decodes a file for the first time.
    pub(super) fn open(path: &Path) -> Result<Self, ImageError> {
        let file = read(path)?;
        let picture = decode(path, &file)?;
        let Picture { height, width, .. } = picture;
        Ok(Self { file: Digest::of(&file), content: picture.digest(), height, width })
    }

    /// Decodes the file again, and refuses it if it has changed.
    pub(super) fn reopen(&self, path: &Path) -> Result<Picture, ImageError> {
        let file = read(path)?;
        if Digest::of(&file) != self.file {
            return Err(ImageError::Changed { path: path.to_owned() });
        }
        decode(path, &file)
    }
}

fn decode(path: &Path, file: &[u8]) -> Result<Picture, ImageError> {
    let refused = |source| ImageError::Decode { path: path.to_owned(), source };
    Picture::decode(file).map_err(refused)
}

fn read(path: &Path) -> Result<Vec<u8>, ImageError> {
    let unreadable = |source| ImageError::Read { path: path.to_owned(), source };
    if !picture::fits(fs::metadata(path).map_err(unreadable)?.len()) {
        return Err(ImageError::Decode { path: path.to_owned(), source: picture::too_large() });
    }
    fs::read(path).map_err(unreadable)
}
