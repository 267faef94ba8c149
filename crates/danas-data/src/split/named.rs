//! Groups that a configuration assigns to a part by name.

use std::collections::{BTreeMap, BTreeSet};

use super::{SplitConfig, SplitError};
use crate::part::Part;

/// The part that each named group belongs to.
pub(super) struct NamedGroups<'a> {
    part_of: BTreeMap<&'a str, Part>,
}

impl<'a> NamedGroups<'a> {
    /// Reads the names in `config`. `groups` is the group of each example, if there are groups.
    ///
    /// # Errors
    /// [`SplitError`] for names if the data has no groups, for a name that is not the name of a
    /// group, and for a group that is named for two parts.
    pub(super) fn new(
        config: &'a SplitConfig,
        groups: Option<&[String]>,
    ) -> Result<Self, SplitError> {
        let claims = [Part::Validation, Part::Test].into_iter();
        let claims = claims.flat_map(|part| names(config, part).iter().map(move |it| (it, part)));
        let known: Option<BTreeSet<&str>> =
            groups.map(|groups| groups.iter().map(String::as_str).collect());
        let mut part_of = BTreeMap::new();
        for (group, part) in claims {
            let Some(known) = &known else {
                return Err(SplitError::NoGroups { part, group: group.clone() });
            };
            if !known.contains(group.as_str()) {
                let known = known.iter().map(|&group| group.to_owned()).collect();
                return Err(SplitError::UnknownGroup { part, group: group.clone(), known });
            }
            if part_of.insert(group.as_str(), part).is_some_and(|other| other != part) {
                return Err(SplitError::GroupInTwoParts { group: group.clone() });
            }
        }
        Ok(Self { part_of })
    }

    /// Returns the part that a group is named for, if any.
    pub(super) fn part_of(&self, group: Option<&String>) -> Option<Part> {
        self.part_of.get(group?.as_str()).copied()
    }

    /// Returns whether groups are named for this part, so that it takes no others.
    pub(super) fn has(&self, part: Part) -> bool {
        self.part_of.values().any(|&named| named == part)
    }
}

/// Returns the groups that `config` names for a part.
pub(super) fn names(config: &SplitConfig, part: Part) -> &[String] {
    match part {
        Part::Train => &[],
        Part::Validation => &config.validation_groups,
        Part::Test => &config.test_groups,
    }
}
