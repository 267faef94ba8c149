//! Cross-validation over groups.

use std::collections::BTreeSet;

use rand::seq::SliceRandom;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use crate::{
    fold_count::FoldCount,
    part::Part,
    split::{Split, SplitConfig, SplitError, assign, units},
};

/// The stream of the split's generator that folds are drawn from.
const STREAM: u64 = 0xf01d;

/// The train and validation parts, divided into folds for cross-validation. Each fold in turn
/// validates what was trained on the others.
///
/// Examples are indices, as in [`Split::part`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// The train and validation parts together, ascending.
    development: Vec<usize>,
    /// The positions in `development` of the examples that each fold holds out, ascending.
    held_out: Vec<Vec<usize>>,
}

impl Folds {
    /// Divides the train and validation parts of `split` into folds in which the classes given by
    /// `labels` are balanced. If there are `groups`, each of them stays in one fold. Returns `None`
    /// if the validation part alone is enough.
    ///
    /// # Errors
    /// [`SplitError::TooFewFolds`] if there are fewer groups, or without groups fewer examples,
    /// than folds.
    pub fn new(
        count: FoldCount,
        split: &Split,
        config: &SplitConfig,
        labels: &[usize],
        groups: Option<&[String]>,
        classes: usize,
    ) -> Result<Option<Self>, SplitError> {
        let parts = [Part::Train, Part::Validation].map(|part| split.part(part));
        let mut development = parts.concat();
        development.sort_unstable();
        let most = groups.map_or(development.len(), |all| distinct(all, &development));
        let count = match count {
            FoldCount::Fixed(count) => count,
            FoldCount::Auto if split.has_fixed_validation() => 1,
            FoldCount::Auto => {
                let validation = split.part(Part::Validation);
                let of_validation = groups.map(|all| distinct(all, validation));
                automatic(of_validation, validation.len(), most)
            }
        };
        if count == 1 {
            return Ok(None);
        }
        if most < count {
            let grouped = groups.is_some();
            return Err(SplitError::TooFewFolds { folds: count, groups: most, grouped });
        }
        let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
        rng.set_stream(STREAM);
        let mut units = units(&development, labels, groups, classes);
        units.shuffle(&mut rng);
        // The largest units come first, while there is still room to balance them.
        units.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
        let shares = vec![1.0 / count as f64; count];
        let free = vec![None; units.len()];
        let held_out = assign(&units, &shares, &vec![true; count], &free, classes).into_iter();
        let position = |example| development.partition_point(|&other| other < example);
        let held_out = held_out.map(|fold| {
            let mut positions: Vec<usize> = fold.into_iter().map(position).collect();
            positions.sort_unstable();
            positions
        });
        let held_out = held_out.collect();
        Ok(Some(Self { development, held_out }))
    }

    /// Returns the number of folds, at least 2.
    #[must_use]
    pub fn count(&self) -> usize {
        self.held_out.len()
    }

    /// Returns the examples of all folds, ascending.
    #[must_use]
    pub fn development(&self) -> &[usize] {
        &self.development
    }

    /// Returns the positions in [`development`](Self::development) of the examples that a fold
    /// holds out, ascending. The result is empty for a fold that does not exist.
    #[must_use]
    pub fn validation(&self, fold: usize) -> &[usize] {
        self.held_out.get(fold).map_or(&[], Vec::as_slice)
    }

    /// Returns the positions in [`development`](Self::development) of the examples that a fold
    /// trains on, ascending.
    #[must_use]
    pub fn train(&self, fold: usize) -> Vec<usize> {
        let held_out = self.validation(fold);
        let all = 0..self.development.len();
        all.filter(|position| held_out.binary_search(position).is_err()).collect()
    }
}

/// Returns the number of different groups of some examples.
fn distinct(groups: &[String], examples: &[usize]) -> usize {
    examples.iter().map(|&example| &groups[example]).collect::<BTreeSet<_>>().len()
}

/// Returns the number of folds for data whose validation part contains this many `groups`, if there
/// are groups, and `examples`. The data can be divided into at most `most` folds.
fn automatic(groups: Option<usize>, examples: usize, most: usize) -> usize {
    let suffices = match groups {
        Some(groups) => groups >= FoldCount::ENOUGH_GROUPS,
        None => examples >= FoldCount::ENOUGH_EXAMPLES,
    };
    if suffices { 1 } else { FoldCount::MOST.min(most).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEAKERS: usize = 6;

    /// Returns labels and groups of ten examples from each of six speakers.
    fn speakers() -> (Vec<usize>, Vec<String>) {
        let labels = [0, 1].repeat(5 * SPEAKERS);
        let groups = (0..10 * SPEAKERS).map(|example| format!("speaker {}", example / 10));
        (labels, groups.collect())
    }

    fn folds(count: FoldCount) -> Result<Option<Folds>, SplitError> {
        let (labels, groups) = speakers();
        let classes = ["no".to_owned(), "yes".to_owned()];
        let config = SplitConfig::default();
        let split = Split::new(&config, &labels, Some(&groups), &classes)?;
        Folds::new(count, &split, &config, &labels, Some(&groups), classes.len())
    }

    #[test]
    fn every_example_validates_once_and_a_group_stays_together() {
        let (_, groups) = speakers();
        let folds = folds(FoldCount::Auto).unwrap().expect("one speaker cannot validate alone");
        assert_eq!(folds.count(), 5, "as many as speakers outside the test part");
        let mut seen: Vec<usize> = Vec::new();
        for fold in 0..folds.count() {
            let of = |positions: &[usize]| -> BTreeSet<&String> {
                positions.iter().map(|&it| &groups[folds.development()[it]]).collect()
            };
            assert!(of(folds.validation(fold)).is_disjoint(&of(&folds.train(fold))));
            assert_eq!(of(folds.validation(fold)).len(), 1);
            seen.extend(folds.validation(fold));
        }
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..folds.development().len()));
    }

    #[test]
    fn one_fold_is_the_validation_part_alone() {
        assert_eq!(folds(FoldCount::Fixed(1)), Ok(None));
    }

    #[test]
    fn more_folds_than_groups_are_refused() {
        let refused = folds(FoldCount::Fixed(6)).unwrap_err().to_string();
        assert!(refused.contains("6 folds") && refused.contains("5 are left"), "{refused}");
    }

    #[test]
    fn much_data_is_judged_once() {
        assert_eq!(automatic(Some(9), 10_000, 40), 5);
        assert_eq!(automatic(Some(10), 100, 40), 1);
        assert_eq!(automatic(None, 999, 4000), 5);
        assert_eq!(automatic(None, 1000, 4000), 1);
        assert_eq!(automatic(Some(1), 100, 3), 3);
    }
}
