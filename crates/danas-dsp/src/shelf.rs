//! Memory that features leave behind.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// The memory of dropped features, for the next ones: for the paper's 24 granularities of a clip,
/// fresh memory can cost the operating system half as much time as the features take.
#[derive(Debug)]
pub(crate) struct Shelf {
    /// The latest last.
    idle: Mutex<VecDeque<Vec<f32>>>,
    /// What is kept at most.
    most: usize,
}

impl Shelf {
    /// A shelf for `most` vectors.
    pub(crate) const fn new(most: usize) -> Self {
        Self { idle: Mutex::new(VecDeque::new()), most }
    }

    /// A vector of `len` values, whatever they are. It has hardly more room than it needs: features
    /// may be kept for long.
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

    /// Takes a vector back, in place of the oldest where there are enough.
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
        let shelf = Shelf::new(2);
        let [small, large] = [100, 150].map(|len| shelf.take(len));
        let places = [small.as_ptr(), large.as_ptr()];
        shelf.put(large);
        shelf.put(small);
        let again = [98, 150].map(|len| shelf.take(len));
        assert_eq!([again[0].as_ptr(), again[1].as_ptr()], places);
        assert_eq!([again[0].len(), again[1].len()], [98, 150]);
        assert!(shelf.idle.lock().unwrap().is_empty());
    }

    #[test]
    fn little_never_holds_much_and_the_oldest_makes_room() {
        let shelf = Shelf::new(2);
        for len in [1000, 100, 200] {
            shelf.put(vec![1.0; len]);
        }
        assert!(shelf.take(90).capacity() < 100);
        let held: Vec<usize> = shelf.idle.lock().unwrap().iter().map(Vec::len).collect();
        assert_eq!(held, [100, 200]);
    }
}
