//! The augmenter, which makes altered copies of examples for any engine.

use ndarray::Axis;

use super::{Augmentation, change::Change, change::draw_mixture};
use crate::{
    engine::Training,
    random::{Purpose, below, generator},
};

/// Generator of the altered copies that a training learns from.
#[derive(Debug)]
pub(crate) struct Augmenter {
    settings: Augmentation,
    seed: u64,
    /// Number of altered versions of each example.
    versions: usize,
    /// Current epoch, counted from 0; `None` before the first one.
    epoch: Option<usize>,
    height: usize,
    width: usize,
    channels: usize,
    lines: Lines,
    change: Change,
    /// Buffer for the other example of a mixture.
    other: Vec<f32>,
}

/// Order of the lines of an example. A line holds the values of one row and channel over all
/// columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// `[height, channels, width]`
    ByRow,
    /// `[channels, height, width]`
    #[cfg_attr(not(feature = "torch"), allow(dead_code, reason = "libtorch's order"))]
    ByChannel,
}

/// The other example of a mixture, and the shares of both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mix {
    /// The other example, counted from 0.
    pub other: usize,
    /// Share of the example itself, in `[0, 1]`. The rest is the share of the other one.
    pub share: f32,
}

impl Augmenter {
    /// Creates an augmenter; `None` for a training that leaves its examples as they are.
    pub(crate) fn new(training: &Training<'_>, lines: Lines) -> Option<Self> {
        let (settings, shape) = (training.config().augmentation, training.network().input());
        let of_all = training.versions().map_or(0, |versions| versions.len_of(Axis(0)));
        let versions = of_all / training.samples().len();
        (!settings.is_none() || versions > 0).then(|| Self {
            settings,
            seed: training.seed(),
            versions,
            epoch: None,
            height: shape.height,
            width: shape.width,
            channels: shape.channels,
            lines,
            change: Change::default(),
            other: Vec::new(),
        })
    }

    /// Begins the first epoch, or the next one.
    pub(crate) fn begin_epoch(&mut self) {
        self.set_epoch(self.epoch.map_or(0, |epoch| epoch + 1));
    }

    /// Sets the epoch, counted from 0, that the next copies are for.
    pub(crate) const fn set_epoch(&mut self, epoch: usize) {
        self.epoch = Some(epoch);
    }

