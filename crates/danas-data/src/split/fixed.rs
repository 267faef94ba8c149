//! Examples whose part is known before anything is drawn.

use std::collections::HashMap;

use super::{
    SplitConfig,
    error::SplitError,
    named::{self, NamedGroups},
};
use crate::part::Part;

/// Examples whose part is fixed: because the configuration names their groups, or because the data
/// come with a split.
pub(super) enum Fixed<'a> {
    Named(NamedGroups<'a>),
    /// The given part of each example.
    Given(&'a [Part]),
}

impl<'a> Fixed<'a> {
    /// Reads the names of groups in `config`.
    ///
    /// # Errors
    /// The errors of [`NamedGroups::new`].
    pub(super) fn named(
        config: &'a SplitConfig,
        groups: Option<&[String]>,
    ) -> Result<Self, SplitError> {
        Ok(Self::Named(NamedGroups::new(config, groups)?))
    }

    /// Checks that no group is in two parts.
    ///
    /// # Errors
    /// [`SplitError::GivenDividesGroup`] if one is.
    pub(super) fn given(parts: &'a [Part], groups: Option<&[String]>) -> Result<Self, SplitError> {
        let mut part_of: HashMap<&str, Part> = HashMap::new();
        for (group, &part) in groups.into_iter().flatten().zip(parts) {
            let first = *part_of.entry(group).or_insert(part);
            if first != part {
                let (group, parts) = (group.clone(), [first, part]);
                return Err(SplitError::GivenDividesGroup { group, parts });
            }
        }
        Ok(Self::Given(parts))
    }

    /// Returns the part of an example, if it is fixed. A given train part is not, if another part
    /// must be drawn from it.
    pub(super) fn part_of(&self, example: usize, groups: Option<&[String]>) -> Option<Part> {
        match self {
            Self::Named(named) => named.part_of(groups.and_then(|groups| groups.get(example))),
            Self::Given(parts) => parts.get(example).copied().filter(|&part| self.has(part)),
        }
    }

    /// Returns whether this part takes no examples besides those that are fixed.
    pub(super) fn has(&self, part: Part) -> bool {
        match self {
            Self::Named(named) => named.has(part),
            Self::Given(parts) if part == Part::Train => {
                [Part::Validation, Part::Test].iter().all(|other| parts.contains(other))
            }
            Self::Given(parts) => parts.contains(&part),
        }
    }

    /// Returns the error of a part that lacks a class.
    pub(super) fn lacks(&self, class: String, part: Part, config: &SplitConfig) -> SplitError {
        match self {
            Self::Named(_) => {
                let groups = named::names(config, part).to_vec();
                SplitError::NotInNamedGroups { class, part, groups }
            }
            Self::Given(_) => SplitError::NotInGivenPart { class, part },
        }
    }
}
