//! What presets share: settings of trainings and searches, and their fixed spaces.

use danas_evo::SuccessiveHalving;
use danas_model::{Adam, Cosine, Optimizer, Schedule, TrainConfig};
use danas_nas::{Quantity, SearchConfig};
use danas_space::SpaceError;

/// Unwraps the space of a preset, whose values are fixed.
#[expect(clippy::expect_used, reason = "a test builds every preset")]
pub(super) fn valid<T>(space: Result<T, SpaceError>) -> T {
    space.expect("the space of a preset is valid")
}

/// Returns training settings for small data, with a fixed number of steps for any number of examples
/// and without augmentation. `docs/training.md` shows what each setting is worth.
pub(super) fn recipe(steps: usize) -> TrainConfig {
    let mut training = TrainConfig::default();
    training.steps = Some(steps);
    training.schedule = Schedule::Cosine(Cosine { warmup: 0.05, floor: 0.0 });
    training.optimizer =
        Optimizer::Adam(Adam { learning_rate: 0.003, weight_decay: 0.01, ..Adam::default() });
    training.label_smoothing = 0.1;
    training.head_dropout = 0.1;
    training
}

/// Adds masks over time and frequency.
#[cfg(any(feature = "audio", feature = "motion"))]
pub(super) fn masked(mut training: TrainConfig) -> TrainConfig {
    training.augmentation.time_masks = 2;
    training.augmentation.time_mask = 0.15;
    training.augmentation.frequency_masks = 2;
    training.augmentation.frequency_mask = 0.15;
    training
}

/// Returns search settings in which folds are the rungs: a candidate that falls behind costs one or
/// two of them.
pub(super) fn search() -> SearchConfig {
    SearchConfig {
        // The cost on a device that listens all the time.
        objectives: vec![Quantity::Accuracy, Quantity::Int8Footprint],
        halving: Some(SuccessiveHalving { rungs: 2, reduction: 3.0 }),
        ..SearchConfig::default()
    }
}