    /// Writes the copy of an example for this epoch. Returns what it was mixed with, if it was
    /// mixed.
    ///
    /// - `order`: the examples of the epoch, in order
    /// - `values`: returns the scaled values of a version (0 is the example itself) of an example,
    ///   with lines in this augmenter's order
    /// - `to`: space for as many values
    pub(crate) fn copy<'v>(
        &mut self,
        example: usize,
        order: &[usize],
        values: impl Fn(usize, usize) -> &'v [f32],
        to: &mut [f32],
    ) -> Option<Mix> {
        let position = self.alter(example, order.len(), &values, to);
        let (position, share) = position?;
        // If the example would be mixed with itself, take its neighbour in the order instead.
        let at = |position: usize| order.get(position % order.len().max(1)).copied();
        let other = at(position).filter(|&other| other != example).or_else(|| at(position + 1))?;
        let mut buffer = std::mem::take(&mut self.other);
        buffer.resize(to.len(), 0.0);
        self.alter(other, order.len(), &values, &mut buffer);
        for (to, other) in to.iter_mut().zip(&buffer) {
            *to = share * *to + (1.0 - share) * other;
        }
        self.other = buffer;
        Some(Mix { other, share })
    }

    /// Writes the copy of an example, shifted and masked. If it is to be mixed, returns the
    /// position of the other example among `others` and the share of the example itself.
    fn alter<'v>(
        &mut self,
        example: usize,
        others: usize,
        values: impl Fn(usize, usize) -> &'v [f32],
        to: &mut [f32],
    ) -> Option<(usize, f32)> {
        let epoch = self.epoch.unwrap_or(0);
        let mut rng = generator(self.seed, Purpose::Augmentation { epoch, example });
        let version = if self.versions > 0 { below(self.versions + 1, &mut rng) } else { 0 };
        let from = values(version, example);
        self.change.draw(&self.settings, (self.height, self.width), &mut rng);
        let sides = [self.height, self.width, self.channels];
        let is_by_row = self.lines == Lines::ByRow;
        self.change.write(self.settings.edge, sides, is_by_row, from, to);
        draw_mixture(&self.settings, others, &mut rng)
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Network, Shape, parse_layers};
    use ndarray::Array4;

    use super::*;
    use crate::{config::TrainConfig, samples::Samples};

    const SHAPE: Shape = Shape::new(3, 10, 2);
    const SIZE: usize = 60;

    fn augmenter(settings: Augmentation, seed: u64, lines: Lines) -> Option<Augmenter> {
        let architecture = Architecture::new(parse_layers("1x1R").unwrap(), 1).unwrap();
        let network = Network::new(SHAPE, &architecture, 2).unwrap();
        let features = Array4::zeros((4, SHAPE.height, SHAPE.width, SHAPE.channels));
        let samples = Samples::new(features.view(), &[0, 1, 0, 1], 2).unwrap();
        let config = TrainConfig { augmentation: settings, ..TrainConfig::default() };
        let training = Training::new(&network, samples, &config, seed).unwrap();
        let mut augmenter = Augmenter::new(&training, lines)?;
        augmenter.begin_epoch();
        Some(augmenter)
    }

    fn everything() -> Augmentation {
        Augmentation {
            time_shift: 0.3,
            time_masks: 1,
            time_mask: 0.3,
            frequency_masks: 1,
            frequency_mask: 0.4,
            mix_up: 0.5,
            ..Augmentation::default()
        }
    }

    /// Returns the values of four examples; all values are different.
    fn values() -> Vec<f32> {
        (0..4 * SIZE).map(|index| 1.0 + index as f32).collect()
    }

    fn copy(augmenter: &mut Augmenter, example: usize, order: &[usize]) -> (Vec<f32>, Option<Mix>) {
        let (values, mut to) = (values(), vec![f32::NAN; SIZE]);
        let of = |_, example: usize| &values[example * SIZE..][..SIZE];
        let mix = augmenter.copy(example, order, of, &mut to);
        (to, mix)
    }

    #[test]
    fn without_a_setting_there_is_nothing_to_do() {
        assert!(augmenter(Augmentation::default(), 1, Lines::ByRow).is_none());
    }

    #[test]
    fn a_copy_depends_on_seed_epoch_and_example_alone() {
        let mut once = augmenter(everything(), 1, Lines::ByRow).unwrap();
        let mut again = augmenter(everything(), 1, Lines::ByRow).unwrap();
        let order = [2, 0, 3, 1];
        let first: Vec<_> = order.map(|example| copy(&mut once, example, &order)).into();
        let backwards: Vec<_> =
            order.iter().rev().map(|&it| copy(&mut again, it, &order)).collect();
        assert!(first.iter().eq(backwards.iter().rev()));
        once.begin_epoch();
        let next: Vec<_> = order.map(|example| copy(&mut once, example, &order)).into();
        assert_ne!(first, next);
        let mut other = augmenter(everything(), 2, Lines::ByRow).unwrap();
        let other: Vec<_> = order.map(|example| copy(&mut other, example, &order)).into();
        assert_ne!(first, other);
    }

    #[test]
    fn a_mixture_is_one_of_two_copies() {
        let plain = Augmentation { mix_up: 0.0, ..everything() };
        let mixed = Augmentation { mix_up: 1.0, ..everything() };
        let order = [3, 1, 0, 2];
        for seed in 0..20 {
            let mut plain = augmenter(plain, seed, Lines::ByRow).unwrap();
            let mut mixed = augmenter(mixed, seed, Lines::ByRow).unwrap();
            for example in 0..4 {
                let (values, mix) = copy(&mut mixed, example, &order);
                let Mix { other, share } = mix.unwrap();
                assert!(other != example && (0.0..=1.0).contains(&share));
                let [(own, none), (its, _)] =
                    [example, other].map(|example| copy(&mut plain, example, &order));
                assert_eq!(none, None);
                let expected = own.iter().zip(&its).map(|(a, b)| share * a + (1.0 - share) * b);
                assert!(expected.eq(values.iter().copied()));
            }
        }
    }

    #[test]
    fn as_many_are_mixed_as_asked_for() {
        let settings = Augmentation { mix_up: 0.25, ..Augmentation::default() };
        let mut augmenter = augmenter(settings, 5, Lines::ByRow).unwrap();
        let order = [0, 1, 2, 3];
        let mut mixed = 0;
        for _ in 0..1000 {
            augmenter.begin_epoch();
            mixed += (0..4).filter(|&it| copy(&mut augmenter, it, &order).1.is_some()).count();
        }
        assert!((860..1140).contains(&mixed), "{mixed} of 4000"); // five standard deviations
    }

    #[test]
    fn a_lone_example_is_mixed_with_itself() {
        let settings = Augmentation { mix_up: 1.0, ..Augmentation::default() };
        let mut augmenter = augmenter(settings, 5, Lines::ByRow).unwrap();
        let (values, mix) = copy(&mut augmenter, 2, &[2]);
        assert_eq!(mix.unwrap().other, 2);
        let close =
            values.iter().zip(&self::values()[2 * SIZE..]).all(|(a, b)| (a - b).abs() < 1e-4);
        assert!(close, "{values:?}");
    }

    #[test]
    fn engines_of_either_order_of_lines_copy_the_same() {
        let mut by_row = augmenter(everything(), 9, Lines::ByRow).unwrap();
        let mut by_channel = augmenter(everything(), 9, Lines::ByChannel).unwrap();
        let (values, order) = (values(), [0, 1, 2, 3]);
        let Shape { height, width, channels } = SHAPE;
        let turned: Vec<f32> = (0..4 * SIZE)
            .map(|index| {
                let (example, place) = (index / SIZE, index % SIZE);
                let (line, column) = (place / width, place % width);
                let (channel, row) = (line / height, line % height);
                values[example * SIZE + (row * channels + channel) * width + column]
            })
            .collect();
        for example in 0..4 {
            let (mut rows, mut planes) = (vec![0.0; SIZE], vec![0.0; SIZE]);
            let of = |_, it: usize| &values[it * SIZE..][..SIZE];
            let mix = by_row.copy(example, &order, of, &mut rows);
            let of = |_, it: usize| &turned[it * SIZE..][..SIZE];
            assert_eq!(by_channel.copy(example, &order, of, &mut planes), mix);
            for (index, value) in planes.iter().enumerate() {
                let (line, column) = (index / width, index % width);
                let (channel, row) = (line / height, line % height);
                assert_eq!(*value, rows[(row * channels + channel) * width + column]);
            }
        }
    }
}
