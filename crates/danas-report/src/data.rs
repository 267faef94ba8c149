//! The data that the page's script draws, as JSON.

use std::collections::BTreeMap;

use danas::{Quantity, Spread};
use serde::Serialize;

use crate::{
    error::ReportError,
    granularities,
    run::Run,
    unit::{Unit, label},
};

#[derive(Serialize)]
struct Data<'a> {
    objectives: Vec<&'static str>,
    quantities: Vec<QuantityData>,
    /// Fields in which the granularities differ.
    fields: Vec<String>,
    evaluations: Vec<EvaluationData<'a>>,
    /// Learning curves of the evaluations that entered the front when they were evaluated.
    curves: Vec<Curve<'a>>,
}

#[derive(Serialize)]
struct QuantityData {
    name: &'static str,
    label: String,
    #[serde(flatten)]
    unit: Unit,
    is_cost: bool,
}

#[derive(Serialize)]
struct EvaluationData<'a> {
    index: usize,
    granularity: BTreeMap<&'a str, &'a str>,
    layers: &'a str,
    status: &'a str,
    reason: Option<&'a str>,
    values: BTreeMap<&'static str, f64>,
    /// Mean and deviation on the test part.
    test: BTreeMap<&'static str, [f64; 2]>,
    seconds: f64,
    at: f64,
    hypervolume: f64,
    on_front: bool,
}

/// Learning curve of an evaluation, with one value for each epoch.
#[derive(Serialize)]
struct Curve<'a> {
    index: usize,
    on_front: bool,
    loss: &'a [f32],
    validation_loss: Vec<f32>,
    validation_accuracy: Vec<f32>,
}

/// Returns the text of a script element. Nothing in the text can end the element.
pub(crate) fn json(run: &Run) -> Result<String, ReportError> {
    let known = |quantity: &Quantity| {
        run.evaluations.iter().any(|evaluation| evaluation.value(*quantity).is_some())
    };
    let quantities: Vec<Quantity> = Quantity::ALL.iter().copied().filter(known).collect();
    let fields = granularities::varying(&run.evaluations);
    let data = Data {
        objectives: run.config.search.objectives.iter().map(|it| it.name()).collect(),
        evaluations: evaluations(run, &quantities, &fields),
        quantities: quantities
            .into_iter()
            .map(|quantity| QuantityData {
                name: quantity.name(),
                label: label(quantity),
                unit: Unit::of(quantity),
                is_cost: quantity.is_cost(),
            })
            .collect(),
        fields,
        curves: curves(run),
    };
    let json = serde_json::to_string(&data).map_err(|error| ReportError::Page(error.into()))?;
    Ok(json.replace('<', "\\u003c"))
}

fn evaluations<'a>(
    run: &'a Run,
    quantities: &[Quantity],
    fields: &[String],
) -> Vec<EvaluationData<'a>> {
    let steps = run.evaluations.iter().zip(run.times()).zip(&run.growth.hypervolume);
    let rows = steps.map(|((evaluation, at), &hypervolume)| {
        let varying = evaluation.granularity.iter().filter(|(name, _)| fields.contains(name));
        let values = quantities.iter();
        let values = values.filter_map(|it| Some((it.name(), evaluation.value(*it)?)));
        let tested = run.tested.get(&evaluation.index).into_iter().flatten();
        EvaluationData {
            index: evaluation.index,
            granularity: varying
                .map(|(name, value)| (name.as_str(), granularities::shown(value)))
                .collect(),
            layers: &evaluation.layers,
            status: &evaluation.status,
            reason: evaluation.reason.as_deref(),
            values: values.collect(),
            test: tested
                .map(|(name, &Spread { mean, deviation })| (*name, [mean, deviation]))
                .collect(),
            seconds: evaluation.seconds,
            at,
            hypervolume,
            on_front: run.is_on_front(evaluation.index),
        }
    });
    rows.collect()
}

fn curves(run: &Run) -> Vec<Curve<'_>> {
    let entered = run.evaluations.iter().zip(&run.growth.entered).filter(|(_, entered)| **entered);
    let trainings =
        entered.filter_map(|(it, _)| Some((it.index, run.trainings(it.index).first()?)));
    let curves = trainings.map(|(index, record)| Curve {
        index,
        on_front: run.is_on_front(index),
        loss: &record.loss,
        validation_loss: record.validation.iter().map(|it| it.loss).collect(),
        validation_accuracy: record.validation.iter().map(|it| it.accuracy).collect(),
    });
    curves.collect()
}
