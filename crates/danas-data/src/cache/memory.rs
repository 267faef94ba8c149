//! The memory tier of the feature cache.

use std::{collections::BTreeMap, sync::Arc};

use ndarray::Array3;

use super::FeatureKey;

/// Bytes charged for an entry in addition to its values. They cover its share of both trees, which
/// may be half empty, the fields of the array, and the overhead of the heap.
pub(super) const OVERHEAD: u64 = 512;

/// Features within a budget of bytes, evicted by `GreedyDual-Size` with unit cost.
///
/// The priority of an entry is 1/size plus the value that the clock had at its last use. The entry
/// with the lowest priority is evicted first, and the clock is set to this priority, which ages all
/// other entries equally. Entries of equal size are evicted in LRU order.
///
/// A new entry competes with the entries that are held, and is dropped at once if its own priority
/// is the lowest. The published algorithm always admits a new entry. A large entry would then raise
/// the clock to the priority of the small entries on its first arrival, and expose all of them to
/// the next large one.
///
/// # References
/// P. Cao and S. Irani (1997). Cost-aware WWW proxy caching algorithms.
/// <https://www.usenix.org/conference/usits-97/cost-aware-www-proxy-caching-algorithms>
#[derive(Debug)]
pub(super) struct Memory {
    budget: u64,
    bytes: u64,
    clock: u128,
    uses: u64,
    entries: BTreeMap<FeatureKey, Entry>,
    by_rank: BTreeMap<Rank, FeatureKey>,
}

/// A priority in units of 2⁻⁶⁴, and the number of the last use, which orders equal priorities. The
/// unit is precise enough for any size, and the priority cannot overflow in 2⁶⁴ uses.
type Rank = (u128, u64);

#[derive(Debug)]
struct Entry {
    features: Arc<Array3<f32>>,
    bytes: u64,
    rank: Rank,
}

impl Memory {
    pub(super) const fn new(budget: u64) -> Self {
        Self {
            budget,
            bytes: 0,
            clock: 0,
            uses: 0,
            entries: BTreeMap::new(),
            by_rank: BTreeMap::new(),
        }
    }

    /// Returns the number of bytes that the entries may take.
    pub(super) const fn budget(&self) -> u64 {
        self.budget
    }

