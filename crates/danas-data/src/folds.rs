//! Cross-validation over groups.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use crate::{
    fold_count::FoldCount,
    part::Part,
    split::{Split, SplitConfig, SplitError, Unit, assign, units},
};

/// The first stream of the split's generator that folds are drawn from. Each further division has
/// the next stream.
const STREAM: u64 = 0xf01d;

/// Maximum number of times that a division is drawn until it differs from all earlier ones.
const MOST_TRIES: usize = 100;

/// Number of tries before units of more different sizes change places.
const TRIES_PER_SIZE: usize = 10;

/// The train and validation parts, divided into folds for cross-validation. Each fold in turn
/// validates what was trained on the others.
///
/// The examples can be divided [several times](Self::repeated). The folds of the first division come
/// first, then those of the second, and so on: fold `f` of division `r` has the number
/// `r * per_repeat + f`.
///
/// Examples are indices, as in [`Split::part`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// The train and validation parts together, ascending.
    development: Vec<usize>,
    /// The positions in `development` of the examples that each fold holds out, ascending.
    held_out: Vec<Vec<usize>>,
    /// The number of divisions.
    repeats: usize,
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
        Self::repeated(count, 1, split, config, labels, groups, classes)
    }

    /// Divides the train and validation parts into folds as [`new`](Self::new) does, but `repeats`
    /// times. Each division is drawn with another seed, derived from that of the split, and differs
    /// from all others. Single folds may be the same in several divisions. The first division is that
    /// of [`new`](Self::new), and 0 repeats are one.
    ///
    /// # Errors
    /// [`SplitError::TooFewFolds`] as for [`new`](Self::new), and [`SplitError::TooFewDivisions`] if
    /// so many different divisions were not found. If each group has a fold of its own, there is only
    /// one.
    pub fn repeated(
        count: FoldCount,
        repeats: usize,
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
        let repeats = repeats.max(1);
        let mut units = units(&development, labels, groups, classes);
        let (mut known, mut held_out) = (BTreeSet::new(), Vec::new());
        for repeat in 0..repeats {
            let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
            rng.set_stream(STREAM + repeat as u64);
            let drawn = (0..MOST_TRIES).find_map(|attempt| {
                shuffle(&mut units, &mut rng);
                if repeat > 0 {
                    mingle(&mut units, count * (1 + attempt / TRIES_PER_SIZE), &mut rng);
                }
                let folds = divided(&units, count, classes, &development);
                known.insert(folds.iter().cloned().collect::<BTreeSet<_>>()).then_some(folds)
            });
            held_out.extend(drawn.ok_or(SplitError::TooFewDivisions {
                repeats,
                found: repeat,
                folds: count,
                groups: most,
                grouped: groups.is_some(),
            })?);
        }
        Ok(Some(Self { development, held_out, repeats }))
    }

    /// Returns the number of folds of all divisions together, at least 2.
    #[must_use]
    pub fn count(&self) -> usize {
        self.held_out.len()
    }

    /// Returns the number of divisions into folds, at least 1.
    #[must_use]
    pub const fn repeats(&self) -> usize {
        self.repeats
    }

    /// Returns the number of folds of each division, at least 2.
    #[must_use]
    pub fn per_repeat(&self) -> usize {
        self.count() / self.repeats
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

    /// Returns the section of each example of [`development`](Self::development), counted from 0.
    /// Examples of a section are in the same fold in every division. With a single division, sections
    /// are folds.
    #[must_use]
    pub fn sections(&self) -> Vec<usize> {
        let mut folds_of = vec![Vec::with_capacity(self.repeats); self.development.len()];
        for (fold, held_out) in self.held_out.iter().enumerate() {
            for &position in held_out {
                folds_of[position].push(fold);
            }
        }
        let mut numbers: BTreeMap<&[usize], usize> =
            folds_of.iter().map(|folds| (folds.as_slice(), 0)).collect();
        (0..).zip(numbers.values_mut()).for_each(|(next, number)| *number = next);
        folds_of.iter().map(|folds| numbers[folds.as_slice()]).collect()
    }

    /// Refuses several divisions if they would make a source judge with what it trained with: if it
    /// [mixes](crate::DataSource::mixed_in) enough different things into its examples for the test
    /// part and each fold of one division, but not for each [section](Self::sections).
    ///
    /// # Errors
    /// [`SplitError::TooFewMixedIn`] if this is so.
    pub fn check_mixed_in(&self, mixed_in: usize) -> Result<(), SplitError> {
        let sections = self.sections().into_iter().max().map_or(0, |last| last + 1);
        let suffices_once = mixed_in > self.per_repeat();
        if self.repeats == 1 || !suffices_once || mixed_in > sections {
            return Ok(());
        }
        let (repeats, needed) = (self.repeats, sections + 1);
        Err(SplitError::TooFewMixedIn { repeats, needed, mixed_in })
    }
}

