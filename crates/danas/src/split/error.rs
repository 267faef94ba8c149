//! Splits that cannot be made.

use super::Part;

/// A split that cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// Shares that are not shares, or that leave nothing to train on.
    #[error("shares of {validation} for validation and {test} for test leave no three parts")]
    Shares {
        /// The share of the validation part.
        validation: f64,
        /// The share of the test part.
        test: f64,
    },
    /// A label beyond the classes.
    #[error("example {example} has label {label}, which no class has")]
    Label {
        /// The example.
        example: usize,
        /// Its label.
        label: usize,
    },
    /// Fewer groups, or examples, than folds.
    #[error(
        "{folds} folds need as many {kind}, but {groups} are left to train and validate: lower \
         `search.judging.folds`",
        kind = if *grouped { "groups" } else { "examples" }
    )]
    TooFewFolds {
        /// The folds asked for.
        folds: usize,
        /// The groups, or examples, outside the test part.
        groups: usize,
        /// Whether groups keep examples together.
        grouped: bool,
    },
    /// Too few examples, or groups, for a class to be in every part.
    #[error(
        "the class {class} is missing from the {} part: it has too few {}",
        part.name(),
        if *grouped { "groups" } else { "examples" }
    )]
    MissingClass {
        /// The class.
        class: String,
        /// The part without it.
        part: Part,
        /// Whether groups kept its examples together.
        grouped: bool,
    },
    /// Groups that are named where the examples have none.
    #[error(
        "{}_groups names {group}, but the data has no groups: put the recordings of each group into a \
         folder of its own below their class, or name none",
        part.name()
    )]
    NoGroups {
        /// The part it is named for.
        part: Part,
        /// The group.
        group: String,
    },
    /// A name that no group has.
    #[error("{}_groups names {group}, but the groups are {}", part.name(), list(known))]
    UnknownGroup {
        /// The part it is named for.
        part: Part,
        /// The name.
        group: String,
        /// The groups there are.
        known: Vec<String>,
    },
    /// A group that two parts claim.
    #[error(
        "the group {group} is in both validation_groups and test_groups: leave it in one of them"
    )]
    GroupInTwoParts {
        /// The group.
        group: String,
    },
    /// Fewer groups than parts to fill.
    #[error(
        "{} need at least {} groups, as a group stays in one part, but {groups} are left that no part \
         names: give the data more groups, name fewer, or divide it without groups",
        parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(" and "), parts.len()
    )]
    TooFewGroups {
        /// The groups that are not named.
        groups: usize,
        /// The parts that they would have to fill.
        parts: Vec<Part>,
    },
    /// A class without an example in the groups that are named for a part.
    #[error(
        "the class {class} is missing from the {} part: no group of {}_groups = {} has it, so name \
         another one, too",
        part.name(), part.name(), list(groups)
    )]
    NotInNamedGroups {
        /// The class.
        class: String,
        /// The part without it.
        part: Part,
        /// The groups that are named for it.
        groups: Vec<String>,
    },
}

/// The names, the first twenty of them where there are more.
fn list(names: &[String]) -> String {
    const MOST: usize = 20;
    let shown = names[..names.len().min(MOST)].join(", ");
    match names.len().checked_sub(MOST) {
        Some(more @ 1..) => format!("[{shown}, and {more} more]"),
        _ => format!("[{shown}]"),
    }
}
