//! Data and settings that all trainings of a search depend on.

use std::sync::Arc;

use danas_data::{DataSource, Examples, Folds, Split, SplitConfig};
use danas_model::{Averaging, Engine, TrainConfig};
use danas_space::Bytes;

use crate::{
    epoch_observer::EpochObserver,
    error::{Error, SettingsError},
    experiment::Experiment,
    front_ends::FrontEnds,
    judging::JudgingConfig,
    quantity::Quantity,
    settings::SearchConfig,
    target::Target,
};

/// Data and settings that trainings depend on.
pub(crate) struct Setup<S: DataSource> {
    pub(crate) source: S,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) split: SplitConfig,
    pub(crate) training: TrainConfig,
    pub(crate) positive: Option<String>,
    pub(crate) target: Option<Target>,
    pub(crate) memory: Bytes,
    pub(crate) observer: Option<EpochObserver<S::Granularity>>,
}

impl<S: DataSource> Setup<S> {
    /// Checks the settings of a search, and whether they ask for a device that is missing.
    pub(crate) fn check(&self, search: &SearchConfig) -> Result<(), SettingsError> {
        if search.trainings == 0 {
            return Err(SettingsError::NoTrainings);
        }
        search.judging.check()?;
        search.limits.iter().try_for_each(|limit| limit.check())?;
        let of_device = Quantity::ALL.iter().copied().filter(|quantity| quantity.needs_device());
        let mut without = of_device.filter(|&it| self.target.is_none() && search.asks_for(it));
        without.next().map_or(Ok(()), |quantity| Err(SettingsError::NoDevice { quantity }))
    }

    /// Returns whether trainings augment their examples.
    pub(crate) fn is_altered(&self) -> bool {
        !self.training.augmentation.is_none() || self.source.versions() > 0
    }

    /// Splits the examples into parts and folds, and checks the settings of trainings.
    pub(crate) fn experiment(self, search: &SearchConfig) -> Result<Experiment<S>, Error> {
        let Self { source, engine, split, training, positive, target, memory, observer } = self;
        if let Some(target) = &target {
            target.device.validate().map_err(SettingsError::from)?;
        }
        training.validate()?;
        let averaging = averaging(source.classes(), positive)?;
        let (labels, groups, classes) = (source.labels(), source.groups(), source.classes());
        let parts = Split::of(&split, &source)?;
        let JudgingConfig { folds, repeats, .. } = search.judging;
        let folds = Folds::repeated(folds, repeats, &parts, &split, labels, groups, classes.len())?;
        if let Some(folds) = &folds {
            folds.check_mixed_in(source.mixed_in())?;
            let (folds, repeats) = (folds.per_repeat(), folds.repeats());
            tracing::info!(folds, repeats, "candidates are judged by cross-validation");
        } else if repeats > 1 {
            tracing::warn!(repeats, "one validation part is enough, so no division is repeated");
        }
        let refit = search.judging.refit && training.needs_validation().is_none();
        Ok(Experiment {
            front_ends: FrontEnds::default(),
            examples: Examples::new(source, parts, folds, refit, memory),
            engine,
            training,
            averaging,
            memory: search.training_memory,
            judges_int8: search.asks_for(Quantity::Int8Accuracy),
            target,
            observer,
        })
    }
}

fn averaging(classes: &[String], positive: Option<String>) -> Result<Averaging, SettingsError> {
    let Some(class) = positive else { return Ok(Averaging::Macro) };
    match classes.iter().position(|known| *known == class) {
        Some(index) => Ok(Averaging::Positive(index)),
        None => Err(SettingsError::UnknownPositive { class, known: classes.to_vec() }),
    }
}
