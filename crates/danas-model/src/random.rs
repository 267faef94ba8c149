//! The crate's random numbers: a portable generator, with its own stream for every purpose.
//!
//! Everything random about a training is a pure function of its seed. Initial weights, the order of
//! each epoch, each dropout mask and each alteration of an example come from their own stream of
//! ChaCha8. So no draw affects another, and all engines on all machines use the same numbers.
//! Integers and floats are not drawn through `rand`'s distributions, because their values may
//! change between versions of `rand`.

use std::collections::BTreeMap;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// Purpose for which random numbers are drawn. Every purpose has its own stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Initial weights.
    Weights,
    /// Order of the examples in an epoch.
    Order {
        /// Epoch, counted from 0.
        epoch: usize,
    },
    /// Dropout mask of a layer in a step.
    Dropout {
        /// Layer, counted from 0.
        layer: usize,
        /// Step, counted from 0 over all epochs.
        step: u64,
    },
    /// Alteration of an example in an epoch.
    Augmentation {
        /// Epoch, counted from 0.
        epoch: usize,
        /// Example, counted from 0.
        example: usize,
    },
}

impl Purpose {
    /// Returns the stream's number: the kind of purpose in the highest byte, its indices below.
    const fn stream(self) -> u64 {
        match self {
            Self::Weights => 0,
            Self::Order { epoch } => 1 << 56 | epoch as u64,
            // 40 bits for steps, 16 for layers. With more of them, some would share masks.
            Self::Dropout { layer, step } => {
                2 << 56 | (layer as u64 & 0xffff) << 40 | step & ((1 << 40) - 1)
            }
            // 24 bits for epochs, 32 for examples. With more of them, some would be altered alike.
            Self::Augmentation { epoch, example } => {
                3 << 56 | (epoch as u64 & 0xff_ffff) << 32 | example as u64 & 0xffff_ffff
            }
        }
    }
}

/// Returns the generator of `seed` for `purpose`.
pub(crate) fn generator(seed: u64, purpose: Purpose) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose.stream());
    rng
}

/// Draws a number from `[0, 1)`: a multiple of 2⁻²⁴, all equally likely.
pub(crate) fn unit(rng: &mut impl Rng) -> f32 {
    const STEP: f32 = 1.0 / (1 << 24) as f32;
    (rng.next_u32() >> 8) as f32 * STEP
}

/// Draws a number from `0..bound` by multiplication (D. Lemire, 2019,
/// <https://doi.org/10.1145/3230636>). Nothing is rejected; the bias is below `bound` / 2⁶⁴.
pub(crate) fn below(bound: usize, rng: &mut impl Rng) -> usize {
    ((u128::from(rng.next_u64()) * bound as u128) >> 64) as usize
}

/// Returns the order in which `epoch` (counted from 0) visits the examples: a permutation of
/// `0..examples` that depends only on the three arguments.
///
/// Batches are consecutive runs of this order; the last one may be shorter. The shuffle is Fisher
/// and Yates' (R. Durstenfeld, 1964, <https://doi.org/10.1145/364520.364540>).
#[must_use]
pub fn epoch_order(seed: u64, epoch: usize, examples: usize) -> Vec<usize> {
    let mut rng = generator(seed, Purpose::Order { epoch });
    let mut order: Vec<usize> = (0..examples).collect();
    shuffle(&mut order, &mut rng);
    order
}

/// Returns the factors that a dropout layer multiplies its values with in one step of a training.
///
/// A factor is 0 with probability `rate`, and `1 / (1 - rate)` otherwise. Layers and steps are
/// counted from 0, steps over all epochs.
/// [`TrainConfig::head_dropout`](crate::TrainConfig::head_dropout) counts as a layer after the last
/// one.
///
/// The factors belong to the values of a batch in the order `[examples, height, width, channels]`.
/// The iterator never ends, and depends only on the arguments.
pub fn dropout_factors(seed: u64, step: u64, layer: usize, rate: f64) -> impl Iterator<Item = f32> {
    let mut factors = Factors::new(seed, step, layer, rate);
    std::iter::repeat_with(move || {
        let mut keeps = [0];
        factors.draw(&mut keeps);
        if keeps[0] == 0 { 0.0 } else { factors.kept() }
    })
}

/// Generator of the draws of [`dropout_factors`].
#[derive(Debug, Clone)]
pub(crate) struct Factors {
    rng: ChaCha8Rng,
    /// Second half of the last random word, if it has not been used yet.
    spare: Option<u16>,
    /// Values are dropped if their 16 random bits are below this threshold.
    threshold: u32,
    kept: f32,
}

impl Factors {
    pub(crate) fn new(seed: u64, step: u64, layer: usize, rate: f64) -> Self {
        let rng = generator(seed, Purpose::Dropout { layer, step });
        let threshold = (rate * f64::from(1 << 16)).round() as u32;
        Self { rng, spare: None, threshold, kept: (1.0 / (1.0 - rate)) as f32 }
    }

