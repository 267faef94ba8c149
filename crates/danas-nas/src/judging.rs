//! Configuration of how candidates are judged, and how the final front is chosen and trained.

use danas_data::FoldCount;
use serde::{Deserialize, Serialize};

use crate::error::SettingsError;

/// How the search judges its candidates, and how the final front is chosen and trained.
///
/// A single validation part cannot rank candidates if it contains only a few speakers or machines:
/// what suits one group may not suit another. So small data is judged by cross-validation over
/// groups, the best candidates are confirmed with fresh seeds, and the exported models learn from
/// the validation part, too.
///
/// ```toml
/// [search.judging]
/// folds = "auto"
/// repeats = 1
/// confirmations = 2
/// effort = 0.5
/// refit = true
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JudgingConfig {
    /// Number of folds into which the train and validation parts are divided for cross-validation.
    /// Default: `auto`.
    pub folds: FoldCount,
    /// How often the division into folds is drawn. Each division has a seed of its own, derived from
    /// that of the split, and differs from all others. A candidate is judged by its mean over all
    /// folds of all divisions, for data so small that the mean depends on which groups happen to
    /// share a fold. Each repeat costs as many trainings as there are folds.
    ///
    /// More repeats than there are different divisions are refused. If each group has a fold of its
    /// own, there is only one: set fewer `folds`, or train several times on the same folds with
    /// [`trainings`](crate::SearchConfig::trainings). The setting has no effect if `folds` is `auto`
    /// and the validation part alone is enough. Default: 1.
    #[serde(skip_serializing_if = "is_one")]
    pub repeats: usize,
    /// How often each member of the search's front is trained again on every fold, before the final
    /// front is chosen. With 0, the front stays as the search found it. Default: 2.
    pub confirmations: usize,
    /// The share of their full steps, or epochs, that trainings during the search have: above 0, at
    /// most 1. Trainings that confirm the front, test it, or make the exported models always have
    /// all of them. Default: 1.
    pub effort: f64,
    /// Whether the exported models learn from the validation part, too. This has no effect with
    /// training settings that compare epochs
    /// ([`TrainConfig::needs_validation`](danas_model::TrainConfig::needs_validation)), because
    /// they need that part. Default: yes.
    pub refit: bool,
}

const fn is_one(repeats: &usize) -> bool {
    *repeats == 1
}

impl JudgingConfig {
    /// Largest number of divisions into folds, all of which are drawn before the first training.
    const MOST_REPEATS: usize = 100;

    /// Returns the simplest settings: one validation part, the front as the search found it, and
    /// the models that the search trained.
    #[must_use]
    pub const fn single() -> Self {
        let folds = FoldCount::Fixed(1);
        Self { folds, repeats: 1, confirmations: 0, effort: 1.0, refit: false }
    }

    pub(crate) const fn check(&self) -> Result<(), SettingsError> {
        if matches!(self.folds, FoldCount::Fixed(0)) {
            return Err(SettingsError::NoFolds);
        }
        let Self { effort, confirmations, repeats, .. } = *self;
        if repeats == 0 || repeats > Self::MOST_REPEATS {
            return Err(SettingsError::Repeats { repeats, most: Self::MOST_REPEATS });
        }
        if repeats > 1 && matches!(self.folds, FoldCount::Fixed(1)) {
            return Err(SettingsError::RepeatsWithoutFolds { repeats });
        }
        if !(effort > 0.0 && effort <= 1.0) {
            return Err(SettingsError::Effort { effort });
        }
        if effort < 1.0 && confirmations == 0 {
            return Err(SettingsError::UnconfirmedEffort { effort });
        }
        Ok(())
    }
}

impl Default for JudgingConfig {
    fn default() -> Self {
        Self { folds: FoldCount::Auto, repeats: 1, confirmations: 2, effort: 1.0, refit: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<JudgingConfig, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn folds_are_a_number_or_auto() {
        assert_eq!(read("").unwrap(), JudgingConfig::default());
        assert_eq!(read("folds = 'auto'").unwrap().folds, FoldCount::Auto);
        assert_eq!(read("folds = 4").unwrap().folds, FoldCount::Fixed(4));
        for (text, culprit) in [
            ("folds = 0", "at least 1"),
            ("folds = 'many'", "`many`"),
            ("folds = 1.5", "`auto` or a whole number"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(culprit), "{refused}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let repeated = JudgingConfig { repeats: 3, ..JudgingConfig::default() };
        for config in [JudgingConfig::default(), JudgingConfig::single(), repeated] {
            assert_eq!(read(&toml::to_string(&config).unwrap()), Ok(config));
        }
        let text = toml::to_string(&JudgingConfig::default()).unwrap();
        assert!(!text.contains("repeats"), "as before the setting existed: {text}");
    }

    #[test]
    fn repeats_need_folds() {
        let refused = |repeats, folds| {
            let config = JudgingConfig { repeats, folds, ..JudgingConfig::default() };
            config.check().map_err(|error| error.to_string())
        };
        assert_eq!(refused(2, FoldCount::Auto), Ok(()));
        assert_eq!(refused(2, FoldCount::Fixed(2)), Ok(()));
        assert!(refused(0, FoldCount::Auto).unwrap_err().contains("repeats` is 0"));
        assert!(refused(3, FoldCount::Fixed(1)).unwrap_err().contains("repeats` is 3"));
    }
}
