//! The tier on disk.

use std::{fs::File, io, path::PathBuf, sync::Mutex, time::SystemTime};

use ndarray::Array3;

use super::{
    CacheError, CacheProblem, FeatureKey,
    entry::{self, Fault},
    flight::lock,
    folder::Folder,
    problem::Monitor,
};

/// The files of a folder, within a cap of bytes, evicted by the time of their last use.
#[derive(Debug)]
pub(super) struct Disk {
    folder: Folder,
    cap: u64,
    ledger: Mutex<Ledger>,
    monitor: Monitor,
}

/// What is known of the folder's size. Others write to it, too, so only a listing gives the truth.
#[derive(Debug, Default)]
struct Ledger {
    listed: u64,
    /// What was written here since the listing began.
    written: u64,
    listing: bool,
}

impl Ledger {
    const fn bytes(&self) -> u64 {
        self.listed.saturating_add(self.written)
    }
}

impl Disk {
    pub(super) fn open(root: PathBuf, cap: u64, monitor: Monitor) -> Result<Self, CacheError> {
        let folder =
            Folder::create(root).map_err(|(path, source)| CacheError::Folder { path, source })?;
        let listed = folder.list(&monitor).iter().map(|entry| entry.bytes).sum();
        let ledger = Mutex::new(Ledger { listed, ..Ledger::default() });
        Ok(Self { folder, cap, ledger, monitor })
    }

    pub(super) const fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// The size of the folder, as far as it is known.
    pub(super) fn bytes(&self) -> u64 {
        lock(&self.ledger).bytes()
    }

    /// The features of `key`, if their file is there and is sound.
    pub(super) fn read(&self, key: FeatureKey) -> Option<Array3<f32>> {
        let path = self.folder.entry(key.digest());
        match read(&path, key) {
            Ok(features) => return Some(features),
            Err(Fault::Io(source)) if source.kind() == io::ErrorKind::NotFound => {}
            Err(Fault::Io(source)) => self.monitor.report(&CacheProblem::Read { path, source }),
            Err(Fault::Damage(reason)) => {
                // Another thread may have replaced it meanwhile; then a good file is made again.
                Folder::remove(path.clone(), &self.monitor);
                self.monitor.report(&CacheProblem::Damaged { path, reason });
            }
        }
        None
    }

    /// Writes the file of `key` and makes room where it is too much.
    pub(super) fn write(&self, key: FeatureKey, features: &Array3<f32>) {
        let bytes = entry::len(features);
        if bytes > self.low_mark() {
            return;
        }
        match self.folder.write(key, |file| entry::write(file, key, features)) {
            Ok(()) => self.book(bytes),
            Err(source) => {
                let path = self.folder.entry(key.digest());
                self.monitor.report(&CacheProblem::Write { path, source });
            }
        }
    }

    /// Counts a new file. Lists the folder when it seems full, and also after each tenth of the
    /// cap, since other processes write to it.
    fn book(&self, bytes: u64) {
        let mut ledger = lock(&self.ledger);
        ledger.written = ledger.written.saturating_add(bytes);
        let due = ledger.bytes() > self.cap || ledger.written > self.cap / 10;
        if !due || ledger.listing {
            return;
        }
        ledger.listing = true;
        // What is written from now on may escape the listing.
        let written = ledger.written;
        drop(ledger);

        let end = EndOfListing(self);
        let listed = self.make_room();
        let mut ledger = lock(&self.ledger);
        ledger.listed = listed;
        ledger.written -= written;
        drop(ledger);
        drop(end);
    }

    /// Lists the folder and, where it holds more than the cap, removes what was used longest ago.
    /// Returns what is left.
    fn make_room(&self) -> u64 {
        let mut listed = self.folder.list(&self.monitor);
        let mut total = listed.iter().map(|entry| entry.bytes).sum();
        if total > self.cap {
            listed.sort_unstable_by_key(|entry| (entry.used, entry.digest));
            for entry in listed {
                if total <= self.low_mark() {
                    break;
                }
                if Folder::remove(self.folder.entry(entry.digest), &self.monitor) {
                    total -= entry.bytes;
                }
            }
        }
        total
    }

    /// Nine tenths of the cap: so that not each write has to evict.
    const fn low_mark(&self) -> u64 {
        self.cap - self.cap / 10
    }
}

/// Ends a listing, also when the function that is told about problems panics in it.
struct EndOfListing<'a>(&'a Disk);

impl Drop for EndOfListing<'_> {
    fn drop(&mut self) {
        lock(&self.0.ledger).listing = false;
    }
}

/// Reads the file at `path` and marks it as used.
fn read(path: &PathBuf, key: FeatureKey) -> Result<Array3<f32>, Fault> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    let features = entry::read(&mut file, len, key)?;
    // Where this is not allowed, entries go by the time of their writing.
    file.set_modified(SystemTime::now()).ok();
    Ok(features)
}
