//! Memory that features leave behind.

use std::sync::{Mutex, PoisonError};

/// The memory of dropped features, for the next ones: fresh memory costs the operating system more
/// time than a mel spectrogram takes.
#[derive(Debug)]
pub(crate) struct Shelf {
    idle: Mutex<Vec<Vec<f32>>>,
    /// What is kept at most.
    most: usize,
}

impl Shelf {
    /// A shelf for `most` vectors.
    pub(crate) const fn new(most: usize) -> Self {
        Self { idle: Mutex::new(Vec::new()), most }
    }

    /// A vector of `len` values, whatever they are: the smallest that is large enough but not twice
    /// as large, so that little never holds much; or else a new one.
    pub(crate) fn take(&self, len: usize) -> Vec<f32> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let sized = idle.iter().enumerate().map(|(index, values)| (values.capacity(), index));
        let fitting = sized.filter(|(capacity, _)| (len..2 * len).contains(capacity)).min();
        let found = fitting.map(|(_, index)| idle.swap_remove(index));
        drop(idle);
        let mut values = found.unwrap_or_default();
        values.resize(len, 0.0);
        values
    }

    /// Takes a vector back.
    pub(crate) fn put(&self, values: Vec<f32>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if values.capacity() > 0 && idle.len() < self.most {
            idle.push(values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_that_is_large_enough_is_used_again() {
        let shelf = Shelf::new(2);
        let [small, large] = [100, 150].map(|len| shelf.take(len));
        let places = [small.as_ptr(), large.as_ptr()];
        shelf.put(large);
        shelf.put(small);
        shelf.put(vec![0.0; 120]); // there is no room for a third
        let again = [90, 110].map(|len| shelf.take(len));
        assert_eq!([again[0].as_ptr(), again[1].as_ptr()], places);
        assert_eq!([again[0].len(), again[1].len()], [90, 110]);
        assert!(shelf.idle.lock().unwrap().is_empty());
    }

    #[test]
    fn little_never_holds_much() {
        let shelf = Shelf::new(2);
        shelf.put(vec![1.0; 1000]);
        assert!(shelf.take(10).capacity() < 1000);
        assert_eq!(shelf.take(600).capacity(), 1000);
    }
}
