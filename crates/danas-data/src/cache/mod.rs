//! Cache of features in memory and on disk.

mod builder;
mod disk;
mod entry;
mod folder;
mod key;
mod memory;
mod problem;
mod version;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use danas_space::Bytes;
use ndarray::Array3;
use quick_cache::sync::Cache;

pub use self::{
    builder::FeatureCacheBuilder,
    key::FeatureKey,
    problem::{CacheError, CacheProblem, Damage},
};
use self::{disk::Disk, memory::Memory};

/// A cache of features, `[rows, frames, channels]`, with a memory tier and an optional disk tier.
///
/// Threads can share a cache by reference or in an [`Arc`]. Processes share a folder if each of
/// them opens a cache on it.
///
/// ```
/// use danas_data::{FeatureCache, FeatureKey};
/// use danas_space::{Bytes, Digest};
/// use ndarray::Array3;
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
///
/// let cache = FeatureCache::builder()
///     .memory(Bytes(1 << 28))
///     .disk(folder, Bytes(1 << 30))
///     .on_problem(|problem| eprintln!("{problem}"))
///     .build()?;
///
/// let content = Digest::of(b"the bytes of door.wav");
/// let settings = "version 1, 64 rows, 32 frames";
/// let key = FeatureKey::new([content.as_bytes().as_slice(), settings.as_bytes()]);
/// let make = || Array3::from_shape_vec((64, 32, 1), vec![0.5; 64 * 32]);
/// let made = cache.get_or_try_insert_with(key, make)?;
/// assert_eq!(cache.get(key), Some(made));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Memory
/// The entries never exceed the budget. Each counts 4 bytes per value plus 512 bytes. Small and
/// recently used entries stay longest (`GreedyDual-Size` with unit cost), so that a scan over huge
/// spectrograms does not evict many small entries. An entry above the budget is not kept, and a
/// large entry may have to be requested several times before it displaces small ones.
///
/// # Disk
/// An entry is a file of 4 bytes per value plus 100 bytes, in one of 256 folders. It is written
/// under a temporary name and then renamed, so that no reader ever sees a partial file, even if a
/// process is killed. Files are not synchronised to the disk: damage by a power failure is detected
/// when a file is read. All data that is read is verified against a BLAKE3 checksum. A damaged file
/// is removed, reported and made again, and its content is never returned. The checksum protects
/// against accidents, not against forged entries.
///
/// Above the cap, the least recently used files are removed until at most nine tenths of the cap
/// remain. A hit on disk counts as a use; a hit in memory does not. Entries above nine tenths of
/// the cap are not written. A single thread keeps within the cap after each call. If `n` processes
/// write to the folder at once, they can exceed the cap by `n` tenths, because each process lists
/// the files of the others only after it has written a tenth of the cap itself. Files that other
/// threads write during a listing can exceed it further. Only files that are named like entries are
/// counted or removed.
///
/// # Layout
/// Values are kept in standard (row-major) layout, whatever their original layout. Sums over them
/// therefore do not depend on whether the features were made or read.
#[derive(Debug)]
pub struct FeatureCache {
    memory: Mutex<Memory>,
    disk: Option<Disk>,
    /// Keys that threads are working on. It has no capacity, so that it passes features on to the
    /// threads that wait for them, but does not keep them.
    flights: Cache<FeatureKey, Arc<Array3<f32>>>,
    memory_hits: AtomicU64,
    disk_hits: AtomicU64,
    misses: AtomicU64,
}

impl FeatureCache {
    /// Creates a cache with a memory budget and without a folder.
    #[must_use]
    pub fn in_memory(budget: Bytes) -> Self {
        Self::new(budget, None)
    }

    /// Returns a builder, whose defaults are a memory budget of 2 GiB and no folder.
    pub fn builder() -> FeatureCacheBuilder {
        FeatureCacheBuilder::default()
    }

    fn new(memory: Bytes, disk: Option<Disk>) -> Self {
        Self {
            memory: Mutex::new(Memory::new(memory.get())),
            disk,
            flights: Cache::new(0),
            memory_hits: AtomicU64::new(0),
            disk_hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// Returns the memory budget.
    #[must_use]
    pub fn memory_budget(&self) -> Bytes {
        Bytes(lock(&self.memory).budget())
    }

    /// Returns the features of `key` if the cache has them. Does not wait for a thread that is
    /// making them.
    #[must_use]
    pub fn get(&self, key: FeatureKey) -> Option<Arc<Array3<f32>>> {
        let found = self.find(key);
        if found.is_none() {
            self.misses.fetch_add(1, Relaxed);
        }
        found
    }

    /// Stores the features of `key`, and replaces any that the cache has.
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

    /// Returns the features of `key`. If the cache does not have them, calls `make` and stores the
    /// result.
    ///
    /// If several threads ask for the same key at once, one of them makes the features and the
    /// others wait. After an error or a panic in `make`, nothing is stored, and the next waiting
    /// thread calls its own `make`.
    ///
    /// `make` must not ask for the same key, nor wait for anything that may ask for it: this would
    /// be a deadlock. Inside `make`, a join in a work-stealing pool is such a wait if other tasks
    /// of the pool ask for this key.
    ///
    /// # Errors
    /// The errors of `make`. The cache adds none of its own: it
    /// [reports](FeatureCacheBuilder::on_problem) files that it cannot read or write.
    pub fn get_or_try_insert_with<E>(
        &self,
        key: FeatureKey,
        make: impl FnOnce() -> Result<Array3<f32>, E>,
    ) -> Result<Arc<Array3<f32>>, E> {
        // Features that are already in memory need no queue.
        if let Some(found) = self.find_in_memory(key) {
            return Ok(found);
        }
        let (mut waited, mut is_new) = (true, false);
        let features = self.flights.get_or_insert_with(&key, || {
            waited = false;
            if let Some(found) = self.find(key) {
                return Ok(found);
            }
            self.misses.fetch_add(1, Relaxed);
            let made = make()?;
            is_new = true;
            let made = Arc::new(if made.is_standard_layout() {
                made
            } else {
                made.as_standard_layout().into_owned()
            });
            lock(&self.memory).insert(key, Arc::clone(&made));
            Ok(made)
        })?;
        if waited {
            self.memory_hits.fetch_add(1, Relaxed);
        }
        // The waiting threads need not wait for the disk.
        if let Some(disk) = self.disk.as_ref().filter(|_| is_new) {
            disk.write(key, &features);
        }
        Ok(features)
    }

    /// Returns the counts of hits, misses and problems since the cache was opened, and its current
    /// size.
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

    /// Returns the features of `key` from either tier. Inserts features from disk into memory.
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

/// Locks a mutex, even if a thread panicked while holding it. Its data is valid nevertheless: every
/// change consists of a few steps that do not panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hits, misses and problems of a [`FeatureCache`] since it was opened, and its current size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct CacheStats {
    /// Number of requests answered from memory, or by a thread that was making the same features.
    pub memory_hits: u64,
    /// Number of requests answered from disk.
    pub disk_hits: u64,
    /// Number of requests that were not answered, or only by making the features.
    pub misses: u64,
    /// Number of damaged files, which were removed.
    pub damaged: u64,
    /// Number of files that the operating system could not read.
    pub failed_reads: u64,
    /// Number of files that could not be written.
    pub failed_writes: u64,
    /// Size of the entries in memory, overhead included, in bytes.
    pub memory_bytes: u64,
    /// Size of the entries on disk, in bytes: the result of the last listing, plus the files that
    /// this cache has written since.
    pub disk_bytes: u64,
}
