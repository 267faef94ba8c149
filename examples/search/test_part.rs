//! The test part as NumPy arrays, for judging a model with other software.

use std::{error::Error, path::Path};

use danas::{DataSource, Part, Trainer, model::ndarray::Array1};
use ndarray_npy::write_npy;

/// Writes `test_features.npy`, `[examples, height, width, channels]`, and `test_labels.npy` into a folder.
pub(crate) fn write<S: DataSource>(
    folder: &Path,
    trainer: &Trainer<S>,
    granularity: &S::Granularity,
) -> Result<(), Box<dyn Error>> {
    let (features, labels) = trainer.data(granularity, Part::Test)?;
    let labels: Array1<u64> = labels.into_iter().map(|label| label as u64).collect();
    write_npy(folder.join("test_features.npy"), &*features)?;
    write_npy(folder.join("test_labels.npy"), &labels)?;
    Ok(())
}
