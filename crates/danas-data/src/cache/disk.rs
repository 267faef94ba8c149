//! The disk tier of the feature cache.

use std::{fs::File, io, path::PathBuf, sync::Mutex, time::SystemTime};

use ndarray::Array3;

use super::{
    CacheError, CacheProblem, FeatureKey,
    entry::{self, Fault},
    folder::Folder,
    lock,
    problem::Monitor,
};

/// The files of a folder, limited to `cap` bytes. The least recently used files are evicted first.
#[derive(Debug)]
pub(super) struct Disk {
    folder: Folder,
    cap: u64,
    usage: Mutex<DiskUsage>,
    monitor: Monitor,
}

/// Known size of the folder, in bytes. Other processes write to it, too, so only a listing gives
/// the exact size.
#[derive(Debug, Default)]
struct DiskUsage {
    listed: u64,
    /// Bytes that this cache has written since the listing began.
    written: u64,
    listing: bool,
}

impl DiskUsage {
    const fn bytes(&self) -> u64 {
        self.listed.saturating_add(self.written)
    }
}

impl Disk {
    pub(super) fn open(root: PathBuf, cap: u64, monitor: Monitor) -> Result<Self, CacheError> {
        let folder =
            Folder::create(root).map_err(|(path, source)| CacheError::Folder { path, source })?;
        let listed = folder.list(&monitor).iter().map(|entry| entry.bytes).sum();
        let usage = Mutex::new(DiskUsage { listed, ..DiskUsage::default() });
        Ok(Self { folder, cap, usage, monitor })
    }

    pub(super) const fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// Returns the size of the folder in bytes, as far as it is known.
    pub(super) fn bytes(&self) -> u64 {
        lock(&self.usage).bytes()
    }

    /// Returns the features of `key` if their file exists and is undamaged.
    pub(super) fn read(&self, key: FeatureKey) -> Option<Array3<f32>> {
        let path = self.folder.entry(key.digest());
        match read(&path, key) {
            Ok(features) => return Some(features),
            Err(Fault::Io(source)) if source.kind() == io::ErrorKind::NotFound => {}
            Err(Fault::Io(source)) => self.monitor.report(&CacheProblem::Read { path, source }),
            Err(Fault::Damage(reason)) => {
                // If another thread has replaced the file meanwhile, this removes an intact file.
                // It is then made again.
                Folder::remove(path.clone(), &self.monitor);
                self.monitor.report(&CacheProblem::Damaged { path, reason });
            }
        }
        None
    }

    /// Writes the file of `key`, and evicts files if the folder exceeds its cap. Does not write
    /// entries above nine tenths of the cap.
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

    /// Counts a new file. Lists the folder when it seems full, and whenever a tenth of the cap has
    /// been written, since other processes write to it, too.
    fn book(&self, bytes: u64) {
        let mut usage = lock(&self.usage);
        usage.written = usage.written.saturating_add(bytes);
        let due = usage.bytes() > self.cap || usage.written > self.cap / 10;
        if !due || usage.listing {
            return;
        }
        usage.listing = true;
        // Files that are written from now on may be missing from the listing.
        let written = usage.written;
        drop(usage);

        let end = EndOfListing(self);
        let listed = self.make_room();
        let mut usage = lock(&self.usage);
        usage.listed = listed;
        usage.written -= written;
        drop(usage);
        drop(end);
    }

    /// Lists the folder and, if it exceeds the cap, removes the least recently used files. Returns
    /// the remaining size in bytes.
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

    /// Returns nine tenths of the cap. Eviction stops there, so that not every write has to evict.
    const fn low_mark(&self) -> u64 {
        self.cap - self.cap / 10
    }
}

/// Ends a listing when dropped, even if the function that receives problems panics.
struct EndOfListing<'a>(&'a Disk);

impl Drop for EndOfListing<'_> {
    fn drop(&mut self) {
        lock(&self.0.usage).listing = false;
    }
}

/// Reads the file at `path` and marks it as used.
fn read(path: &PathBuf, key: FeatureKey) -> Result<Array3<f32>, Fault> {
    let mut file = File::open(path)?;
    let len = file.metadata()?.len();
    let features = entry::read(&mut file, len, key)?;
    // If this is not allowed, the time when the entry was written decides on its eviction.
    file.set_modified(SystemTime::now()).ok();
    Ok(features)
}
