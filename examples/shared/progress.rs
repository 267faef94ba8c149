//! A progress bar that shows the best values on the current front.

use std::ops::ControlFlow;

use danas::{
    Assessment, Quantity,
    evo::{Direction, Observer, Outcome, Progress},
    space::Candidate,
};
use indicatif::ProgressStyle;

/// Progress bar of a search. It shows the number of evaluations, the size of the front, and the
/// best value of each objective on it.
pub(crate) struct ProgressBar {
    bar: indicatif::ProgressBar,
    objectives: Vec<Quantity>,
}

impl ProgressBar {
    /// Creates a bar for a search of `evaluations` evaluations.
    pub(crate) fn new(evaluations: usize, objectives: &[Quantity]) -> Self {
        let bar = indicatif::ProgressBar::new(evaluations as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} [{elapsed}] {msg}") {
            bar.set_style(style);
        }
        Self { bar, objectives: objectives.to_vec() }
    }
}

impl<G> Observer<Candidate<G>, Assessment> for ProgressBar {
    fn evaluated(&mut self, progress: &Progress<'_, Candidate<G>, Assessment>) -> ControlFlow<()> {
        let best = self.objectives.iter().filter_map(|&quantity| {
            let values = progress.front.iter().filter_map(|record| record.verdict.detail());
            let values = values.filter_map(|assessment| assessment.value(quantity));
            match quantity.direction() {
                Direction::Maximise => {
                    values.max_by(f64::total_cmp).map(|value| format!("{quantity} {value:.3}"))
                }
                Direction::Minimise => values.min_by(f64::total_cmp).map(|value| {
                    format!("{quantity} {value} {}", quantity.unit().unwrap_or_default())
                }),
            }
        });
        let best: Vec<String> = best.collect();
        self.bar.set_message(format!(
            "front of {}, best: {}",
            progress.front.len(),
            best.join(", ")
        ));
        self.bar.set_position(progress.evaluations as u64);
        ControlFlow::Continue(())
    }

    fn finished(&mut self, _outcome: &Outcome<Candidate<G>, Assessment>) {
        self.bar.finish_with_message("search ended; retraining the front for its test");
    }
}
