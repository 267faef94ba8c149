//! Opened files of which each content is used once, and in one class.

use danas_space::Digest;

use crate::{
    dataset::Dataset,
    dataset_error::DatasetError,
    opening::{self, Broken, Opened},
    repeated::{self, Contradiction, Repeated, Repeats},
    skipped::Skipped,
};

/// The files of a dataset that are used, and those that are not.
pub(crate) struct Distinct<T> {
    /// The dataset with only those files that are used.
    pub(crate) dataset: Dataset,
    /// What is known of each file of the dataset.
    pub(crate) found: Vec<T>,
    /// The files that could not be decoded, or are the same as one of another class.
    pub(crate) skipped: Vec<Skipped>,
    /// The files that are the same as an earlier one of their class.
    pub(crate) repeated: Vec<Repeated>,
}

/// The reason why the opened files of a dataset cannot be used.
pub(crate) enum Unusable {
    /// Files of different classes have the same content.
    Contradictions(Vec<Contradiction>),
    /// Too few files are left.
    TooFew { skipped: usize, source: DatasetError },
}

impl<T> Distinct<T> {
    /// Leaves out those files whose content, as told by `content`, appears more than once, and
    /// reports all files that are not used.
    pub(crate) fn of(
        dataset: &Dataset,
        opened: Opened<T>,
        broken: Broken,
        content: impl Fn(&T) -> Digest,
    ) -> Result<Self, Unusable> {
        let Opened { mut found, mut skipped } = opened;
        let repeats = Repeats::of(dataset, found.iter().map(|one| one.as_ref().map(&content)));
        let pairs = repeats.contradictions(dataset);
        if broken == Broken::Refuse && !pairs.is_empty() {
            return Err(Unusable::Contradictions(pairs));
        }
        let path = |index: usize| dataset.clips()[index].path.clone();
        for (index, other) in repeats.contradicted() {
            found[index] = None;
            let mut one = Skipped::contradicted(path(index), &path(other));
            if let Some(span) = dataset.span(index) {
                one.reason.push_str(&format!(", at {span}"));
            }
            skipped.push(one);
        }
        let repeated = repeats.superfluous(dataset);
        for &(index, _) in &repeats.superfluous {
            found[index] = None;
        }
        opening::report(&skipped);
        repeated::report(&repeated);
        let dataset = dataset
            .keeping(|index| found[index].is_some())
            .map_err(|source| Unusable::TooFew { skipped: skipped.len(), source })?;
        let found = found.into_iter().flatten().collect();
        Ok(Self { dataset, found, skipped, repeated })
    }
}