    /// Returns the number of bytes that the entries take, overhead included; never more than the
    /// budget.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn get(&mut self, key: FeatureKey) -> Option<Arc<Array3<f32>>> {
        let rank = self.rank(self.entries.get(&key)?.bytes);
        let entry = self.entries.get_mut(&key)?;
        self.by_rank.remove(&entry.rank);
        self.by_rank.insert(rank, key);
        entry.rank = rank;
        Some(Arc::clone(&entry.features))
    }

    pub(super) fn insert(&mut self, key: FeatureKey, features: Arc<Array3<f32>>) {
        if let Some(former) = self.entries.remove(&key) {
            self.by_rank.remove(&former.rank);
            self.bytes -= former.bytes;
        }
        let bytes = OVERHEAD + 4 * features.len() as u64;
        if bytes > self.budget {
            return;
        }
        let rank = self.rank(bytes);
        while self.bytes > self.budget - bytes {
            let Some(least) = self.by_rank.first_entry().filter(|least| *least.key() < rank) else {
                self.clock = rank.0;
                return;
            };
            let ((priority, _), evicted) = least.remove_entry();
            self.clock = priority;
            self.bytes -= self.entries.remove(&evicted).map_or(0, |entry| entry.bytes);
        }
        self.bytes += bytes;
        self.by_rank.insert(rank, key);
        self.entries.insert(key, Entry { features, bytes, rank });
    }

    /// Returns the rank of an entry of `bytes` bytes that is used now.
    fn rank(&mut self, bytes: u64) -> Rank {
        self.uses += 1;
        (self.clock + (1 << 64) / u128::from(bytes), self.uses)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn key(number: usize) -> FeatureKey {
        FeatureKey::new([number.to_le_bytes().as_slice()])
    }

    fn features(bytes: u64) -> Arc<Array3<f32>> {
        Arc::new(Array3::zeros((usize::try_from((bytes - OVERHEAD) / 4).unwrap(), 1, 1)))
    }

    impl Memory {
        fn holds(&self, number: usize) -> bool {
            self.entries.contains_key(&key(number))
        }
    }

    #[test]
    fn equal_sizes_are_evicted_as_by_lru() {
        let mut memory = Memory::new(3 * 1000);
        for number in 0..3 {
            memory.insert(key(number), features(1000));
        }
        assert!(memory.get(key(0)).is_some());
        memory.insert(key(3), features(1000));
        assert_eq!([0, 1, 2, 3].map(|number| memory.holds(number)), [true, false, true, true]);
    }

    #[test]
    fn small_entries_survive_a_scan_over_large_ones() {
        let mut memory = Memory::new(100 * 1000);
        for number in 0..100 {
            memory.insert(key(number), features(1000));
        }
        for number in 100..140 {
            memory.insert(key(number), features(50_000));
        }
        assert!((0..100).all(|number| memory.holds(number)));
    }

    #[test]
    fn large_entries_that_are_used_replace_small_ones_that_are_not() {
        let mut memory = Memory::new(100 * 1000);
        for number in 0..100 {
            memory.insert(key(number), features(1000));
        }
        for _ in 0..60 {
            for number in [100, 101] {
                if memory.get(key(number)).is_none() {
                    memory.insert(key(number), features(40_000));
                }
            }
        }
        assert!(memory.holds(100) && memory.holds(101));
    }

    #[test]
    fn what_exceeds_the_budget_is_not_kept_and_evicts_nothing() {
        let mut memory = Memory::new(2000);
        memory.insert(key(0), features(1000));
        memory.insert(key(1), features(2004));
        assert!(memory.holds(0) && !memory.holds(1));
        memory.insert(key(2), features(2000));
        // If a new value does not fit, the former value of its key is not returned instead.
        memory.insert(key(0), features(2004));
        assert!(!memory.holds(0));
    }

    #[test]
    fn entries_without_values_take_their_overhead() {
        let mut memory = Memory::new(10 * OVERHEAD + 1);
        for number in 0..1000 {
            memory.insert(key(number), Arc::new(Array3::zeros((13, 0, 1))));
        }
        assert_eq!((memory.entries.len(), memory.bytes()), (10, 10 * OVERHEAD));
    }

    /// A naive model of the eviction policy, which searches a list.
    struct Model {
        clock: u128,
        entries: Vec<(usize, u64, u128)>, // key, bytes and priority; the latest use is last
    }

    impl Model {
        fn ask(&mut self, number: usize, size: u64, budget: u64) -> bool {
            let held = self.entries.iter().position(|(key, ..)| *key == number);
            let size = held.map_or(size, |position| self.entries.remove(position).1);
            if size > budget {
                return false;
            }
            self.entries.push((number, size, self.clock + (1 << 64) / u128::from(size)));
            while self.entries.iter().map(|(_, bytes, _)| bytes).sum::<u64>() > budget {
                let least = self.entries.iter().map(|(.., priority)| *priority).min().unwrap();
                let first = self.entries.iter().position(|(.., priority)| *priority == least);
                self.entries.remove(first.unwrap());
                self.clock = least;
            }
            held.is_some()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn memory_does_as_the_naive_model_and_keeps_its_budget(
            budget in OVERHEAD..20_000,
            asked in vec((0..40_usize, 0..9000_u64), 1..300),
        ) {
            let mut memory = Memory::new(budget);
            let mut model = Model { clock: 0, entries: Vec::new() };
            for (number, bytes) in asked {
                let bytes = OVERHEAD + bytes / 4 * 4;
                let hit = memory.get(key(number)).is_some();
                if !hit {
                    memory.insert(key(number), features(bytes));
                }
                prop_assert_eq!(hit, model.ask(number, bytes, budget));
                prop_assert_eq!(memory.clock, model.clock);
                let held = memory.entries.values().map(|entry| OVERHEAD + 4 * entry.features.len() as u64);
                prop_assert_eq!(memory.bytes(), held.sum::<u64>());
                prop_assert!(memory.bytes() <= budget);
                prop_assert_eq!(memory.entries.len(), memory.by_rank.len());
                prop_assert_eq!(memory.entries.len(), model.entries.len());
                prop_assert!(model.entries.iter().all(|(number, ..)| memory.holds(*number)));
            }
        }
    }
}
