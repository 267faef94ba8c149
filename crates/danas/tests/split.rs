//! Laws of the split, over random labels and groups.

use std::collections::BTreeSet;

use danas::{Part, Split, SplitConfig, SplitError};
use proptest::prelude::*;

const PARTS: [Part; 3] = [Part::Train, Part::Validation, Part::Test];

fn names(classes: usize) -> Vec<String> {
    (0..classes).map(|class| class.to_string()).collect()
}

proptest! {
    #[test]
    fn every_example_is_in_one_part_and_classes_keep_their_shares(
        labels in prop::collection::vec(0_usize..3, 60..200),
        seed: u64,
    ) {
        let config = SplitConfig { seed, ..SplitConfig::default() };
        let counts = |part: &[usize]| {
            [0, 1, 2].map(|label| part.iter().filter(|&&it| labels[it] == label).count())
        };
        let all: Vec<usize> = (0..labels.len()).collect();
        prop_assume!(counts(&all).iter().all(|&count| count >= 5));
        let split = Split::new(&config, &labels, None, &names(3)).map_err(|error| {
            TestCaseError::fail(error.to_string())
        })?;
        let mut found: Vec<usize> = PARTS.iter().flat_map(|&part| split.part(part)).copied().collect();
        found.sort_unstable();
        prop_assert_eq!(found, all.clone());
        for (part, share) in [(Part::Validation, 0.2), (Part::Test, 0.2)] {
            for (count, total) in counts(split.part(part)).into_iter().zip(counts(&all)) {
                let wanted = share * total as f64;
                prop_assert!((count as f64 - wanted).abs() < 1.0, "{} of {}", count, wanted);
            }
        }
        let again = Split::new(&config, &labels, None, &names(3));
        prop_assert_eq!(again.ok(), Some(split));
    }

    #[test]
    fn a_group_is_never_torn_apart(groups in 6_usize..20, per_class in 1_usize..5, seed: u64) {
        // Every group has the same number of examples of both classes.
        let examples = groups * 2 * per_class;
        let labels: Vec<usize> = (0..examples).map(|example| example % 2).collect();
        let group_of = |example: usize| (example / 2 % groups).to_string();
        let of: Vec<String> = (0..examples).map(group_of).collect();
        let config = SplitConfig { seed, ..SplitConfig::default() };
        let split = Split::new(&config, &labels, Some(&of), &names(2)).map_err(|error| {
            TestCaseError::fail(error.to_string())
        })?;
        let members = PARTS.map(|part| {
            split.part(part).iter().map(|&example| of[example].clone()).collect::<BTreeSet<_>>()
        });
        for (index, part) in members.iter().enumerate() {
            prop_assert!(!part.is_empty());
            prop_assert!(members[index + 1..].iter().all(|other| other.is_disjoint(part)));
        }
        let wanted = groups as f64 * 0.2;
        prop_assert!((members[2].len() as f64 - wanted).abs() <= 1.0);
    }
}

#[test]
fn groups_of_a_single_class_are_spread_over_the_parts() {
    // Machines that are either normal or broken, as in fault detection.
    let groups: Vec<String> = (0..120).map(|example| (example / 6).to_string()).collect();
    let labels: Vec<usize> = (0..120).map(|example| usize::from(example / 6 % 4 == 0)).collect();
    let split = Split::new(&SplitConfig::default(), &labels, Some(&groups), &names(2));
    assert!(split.is_ok(), "{split:?}");
}

#[test]
fn too_few_groups_for_a_class_are_named() {
    let labels = [0, 0, 0, 0, 0, 0, 1, 1];
    let groups = ["a", "b", "c", "d", "e", "f", "g", "g"].map(str::to_owned);
    let error = Split::new(&SplitConfig::default(), &labels, Some(&groups), &names(2));
    assert!(
        matches!(&error, Err(SplitError::MissingClass { class, grouped: true, .. }) if class == "1"),
        "{error:?}"
    );
}

#[test]
fn shares_that_leave_nothing_are_refused() {
    for (validation, test) in [(0.5, 0.5), (0.0, 0.2), (0.2, -0.1), (f64::NAN, 0.2)] {
        let config = SplitConfig { validation, test, seed: 0 };
        let error = Split::new(&config, &[0, 1], None, &names(2));
        assert!(matches!(error, Err(SplitError::Shares { .. })), "{error:?}");
    }
}
