//! Resized images that are kept in memory.

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use danas_space::{Bytes, ImageGranularity};

use super::resizing::Scaling;

/// Resized images of every example, within a memory budget. All sizes of an example are made
/// together, because decoding its file takes most of the time.
#[derive(Debug)]
pub(super) struct Scaled {
    /// The sizes that are kept, the smallest first, and where each begins in the bytes of an
    /// example.
    scalings: Vec<(Scaling, usize)>,
    /// Number of bytes of an example.
    bytes: usize,
    /// The bytes of each example, once they are made.
    examples: Vec<Mutex<Option<Arc<[u8]>>>>,
}

impl Scaled {
    /// Plans to keep the smallest sizes of `granularities`, as many as `budget` holds for all
    /// `examples`.
    pub(super) fn new(
        granularities: impl Iterator<Item = ImageGranularity>,
        examples: usize,
        budget: Bytes,
    ) -> Self {
        let mut wanted: Vec<Scaling> = Vec::new();
        for granularity in granularities {
            let scaling = Scaling::from(&granularity);
            if !wanted.contains(&scaling) {
                wanted.push(scaling);
            }
        }
        wanted.sort_by_key(Scaling::bytes);
        let budget = budget.get() / examples.max(1) as u64;
        let (mut scalings, mut bytes) = (Vec::new(), 0);
        for scaling in wanted {
            if (bytes + scaling.bytes()) as u64 > budget {
                break;
            }
            scalings.push((scaling, bytes));
            bytes += scaling.bytes();
        }
        Self { scalings, bytes, examples: (0..examples).map(|_| Mutex::default()).collect() }
    }

    /// Returns the pixels of an example at a size, or `None` if the size is not kept. `make` makes
    /// the pixels of all sizes, unless the example already has them.
    pub(super) fn get<E>(
        &self,
        example: usize,
        wanted: Scaling,
        make: impl FnOnce(&[(Scaling, usize)], &mut [u8]) -> Result<(), E>,
    ) -> Result<Option<Pixels>, E> {
        let at = self.scalings.iter().find(|(scaling, _)| *scaling == wanted);
        let Some((&(_, at), slot)) = at.zip(self.examples.get(example)) else { return Ok(None) };
        // The lock is held while they are made: other threads wait for them. A panic in `make` leaves
        // the example empty, which is a valid state.
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let all = match &*slot {
            Some(all) => Arc::clone(all),
            None => {
                let mut bytes = vec![0; self.bytes];
                make(&self.scalings, &mut bytes)?;
                Arc::clone(slot.insert(bytes.into()))
            }
        };
        Ok(Some(Pixels { all, range: at..at + wanted.bytes() }))
    }
}

/// The pixels of an example at one size.
pub(super) struct Pixels {
    /// The pixels at all sizes.
    all: Arc<[u8]>,
    range: Range<usize>,
}

impl AsRef<[u8]> for Pixels {
    fn as_ref(&self) -> &[u8] {
        &self.all[self.range.clone()]
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn granularity(text: &str) -> ImageGranularity {
        text.parse().unwrap()
    }

    /// Makes pixels that say which size they belong to.
    fn make(scalings: &[(Scaling, usize)], to: &mut [u8]) -> Result<(), Infallible> {
        for (number, (scaling, at)) in scalings.iter().enumerate() {
            to[*at..at + scaling.bytes()].fill(number as u8);
        }
        Ok(())
    }

    #[test]
    fn the_smallest_sizes_within_the_budget_are_made_once_and_together() {
        let all = ["3x3 rgb", "1x1 rgb", "2x2 grey", "2x2 rgb", "1x1 rgb squeeze", "2x2 rgb 565"];
        let with = |budget| Scaled::new(all.map(granularity).into_iter(), 2, Bytes(budget));
        let get = |scaled: &Scaled, text| {
            let found = scaled.get(1, Scaling::from(&granularity(text)), make).unwrap();
            found.map(|pixels| pixels.as_ref().to_vec())
        };
        // Two examples of 3 x (1 + 1 + 4) bytes.
        let scaled = with(36);
        assert_eq!(get(&scaled, "2x2 blue"), Some(vec![2; 12]));
        assert_eq!(get(&scaled, "1x1 rgb squeeze"), Some(vec![1; 3]));
        assert_eq!(get(&scaled, "3x3 rgb"), None);
        let other = Scaling::from(&granularity("1x1 rgb"));
        assert!(scaled.get(1, other, |_, _| Err("made again")).is_ok());
        assert!(scaled.get(0, other, |_, _| Err("made")).is_err());
        assert_eq!(get(&with(35), "2x2 blue"), None);
        assert_eq!(get(&with(35), "1x1 rgb"), Some(vec![0; 3]));
        assert_eq!(get(&with(0), "1x1 rgb"), None);
    }
}
