//! What is known of an image once it was decoded.

use std::{fs, path::Path};

use danas_space::Digest;

use super::{
    error::ImageError,
    picture::{self, Picture},
};
use crate::index::{Indexed, Reader};

/// Properties of an image, which are known once it was decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl Indexed for Known {
    const KIND: &'static str = "image";
    const VERSION: u32 = 1;

    fn write(&self, to: &mut Vec<u8>) {
        let Self { file, content, height, width } = self;
        to.extend([file, content].map(|digest| *digest.as_bytes()).as_flattened());
        to.extend([*height, *width].map(u32::to_le_bytes).as_flattened());
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let (file, content) = (from.digest()?, from.digest()?);
        Some(Self { file, content, height: from.u32()?, width: from.u32()? })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_read_back_and_its_version_is_raised_with_every_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bmp");
        image::RgbImage::from_pixel(3, 2, image::Rgb([1, 2, 3])).save(&path).unwrap();
        let known = Known::open(&path).unwrap();
        assert_eq!((known.height, known.width), (2, 3));
        let mut written = Vec::new();
        known.write(&mut written);
        assert_eq!(Known::read(&mut Reader::new(&written)), Some(known.clone()));
        // If the digest of the pixels or the order of the values is another, raise the version.
        let content = Known { file: Digest::of(b""), ..known };
        let mut written = Vec::new();
        content.write(&mut written);
        let digest = Digest::of(&written).to_string();
        let expected = "f9c2c30fad4eebb16d8a4ca3103d18be1f7b6789ac29dc43202bd6b7f1c05448";
        assert_eq!((Known::VERSION, digest.as_str()), (1, expected));
    }
}
