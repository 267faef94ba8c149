//! The growth of a search's front.

use std::{error::Error, path::Path};

use danas::Quantity;
use danas_report::{Growth, Run};

/// Objectives of the paper. They are used whatever objectives the search has.
const OBJECTIVES: [Quantity; 4] =
    [Quantity::Accuracy, Quantity::Precision, Quantity::Recall, Quantity::ModelSize];

/// Hypervolume of accuracy, precision, recall and model size after each evaluation.
///
/// Sizes are on a logarithmic scale, on which 1 kB is as good as an accuracy of 100 %, and 100 MB
/// as bad as an accuracy of 0 %. The largest possible hypervolume is 1.
pub(crate) struct Course {
    /// Hypervolume over the number of evaluations.
    pub(crate) over_evaluations: Vec<(f64, f64)>,
    /// Hypervolume over time in seconds.
    pub(crate) over_seconds: Vec<(f64, f64)>,
    /// Duration of the search in seconds, over all its runs, without the test of its front.
    pub(crate) seconds: f64,
}

impl Course {
    /// Reads the course of a search from the folder of its records.
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

    /// Returns the hypervolume at the end of the search.
    pub(crate) fn hypervolume(&self) -> f64 {
        self.over_evaluations.last().map_or(0.0, |last| last.1)
    }
}
