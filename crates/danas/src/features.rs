//! Features, made once for all candidates that share a granularity.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ndarray::Array4;

/// The features of one key; the lock is held while they are made, so that others wait for them.
type Cell = Arc<Mutex<Option<Arc<Array4<f32>>>>>;

/// Features by key, up to a number of bytes; beyond that, those unused for longest are dropped and
/// made again when they are needed.
pub(crate) struct FeatureStore<K> {
    entries: Mutex<Entries<K>>,
    capacity: usize,
}

struct Entries<K> {
    cells: HashMap<K, Entry>,
    clock: u64,
}

struct Entry {
    cell: Cell,
    bytes: usize,
    used: u64,
}

impl<K: Clone + Eq + Hash> FeatureStore<K> {
    /// A store of at most `capacity` bytes; a single larger entry is kept until the next one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { entries: Mutex::new(Entries { cells: HashMap::new(), clock: 0 }), capacity }
    }

    /// The features of `key`, from `make` where the store lacks them. Threads that ask for the same
    /// key make them once.
    pub(crate) fn get<E>(
        &self,
        key: &K,
        make: impl FnOnce() -> Result<Array4<f32>, E>,
    ) -> Result<Arc<Array4<f32>>, E> {
        let cell = self.cell(key);
        // A panic in `make` leaves the cell empty, which is a valid state.
        let mut slot = cell.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(features) = &*slot {
            return Ok(Arc::clone(features));
        }
        let features = Arc::new(make()?);
        *slot = Some(Arc::clone(&features));
        self.keep(key, features.len() * size_of::<f32>());
        Ok(features)
    }

    fn lock(&self) -> MutexGuard<'_, Entries<K>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cell(&self, key: &K) -> Cell {
        let mut entries = self.lock();
        entries.clock += 1;
        let used = entries.clock;
        let fresh = || Entry { cell: Cell::default(), bytes: 0, used };
        let entry = entries.cells.entry(key.clone()).or_insert_with(fresh);
        entry.used = used;
        Arc::clone(&entry.cell)
    }

    /// Books the bytes of a new entry and drops others that no longer fit beside it.
    fn keep(&self, key: &K, bytes: usize) {
        let mut entries = self.lock();
        if let Some(entry) = entries.cells.get_mut(key) {
            entry.bytes = bytes;
        }
        while entries.cells.values().map(|entry| entry.bytes).sum::<usize>() > self.capacity {
            let others =
                entries.cells.iter().filter(|(other, entry)| *other != key && entry.bytes > 0);
            let Some(oldest) =
                others.min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone())
            else {
                break;
            };
            entries.cells.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::atomic::{AtomicUsize, Ordering},
        thread,
    };

    use super::*;

    fn features() -> Result<Array4<f32>, Infallible> {
        Ok(Array4::zeros((1, 5, 5, 1))) // 100 bytes
    }

    #[test]
    fn threads_that_ask_together_make_once() {
        let store = FeatureStore::new(1000);
        let made = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    store.get(&1, || {
                        made.fetch_add(1, Ordering::SeqCst);
                        features()
                    })
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn the_entry_unused_for_longest_makes_room() {
        let store = FeatureStore::new(250);
        for key in [1, 2, 1, 3] {
            store.get(&key, features).unwrap();
        }
        let held = |key| store.get(&key, || Err("gone")).is_ok();
        assert_eq!([1, 2, 3].map(held), [true, false, true]);
    }

    #[test]
    fn an_error_is_not_kept() {
        let store = FeatureStore::new(250);
        assert!(store.get(&1, || Err("broken")).is_err());
        assert!(store.get(&1, features).is_ok());
    }
}
