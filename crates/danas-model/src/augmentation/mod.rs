//! Augmentation: altered copies of the training examples, drawn anew in every epoch.

mod augmenter;
mod beta;
mod change;
mod epoch;

use danas_space::AugmentationStrength;
use serde::{Deserialize, Serialize};

pub(crate) use self::augmenter::{Augmenter, Lines};
pub use self::{augmenter::Mix, epoch::EpochExamples};
use crate::{checks::in_range, error::ModelError};

/// Alterations of the training examples, drawn anew for each example in every epoch. By default,
/// there are none.
///
/// The network sees an altered copy instead of the example. Samples for validation or prediction
/// are not altered, and the constants of a [`Scaler`](crate::Scaler) are not affected. An example
/// is first shifted, then masked, and then mixed with another example that was shifted and masked
/// independently. The copy depends only on the training's seed, the epoch and the example and, if
/// it is mixed, on the other examples of the epoch. It depends neither on the batch nor on the
/// engine.
///
/// ```
/// use danas_model::{Augmentation, TrainConfig};
///
/// let mut config = TrainConfig::default();
/// config.augmentation.time_shift = 0.1; // up to 100 ms earlier or later in a clip of one second
/// config.validate()?;
/// # Ok::<(), danas_model::ModelError>(())
/// ```
///
/// In a file, with the defaults:
///
/// ```toml
/// [augmentation]
/// time_shift = 0.0
/// edge = "repeat"
/// time_masks = 0
/// time_mask = 0.1
/// frequency_masks = 0
/// frequency_mask = 0.1
/// mix_up = 0.0
/// mix_up_alpha = 0.2
/// ```
///
/// # References
/// - Masks: D. S. Park et al. (2019). SpecAugment. <https://arxiv.org/abs/1904.08779>
/// - Mix-up: H. Zhang et al. (2018). mixup: Beyond empirical risk minimization.
///   <https://arxiv.org/abs/1710.09412>
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Augmentation {
    /// Largest shift in time, as a share of the width. The columns are moved to earlier or later
    /// ones by a whole number, with all numbers up to the rounded share equally likely. Default: 0.
    pub time_shift: f64,
    /// Contents of the columns that a shift leaves empty. Default: [`Edge::Repeat`].
    pub edge: Edge,
    /// Number of runs of columns that are masked in each example. They may overlap. Default: 0.
    ///
    /// The network reads 0 for a masked value. If features are standardised, this is the row's
    /// mean.
    pub time_masks: u32,
    /// Largest length of such a run, as a share of the width (rounded to columns). All lengths from
    /// 0 to the largest are equally likely, and so are all places of the run. Default: 0.1.
    pub time_mask: f64,
    /// Number of runs of rows that are masked in each example. Rows of coefficients, such as those
    /// of an MFCC, are not neighbours in frequency, but can be masked, too. Default: 0.
    pub frequency_masks: u32,
    /// Largest length of such a run, as a share of the height, drawn as with
    /// [`time_mask`](Self::time_mask). Default: 0.1.
    pub frequency_mask: f64,
    /// Share of the examples that are mixed with another one of the same epoch. The network reads
    /// `λ·a + (1 − λ)·b`, and the loss is `λ·loss(a) + (1 − λ)·loss(b)`, each with its own label and the
    /// weight of its class. Default: 0.
    pub mix_up: f64,
    /// Parameter `α` of the distribution Beta(α, α) from which each `λ` is drawn. The smaller it
    /// is, the closer a mixture tends to be to one of its two examples. Default: 0.2.
    pub mix_up_alpha: f64,
}

/// Contents of the columns that a shift leaves empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Edge {
    /// Copies of the column at that edge.
    #[default]
    Repeat,
    /// The columns that leave at the other edge: a circular shift.
    Wrap,
}

impl Default for Augmentation {
    fn default() -> Self {
        Self {
            time_shift: 0.0,
            edge: Edge::default(),
            time_masks: 0,
            time_mask: 0.1,
            frequency_masks: 0,
            frequency_mask: 0.1,
            mix_up: 0.0,
            mix_up_alpha: 0.2,
        }
    }
}

impl Augmentation {
    /// Largest number of masks of a kind, because each of them takes time.
    const MOST_MASKS: u32 = 100;

    /// Largest shift. A shift by the whole width is refused.
    const MOST_SHIFT: f64 = 1.0_f64.next_down();

