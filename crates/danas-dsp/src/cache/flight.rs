//! Who is making which features at the moment.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ndarray::Array3;

use super::FeatureKey;

/// The keys that threads are busy with; each has a slot for the result.
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
    /// Joins the threads that are busy with `key`, or becomes the first.
    pub(super) fn join(&self, key: FeatureKey) -> Seat<'_> {
        let mut by_key = lock(&self.by_key);
        let flight = by_key.entry(key).or_default();
        flight.seats += 1;
        Seat { flights: self, key, slot: Arc::clone(&flight.slot) }
    }
}

/// A share in the slot of a key, which goes with the last of them.
#[derive(Debug)]
pub(super) struct Seat<'a> {
    flights: &'a Flights,
    key: FeatureKey,
    slot: Slot,
}

impl Seat<'_> {
    /// Waits for the thread that is at it. An empty slot is then ours to fill.
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

/// Locks. A panic elsewhere cannot leave what these mutexes hold half changed: a slot is empty or
/// full, and each change of the others is a few steps that do not panic.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{super::Digest, *};

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
