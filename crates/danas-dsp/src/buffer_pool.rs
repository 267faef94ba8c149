//! Reuse of the memory of dropped features.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// Memory of dropped features, kept for later ones. For the paper's 24 granularities of a clip,
/// providing fresh memory can take the operating system half as long as computing the features.
#[derive(Debug)]
pub(crate) struct BufferPool {
    /// Unused vectors, the most recent last.
    idle: Mutex<VecDeque<Vec<f32>>>,
    /// Largest number of vectors to keep.
    most: usize,
}

impl BufferPool {
    /// Creates a pool for at most `most` vectors.
    pub(crate) const fn new(most: usize) -> Self {
        Self { idle: Mutex::new(VecDeque::new()), most }
    }

    /// Returns a vector of `len` arbitrary values. A reused vector has at most 1/16 more capacity
    /// than needed, because features may be kept for a long time.
    pub(crate) fn take(&self, len: usize) -> Vec<f32> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |values: &Vec<f32>| (len..=len + len / 16).contains(&values.capacity());
        let fitting = idle.iter().position(fits);
        let found = fitting.and_then(|index| idle.remove(index));
        drop(idle);
        let mut values = found.unwrap_or_else(|| vec![0.0; len]);
        values.resize(len, 0.0);
        values
    }

    /// Takes a vector back, and drops the oldest one if the pool is full.
    pub(crate) fn put(&self, values: Vec<f32>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if values.capacity() > 0 {
            idle.push_back(values);
        }
        if idle.len() > self.most {
            idle.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_used_again() {
        let pool = BufferPool::new(2);
        let [small, large] = [100, 150].map(|len| pool.take(len));
        let places = [small.as_ptr(), large.as_ptr()];
        pool.put(large);
        pool.put(small);
        let again = [98, 150].map(|len| pool.take(len));
        assert_eq!([again[0].as_ptr(), again[1].as_ptr()], places);
        assert_eq!([again[0].len(), again[1].len()], [98, 150]);
        assert!(pool.idle.lock().unwrap().is_empty());
    }

    #[test]
    fn little_never_holds_much_and_the_oldest_makes_room() {
        let pool = BufferPool::new(2);
        for len in [1000, 100, 200] {
            pool.put(vec![1.0; len]);
        }
        assert!(pool.take(90).capacity() < 100);
        let held: Vec<usize> = pool.idle.lock().unwrap().iter().map(Vec::len).collect();
        assert_eq!(held, [100, 200]);
    }
}