    /// Returns whether examples are left as they are.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.time_shift == 0.0
            && self.time_masks == 0
            && self.frequency_masks == 0
            && self.mix_up == 0.0
    }

    /// Returns these settings at another strength. The shift, the sizes of masks and the share of
    /// mixed examples are multiplied by [`AugmentationStrength::factor`], up to the largest legal
    /// value of each. The number of masks and the distribution of mixtures do not change.
    ///
    /// A strength of 0 leaves examples as they are, at no cost.
    ///
    /// ```
    /// use danas_model::Augmentation;
    /// use danas_space::AugmentationStrength;
    ///
    /// let mut augmentation = Augmentation::default();
    /// augmentation.time_shift = 0.25;
    /// assert_eq!(augmentation.scaled(AugmentationStrength::new(50)?).time_shift, 0.125);
    /// assert!(augmentation.scaled(AugmentationStrength::NONE).is_none());
    /// # Ok::<(), danas_space::SpaceError>(())
    /// ```
    #[must_use]
    pub fn scaled(&self, strength: AugmentationStrength) -> Self {
        if strength == AugmentationStrength::NONE {
            return Self::default();
        }
        let times = |value: f64, most: f64| (value * strength.factor()).min(most);
        Self {
            time_shift: times(self.time_shift, Self::MOST_SHIFT),
            time_mask: times(self.time_mask, 1.0),
            frequency_mask: times(self.frequency_mask, 1.0),
            mix_up: times(self.mix_up, 1.0),
            ..*self
        }
    }

    /// Returns whether this is the default, which a file can omit.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Checks every setting.
    pub(crate) fn validate(&self) -> Result<(), ModelError> {
        let within = |name, value: f64| {
            in_range(name, value, (0.0..=1.0).contains(&value), "at least 0 and at most 1")
        };
        let few = |name, masks| in_range(name, masks, masks <= Self::MOST_MASKS, "at most 100");
        let legal = (0.0..1.0).contains(&self.time_shift);
        in_range("augmentation.time_shift", self.time_shift, legal, "at least 0 and below 1")?;
        few("augmentation.time_masks", self.time_masks)?;
        within("augmentation.time_mask", self.time_mask)?;
        few("augmentation.frequency_masks", self.frequency_masks)?;
        within("augmentation.frequency_mask", self.frequency_mask)?;
        within("augmentation.mix_up", self.mix_up)?;
        let legal = self.mix_up_alpha > 0.0 && self.mix_up_alpha <= beta::LARGEST;
        in_range("augmentation.mix_up_alpha", self.mix_up_alpha, legal, "above 0 and at most 4")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainConfig;

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        for (text, message) in [
            (
                "time_shift = 1",
                "`augmentation.time_shift` is 1, but must be at least 0 and below 1",
            ),
            ("time_shift = -0.1", "`augmentation.time_shift` is -0.1, but"),
            ("time_masks = 101", "`augmentation.time_masks` is 101, but must be at most 100"),
            (
                "time_mask = 1.5",
                "`augmentation.time_mask` is 1.5, but must be at least 0 and at most",
            ),
            ("frequency_masks = 1000", "`augmentation.frequency_masks` is 1000, but"),
            ("frequency_mask = nan", "`augmentation.frequency_mask` is NaN, but"),
            ("mix_up = 2", "`augmentation.mix_up` is 2, but must be at least 0 and at most 1"),
            (
                "mix_up_alpha = 0",
                "`augmentation.mix_up_alpha` is 0, but must be above 0 and at most",
            ),
        ] {
            let config: TrainConfig = toml::from_str(&format!("[augmentation]\n{text}")).unwrap();
            let refused = config.validate().unwrap_err().to_string();
            assert!(refused.starts_with(message), "{refused}");
        }
        let refused = toml::from_str::<TrainConfig>("augmentation = { edge = 'mirror' }");
        assert!(refused.unwrap_err().to_string().contains("`mirror`"));
        let refused = toml::from_str::<TrainConfig>("augmentation = { shift = 0.1 }");
        assert!(refused.unwrap_err().to_string().contains("`shift`"));
    }

    #[test]
    fn strengths_scale_what_has_a_width_and_stay_legal() {
        let settings = Augmentation {
            time_shift: 0.6,
            edge: Edge::Wrap,
            time_masks: 2,
            time_mask: 0.25,
            frequency_masks: 1,
            frequency_mask: 0.75,
            mix_up: 0.5,
            mix_up_alpha: 0.4,
        };
        let scaled = |percent| settings.scaled(AugmentationStrength::new(percent).unwrap());
        assert_eq!(scaled(100), settings);
        let half = Augmentation {
            time_shift: 0.3,
            time_mask: 0.125,
            frequency_mask: 0.375,
            mix_up: 0.25,
            ..settings
        };
        assert_eq!(scaled(50), half);
        let twice = scaled(200);
        assert_eq!((twice.time_mask, twice.frequency_mask, twice.mix_up), (0.5, 1.0, 1.0));
        assert!(twice.time_shift < 1.0);
        twice.validate().unwrap();
        assert_eq!(scaled(0), Augmentation::default());
    }

    #[test]
    fn only_what_differs_from_the_default_is_written() {
        let text = toml::to_string(&TrainConfig::default()).unwrap();
        assert!(!text.contains("augmentation"), "{text}");
        let augmentation = Augmentation {
            time_shift: 0.125,
            edge: Edge::Wrap,
            time_masks: 2,
            frequency_masks: 1,
            mix_up: 0.5,
            ..Augmentation::default()
        };
        let config = TrainConfig { augmentation, ..TrainConfig::default() };
        let text = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<TrainConfig>(&text).unwrap(), config, "{text}");
    }
}
