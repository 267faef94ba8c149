//! An index while the files of a dataset are opened.

use std::{
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use super::{
    FileIndex,
    entries::{Entries, Entry},
    indexed::Indexed,
    places::Places,
    stamp::Stamp,
};

/// What an index knows of some files, and what is learnt by opening the others.
pub(super) struct Session<'a, K> {
    index: &'a FileIndex,
    places: Places<'a>,
    known: Entries<K>,
    learnt: Mutex<Entries<K>>,
}

impl<'a, K: Indexed> Session<'a, K> {
    /// Reads an index, to open these files.
    pub(super) fn new(index: &'a FileIndex, files: impl Iterator<Item = &'a Path>) -> Self {
        let (places, known) = (Places::of(files), index.entries());
        Self { index, places, known, learnt: Mutex::default() }
    }

    /// Returns what is known of a file. It is opened only if it has changed, or is new.
    pub(super) fn get_or_open<E>(
        &self,
        file: &Path,
        open: impl FnOnce(&Path) -> Result<K, E>,
    ) -> Result<K, E> {
        // The time and the stamp are taken before the content is read: if the file changes meanwhile,
        // its stamp is not the one that is remembered.
        let now = SystemTime::now();
        let stamp = fs::metadata(file).ok().as_ref().and_then(Stamp::of);
        let Some((stamp, (folder, name))) = stamp.zip(self.places.get(file)) else {
            return open(file);
        };
        let known = self.known.get(folder, name).filter(|entry| entry.stamp == stamp);
        if let Some(Entry { known, .. }) = known {
            return Ok(known.clone());
        }
        let known = open(file)?;
        if now.checked_sub(self.index.settled).is_some_and(|time| stamp.is_before(time)) {
            // A panic elsewhere cannot leave half an entry.
            let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
            learnt.insert(folder, name, Entry { stamp, known: known.clone() });
        }
        Ok(known)
    }

    /// Writes the index if anything was learnt.
    pub(super) fn finish(self) {
        let learnt = self.learnt.into_inner().unwrap_or_else(PoisonError::into_inner);
        if !learnt.is_empty() {
            self.index.change(|entries| {
                entries.update(learnt);
                true
            });
        }
    }
}
