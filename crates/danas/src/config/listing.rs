//! Which files a search is over: those of a folder, or those in a table.

use std::path::Path;

use danas_data::{Dataset, DatasetError, Manifest};

/// Lists the files that have one of these extensions, or those in the table. Empty `classes` stand
/// for all.
pub(super) fn dataset(
    folder: &Path,
    manifest: Option<&Manifest>,
    extensions: &[&str],
    classes: &[String],
) -> Result<Dataset, DatasetError> {
    match (manifest, classes.is_empty()) {
        (None, true) => Dataset::from_folder_of(folder, extensions),
        (None, false) => Dataset::from_folder_of_with_classes(folder, extensions, classes),
        (Some(manifest), true) => Dataset::from_manifest(folder, manifest),
        (Some(manifest), false) => Dataset::from_manifest(folder, manifest)?.with_classes(classes),
    }
}

/// Returns the folder that paths are relative to.
pub(super) fn folder<'a>(
    folder: Option<&'a Path>,
    manifest: Option<&'a Manifest>,
) -> Option<&'a Path> {
    folder.or_else(|| manifest.map(Manifest::folder))
}
