//! Features, kept in memory and on disk under a hash of what they are made of.

mod builder;
mod disk;
mod entry;
mod flight;
mod folder;
mod key;
mod memory;
mod problem;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use danas_space::Bytes;
use ndarray::Array3;

pub use self::{
    builder::FeatureCacheBuilder,
    key::{Digest, FeatureKey, NoiseKey},
    problem::{CacheError, CacheProblem, Damage},
};
use self::{
    disk::Disk,
    flight::{Flights, lock},
    memory::Memory,
};

/// A cache of features, `[rows, frames, channels]`, in memory and then on disk.
///
/// Threads share one by reference or in an [`Arc`]. Processes share a folder by each opening it.
///
/// ```
/// use danas_dsp::{Digest, FeatureCache, FeatureKey, ndarray::Array3};
/// use danas_space::Bytes;
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
///
/// let cache = FeatureCache::builder()
///     .memory(Bytes(1 << 28))
///     .disk(folder, Bytes(1 << 30))
///     .on_problem(|problem| eprintln!("{problem}"))
///     .build()?;
///
/// let recording = Digest::of(b"the bytes of door.wav");
/// let key = FeatureKey::new(recording, None, "a canonical text of the granularity");
/// let made = cache.get_or_try_insert_with(key, || danas_dsp::Stft::new(256, 128)?.power(&[0.0; 512])
///     .map(|power| power.insert_axis(danas_dsp::ndarray::Axis(2))))?;
/// assert_eq!(cache.get(key), Some(made));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Memory
/// What is held never exceeds the budget; an entry counts 4 bytes a value and 512 bytes beside.
/// Entries that are small for their use stay longest (`GreedyDual-Size` with unit cost): a scan
/// over huge spectrograms does not drop many small entries. A single entry above the budget is not
/// kept, and a large one may have to be asked for several times before it displaces small ones.
///
/// # Disk
/// An entry is a file of 4 bytes a value and 100 bytes beside, in one of 256 folders. Each is
/// written under a temporary name and then renamed, so that nobody ever sees half of one, also if
/// a process is killed. Nothing is synchronised to the disk: what a power cut destroys is found
/// when it is read. Everything that is read is checked against a BLAKE3 checksum. A damaged file is
/// removed, reported and made again; it is never served. This protects from accidents, not from
/// somebody who forges entries.
///
/// Above the cap, the files that were used longest ago are removed, until nine tenths of the cap
/// are left. A hit on disk counts as use, one in memory does not. Entries above nine tenths are
/// not written. Alone, a thread keeps the cap after each call. With `n` processes that write to the
/// folder at once, it can be exceeded by `n` tenths, because each lists the files of the others
/// only after it has written a tenth itself; and by what other threads write during a listing.
/// Only files that are named as entries are ever counted or removed.
///
/// # Layout
/// Values are kept in standard (row-major) layout, whatever the layout that they come in, so that
/// sums over them do not depend on whether they were made or read.
#[derive(Debug)]
pub struct FeatureCache {
    memory: Mutex<Memory>,
    disk: Option<Disk>,
    flights: Flights,
    memory_hits: AtomicU64,
    disk_hits: AtomicU64,
    misses: AtomicU64,
}

impl FeatureCache {
    /// A cache of at most `budget` in memory, without a folder.
    #[must_use]
    pub fn in_memory(budget: Bytes) -> Self {
        Self::new(budget, None)
    }

    /// Starts from a cache of 2 GiB in memory, without a folder.
    pub fn builder() -> FeatureCacheBuilder {
        FeatureCacheBuilder::default()
    }