/// Puts units into a random order in which the largest come first, while there is still room to
/// balance them.
fn shuffle(units: &mut [Unit], rng: &mut ChaCha8Rng) {
    units.shuffle(rng);
    units.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
}

/// Shuffles every `size` successive units, which are of similar size. Without this, units of
/// different sizes would always be in the same order, and every division would be the same.
fn mingle(units: &mut [Unit], size: usize, rng: &mut ChaCha8Rng) {
    units.chunks_mut(size).for_each(|similar| similar.shuffle(rng));
}

/// Divides units into folds in their order. Returns the positions in `development` of the examples of
/// each fold, ascending.
fn divided(units: &[Unit], count: usize, classes: usize, development: &[usize]) -> Vec<Vec<usize>> {
    let shares = vec![1.0 / count as f64; count];
    let free = vec![None; units.len()];
    let held_out = assign(units, &shares, &vec![true; count], &free, classes).into_iter();
    let position = |example| development.partition_point(|&other| other < example);
    let held_out = held_out.map(|fold| {
        let mut positions: Vec<usize> = fold.into_iter().map(position).collect();
        positions.sort_unstable();
        positions
    });
    held_out.collect()
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
        repeated(count, 1, speakers())
    }

    fn repeated(
        count: FoldCount,
        repeats: usize,
        (labels, groups): (Vec<usize>, Vec<String>),
    ) -> Result<Option<Folds>, SplitError> {
        let classes = ["no".to_owned(), "yes".to_owned()];
        let config = SplitConfig::default();
        let split = Split::new(&config, &labels, Some(&groups), &classes)?;
        Folds::repeated(count, repeats, &split, &config, &labels, Some(&groups), classes.len())
    }

    /// Returns labels and groups of twenty speakers, each of whom has two examples more than the one
    /// before, so that their sizes alone would decide about the folds.
    fn different_speakers() -> (Vec<usize>, Vec<String>) {
        let speakers = (1..=20).flat_map(|speaker| vec![speaker; 2 * speaker]);
        let groups: Vec<String> = speakers.map(|speaker| format!("speaker {speaker}")).collect();
        ((0..groups.len()).map(|example| example % 2).collect(), groups)
    }

    /// Returns the folds of each division as sets.
    fn divisions(folds: &Folds) -> Vec<BTreeSet<Vec<usize>>> {
        let all: Vec<usize> = (0..folds.count()).collect();
        let set = |it: &[usize]| it.iter().map(|&fold| folds.validation(fold).to_vec()).collect();
        all.chunks(folds.per_repeat()).map(set).collect()
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
    fn divisions_differ_are_balanced_and_keep_groups_together() {
        let (_, groups) = different_speakers();
        let folds = repeated(FoldCount::Fixed(4), 6, different_speakers()).unwrap().unwrap();
        assert_eq!((folds.count(), folds.repeats(), folds.per_repeat()), (24, 6, 4));
        let share = folds.development().len() as f64 / 4.0;
        let speakers = |positions: &[usize]| -> BTreeSet<&String> {
            positions.iter().map(|&it| &groups[folds.development()[it]]).collect()
        };
        for fold in 0..folds.count() {
            let held_out = folds.validation(fold);
            assert!(speakers(held_out).is_disjoint(&speakers(&folds.train(fold))));
            let size = held_out.len() as f64;
            assert!((0.75..1.25).contains(&(size / share)), "{size} of {share}");
        }
        let divisions = divisions(&folds);
        for (number, division) in divisions.iter().enumerate() {
            let all: BTreeSet<usize> = division.iter().flatten().copied().collect();
            assert!(all.into_iter().eq(0..folds.development().len()));
            assert!(!divisions[..number].contains(division));
        }
    }

    #[test]
    fn the_first_divisions_are_those_of_fewer_repeats() {
        let of = |repeats| repeated(FoldCount::Fixed(3), repeats, speakers()).unwrap().unwrap();
        let (one, two, three) = (folds(FoldCount::Fixed(3)).unwrap().unwrap(), of(2), of(3));
        assert_eq!((&one, &of(0)), (&of(1), &of(1)));
        assert_eq!(one.held_out, two.held_out[..3]);
        assert_eq!(two.held_out, three.held_out[..6]);
    }

    #[test]
    fn more_divisions_than_there_are_different_ones_are_refused() {
        let refused =
            |folds, repeats| repeated(FoldCount::Fixed(folds), repeats, speakers()).unwrap_err();
        let error = refused(5, 2);
        assert!(
            matches!(error, SplitError::TooFewDivisions { repeats: 2, found: 1, folds: 5, .. }),
            "each of five speakers has a fold: {error}"
        );
        assert!(error.to_string().contains("5 groups"), "{error}");
        // Five speakers make four folds in ten ways, by the pair that shares one.
        assert!(repeated(FoldCount::Fixed(4), 10, speakers()).is_ok());
        assert!(matches!(refused(4, 11), SplitError::TooFewDivisions { found: 10, .. }));
    }

    #[test]
    fn sections_are_what_no_division_separates() {
        let once = folds(FoldCount::Fixed(3)).unwrap().unwrap();
        let sections = once.sections();
        for fold in 0..3 {
            assert!(once.validation(fold).iter().all(|&it| sections[it] == fold));
        }
        let folds = repeated(FoldCount::Fixed(2), 3, different_speakers()).unwrap().unwrap();
        let sections = folds.sections();
        let count = sections.iter().collect::<BTreeSet<_>>().len();
        assert!(count > 2 && sections.iter().max() == Some(&(count - 1)), "{sections:?}");
        for fold in 0..folds.count() {
            let of = |positions: &[usize]| -> BTreeSet<usize> {
                positions.iter().map(|&it| sections[it]).collect()
            };
            assert!(of(folds.validation(fold)).is_disjoint(&of(&folds.train(fold))));
        }
    }

    #[test]
    fn repeats_may_not_cost_the_separation_of_what_is_mixed_in() {
        let of = |repeats| repeated(FoldCount::Fixed(2), repeats, speakers()).unwrap().unwrap();
        let folds = of(3);
        let needed = folds.sections().iter().collect::<BTreeSet<_>>().len() + 1;
        assert!(needed > 3);
        let refused = folds.check_mixed_in(needed - 1).unwrap_err();
        assert!(matches!(refused, SplitError::TooFewMixedIn { needed: it, .. } if it == needed));
        assert!(folds.check_mixed_in(3).is_err(), "enough for a single division");
        for suits in [0, 1, 2, needed] {
            assert_eq!(folds.check_mixed_in(suits), Ok(()), "{suits}");
        }
        assert_eq!(of(1).check_mixed_in(3), Ok(()));
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
