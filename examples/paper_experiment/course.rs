//! How the front of a search grew.

use std::{error::Error, path::Path};

use danas::{
    Assessment, Quantity,
    evo::{JournaledEvaluation, Objective, ReferencePoint, Scores, hypervolume, read_journal},
    space::{AudioGranularity, Candidate},
};

/// The hypervolume of accuracy, precision, recall and model size, as the journal of a search tells it.
///
/// Sizes count by their logarithm: 1 kB is as good as 100 % of accuracy, 100 MB as bad as none of it. The
/// largest hypervolume that there can be is 1.
pub(crate) struct Course {
    /// Evaluations and hypervolume, wherever it grew.
    pub(crate) over_evaluations: Vec<(f64, f64)>,
    /// Seconds and hypervolume, wherever it grew.
    pub(crate) over_seconds: Vec<(f64, f64)>,
    /// How long the search took, in all its runs, without the test of its front.
    pub(crate) seconds: f64,
}

type Evaluation = JournaledEvaluation<Candidate<AudioGranularity>, Assessment>;

impl Course {
    /// Of the search with this journal.
    pub(crate) fn of(journal: &Path) -> Result<Self, Box<dyn Error>> {
        let mut evaluations: Vec<Evaluation> = read_journal(journal)?.evaluations;
        let over_evaluations = growth(&evaluations, |it| (it.index + 1) as f64)?;
        evaluations.sort_by(|a, b| a.at.total_cmp(&b.at));
        let over_seconds = growth(&evaluations, |it| it.at)?;
        let seconds = evaluations.last().map_or(0.0, |last| last.at);
        Ok(Self { over_evaluations, over_seconds, seconds })
    }

    /// The hypervolume in the end.
    pub(crate) fn hypervolume(&self) -> f64 {
        self.over_evaluations.last().map_or(0.0, |last| last.1)
    }
}

fn growth(
    evaluations: &[Evaluation],
    when: impl Fn(&Evaluation) -> f64,
) -> Result<Vec<(f64, f64)>, Box<dyn Error>> {
    let objectives = [
        Objective::maximise("accuracy"),
        Objective::maximise("precision"),
        Objective::maximise("recall"),
        Objective::minimise("size"),
    ];
    let reference = ReferencePoint::of(&objectives, [0.0, 0.0, 0.0, 1.0])?;
    let (mut front, mut growth) = (Vec::new(), vec![(0.0, 0.0)]);
    for evaluation in evaluations.iter().filter(|it| it.verdict.is_feasible()) {
        let Some(assessment) = evaluation.verdict.detail() else { continue };
        let quality = &assessment.quality;
        let bytes = assessment.value(Quantity::ModelSize).unwrap_or(f64::NAN);
        let size = (bytes.log10() - 3.0) / 5.0;
        let values = [quality.accuracy, quality.precision, quality.recall, size];
        let mut costs = Scores::new(&objectives, values)?.costs(&objectives);
        costs.truncate(objectives.len());
        front.push(costs);
        let (before, now) =
            (growth.last().map_or(0.0, |it| it.1), hypervolume(&front, &reference)?);
        if now > before {
            growth.push((when(evaluation), now));
        } else {
            front.pop();
        }
    }
    Ok(growth)
}