    fn new(memory: Bytes, disk: Option<Disk>) -> Self {
        Self {
            memory: Mutex::new(Memory::new(memory.get())),
            disk,
            flights: Flights::default(),
            memory_hits: AtomicU64::new(0),
            disk_hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// What may be held in memory.
    #[must_use]
    pub fn memory_budget(&self) -> Bytes {
        Bytes(lock(&self.memory).budget())
    }

    /// The features of `key`, if they are held. Does not wait for a thread that makes them.
    #[must_use]
    pub fn get(&self, key: FeatureKey) -> Option<Arc<Array3<f32>>> {
        let found = self.find(key);
        if found.is_none() {
            self.misses.fetch_add(1, Relaxed);
        }
        found
    }

    /// Keeps the features of `key`, in place of any that are held.
    pub fn insert(&self, key: FeatureKey, features: Arc<Array3<f32>>) {
        let features = if features.is_standard_layout() {
            features
        } else {
            Arc::new(features.as_standard_layout().into_owned())
        };
        lock(&self.memory).insert(key, Arc::clone(&features));
        if let Some(disk) = &self.disk {
            disk.write(key, &features);
        }
    }

    /// The features of `key`, from `make` if they are not held.
    ///
    /// Threads that ask for the same key together make it once, and the others wait. After an error
    /// or a panic in `make` nothing is kept, and the next of them calls its own `make`.
    ///
    /// `make` must not ask for the same key, nor wait for anything that may: it would wait for
    /// itself. Inside `make`, a join of a work-stealing pool is such a wait, if other tasks of the
    /// pool ask for this key.
    ///
    /// # Errors
    /// Those of `make`. The cache adds none: it [reports](FeatureCacheBuilder::on_problem) what it
    /// cannot read or write.
    pub fn get_or_try_insert_with<E>(
        &self,
        key: FeatureKey,
        make: impl FnOnce() -> Result<Array3<f32>, E>,
    ) -> Result<Arc<Array3<f32>>, E> {
        // Without a queue for what is in memory already.
        if let Some(found) = self.find_in_memory(key) {
            return Ok(found);
        }
        let seat = self.flights.join(key);
        let mut slot = seat.slot();
        if let Some(found) = slot.as_ref() {
            self.memory_hits.fetch_add(1, Relaxed);
            return Ok(Arc::clone(found));
        }
        if let Some(found) = self.find(key) {
            return Ok(Arc::clone(slot.insert(found)));
        }
        self.misses.fetch_add(1, Relaxed);
        let made = make()?;
        let made =
            if made.is_standard_layout() { made } else { made.as_standard_layout().into_owned() };
        let features = Arc::clone(slot.insert(Arc::new(made)));
        lock(&self.memory).insert(key, Arc::clone(&features));
        // Those who wait need not wait for the disk.
        drop(slot);
        if let Some(disk) = &self.disk {
            disk.write(key, &features);
        }
        Ok(features)
    }

    /// What the cache did since it was opened, and what it holds now.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let problems = self.disk.as_ref().map(Disk::monitor);
        CacheStats {
            memory_hits: self.memory_hits.load(Relaxed),
            disk_hits: self.disk_hits.load(Relaxed),
            misses: self.misses.load(Relaxed),
            damaged: problems.map_or(0, |monitor| monitor.damaged.load(Relaxed)),
            failed_reads: problems.map_or(0, |monitor| monitor.failed_reads.load(Relaxed)),
            failed_writes: problems.map_or(0, |monitor| monitor.failed_writes.load(Relaxed)),
            memory_bytes: lock(&self.memory).bytes(),
            disk_bytes: self.disk.as_ref().map_or(0, Disk::bytes),
        }
    }

    /// The features of `key` from either tier; those from disk are in memory then.
    fn find(&self, key: FeatureKey) -> Option<Arc<Array3<f32>>> {
        if let Some(found) = self.find_in_memory(key) {
            return Some(found);
        }
        let found = Arc::new(self.disk.as_ref()?.read(key)?);
        self.disk_hits.fetch_add(1, Relaxed);
        lock(&self.memory).insert(key, Arc::clone(&found));
        Some(found)
    }

    fn find_in_memory(&self, key: FeatureKey) -> Option<Arc<Array3<f32>>> {
        let found = lock(&self.memory).get(key)?;
        self.memory_hits.fetch_add(1, Relaxed);
        Some(found)
    }
}

/// What a [`FeatureCache`] did since it was opened, and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct CacheStats {
    /// Requests that were answered from memory, or by a thread that was making the same features.
    pub memory_hits: u64,
    /// Requests that were answered from disk.
    pub disk_hits: u64,
    /// Requests that were not answered, or only by making the features.
    pub misses: u64,
    /// Files that were damaged, and removed.
    pub damaged: u64,
    /// Files that the operating system did not give us.
    pub failed_reads: u64,
    /// Files that could not be written.
    pub failed_writes: u64,
    /// The bytes in memory, overhead included.
    pub memory_bytes: u64,
    /// The bytes of the files of entries: as listed last, and what this cache wrote since.
    pub disk_bytes: u64,
}
