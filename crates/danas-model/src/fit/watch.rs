//! Early stopping: detects trainings that no longer improve.

use crate::{
    config::{Monitor, TrainConfig},
    record::{Ended, Validation},
};

/// Observer of a training's epochs that decides whether to end it early.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    config: &'a TrainConfig,
    /// Figure of the best epoch; lower is better.
    best: f64,
    /// Figure of the last epoch that counted as an improvement for the patience.
    mark: f64,
    /// Number of epochs since that improvement.
    stale: usize,
    /// Number of the latest epochs in a row that assigned all examples to one class.
    constant: usize,
}

impl<'a> Watch<'a> {
    pub(super) const fn new(config: &'a TrainConfig) -> Self {
        Self { config, best: f64::INFINITY, mark: f64::INFINITY, stale: 0, constant: 0 }
    }

    /// Records an epoch's figures and returns whether they are the best so far.
    pub(super) fn validated(&mut self, validation: Validation) -> bool {
        let figure = f64::from(match self.config.monitor {
            Monitor::ValidationLoss => validation.loss,
            Monitor::ValidationAccuracy => -validation.accuracy,
        });
        if figure < self.mark - self.config.min_delta {
            (self.mark, self.stale) = (figure, 0);
        } else {
            self.stale += 1;
        }
        let better = figure < self.best;
        if better {
            self.best = figure;
        }
        better
    }

    /// Records whether the network is a constant classifier after an epoch.
    pub(super) const fn note_constant(&mut self, constant: bool) {
        self.constant = if constant { self.constant + 1 } else { 0 };
    }

    /// Returns why the training should end before its last epoch, if it should.
    pub(super) fn verdict(&self) -> Option<Ended> {
        let reached =
            |limit: Option<usize>, epochs| limit.is_some_and(|limit: usize| epochs >= limit);
        if reached(self.config.constant_epochs, self.constant) {
            return Some(Ended::Constant);
        }
        reached(self.config.patience, self.stale).then_some(Ended::Patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(config: &TrainConfig, losses: &[f32]) -> (Vec<bool>, Option<Ended>) {
        let mut watch = Watch::new(config);
        let validation = |&loss: &f32| watch.validated(Validation { loss, accuracy: 0.5 });
        (losses.iter().map(validation).collect(), watch.verdict())
    }

    #[test]
    fn patience_counts_epochs_without_an_improvement() {
        let config = TrainConfig { patience: Some(2), ..Default::default() };
        let (better, verdict) = losses(&config, &[3.0, 2.0, 2.0, 1.0, 1.5]);
        assert_eq!(better, [true, true, false, true, false]);
        assert_eq!(verdict, None);
        assert_eq!(losses(&config, &[3.0, 2.0, 2.0, 2.5]).1, Some(Ended::Patience));
    }

    /// As in Keras, small improvements add up, because each epoch is compared with the last large
    /// improvement. The best epoch is still the one with the best figure.
    #[test]
    fn small_improvements_are_none_for_the_patience() {
        let config = TrainConfig { patience: Some(2), min_delta: 0.25, ..Default::default() };
        let (better, verdict) = losses(&config, &[2.0, 1.875, 1.8125]);
        assert_eq!((better, verdict), (vec![true; 3], Some(Ended::Patience)));
        assert_eq!(losses(&config, &[2.0, 1.875, 1.5]).1, None);
    }

    #[test]
    fn accuracy_is_better_where_it_is_more() {
        let monitor = Monitor::ValidationAccuracy;
        let config = TrainConfig { monitor, ..Default::default() };
        let mut watch = Watch::new(&config);
        let better = [0.25, 0.75, 0.5, 0.75]
            .map(|accuracy| watch.validated(Validation { loss: 1.0, accuracy }));
        assert_eq!(better, [true, true, false, false]);
    }

    #[test]
    fn constant_epochs_count_in_a_row() {
        let config = TrainConfig { constant_epochs: Some(2), ..Default::default() };
        let mut watch = Watch::new(&config);
        let verdicts = [true, false, true, true].map(|constant| {
            watch.note_constant(constant);
            watch.verdict()
        });
        assert_eq!(verdicts, [None, None, None, Some(Ended::Constant)]);
    }
}
