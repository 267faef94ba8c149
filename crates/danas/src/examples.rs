//! The data of a search: who learns from which examples, and their features.

use std::{collections::BTreeSet, sync::Arc};

use danas_space::{Bytes, Granularity, Infeasible};
use ndarray::{Array4, Axis, concatenate};

use crate::{DataSource, Error, Folds, Judging, Part, Split, features::FeatureStore};

/// Features and labels, `[examples, height, width, channels]` and one label each.
pub(crate) type Labelled = (Arc<Array4<f32>>, Vec<usize>);

/// The examples of a source, divided, with their features.
pub(crate) struct Examples<S: DataSource> {
    source: S,
    split: Split,
    folds: Option<Folds>,
    /// Whether what is tested and exported learns from the validation part, too.
    refit: bool,
    features: FeatureStore<(S::Granularity, Stored)>,
}

/// Some of the examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Subset {
    Stored(Stored),
    /// What a fold learns from.
    FoldTrain(usize),
    /// What a fold is judged by.
    FoldValidation(usize),
}

/// Examples whose features are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Stored {
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

/// What a training learns from, and what it is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lesson {
    pub(crate) train: Subset,
    /// What may tell which epoch is the best; nothing where all that could trains.
    pub(crate) validation: Option<Subset>,
    pub(crate) judge: Subset,
    /// The fold, counted from 0, where there are folds.
    pub(crate) fold: Option<usize>,
}

impl<S: DataSource> Examples<S> {
    pub(crate) fn new(
        source: S,
        split: Split,
        folds: Option<Folds>,
        refit: bool,
        memory: Bytes,
    ) -> Self {
        Self { source, split, folds, refit, features: FeatureStore::new(memory) }
    }

    pub(crate) const fn source(&self) -> &S {
        &self.source
    }

    pub(crate) const fn split(&self) -> &Split {
        &self.split
    }

    pub(crate) const fn folds(&self) -> Option<&Folds> {
        self.folds.as_ref()
    }

    /// How candidates are judged, and what the data is worth without a model.
    pub(crate) fn judging(&self) -> Judging {
        let judges = match &self.folds {
            Some(folds) => folds.development(),
            None => self.split.part(Part::Validation),
        };
        let groups = self.source.groups().map(|all| {
            judges.iter().filter_map(|&example| all.get(example)).collect::<BTreeSet<_>>().len()
        });
        let folds = self.folds.as_ref().map_or(1, Folds::count);
        Judging { folds, groups, majority_accuracy: self.majority_accuracy() }
    }

    /// The share in the test part of the class that is the most frequent elsewhere, the first of equals.
    fn majority_accuracy(&self) -> f64 {
        let labels = self.source.labels();
        let count = |examples: &[usize], class: usize| {
            examples.iter().filter(|&&example| labels.get(example) == Some(&class)).count()
        };
        let (known, test) = (self.indices(Stored::Development), self.split.part(Part::Test));
        let classes = 0..self.source.classes().len();
        let majority = classes.rev().max_by_key(|&class| count(&known, class)).unwrap_or_default();
        count(test, majority) as f64 / test.len().max(1) as f64
    }

    /// What features may take in memory.
    pub(crate) const fn budget(&self) -> Bytes {
        self.features.budget()
    }

    /// What judges a candidate of the search: each fold in turn, or the validation part.
    pub(crate) fn lessons(&self) -> Vec<Lesson> {
        let validation = Subset::from(Part::Validation);
        let Some(folds) = &self.folds else {
            let train = Part::Train.into();
            return vec![Lesson {
                train,
                validation: Some(validation),
                judge: validation,
                fold: None,
            }];
        };
        let lesson = |fold| {
            let (train, judge) = (Subset::FoldTrain(fold), Subset::FoldValidation(fold));
            Lesson { train, validation: Some(judge), judge, fold: Some(fold) }
        };
        (0..folds.count()).map(lesson).collect()
    }

