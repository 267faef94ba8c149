//! The identity of a search: everything that its results depend on, by which a journal knows it.

use std::collections::BTreeMap;

use danas_data::{DataSource, Folds, Part};
use danas_space::{DataSpace, Digest, SearchSpace};
use serde::Serialize;

use crate::{
    error::{Error, SettingsError},
    evaluator::CandidateEvaluator,
    experiment::Experiment,
    target::Target,
};

/// Returns the settings that the results of a search depend on, by name, except those that
/// `danas-evo` knows.
///
/// Values are JSON, so that they do not depend on how a type is named or printed, and an error can
/// name the path of a difference. A setting that is added later must be left out while it has the
/// value that older versions had: a journal of an older version is then still that of the same
/// search.
pub(crate) fn of<D, S>(
    space: &SearchSpace<D>,
    evaluator: &CandidateEvaluator<S>,
) -> Result<Vec<(&'static str, String)>, Error>
where
    D: DataSpace,
    S: DataSource<Granularity = D::Granularity>,
{
    let Experiment { examples, engine, training, averaging, memory, target, .. } =
        evaluator.experiment();
    let parts = [Part::Train, Part::Validation, Part::Test];
    let parts = parts.map(|part| examples.split().part(part));
    let folds = examples.folds();
    let repeats = folds.map_or(1, Folds::repeats);
    let folds: Vec<&[usize]> =
        folds.iter().flat_map(|it| (0..it.count()).map(|fold| it.validation(fold))).collect();
    let division = json("split", &(parts, folds))?;
    let memory = BTreeMap::from([("training", *memory), ("features", examples.budget())]);
    let target = target.as_ref().map(|Target { device, format }| (device, format));
    let repeats = (repeats > 1).then(|| ("repeats", repeats.to_string()));
    let values = [
        ("data", examples.source().fingerprint()),
        ("split", Digest::of(division.as_bytes()).to_string()),
        ("engine", engine.identity()),
        ("training", json("training", training)?),
        ("effort", evaluator.effort().to_string()),
        ("averaging", json("averaging", averaging)?),
        ("quantities", json("quantities", evaluator.scoring().quantities())?),
        ("limits", json("limits", evaluator.scoring().limits())?),
        ("trainings", evaluator.trainings().to_string()),
        ("memory", json("memory", &memory)?),
        ("device", json("device", &target)?),
        ("space", json("space", space)?),
    ];
    Ok(values.into_iter().chain(repeats).collect())
}

fn json(setting: &'static str, value: &(impl Serialize + ?Sized)) -> Result<String, Error> {
    serde_json::to_string(value)
        .map_err(|error| SettingsError::Undescribed { setting, source: error.into() }.into())
}
