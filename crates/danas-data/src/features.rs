//! A store of features, which are computed once for all candidates that share a granularity.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use danas_space::Bytes;
use ndarray::Array4;

/// The features of one key. The lock is held while they are computed, so that other threads wait
/// for them.
type Cell = Arc<Mutex<Option<Arc<Array4<f32>>>>>;

/// Features by key, within a memory budget. If new features would exceed the budget, the features
/// that were unused for longest are dropped first, and computed again when they are needed.
/// Features that a training is using are freed when it ends.
pub(crate) struct FeatureStore<K> {
    entries: Mutex<Entries<K>>,
    budget: Bytes,
}

struct Entries<K> {
    cells: HashMap<K, Entry>,
    clock: u64,
}

struct Entry {
    cell: Cell,
    bytes: Bytes,
    used: u64,
}

impl<K: Clone + Eq + Hash> FeatureStore<K> {
    /// Creates an empty store. A single entry above the budget is kept until the next one is added.
    pub(crate) fn new(budget: Bytes) -> Self {
        Self { entries: Mutex::new(Entries { cells: HashMap::new(), clock: 0 }), budget }
    }

    /// Returns the memory that the features may take.
    pub(crate) const fn budget(&self) -> Bytes {
        self.budget
    }

    /// Returns the features of `key`, which take `bytes`. Computes them with `make` if the store
    /// lacks them. If several threads ask for the same key, the features are computed once.
    pub(crate) fn get<E>(
        &self,
        key: &K,
        bytes: Bytes,
        make: impl FnOnce() -> Result<Array4<f32>, E>,
    ) -> Result<Arc<Array4<f32>>, E> {
        let cell = self.cell(key, bytes);
        // A panic in `make` leaves the cell empty, which is a valid state.
        let mut slot = cell.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(features) = &*slot {
            return Ok(Arc::clone(features));
        }
        let features = Arc::new(make()?);
        *slot = Some(Arc::clone(&features));
        Ok(features)
    }

    fn lock(&self) -> MutexGuard<'_, Entries<K>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the cell of `key`, after making room for its features.
    fn cell(&self, key: &K, bytes: Bytes) -> Cell {
        let mut entries = self.lock();
        entries.clock += 1;
        let used = entries.clock;
        if let Some(entry) = entries.cells.get_mut(key) {
            entry.used = used;
            return Arc::clone(&entry.cell);
        }
        let total = |entries: &Entries<K>| {
            let held = entries.cells.values().map(|entry| entry.bytes.get());
            held.fold(bytes.get(), u64::saturating_add)
        };
        while total(&entries) > self.budget.get() {
            let oldest = entries.cells.iter().min_by_key(|(_, entry)| entry.used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { break };
            entries.cells.remove(&oldest);
        }
        let entry = Entry { cell: Cell::default(), bytes, used };
        Arc::clone(&entries.cells.entry(key.clone()).or_insert(entry).cell)
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

    const EACH: Bytes = Bytes(100);

    fn features() -> Result<Array4<f32>, Infallible> {
        Ok(Array4::zeros((1, 5, 5, 1))) // 100 bytes
    }

    #[test]
    fn threads_that_ask_together_make_once() {
        let store = FeatureStore::new(Bytes(1000));
        let made = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    store.get(&1, EACH, || {
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
        let store = FeatureStore::new(Bytes(250));
        for key in [1, 2, 1, 3] {
            store.get(&key, EACH, features).unwrap();
        }
        let held = |key| store.get(&key, EACH, || Err("gone")).is_ok();
        assert_eq!([1, 3, 2].map(held), [true, true, false]);
    }

    #[test]
    fn an_error_is_not_kept() {
        let store = FeatureStore::new(Bytes(250));
        assert!(store.get(&1, EACH, || Err("broken")).is_err());
        assert!(store.get(&1, EACH, features).is_ok());
    }
}
