//! How candidates are judged, and what becomes of the best of them.

use serde::{Deserialize, Serialize};

use crate::Error;

/// How the search judges its candidates, and how its front is named and trained in the end.
///
/// One validation part cannot rank candidates where it holds a few speakers or machines: what one group
/// prefers, another does not. So small data is judged by cross-validation over groups, the best of the
/// search are judged again with fresh seeds, and what is exported learns from the validation part, too.
///
/// ```toml
/// [search.judging]
/// folds = "auto"
/// confirmations = 2
/// effort = 0.5
/// refit = true
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct JudgingConfig {
    /// Into how many folds the train and validation parts are divided for cross-validation. Default:
    /// `auto`.
    pub folds: FoldCount,
    /// How often each member of the search's front is trained anew on every fold before the front is
    /// named; 0 leaves the front as the search found it. Default: 2.
    pub confirmations: usize,
    /// The share of their steps, or epochs, that trainings of the search have: above 0, at most 1. Those that
    /// confirm the front, test it, and make what is exported, have all of them. Default: 1.
    pub effort: f64,
    /// Whether the exported models learn from the validation part, too. Settings that compare epochs
    /// ([`TrainConfig::needs_validation`](danas_model::TrainConfig::needs_validation)) keep that part
    /// to themselves. Default: yes.
    pub refit: bool,
}

impl JudgingConfig {
    /// One validation part, the front as the search found it, and the models that the search trained.
    #[must_use]
    pub const fn single() -> Self {
        Self { folds: FoldCount::Fixed(1), confirmations: 0, effort: 1.0, refit: false }
    }

    pub(crate) const fn check(&self) -> Result<(), Error> {
        if matches!(self.folds, FoldCount::Fixed(0)) {
            return Err(Error::NoFolds);
        }
        let Self { effort, confirmations, .. } = *self;
        if !(effort > 0.0 && effort <= 1.0) {
            return Err(Error::Effort { effort });
        }
        if effort < 1.0 && confirmations == 0 {
            return Err(Error::UnconfirmedEffort { effort });
        }
        Ok(())
    }
}

impl Default for JudgingConfig {
    fn default() -> Self {
        Self { folds: FoldCount::Auto, confirmations: 2, effort: 1.0, refit: true }
    }
}

/// How many folds cross-validation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum FoldCount {
    /// As many as the data needs: one, the validation part, where it holds at least
    /// [`ENOUGH_GROUPS`](Self::ENOUGH_GROUPS) groups, or without groups
    /// [`ENOUGH_EXAMPLES`](Self::ENOUGH_EXAMPLES) examples, and where
    /// [`validation_groups`](crate::SplitConfig::validation_groups) names it outright; else
    /// [`MOST`](Self::MOST), or as many as there are groups.
    #[default]
    Auto,
    /// This many; 1 is the validation part alone.
    Fixed(usize),
}

impl FoldCount {
    /// The folds of automatic cross-validation, unless there are fewer groups.
    pub const MOST: usize = 5;
    /// The groups of a validation part that suffices.
    pub const ENOUGH_GROUPS: usize = 10;
    /// The examples of a validation part that suffices where there are no groups.
    pub const ENOUGH_EXAMPLES: usize = 1000;
}

/// How a number of folds is written.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(usize),
    Word(String),
}

impl From<FoldCount> for Written {
    fn from(folds: FoldCount) -> Self {
        match folds {
            FoldCount::Auto => Self::Word("auto".to_owned()),
            FoldCount::Fixed(folds) => Self::Number(folds),
        }
    }
}

impl TryFrom<Written> for FoldCount {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Number(folds) if folds > 0 => Ok(Self::Fixed(folds)),
            Written::Word(word) if word == "auto" => Ok(Self::Auto),
            Written::Number(folds) => Err(format!("`folds` is {folds}, but must be at least 1")),
            Written::Word(word) => {
                Err(format!("`folds` is `{word}`, but must be `auto` or a number"))
            }
        }
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
        for (text, culprit) in [("folds = 0", "at least 1"), ("folds = 'many'", "`many`")] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(culprit), "{refused}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for config in [JudgingConfig::default(), JudgingConfig::single()] {
            assert_eq!(read(&toml::to_string(&config).unwrap()), Ok(config));
        }
    }
}
