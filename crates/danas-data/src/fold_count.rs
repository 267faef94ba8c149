//! The number of folds of cross-validation: a fixed number, or as many as the data needs.

use serde::{Deserialize, Serialize};

/// The number of folds of cross-validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
#[non_exhaustive]
pub enum FoldCount {
    /// As many as the data needs. A validation part alone is enough if it contains at least
    /// [`ENOUGH_GROUPS`](Self::ENOUGH_GROUPS) groups, or without groups at least
    /// [`ENOUGH_EXAMPLES`](Self::ENOUGH_EXAMPLES) examples, or if
    /// [`validation_groups`](crate::SplitConfig::validation_groups) names it, or if it comes with the
    /// data. Otherwise there are [`MOST`](Self::MOST) folds, or one for each group if there are fewer groups.
    #[default]
    Auto,
    /// This number of folds. With 1, the validation part alone judges candidates.
    Fixed(usize),
}

impl FoldCount {
    /// Number of folds with [`Auto`](Self::Auto), unless there are fewer groups.
    pub const MOST: usize = 5;
    /// Minimum number of groups with which a validation part alone is enough.
    pub const ENOUGH_GROUPS: usize = 10;
    /// Minimum number of examples with which a validation part alone is enough, if there are no
    /// groups.
    pub const ENOUGH_EXAMPLES: usize = 1000;
}

/// A number of folds, as it is written in a configuration.
#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "`folds` must be `auto` or a whole number")]
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
