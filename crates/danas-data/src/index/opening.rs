//! Opening the files of a dataset, but only those that are not known from before.

use std::{
    error::Error,
    fmt,
    path::{Path, PathBuf},
};

use super::{FileIndex, indexed::Indexed};
use crate::{
    opening::{Broken, Opened, open_all},
    skipped::Skipped,
};

/// How the files of a dataset are opened.
///
/// ```
/// use danas_data::{Broken, Opening};
///
/// let mut opening = Opening::default();
/// opening.broken = Broken::Skip;
/// assert!(opening.index.is_none());
/// ```
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct Opening<'a> {
    /// How broken files are handled. Default: they are refused.
    pub broken: Broken,
    /// An index of files that need not be decoded again. Default: none, every file is decoded.
    pub index: Option<&'a FileIndex>,
    /// Called after each file, in any order and on any thread, with the number of files processed so
    /// far and the total. Default: none.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl fmt::Debug for Opening<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { broken, index, progress } = self;
        let progress = progress.map(|_| "…");
        f.debug_struct("Opening")
            .field("broken", broken)
            .field("index", index)
            .field("progress", &progress)
            .finish()
    }
}

/// Opens files as [`open_all`] does, but not those that the index knows.
pub(crate) fn open_unknown<'a, K: Indexed, E: Error + Send>(
    paths: impl Iterator<Item = &'a PathBuf> + Clone,
    index: Option<&'a FileIndex>,
    broken: Broken,
    open: impl Fn(&Path) -> Result<K, E> + Sync,
    opened: &(dyn Fn() + Sync),
) -> Result<Opened<K>, Vec<Skipped>> {
    // Without files, there is no reason to read the index.
    let index = index.filter(|_| paths.clone().next().is_some());
    let Some(index) = index else { return open_all(paths, broken, open, opened) };
    let session = index.session(paths.clone().map(PathBuf::as_path));
    let open = |path: &Path| session.get_or_open(path, &open);
    let result = open_all(paths, broken, open, opened);
    // If a file is broken, the others need not be decoded again once it is repaired.
    session.finish();
    result
}
