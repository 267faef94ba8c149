//! The bundled spoken digits.

use std::path::PathBuf;

use danas::{Dataset, DatasetError};

/// Returns the folder of the bundled spoken digits. Its files are named
/// `DIGIT/SPEAKER/DIGIT_SPEAKER_TAKE.wav`.
#[must_use]
pub fn spoken_digits_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fsdd/recordings")
}

/// Returns the bundled spoken digits. The classes are `0` to `9`, and the groups are the speakers.
///
/// They are a subset of the Free Spoken Digit Dataset (Z. Jackson et al., 2018,
/// <https://doi.org/10.5281/zenodo.1342401>), CC BY-SA 4.0; see `datasets/fsdd/README.md`.
///
/// # Errors
/// [`DatasetError`] if the bundled recordings are missing.
///
/// ```
/// let digits = danas_datasets::spoken_digits()?;
/// assert_eq!(digits.classes().len(), 10);
/// assert_eq!(digits.clips().len(), 840);
/// # Ok::<(), danas::DatasetError>(())
/// ```
pub fn spoken_digits() -> Result<Dataset, DatasetError> {
    Dataset::from_folder(spoken_digits_folder())
}
