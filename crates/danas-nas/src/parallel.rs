//! Running the same work on several threads, with the results in order.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Applies `work` to every item on `workers` threads. Returns the results in the order of the
/// items, or the error of the first failed item in that order. After an error, no further item is
/// started.
pub(crate) fn try_map<T: Sync, R: Send, E: Send>(
    items: &[T],
    workers: usize,
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<Result<R, E>>>> =
        items.iter().map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        for _ in 0..workers.clamp(1, items.len().max(1)) {
            scope.spawn(|| {
                while let Some((item, slot)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    items.get(index).zip(results.get(index))
                } {
                    let result = work(item);
                    if result.is_err() {
                        next.store(items.len(), Ordering::Relaxed);
                    }
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                }
            });
        }
    });
    // Items that were never started come after the error that prevented it.
    results
        .into_iter()
        .map_while(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_their_items() {
        let items: Vec<u32> = (0..50).collect();
        for workers in [0, 1, 4, 100] {
            let doubled = try_map(&items, workers, |item| Ok::<_, ()>(2 * item));
            assert_eq!(doubled, Ok((0..50).map(|item| 2 * item).collect()), "{workers} workers");
        }
        assert_eq!(try_map(&[], 4, |item: &u32| Ok::<_, ()>(*item)), Ok(Vec::new()));
    }

    #[test]
    fn the_first_error_by_order_wins_and_ends_the_work() {
        let begun = AtomicUsize::new(0);
        let items: Vec<usize> = (0..1000).collect();
        let result = try_map(&items, 4, |&item| {
            begun.fetch_add(1, Ordering::Relaxed);
            if item >= 10 { Err(item) } else { Ok(item) }
        });
        assert_eq!(result, Err(10));
        assert!(begun.into_inner() < 1000);
    }
}
