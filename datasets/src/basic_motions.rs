//! The bundled basic motions.

use std::path::PathBuf;

/// Returns the table of the bundled basic motions: 80 series of a watch's accelerometer and gyroscope at
/// 10 Hz, 10 s each, of four activities, with the published split into train and test parts.
///
/// They are a dataset of the UEA archive (A. Bagnall et al., 2018, <https://arxiv.org/abs/1811.00075>),
/// BSD-3-Clause; see `datasets/basic_motions/README.md`.
///
/// ```
/// use danas::{Dataset, Manifest};
///
/// let manifest = Manifest::new(danas_datasets::basic_motions_table());
/// let motions = Dataset::from_manifest(manifest.folder(), &manifest)?;
/// assert_eq!(motions.classes(), ["badminton", "running", "standing", "walking"]);
/// assert_eq!(motions.clips().len(), 80);
/// # Ok::<(), danas::DatasetError>(())
/// ```
#[must_use]
pub fn basic_motions_table() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("basic_motions/split.csv")
}