    /// What a model learns from that is tested and exported.
    pub(crate) fn last_lesson(&self) -> Lesson {
        let judge = Part::Test.into();
        if self.refit {
            let train = Subset::Stored(Stored::Development);
            return Lesson { train, validation: None, judge, fold: None };
        }
        let (train, validation) = (Part::Train.into(), Some(Part::Validation.into()));
        Lesson { train, validation, judge, fold: None }
    }

    /// Whether the models that are exported are those that the search trained.
    pub(crate) const fn exports_what_was_judged(&self) -> bool {
        !self.refit && self.folds.is_none()
    }

    /// The most examples that a training learns from, and that judge it on its way.
    pub(crate) fn largest(&self) -> (usize, usize) {
        let lessons = self.lessons().into_iter().chain([self.last_lesson()]);
        let sizes =
            lessons.map(|it| (self.len(it.train), it.validation.map_or(0, |it| self.len(it))));
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

    /// Refuses features that do not fit the memory for them: those that are kept to learn from, and to be
    /// judged by, and the copies of them that a fold takes.
    pub(crate) fn check_memory(&self, granularity: &S::Granularity) -> Result<(), Infeasible> {
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
        if needed > budget {
            let reason = format!("its features take {needed}, more than the {budget} allowed");
            return Err(Infeasible::Data(reason));
        }
        Ok(())
    }

    /// The features of some examples.
    pub(crate) fn features(
        &self,
        granularity: &S::Granularity,
        subset: Subset,
    ) -> Result<Arc<Array4<f32>>, Error> {
        match (subset, &self.folds) {
            (Subset::Stored(stored), _) => self.stored(granularity, stored),
            (_, None) => self.stored(granularity, Stored::Development),
            (subset, Some(folds)) => {
                let all = self.stored(granularity, Stored::Development)?;
                Ok(Arc::new(all.select(Axis(0), &positions(subset, folds))))
            }
        }
    }

    /// The features and labels of some examples.
    pub(crate) fn labelled(
        &self,
        granularity: &S::Granularity,
        subset: Subset,
    ) -> Result<Labelled, Error> {
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

    /// Altered versions of what a training learns from, all examples of the first version first; as many of
    /// those wanted as the memory for features holds beside the examples, nothing where that is none.
    ///
    /// # Shapes
    /// - `[versions · examples, height, width, channels]`
    pub(crate) fn versions(
        &self,
        granularity: &S::Granularity,
        subset: Subset,
        wanted: usize,
    ) -> Result<Option<Array4<f32>>, Error> {
        let versions = self.affordable_versions(granularity, wanted);
        let of = |version| -> Result<Arc<Array4<f32>>, Error> {
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
        // Arrays of one granularity have one shape.
        Ok(concatenate(Axis(0), &views).ok())
    }

    /// How many of the wanted versions the memory for features holds, each twice: to keep, and to learn from.
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
    ) -> Result<Arc<Array4<f32>>, Error> {
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
            made.map_err(|error| Error::Data(error.into()))
        })
    }

    /// The examples, ascending.
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

/// The positions of a fold's examples among those of all folds.
fn positions(subset: Subset, folds: &Folds) -> Vec<usize> {
    match subset {
        Subset::FoldTrain(fold) => folds.train(fold),
        Subset::FoldValidation(fold) => folds.validation(fold).to_vec(),
        Subset::Stored(_) => (0..folds.development().len()).collect(),
    }
}

/// What the features of some examples take.
fn bytes(granularity: &impl Granularity, examples: usize) -> Result<Bytes, Infeasible> {
    let values = granularity.input_shape()?.elements().and_then(|size| size.checked_mul(examples));
    let bytes = values.and_then(|values| values.checked_mul(size_of::<f32>()));
    Ok(Bytes(bytes.map_or(u64::MAX, |bytes| bytes as u64)))
}
