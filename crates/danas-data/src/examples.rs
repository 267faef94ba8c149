//! The data of a search: which examples train and judge candidates, and their features.

use std::sync::Arc;

use danas_space::{Bytes, Granularity, Infeasible};
use ndarray::{Array4, Axis, concatenate};

use crate::{
    features::FeatureStore,
    folds::Folds,
    part::Part,
    source::{DataSource, FeatureError},
    split::Split,
};

/// Features, `[examples, height, width, channels]`, and the label of each example.
pub type Labelled = (Arc<Array4<f32>>, Vec<usize>);

/// The examples of a source, divided into parts or folds, with their features.
pub struct Examples<S: DataSource> {
    source: S,
    split: Split,
    folds: Option<Folds>,
    /// Whether the models that are tested and exported also learn from the validation part.
    refit: bool,
    features: FeatureStore<(S::Granularity, Stored)>,
}

/// A subset of the examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subset {
    /// A set of examples whose features are kept in memory.
    Stored(Stored),
    /// The examples to train on while a fold is held out.
    FoldTrain(usize),
    /// The examples that a fold holds out.
    FoldValidation(usize),
}

/// A set of examples whose features are kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stored {
    /// A part of the split.
    Part(Part),
    /// The train and validation parts together.
    Development,
    /// An altered version of the train part, counted from 0.
    TrainVersion(usize),
    /// An altered version of the train and validation parts together.
    DevelopmentVersion(usize),
}

impl From<Part> for Subset {
    fn from(part: Part) -> Self {
        Self::Stored(Stored::Part(part))
    }
}

/// The examples from which a training learns, and those by which its model is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// The examples to train on.
    pub train: Subset,
    /// The examples on which epochs may be compared; `None` if the training learns
    /// from all examples besides those that judge its model.
    pub validation: Option<Subset>,
    /// The examples on which the trained model is judged.
    pub judge: Subset,
    /// The fold, counted from 0 through all divisions, if there are folds.
    pub fold: Option<usize>,
}

impl<S: DataSource> Examples<S> {
    /// Combines a source with the split of its examples into parts and folds. The features that are
    /// kept take at most `memory`. Features that a training is using come on top.
    pub fn new(
        mut source: S,
        split: Split,
        folds: Option<Folds>,
        refit: bool,
        memory: Bytes,
    ) -> Self {
        source.divide(&sections(&split, folds.as_ref()));
        Self { source, split, folds, refit, features: FeatureStore::new(memory) }
    }

    /// Returns the source.
    #[must_use]
    pub const fn source(&self) -> &S {
        &self.source
    }

    /// Returns the split into train, validation and test parts.
    #[must_use]
    pub const fn split(&self) -> &Split {
        &self.split
    }

    /// Returns the folds, if candidates are judged by cross-validation.
    #[must_use]
    pub const fn folds(&self) -> Option<&Folds> {
        self.folds.as_ref()
    }

    /// Returns the accuracy, on the test part, of a classifier that always answers with the most
    /// frequent class of the other parts. If several classes are equally frequent, the first one
    /// counts.
    #[must_use]
    pub fn majority_accuracy(&self) -> f64 {
        let labels = self.source.labels();
        let count = |examples: &[usize], class: usize| {
            examples.iter().filter(|&&example| labels.get(example) == Some(&class)).count()
        };
        let (known, test) = (self.indices(Stored::Development), self.split.part(Part::Test));
        let classes = 0..self.source.classes().len();
        let majority = classes.rev().max_by_key(|&class| count(&known, class)).unwrap_or_default();
        count(test, majority) as f64 / test.len().max(1) as f64
    }

    /// Returns the memory budget for features.
    pub const fn budget(&self) -> Bytes {
        self.features.budget()
    }

    /// Returns the partitions by which the search judges its candidates: one for each fold, or a
    /// single one with the validation part.
    pub fn partitions(&self) -> Vec<Partition> {
        let validation = Subset::from(Part::Validation);
        let Some(folds) = &self.folds else {
            let train = Part::Train.into();
            return vec![Partition {
                train,
                validation: Some(validation),
                judge: validation,
                fold: None,
            }];
        };
        let partition = |fold| {
            let (train, judge) = (Subset::FoldTrain(fold), Subset::FoldValidation(fold));
            Partition { train, validation: Some(judge), judge, fold: Some(fold) }
        };
        (0..folds.count()).map(partition).collect()
    }

