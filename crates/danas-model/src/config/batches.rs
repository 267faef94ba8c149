//! The order in which a training visits its examples.

use serde::{Deserialize, Serialize};

use crate::random::{balanced_order, epoch_order};

/// Order in which a training visits its examples, and so the examples that share a batch.
///
/// ```
/// use danas_model::Batches;
///
/// let labels = [0, 0, 0, 0, 0, 1];
/// let order = Batches::Balanced.order(7, 0, &labels);
/// assert_eq!(order.iter().filter(|&&example| labels[example] == 1).count(), 3);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Batches {
    /// A fresh shuffle of all examples: each epoch visits every example once.
    #[default]
    Shuffled,
    /// The classes that occur take turns, so that the numbers of examples of any two classes in a
    /// batch differ by at most one. An epoch has as many steps as with `Shuffled`: it leaves out
    /// examples of frequent classes and repeats those of rare ones. Every class then has weight 1
    /// in the loss, whatever [`ClassWeights`](crate::ClassWeights) are set, because additional
    /// weights would count rare classes twice.
    Balanced,
}

impl Batches {
    /// Returns the examples that a training with `seed` visits in `epoch` (counted from 0), in
    /// order. There are as many as `labels`. Batches are consecutive runs of this order; the last
    /// one may be shorter.
    #[must_use]
    pub fn order(self, seed: u64, epoch: usize, labels: &[usize]) -> Vec<usize> {
        match self {
            Self::Shuffled => epoch_order(seed, epoch, labels.len()),
            Self::Balanced => balanced_order(seed, epoch, labels),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn counts(labels: &[usize], order: &[usize]) -> Vec<usize> {
        let present: HashSet<usize> = labels.iter().copied().collect();
        let of = |class| order.iter().filter(|&&example| labels[example] == class).count();
        present.into_iter().map(of).collect()
    }

    proptest! {
        #[test]
        fn every_balanced_run_holds_as_many_of_each_class(
            labels in prop::collection::vec(0_usize..5, 1..60),
            (seed, epoch, size) in (any::<u64>(), 0_usize..9, 1_usize..40),
        ) {
            let order = Batches::Balanced.order(seed, epoch, &labels);
            prop_assert_eq!(order.len(), labels.len());
            for batch in order.chunks(size) {
                let counts = counts(&labels, batch);
                let (most, least) = (counts.iter().max(), counts.iter().min());
                prop_assert!(most.unwrap() - least.unwrap() <= 1, "{:?}", counts);
            }
        }

        #[test]
        fn no_example_comes_again_before_all_of_its_class(
            labels in prop::collection::vec(0_usize..3, 1..60),
            seed in any::<u64>(),
        ) {
            let order = Batches::Balanced.order(seed, 0, &labels);
            for class in 0..3 {
                let size = labels.iter().filter(|&&label| label == class).count();
                let own: Vec<usize> =
                    order.iter().copied().filter(|&example| labels[example] == class).collect();
                for pass in own.chunks(size.max(1)) {
                    let distinct: HashSet<&usize> = pass.iter().collect();
                    prop_assert_eq!(distinct.len(), pass.len());
                }
            }
        }
    }

    #[test]
    fn balanced_orders_differ_by_seed_and_by_epoch() {
        let labels: Vec<usize> = (0..50).map(|example| usize::from(example % 5 == 0)).collect();
        let order = |seed, epoch| Batches::Balanced.order(seed, epoch, &labels);
        assert_eq!(order(7, 0), order(7, 0));
        assert_ne!(order(7, 0), order(7, 1));
        assert_ne!(order(7, 0), order(8, 0));
    }
}
