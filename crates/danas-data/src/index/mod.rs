//! An index of files that were decoded before, so that unchanged files need not be decoded again.

mod content;
mod entries;
mod indexed;
mod opening;
mod places;
mod reader;
mod session;
mod stamp;
#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::opening::chain;
use content::{Problem, Section};
use entries::Entries;
pub(crate) use indexed::Indexed;
pub use opening::Opening;
pub(crate) use opening::open_unknown;
use places::Places;
pub(crate) use reader::Reader;
use session::Session;

/// Age from which a file's times are trusted.
///
/// A file can change twice within the resolution of its times, which is up to two seconds. If it is
/// read in between, its times do not tell the second change.
const SETTLED: Duration = Duration::from_secs(2);

/// A file that remembers what is known of each file of a dataset, such as the rate of a recording and
/// the digest of its samples. A file of the dataset that is unchanged is then not decoded when it is
/// opened again, by this program or by the next one.
///
/// A file is taken to be unchanged if it has the same length, and the same times of modification and
/// of change, as when it was decoded. A file that was changed less than two seconds before it was
/// decoded is not remembered, since it could change again within the resolution of these times. Every
/// file is still compared with its digest whenever its features are computed. If it differs, it is
/// forgotten, and the error says that it has changed.
///
/// An index can be shared by several datasets, by recordings and images, and by several programs at a
/// time. It is read when a dataset is opened, and written when something new was learnt. Files that no
/// longer exist are then dropped. Files are known by the folder that they are in, whatever the path to
/// it or the current directory; files whose path is not Unicode are decoded each time.
///
/// An index is only there to save time: an index that is missing, damaged or of another version is
/// written anew, and one that cannot be read or written is reported with a warning. A file that is not
/// an index is never overwritten.
///
/// ```
/// use danas_data::{FileIndex, Opening};
///
/// let index = FileIndex::at("cache/files.index");
/// let mut opening = Opening::default();
/// opening.index = Some(&index);
/// // `AudioSource::open_with` and `ImageSource::open_with` take the settings.
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileIndex {
    path: PathBuf,
    /// Age from which a file's times are trusted.
    settled: Duration,
}

impl FileIndex {
    /// Uses the index in this file. The file and its folder are created when they are first needed.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), settled: SETTLED }
    }

    /// Uses the index in this file, and trusts even the times of files that were just written.
    #[cfg(test)]
    pub(crate) fn trusting(path: impl Into<PathBuf>) -> Self {
        Self { settled: Duration::ZERO, ..Self::at(path) }
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins to open files.
    fn session<'a, K: Indexed>(&'a self, files: impl Iterator<Item = &'a Path>) -> Session<'a, K> {
        Session::new(self, files)
    }

    /// Forgets a file whose content is not what is remembered of it.
    pub(crate) fn forget<K: Indexed>(&self, file: &Path) {
        let places = Places::of([file].into_iter());
        if let Some((folder, name)) = places.get(file) {
            self.change::<K>(|entries| entries.remove(folder, name));
        }
    }

    /// Returns what is known of files of a kind. It is nothing if the index cannot be used.
    fn entries<K: Indexed>(&self) -> Entries<K> {
        let read = || {
            let bytes = content::read(&self.path)?;
            Ok(of_kind(&content::sections(&bytes)?).unwrap_or_default())
        };
        read().unwrap_or_else(|problem: Problem| {
            self.warn(&problem, "all files are decoded");
            Entries::default()
        })
    }

    /// Changes what is known of files of a kind, if `change` returns true. What another program wrote
    /// since the index was last read is kept.
    fn change<K: Indexed>(&self, change: impl FnOnce(&mut Entries<K>) -> bool) {
        let bytes = match content::read(&self.path) {
            Ok(bytes) => bytes,
            Err(problem) if problem.is_ours() => Vec::new(),
            Err(problem) => return self.warn(&problem, "what was learnt is not remembered"),
        };
        // The warning was given when the index was read first.
        let mut sections = content::sections(&bytes).unwrap_or_default();
        let mut entries = of_kind::<K>(&sections).unwrap_or_default();
        if !change(&mut entries) {
            return;
        }
        let entries = entries.write();
        sections.retain(|section| section.kind != K::KIND);
        sections.push(Section { kind: K::KIND, version: K::VERSION, entries: &entries });
        if let Err(error) = content::write(&self.path, &sections) {
            self.warn(&error, "what was learnt is not remembered");
        }
    }

    fn warn(&self, reason: &dyn std::error::Error, consequence: &str) {
        let (index, reason) = (self.path.display(), chain(reason));
        tracing::warn!(%index, %reason, "the index of files is not used: {consequence}");
    }
}

/// Returns the entries of a kind, if they have its version.
fn of_kind<K: Indexed>(sections: &[Section<'_>]) -> Option<Entries<K>> {
    let section = sections.iter().find(|section| section.kind == K::KIND)?;
    (section.version == K::VERSION).then(|| Entries::read(section.entries))?
}