    /// Returns the partition for the models that are tested and exported.
    pub fn final_partition(&self) -> Partition {
        let judge = Part::Test.into();
        if self.refit {
            let train = Subset::Stored(Stored::Development);
            return Partition { train, validation: None, judge, fold: None };
        }
        let (train, validation) = (Part::Train.into(), Some(Part::Validation.into()));
        Partition { train, validation, judge, fold: None }
    }

    /// Returns whether the exported models can be those that the search trained, because they learn
    /// from the same examples.
    pub const fn exports_what_was_judged(&self) -> bool {
        !self.refit && self.folds.is_none()
    }

    /// Returns the largest number of examples from which a training learns, and the largest number
    /// of examples on which its epochs may be compared.
    pub fn largest(&self) -> (usize, usize) {
        let partitions = self.partitions().into_iter().chain([self.final_partition()]);
        let sizes =
            partitions.map(|it| (self.len(it.train), it.validation.map_or(0, |it| self.len(it))));
        sizes.fold((0, 0), |(train, judge), it| (train.max(it.0), judge.max(it.1)))
    }

    fn len(&self, subset: Subset) -> usize {
        match (subset, &self.folds) {
            (Subset::Stored(stored), _) => self.indices(stored).len(),
            (Subset::FoldValidation(fold), Some(folds)) => folds.validation(fold).len(),
            (Subset::FoldTrain(fold), Some(folds)) => {
                folds.development().len() - folds.validation(fold).len()
            }
            (_, None) => 0,
        }
    }

    /// Refuses a granularity whose features exceed the memory budget. This counts the features that
    /// are kept for training and judging, and the copies that a fold needs.
    pub fn check_memory(&self, granularity: &S::Granularity) -> Result<(), Infeasible> {
        let parts = [Part::Validation, Part::Test].map(|part| self.split.part(part).len());
        let learned = match &self.folds {
            Some(folds) => 2 * folds.development().len(),
            None => self.split.part(Part::Train).len(),
        };
        let judged = match (&self.folds, self.refit) {
            (Some(_), _) => 0,
            (None, true) => parts[0] + parts[1],
            (None, false) => parts[0].max(parts[1]),
        };
        let (needed, budget) = (bytes(granularity, learned + judged)?, self.budget());
        if needed > budget { Err(Infeasible::FeatureMemory { needed, budget }) } else { Ok(()) }
    }

    /// Returns the features of a subset.
    pub fn features(
        &self,
        granularity: &S::Granularity,
        subset: Subset,
    ) -> Result<Arc<Array4<f32>>, FeatureError> {
        match (subset, &self.folds) {
            (Subset::Stored(stored), _) => self.stored(granularity, stored),
            (_, None) => self.stored(granularity, Stored::Development),
            (subset, Some(folds)) => {
                let all = self.stored(granularity, Stored::Development)?;
                Ok(Arc::new(all.select(Axis(0), &positions(subset, folds))))
            }
        }
    }

    /// Returns the features and labels of a subset.
    pub fn labelled(
        &self,
        granularity: &S::Granularity,
        subset: Subset,
    ) -> Result<Labelled, FeatureError> {
        let features = self.features(granularity, subset)?;
        let all = self.source.labels();
        let labels = |examples: &[usize]| examples.iter().map(|&example| all[example]).collect();
        let labels = match (subset, &self.folds) {
            (Subset::Stored(stored), _) => labels(&self.indices(stored)),
            (_, None) => labels(&self.indices(Stored::Development)),
            (subset, Some(folds)) => {
                let chosen = positions(subset, folds).into_iter();
                labels(&chosen.map(|position| folds.development()[position]).collect::<Vec<_>>())
            }
        };
        Ok((features, labels))
    }

