//! How the front of a search grew.

use std::{error::Error, path::Path};

use danas::Quantity;
use danas_report::{Growth, Run};

/// The objectives of the paper, whatever those of the search.
const OBJECTIVES: [Quantity; 4] =
    [Quantity::Accuracy, Quantity::Precision, Quantity::Recall, Quantity::ModelSize];

/// The hypervolume of accuracy, precision, recall and model size, evaluation by evaluation.
///
/// Sizes count by their logarithm: 1 kB is as good as 100 % of accuracy, 100 MB as bad as none of it. The
/// largest hypervolume that there can be is 1.
pub(crate) struct Course {
    /// Evaluations and hypervolume.
    pub(crate) over_evaluations: Vec<(f64, f64)>,
    /// Seconds and hypervolume.
    pub(crate) over_seconds: Vec<(f64, f64)>,
    /// How long the search took, in all its runs, without the test of its front.
    pub(crate) seconds: f64,
}

impl Course {
    /// Of the search with its records in this folder.
    pub(crate) fn of(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let run = Run::read(folder)?;
        let volumes = Growth::of(&OBJECTIVES, &run.evaluations)?.hypervolume;
        let times = run.times();
        let seconds = times.last().copied().unwrap_or(0.0);
        let over =
            |when: Vec<f64>| [(0.0, 0.0)].into_iter().chain(when.into_iter().zip(volumes.clone()));
        let counts = (1..=volumes.len()).map(|count| count as f64).collect();
        let (over_evaluations, over_seconds) = (over(counts).collect(), over(times).collect());
        Ok(Self { over_evaluations, over_seconds, seconds })
    }

    /// The hypervolume in the end.
    pub(crate) fn hypervolume(&self) -> f64 {
        self.over_evaluations.last().map_or(0.0, |last| last.1)
    }
}
