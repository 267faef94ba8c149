//! Recordings that appear more than once.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

use danas_space::Digest;

use super::sound::Sound;
use crate::dataset::Dataset;

/// A recording that has the same rate and samples as an earlier recording of its class, and is
/// therefore not used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeated {
    /// The file as it was given.
    pub path: PathBuf,
    /// The earlier file, which is used.
    pub original: PathBuf,
}

/// Two recordings with the same rate and samples, but of different classes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contradiction {
    /// The files as they were given.
    pub paths: [PathBuf; 2],
    /// Their classes.
    pub classes: [String; 2],
}

/// The recordings of a dataset that have the same content as others.
#[derive(Default)]
pub(super) struct Repeats {
    /// The recordings that an earlier one of their class makes superfluous, and the earlier ones.
    pub(super) superfluous: Vec<(usize, usize)>,
    /// Pairs of recordings that are the same, but not of the same class.
    pub(super) contradicting: Vec<(usize, usize)>,
}

impl Repeats {
    /// Compares all recordings that were opened.
    pub(super) fn of(dataset: &Dataset, found: &[Option<Sound>]) -> Self {
        let mut first: HashMap<Digest, usize> = HashMap::new();
        let mut repeats = Self::default();
        for (index, sound) in found.iter().enumerate() {
            let Some(sound) = sound else { continue };
            let original = *first.entry(sound.content).or_insert(index);
            let label = |index: usize| dataset.clips()[index].label;
            if original == index {
                continue;
            }
            match label(original) == label(index) {
                true => repeats.superfluous.push((index, original)),
                false => repeats.contradicting.push((index, original)),
            }
        }
        repeats
    }

    /// Lists the pairs of recordings that are the same, but not of the same class.
    pub(super) fn contradictions(&self, dataset: &Dataset) -> Vec<Contradiction> {
        let clip = |index: usize| &dataset.clips()[index];
        let class = |index: usize| dataset.classes()[clip(index).label].clone();
        let pair = |&(index, original): &(usize, usize)| Contradiction {
            paths: [original, index].map(|index| clip(index).path.clone()),
            classes: [original, index].map(class),
        };
        self.contradicting.iter().map(pair).collect()
    }

    /// Returns all recordings whose class is contradicted, and the one that contradicts each.
    pub(super) fn contradicted(&self) -> impl Iterator<Item = (usize, usize)> {
        let both = self.contradicting.iter().flat_map(|&(a, b)| [(b, a), (a, b)]);
        let mut seen = BTreeSet::new();
        both.filter(move |&(index, _)| seen.insert(index))
    }
}
