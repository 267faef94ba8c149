//! The bundled photographs of digits in sign language.

use std::path::PathBuf;

/// Returns the folder of the bundled sign language digits: 30 photographs of each digit, 100×100 pixels.
/// Its files are named `DIGIT/IMG_NUMBER.JPG`.
///
/// They are a subset of the Sign Language Digits Dataset (A. Mavi, 2020,
/// <https://arxiv.org/abs/2011.08927>), Apache-2.0; see `datasets/sign_digits/README.md`.
///
/// ```
/// use danas::Dataset;
///
/// let digits = Dataset::from_folder_of(danas_datasets::sign_digits_folder(), &["jpg"])?;
/// assert_eq!((digits.classes().len(), digits.clips().len()), (10, 300));
/// # Ok::<(), danas::DatasetError>(())
/// ```
#[must_use]
pub fn sign_digits_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sign_digits/images")
}
