//! Opening files: decoding each of them once before a search.

use std::{
    error::Error,
    iter,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::skipped::Skipped;

/// How files that cannot be decoded are handled, and those that are in several classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Broken {
    /// They are an error, which names all of them.
    #[default]
    Refuse,
    /// They are left out, reported with a warning, and listed by the source.
    Skip,
}

/// Opened files, with `None` in place of those that were skipped.
pub(crate) struct Opened<T> {
    pub(crate) found: Vec<Option<T>>,
    pub(crate) skipped: Vec<Skipped>,
}

/// Opens each file once. `opened` is called after each of them.
///
/// # Errors
/// All files that cannot be opened, unless they are to be skipped.
pub(crate) fn open_all<'a, T: Send, E: Error + Send>(
    paths: impl Iterator<Item = &'a PathBuf>,
    broken: Broken,
    open: impl Fn(&Path) -> Result<T, E> + Sync,
    opened: &(dyn Fn() + Sync),
) -> Result<Opened<T>, Vec<Skipped>> {
    let paths: Vec<&PathBuf> = paths.collect();
    let one = |path: &&PathBuf| {
        let result = open(path);
        opened();
        result
    };
    let results: Vec<_> = paths.par_iter().map(one).collect();
    let mut opened = Opened { found: Vec::new(), skipped: Vec::new() };
    for (path, result) in paths.into_iter().zip(results) {
        if let Err(error) = &result {
            opened.skipped.push(Skipped { path: path.clone(), reason: chain(error) });
        }
        opened.found.push(result.ok());
    }
    if broken == Broken::Refuse && !opened.skipped.is_empty() {
        return Err(opened.skipped);
    }
    Ok(opened)
}

/// Warns of files that were skipped.
pub(crate) fn report(skipped: &[Skipped]) {
    for Skipped { path, reason } in skipped {
        tracing::warn!(path = %path.display(), %reason, "skipped a file");
    }
    if !skipped.is_empty() {
        tracing::warn!(skipped = skipped.len(), "files were skipped");
    }
}

/// A counter of opened files, which reports their number and the total.
pub(crate) struct Count<'a> {
    done: AtomicUsize,
    all: usize,
    progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

impl<'a> Count<'a> {
    pub(crate) fn new(all: usize, progress: Option<&'a (dyn Fn(usize, usize) + Sync)>) -> Self {
        Self { done: AtomicUsize::new(0), all, progress }
    }

    pub(crate) fn another(&self) {
        if let Some(progress) = self.progress {
            progress(self.done.fetch_add(1, Ordering::Relaxed) + 1, self.all);
        }
    }
}

/// Returns the message of an error, followed by those of its causes.
pub(crate) fn chain(error: &dyn Error) -> String {
    let causes = iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
