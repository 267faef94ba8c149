//! Coordination of threads that make the same features.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ndarray::Array3;

use super::FeatureKey;

/// Keys that threads are working on, each with a slot for the result.
#[derive(Debug, Default)]
pub(super) struct Flights {
    by_key: Mutex<HashMap<FeatureKey, Flight>>,
}

#[derive(Debug, Default)]
struct Flight {
    slot: Slot,
    seats: usize,
}

type Slot = Arc<Mutex<Option<Arc<Array3<f32>>>>>;

impl Flights {
    /// Joins the threads that are working on `key`, or becomes the first of them.
    pub(super) fn join(&self, key: FeatureKey) -> Seat<'_> {
        let mut by_key = lock(&self.by_key);
        let flight = by_key.entry(key).or_default();
        flight.seats += 1;
        Seat { flights: self, key, slot: Arc::clone(&flight.slot) }
    }
}

/// A share in the slot of a key. The slot is removed with its last seat.
#[derive(Debug)]
pub(super) struct Seat<'a> {
    flights: &'a Flights,
    key: FeatureKey,
    slot: Slot,
}

impl Seat<'_> {
    /// Locks the slot, waiting for the thread that is filling it. If the slot is still empty, it is
    /// the caller's turn to fill it.
    pub(super) fn slot(&self) -> MutexGuard<'_, Option<Arc<Array3<f32>>>> {
        lock(&self.slot)
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if let Entry::Occupied(mut flight) = lock(&self.flights.by_key).entry(self.key) {
            flight.get_mut().seats -= 1;
            if flight.get().seats == 0 {
                flight.remove();
            }
        }
    }
}

/// Locks a mutex, even if a thread panicked while holding it. Its data is valid nevertheless: a
/// slot is either empty or full, and every other change consists of a few steps that do not panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use danas_space::Digest;

    use super::*;

    #[test]
    fn a_slot_is_shared_until_the_last_seat_is_left() {
        let flights = Flights::default();
        let key = FeatureKey::new(Digest::of(b""), None, "test");
        let (first, second) = (flights.join(key), flights.join(key));
        *first.slot() = Some(Arc::default());
        drop(first);
        assert!(second.slot().is_some());
        assert!(flights.join(key).slot().is_some());
        drop(second);
        assert!(flights.by_key.lock().unwrap().is_empty());
        assert!(flights.join(key).slot().is_none());
    }
}