    /// Returns altered versions of the examples from which a training learns: all examples in the
    /// first version, then all in the second, and so on. If the memory budget cannot hold all
    /// `wanted` versions besides the examples, there are fewer. Returns `None` if there are none.
    ///
    /// # Shapes
    /// - `[versions · examples, height, width, channels]`
    pub fn versions(
        &self,
        granularity: &S::Granularity,
        subset: Subset,
        wanted: usize,
    ) -> Result<Option<Array4<f32>>, FeatureError> {
        let versions = self.affordable_versions(granularity, wanted);
        let of = |version| -> Result<Arc<Array4<f32>>, FeatureError> {
            let development = Stored::DevelopmentVersion(version);
            match (subset, &self.folds) {
                (Subset::Stored(Stored::Part(Part::Train)), _) => {
                    self.stored(granularity, Stored::TrainVersion(version))
                }
                (Subset::Stored(_), _) | (_, None) => self.stored(granularity, development),
                (subset, Some(folds)) => {
                    let all = self.stored(granularity, development)?;
                    Ok(Arc::new(all.select(Axis(0), &positions(subset, folds))))
                }
            }
        };
        let all = (0..versions).map(of).collect::<Result<Vec<_>, _>>()?;
        let views: Vec<_> = all.iter().map(|features| features.view()).collect();
        // Arrays of one granularity have the same shape. Without versions, there is nothing to
        // concatenate.
        Ok(concatenate(Axis(0), &views).ok())
    }

    /// Returns how many of the `wanted` versions fit into the memory budget. Each version takes its
    /// memory twice: once for the features that are kept, and once for the copy from which a
    /// training learns.
    fn affordable_versions(&self, granularity: &S::Granularity, wanted: usize) -> usize {
        let examples = self.indices(Stored::Development).len();
        let each = bytes(granularity, 2 * examples).map_or(u64::MAX, Bytes::get).max(1);
        let left = self.budget().get().saturating_sub(each);
        let affordable = usize::try_from(left / each).unwrap_or(usize::MAX);
        if affordable < wanted {
            tracing::info!(%granularity, wanted, affordable, "memory limits the altered versions");
        }
        affordable.min(wanted)
    }

    fn stored(
        &self,
        granularity: &S::Granularity,
        stored: Stored,
    ) -> Result<Arc<Array4<f32>>, FeatureError> {
        let examples = self.indices(stored);
        let needed = bytes(granularity, examples.len()).unwrap_or(Bytes(u64::MAX));
        self.features.get(&(granularity.clone(), stored), needed, || {
            let _span = tracing::debug_span!("features", %granularity, ?stored).entered();
            let made = match stored {
                Stored::TrainVersion(version) | Stored::DevelopmentVersion(version) => {
                    self.source.version_features(granularity, version, &examples)
                }
                Stored::Part(_) | Stored::Development => {
                    self.source.features(granularity, &examples)
                }
            };
            made.map_err(FeatureError::new)
        })
    }

    /// Returns the examples of a set, ascending.
    fn indices(&self, stored: Stored) -> Vec<usize> {
        match stored {
            Stored::Part(part) => self.split.part(part).to_vec(),
            Stored::TrainVersion(_) => self.split.part(Part::Train).to_vec(),
            Stored::Development | Stored::DevelopmentVersion(_) => {
                let parts = [Part::Train, Part::Validation].map(|part| self.split.part(part));
                let mut both = parts.concat();
                both.sort_unstable();
                both
            }
        }
    }
}

/// Returns the section of each example; see [`DataSource::divide`].
fn sections(split: &Split, folds: Option<&Folds>) -> Vec<usize> {
    let parts = [Part::Test, Part::Train, Part::Validation].map(|part| split.part(part));
    let mut sections = vec![0; parts.iter().map(|part| part.len()).sum()];
    let mut place = |example: usize, section| {
        if let Some(its_section) = sections.get_mut(example) {
            *its_section = section;
        }
    };
    match folds {
        None => {
            for (section, examples) in parts.into_iter().enumerate() {
                examples.iter().for_each(|&example| place(example, section));
            }
        }
        Some(folds) => {
            let of_folds = folds.development().iter().zip(folds.sections());
            of_folds.for_each(|(&example, section)| place(example, section + 1));
        }
    }
    sections
}

/// Returns the positions of a fold's examples among those of all folds.
fn positions(subset: Subset, folds: &Folds) -> Vec<usize> {
    match subset {
        Subset::FoldTrain(fold) => folds.train(fold),
        Subset::FoldValidation(fold) => folds.validation(fold).to_vec(),
        Subset::Stored(_) => (0..folds.development().len()).collect(),
    }
}

/// Returns the size of the features of this number of examples.
fn bytes(granularity: &impl Granularity, examples: usize) -> Result<Bytes, Infeasible> {
    let values = granularity.input_shape()?.elements().and_then(|size| size.checked_mul(examples));
    let bytes = values.and_then(|values| values.checked_mul(size_of::<f32>()));
    Ok(Bytes(bytes.map_or(u64::MAX, |bytes| bytes as u64)))
}
