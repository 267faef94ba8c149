//! Errors of splitting examples.

use crate::part::Part;

/// The reason why examples cannot be split.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// Shares that are not positive, or that leave nothing to train on.
    #[error(
        "`split.validation` is {validation} and `split.test` is {test}, but both must be positive \
         and their sum below 1"
    )]
    Shares {
        /// The share of the validation part.
        validation: f64,
        /// The share of the test part.
        test: f64,
    },
    /// A label that is not the index of a class.
    #[error("example {example} has label {label}, which is not the index of a class")]
    Label {
        /// The example.
        example: usize,
        /// Its label.
        label: usize,
    },
    /// Fewer groups, or examples, than folds.
    #[error(
        "{folds} folds need at least as many {kind}, but only {groups} are left outside the test \
         part; lower `search.judging.folds`",
        kind = if *grouped { "groups" } else { "examples" }
    )]
    TooFewFolds {
        /// Number of folds asked for.
        folds: usize,
        /// Number of groups, or examples, outside the test part.
        groups: usize,
        /// Whether groups keep examples together.
        grouped: bool,
    },
    /// Fewer different divisions into folds than repeats.
    #[error(
        "`search.judging.repeats` is {repeats}, but only {found} different {division} of {groups} \
         {kind} into {folds} folds {was} found; lower the repeats or `search.judging.folds`, or train \
         several times on the same folds with `search.trainings`",
        division = if *found == 1 { "division" } else { "divisions" },
        kind = if *grouped { "groups" } else { "examples" },
        was = if *found == 1 { "was" } else { "were" }
    )]
    TooFewDivisions {
        /// Number of divisions asked for.
        repeats: usize,
        /// Number of different divisions that were found.
        found: usize,
        /// Number of folds of each division.
        folds: usize,
        /// Number of groups, or examples, outside the test part.
        groups: usize,
        /// Whether groups keep examples together.
        grouped: bool,
    },
    /// A source that mixes too few different things into its examples to keep them apart in every
    /// division into folds.
    #[error(
        "with `search.judging.repeats` = {repeats}, keeping noise that judges apart from noise that \
         trains takes at least {needed} recordings of noise, but there are {mixed_in}; add more of \
         them, or set the repeats to 1"
    )]
    TooFewMixedIn {
        /// Number of divisions.
        repeats: usize,
        /// Number of different things that are needed.
        needed: usize,
        /// Number of different things that the source [mixes in](crate::DataSource::mixed_in).
        mixed_in: usize,
    },
    /// No division was found that gives every class to every part.
    #[error(
        "no split was found that gives every class to each of {}; the rarest class, `{class}`, has {has} {kind}: \
         add more of them, or leave the class out",
        parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(", "),
        kind = if *grouped { "groups" } else { "examples" }
    )]
    MissingClass {
        /// The class with the fewest groups, or examples.
        class: String,
        /// Number of its groups, or of its examples if the data has no groups.
        has: usize,
        /// Parts that need it.
        parts: Vec<Part>,
        /// Whether groups keep examples together.
        grouped: bool,
    },
    /// Groups that are named although the examples have none.
    #[error(
        "`split.{}_groups` names `{group}`, but the data has no groups; put the recordings of each \
         group into a folder of its own below their class, or name no groups",
        part.name()
    )]
    NoGroups {
        /// The part it is named for.
        part: Part,
        /// The group.
        group: String,
    },
    /// A name that is not the name of a group.
    #[error("`split.{}_groups` names `{group}`, but the groups are {}", part.name(), list(known))]
    UnknownGroup {
        /// The part it is named for.
        part: Part,
        /// The name.
        group: String,
        /// The existing groups.
        known: Vec<String>,
    },
    /// A group that is named for two parts.
    #[error(
        "group `{group}` is in both `split.validation_groups` and `split.test_groups`; remove it \
         from one of them"
    )]
    GroupInTwoParts {
        /// The group.
        group: String,
    },
    /// Fewer groups than parts that need some.
    #[error(
        "too few groups: {} must get at least {}, one each, but only {groups} are left besides the \
         named ones; add groups to the data, name fewer of them, or split it without groups",
        parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(" and "), parts.len()
    )]
    TooFewGroups {
        /// Number of groups that are not named.
        groups: usize,
        /// The parts that they would have to fill.
        parts: Vec<Part>,
    },
    /// A class without an example in the groups that are named for a part.
    #[error(
        "class `{class}` is missing from the {} part: no group in `split.{}_groups` = {} has it; \
         name another group that does",
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
    /// A given split that divides a group.
    #[error(
        "the split that comes with the data puts group `{group}` into both the {} and the {} part; \
         correct it, or ignore it with `split.given = false`",
        parts[0].name(), parts[1].name()
    )]
    GivenDividesGroup {
        /// The group.
        group: String,
        /// Two of its parts.
        parts: [Part; 2],
    },
    /// A given split with a part that lacks a class.
    #[error(
        "class `{class}` is missing from the {} part of the split that comes with the data; leave \
         the class out, or ignore the split with `split.given = false`",
        part.name()
    )]
    NotInGivenPart {
        /// The class.
        class: String,
        /// The part without it.
        part: Part,
    },
    /// Groups that are named for a part although the data come with a split.
    #[error(
        "`split.{}_groups` names groups, but the data come with a split; remove the names, or ignore \
         the split with `split.given = false`",
        part.name()
    )]
    GivenAndNamed {
        /// The part that they are named for.
        part: Part,
    },
}

/// Lists the names, but not more than the first twenty of them.
fn list(names: &[String]) -> String {
    const MOST: usize = 20;
    let shown = names[..names.len().min(MOST)].join(", ");
    match names.len().checked_sub(MOST) {
        Some(more @ 1..) => format!("[{shown}, and {more} more]"),
        _ => format!("[{shown}]"),
    }
}
