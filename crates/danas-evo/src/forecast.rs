//! Forecast of the final scores of candidates whose evaluation ended early.

use std::sync::Arc;

use crate::{objective::Objective, scores::Scores, verdict::Verdict};

/// The mean gain of candidates from each rung of [`SuccessiveHalving`](crate::SuccessiveHalving) to
/// the end.
///
/// Scores at a rung cannot be compared with final scores. A training of a few epochs is worse than
/// a complete one, and a first fold may be easier than the others. The strategy therefore sees a
/// forecast for a candidate that ended early: its scores plus the mean gain from that rung to the
/// end, over all candidates that were judged to the end. The forecast stays within the range of
/// their final values, since a candidate that fell behind is not the best.
#[derive(Debug)]
pub(crate) struct Forecast {
    objectives: Arc<[Objective]>,
    /// Sum of the gains from each rung, by objective, and their number.
    gains: Vec<(Vec<f64>, usize)>,
    /// Smallest and largest final value of each objective.
    ranges: Vec<(f64, f64)>,
}

impl Forecast {
    pub(crate) fn new(objectives: Arc<[Objective]>) -> Self {
        let ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); objectives.len()];
        Self { objectives, gains: Vec::new(), ranges }
    }

    /// Learns from a candidate that was judged to the end. Ignores all others.
    pub(crate) fn learn<D>(&mut self, verdict: &Verdict<D>) {
        let Verdict::Feasible { scores, rungs, .. } = verdict else { return };
        let last = scores.values();
        for ((least, largest), &value) in self.ranges.iter_mut().zip(last) {
            (*least, *largest) = (least.min(value), largest.max(value));
        }
        let unknown = || (vec![0.0; self.objectives.len()], 0);
        self.gains.resize_with(self.gains.len().max(rungs.len()), unknown);
        for ((sums, count), reached) in self.gains.iter_mut().zip(rungs) {
            let gains = last.iter().zip(reached.values()).map(|(last, reached)| last - reached);
            sums.iter_mut().zip(gains).for_each(|(sum, gain)| *sum += gain);
            *count += 1;
        }
    }

    /// Returns the scores that the strategy sees. For a candidate that ended early, this is the
    /// forecast.
    pub(crate) fn scores<D>(&self, verdict: &Verdict<D>) -> Option<Scores> {
        let reached = verdict.scores()?;
        let Verdict::Stopped { rungs, .. } = verdict else { return Some(reached.clone()) };
        let forecast = self.gains.get(rungs.len()).filter(|(_, count)| *count > 0);
        let forecast = forecast.and_then(|(sums, count)| {
            let values = reached.values().iter().zip(sums).zip(&self.ranges);
            let values = values.map(|((value, sum), (least, largest))| {
                (value + sum / *count as f64).max(*least).min(*largest)
            });
            let values: Vec<f64> = values.collect();
            Scores::new(&self.objectives, values).ok()?.with_penalty(reached.penalty()).ok()
        });
        Some(forecast.unwrap_or_else(|| reached.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_ended_early_is_told_with_the_mean_gain_of_those_who_went_on() {
        let objectives: Arc<[Objective]> =
            [Objective::maximise("accuracy"), Objective::minimise("size")].into();
        let scores = |accuracy, size| Scores::new(&objectives, [accuracy, size]).unwrap();
        let whole = |first, second, last, size| {
            Verdict::feasible(scores(last, size), ())
                .passed(vec![scores(first, size), scores(second, size)])
        };
        let mut forecast = Forecast::new(Arc::clone(&objectives));
        let stopped = Verdict::stopped(scores(0.5, 20.0), ());
        assert_eq!(forecast.scores(&stopped), Some(scores(0.5, 20.0)), "nothing is known yet");

        forecast.learn(&whole(0.25, 0.5, 0.75, 10.0));
        forecast.learn(&whole(0.5, 0.5, 0.75, 30.0));
        assert_eq!(forecast.scores(&whole(0.5, 0.5, 0.5, 1.0)), Some(scores(0.5, 1.0)));
        let stopped = Verdict::stopped(scores(0.125, 20.0), ());
        assert_eq!(forecast.scores(&stopped), Some(scores(0.75, 20.0)), "not below the least");
        forecast.learn(&whole(0.25, 0.25, 0.0, 20.0));
        let stopped = Verdict::stopped(scores(0.125, 20.0), ());
        let gain = (0.5 + 0.25 - 0.25) / 3.0;
        assert_eq!(forecast.scores(&stopped), Some(scores(0.125 + gain, 20.0)));
        let second = Verdict::stopped(scores(0.5, 20.0), ()).passed(vec![scores(0.125, 20.0)]);
        let gain = (0.25 + 0.25 - 0.25) / 3.0;
        assert_eq!(forecast.scores(&second), Some(scores(0.5 + gain, 20.0)));
        let best = Verdict::stopped(scores(0.7, 20.0), ());
        assert_eq!(forecast.scores(&best), Some(scores(0.75, 20.0)), "not above the best");
        assert_eq!(forecast.scores(&Verdict::<()>::failed("diverged")), None);
    }

    #[test]
    fn limits_that_are_broken_stay_so() {
        let objectives: Arc<[Objective]> = [Objective::maximise("accuracy")].into();
        let scores = |accuracy| Scores::new(&objectives, [accuracy]).unwrap();
        let mut forecast = Forecast::new(Arc::clone(&objectives));
        forecast.learn(&Verdict::feasible(scores(0.9), ()).passed(vec![scores(0.4)]));
        let stopped = Verdict::stopped(scores(0.3).with_penalty(0.5).unwrap(), ());
        assert_eq!(forecast.scores(&stopped), Some(scores(0.9).with_penalty(0.5).unwrap()));
    }
}