    /// Draws which of the next values are kept: all bits are 1 for a kept value and 0 for a dropped
    /// one. The result does not depend on how many are drawn at a time.
    #[inline]
    pub(crate) fn draw(&mut self, mut keeps: &mut [u16]) {
        let threshold = self.threshold;
        let keep = |bits: u16| if u32::from(bits) < threshold { 0 } else { u16::MAX };
        if !keeps.is_empty()
            && let Some(bits) = self.spare.take()
        {
            keeps[0] = keep(bits);
            keeps = &mut keeps[1..];
        }
        // Many words at a time, because drawing single words would mostly cost calls.
        let mut bytes = [0; 256];
        for keeps in keeps.chunks_mut(bytes.len() / 2) {
            let bytes = &mut bytes[..(keeps.len() * 2).next_multiple_of(4)];
            self.rng.fill_bytes(bytes);
            let halves = bytes.as_chunks().0;
            for (keeps, &half) in keeps.iter_mut().zip(halves) {
                *keeps = keep(u16::from_le_bytes(half));
            }
            self.spare = halves.get(keeps.len()).map(|&half| u16::from_le_bytes(half));
        }
    }

    /// Returns the factor of a kept value.
    pub(crate) const fn kept(&self) -> f32 {
        self.kept
    }
}

/// Returns an order in which the classes that occur take turns. It has as many entries as there are
/// labels. Each class is shuffled, and shuffled again whenever all of its examples have been
/// visited.
pub(crate) fn balanced_order(seed: u64, epoch: usize, labels: &[usize]) -> Vec<usize> {
    let mut rng = generator(seed, Purpose::Order { epoch });
    let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (example, &label) in labels.iter().enumerate() {
        classes.entry(label).or_default().push(example);
    }
    let mut classes: Vec<Vec<usize>> = classes.into_values().collect();
    let count = classes.len();
    let example = |position| {
        let class: &mut Vec<usize> = &mut classes[position % count];
        let next = position / count % class.len();
        if next == 0 {
            shuffle(class, &mut rng);
        }
        class[next]
    };
    (0..labels.len()).map(example).collect()
}

fn shuffle(order: &mut [usize], rng: &mut impl Rng) {
    for last in (1..order.len()).rev() {
        order.swap(last, below(last + 1, rng));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_visits_every_example_once() {
        for examples in [0, 1, 2, 33, 1000] {
            let mut order = epoch_order(7, 3, examples);
            order.sort_unstable();
            assert_eq!(order, (0..examples).collect::<Vec<_>>());
        }
    }

    #[test]
    fn orders_differ_by_seed_and_by_epoch() {
        assert_eq!(epoch_order(7, 0, 50), epoch_order(7, 0, 50));
        assert_ne!(epoch_order(7, 0, 50), epoch_order(7, 1, 50));
        assert_ne!(epoch_order(7, 0, 50), epoch_order(8, 0, 50));
    }

    /// These numbers must not change, because every result depends on them.
    #[test]
    fn the_stream_of_a_seed_is_fixed() {
        assert_eq!(epoch_order(1, 0, 8), [7, 6, 2, 0, 1, 3, 5, 4]);
        assert_eq!(balanced_order(1, 0, &[0, 0, 0, 0, 0, 1, 1, 3]), [4, 6, 7, 0, 5, 7, 1, 6]);
        let mut rng = generator(1, Purpose::Weights);
        let draws = [(); 3].map(|()| unit(&mut rng));
        assert_eq!(draws, [0.549_378_2, 0.402_485_6, 0.984_597_1]);
    }

    #[test]
    fn dropout_keeps_its_share_of_the_values_and_their_mean() {
        for percent in [1, 25, 99] {
            let rate = f64::from(percent) / 100.0;
            let factors = dropout_factors(3, 4, 1, rate).take(40_000);
            let factors: Vec<f64> = factors.map(f64::from).collect();
            let dropped = factors.iter().filter(|&&factor| factor == 0.0).count() as f64 / 40_000.0;
            let error = (rate * (1.0 - rate) / 40_000.0).sqrt();
            assert!((dropped - rate).abs() < 5.0 * error, "{dropped} of {rate}");
            let mean = factors.iter().sum::<f64>() / 40_000.0;
            assert!((mean - 1.0).abs() < 5.0 * error / (1.0 - rate), "{mean}");
        }
    }

    #[test]
    fn dropout_is_the_same_however_many_are_drawn_at_a_time() {
        let drawn = |lengths: &[usize]| {
            let mut factors = Factors::new(1, 2, 3, 0.5);
            let draw = |&length: &usize| {
                let mut keeps = vec![1; length];
                factors.draw(&mut keeps);
                keeps
            };
            lengths.iter().flat_map(draw).collect::<Vec<u16>>()
        };
        let expected = drawn(&[1; 400]);
        for lengths in [&[400][..], &[129, 1, 0, 270], &[3, 5, 256, 136], &[2, 127, 128, 143]] {
            assert_eq!(drawn(lengths), expected, "{lengths:?}");
        }
    }

    #[test]
    fn dropout_differs_by_seed_step_and_layer() {
        let factors = |seed, step, layer| -> Vec<f32> {
            dropout_factors(seed, step, layer, 0.5).take(100).collect()
        };
        assert_eq!(factors(1, 2, 3), factors(1, 2, 3));
        for other in [factors(2, 2, 3), factors(1, 3, 3), factors(1, 2, 4)] {
            assert_ne!(factors(1, 2, 3), other);
        }
    }

    #[test]
    fn units_fill_their_interval_evenly() {
        let mut rng = generator(3, Purpose::Weights);
        let draws: Vec<f32> = (0..20_000).map(|_| unit(&mut rng)).collect();
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        let mean = draws.iter().map(|&draw| f64::from(draw)).sum::<f64>() / 20_000.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}"); // five standard errors
    }
}
