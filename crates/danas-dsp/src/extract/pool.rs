//! A pool of buffers that threads share.

use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, PoisonError},
};

/// Idle buffers for reuse. The pool grows to the largest number that were in use at once.
#[derive(Debug, Default)]
pub(super) struct Pool<T> {
    idle: Mutex<Vec<T>>,
}

impl<T: Default> Pool<T> {
    /// Takes idle buffers, which keep their previous content, or creates new ones.
    pub(super) fn take(&self) -> Lent<'_, T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Lent { pool: self, buffers: idle.unwrap_or_default() }
    }
}

/// Buffers in use. They return to the pool when this is dropped.
#[derive(Debug)]
pub(super) struct Lent<'a, T: Default> {
    pool: &'a Pool<T>,
    buffers: T,
}

impl<T: Default> Deref for Lent<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.buffers
    }
}

impl<T: Default> DerefMut for Lent<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.buffers
    }
}

impl<T: Default> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        let buffers = std::mem::take(&mut self.buffers);
        self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(buffers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_used_again_and_never_by_two_at_once() {
        let pool = Pool::<Vec<u8>>::default();
        let (mut first, second) = (pool.take(), pool.take());
        first.push(7);
        assert!(second.is_empty());
        drop(first);
        assert_eq!(*pool.take(), [7]);
        drop(second);
        assert_eq!(pool.idle.lock().unwrap().len(), 2);
    }
}
