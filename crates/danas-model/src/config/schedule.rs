//! The change of the learning rate in the course of a training.

use std::{f64::consts::PI, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{checks::in_range, error::ModelError};

/// Change of the [`Optimizer`](crate::Optimizer)'s learning rate over all steps of a training.
///
/// In a file: `"constant"`, `"cosine"`, or `{ kind = "cosine", warmup = 0.05, floor = 0.0 }`.
/// Omitted numbers keep their defaults.
///
/// ```
/// use danas_model::{Cosine, Schedule};
///
/// let schedule = Schedule::Cosine(Cosine { warmup: 0.2, floor: 0.0 });
/// let shares: Vec<f64> = (0..10).map(|step| schedule.share(step, 10)).collect();
/// assert_eq!(shares[..3], [0.0, 0.5, 1.0]);
/// assert!((shares[6] - 0.5).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Schedule {
    /// The optimizer's learning rate in every step.
    #[default]
    Constant,
    /// A linear rise from 0, then a fall along half a cosine: Keras' `CosineDecay`.
    Cosine(Cosine),
}

/// Warm-up followed by cosine decay.
///
/// The first `W = ⌊warmup · T⌋` of `T` steps are the warm-up. In step `t`, counted from 0, the
/// learning rate is multiplied by
///
/// ```text
/// t / W                                                          if t < W
/// floor + (1 − floor) · (1 + cos(π · (t − W) / (T − W))) / 2     otherwise
/// ```
///
/// This is Keras' `CosineDecay(0, T − W, alpha=floor, warmup_target=rate, warmup_steps=W)`. With a
/// warm-up, the first step does not change the weights.
///
/// # References
/// I. Loshchilov and F. Hutter (2017). SGDR: stochastic gradient descent with warm restarts.
/// <https://arxiv.org/abs/1608.03983>
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cosine {
    /// Share of the steps that belong to the warm-up, at least 0 and below 1. Default: 0.05.
    pub warmup: f64,
    /// Share of the learning rate at which the decay ends, from 0 to 1. Default: 0.
    pub floor: f64,
}

impl Default for Cosine {
    fn default() -> Self {
        Self { warmup: 0.05, floor: 0.0 }
    }
}

impl Schedule {
    /// Returns the share of the learning rate in `step`, counted from 0, of a training with `steps`
    /// steps. It does not use the platform's mathematical library, so every machine gives the same
    /// bits.
    #[must_use]
    pub fn share(self, step: u64, steps: u64) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Cosine(Cosine { warmup, floor }) => {
                let (step, steps) = (step.min(steps) as f64, steps as f64);
                let warmup = (warmup * steps).floor();
                if step < warmup {
                    return step / warmup;
                }
                // Avoids a division by zero in a training without steps.
                let done = (step - warmup) / (steps - warmup).max(1.0);
                floor + (1.0 - floor) * 0.5 * (1.0 + libm::cos(PI * done))
            }
        }
    }

    pub(super) fn validate(self) -> Result<(), ModelError> {
        let Self::Cosine(Cosine { warmup, floor }) = self else { return Ok(()) };
        let legal = (0.0..1.0).contains(&warmup);
        in_range("schedule.warmup", warmup, legal, "at least 0 and below 1")?;
        in_range("schedule.floor", floor, (0.0..=1.0).contains(&floor), "from 0 to 1")
    }
}

/// Schedule written as a table with its kind.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Table {
    #[serde(deserialize_with = "no_settings")]
    Constant,
    Cosine(Cosine),
}

/// Refuses any key besides `kind`.
fn no_settings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    Nothing::deserialize(deserializer).map(|Nothing {}| ())
}

/// Schedule written as its kind alone.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Constant,
    Cosine,
}

impl<'de> Deserialize<'de> for Schedule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrTable;

        impl<'de> Visitor<'de> for WordOrTable {
            type Value = Schedule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`constant`, `cosine`, or a table with one of these as its `kind`")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Schedule, E> {
                Ok(match Word::deserialize(word.into_deserializer())? {
                    Word::Constant => Schedule::Constant,
                    Word::Cosine => Schedule::Cosine(Cosine::default()),
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Schedule, A::Error> {
                Ok(match Table::deserialize(MapAccessDeserializer::new(map))? {
                    Table::Constant => Schedule::Constant,
                    Table::Cosine(cosine) => Schedule::Cosine(cosine),
                })
            }
        }

        deserializer.deserialize_any(WordOrTable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected values are Keras' and come from `tests/keras_recipe.py`.
    #[test]
    fn a_cosine_is_keras() {
        for (cosine, steps, expected) in keras() {
            for &(step, expected) in expected {
                let actual = 0.01 * Schedule::Cosine(cosine).share(step, steps);
                // Keras computes in single precision.
                let error = (actual - expected).abs();
                assert!(error < 5e-9, "{cosine:?}, {step}: {actual} is not {expected}");
            }
        }
    }

    /// A schedule, the number of steps of a training, and the learning rates in some of them.
    type Case = (Cosine, u64, &'static [(u64, f64)]);

    fn keras() -> [Case; 3] {
        [
            (
                Cosine { warmup: 0.0, floor: 0.0 },
                7,
                &[(0, 0.01), (1, 0.009_504_843_5), (3, 0.006_112_603_9), (6, 0.000_495_155_46)],
            ),
            (
                Cosine { warmup: 0.25, floor: 0.1 },
                40,
                &[
                    (0, 0.0),
                    (1, 0.001),
                    (9, 0.009),
                    (10, 0.01),
                    (11, 0.009_975_347_7),
                    (25, 0.005_5),
                    (39, 0.001_024_651_3),
                ],
            ),
            (
                Cosine::default(),
                1000,
                &[(1, 0.000_2), (50, 0.01), (400, 0.007_008_477_1), (999, 2.741_813_5e-8)],
            ),
        ]
    }

    #[test]
    fn some_step_has_the_whole_rate_however_few_there_are() {
        for steps in 1..50 {
            for warmup in [0.0, 0.05, 0.5, 0.999] {
                let schedule = Schedule::Cosine(Cosine { warmup, floor: 0.0 });
                let shares = (0..steps).map(|step| schedule.share(step, steps));
                assert_eq!(shares.fold(0.0, f64::max), 1.0, "{steps}, {warmup}");
            }
        }
    }

    #[test]
    fn a_constant_rate_is_the_rate() {
        assert_eq!([0, 1, 99].map(|step| Schedule::Constant.share(step, 3)), [1.0; 3]);
    }
}
