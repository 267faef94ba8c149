//! Properties of splits, over random labels and groups.

use std::collections::BTreeSet;

use danas::{Config, Dataset, Part, Split, SplitConfig, SplitError};
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
    fn there_is_a_split_wherever_a_legal_one_exists(
        groups in prop::collection::vec(prop::collection::vec(0_usize..3, 1..6), 3..8),
        seed: u64,
    ) {
        let labels = groups.concat();
        let of: Vec<String> = (0..groups.len())
            .flat_map(|group| vec![group.to_string(); groups[group].len()])
            .collect();
        prop_assume!((0..3).all(|class| labels.contains(&class)));
        let has_all = |part: usize, parts: &[usize]| {
            let classes: BTreeSet<usize> = groups.iter().zip(parts)
                .filter(|(_, of)| **of == part)
                .flat_map(|(labels, _)| labels.iter().copied())
                .collect();
            classes.len() == 3
        };
        let exists = (0..3_usize.pow(groups.len() as u32)).any(|number| {
            let parts: Vec<usize> =
                (0..groups.len()).map(|group| number / 3_usize.pow(group as u32) % 3).collect();
            (0..3).all(|part| has_all(part, &parts))
        });
        let config = SplitConfig { seed, ..SplitConfig::default() };
        match Split::new(&config, &labels, Some(&of), &names(3)) {
            Ok(split) => {
                let part_of = |group: usize| {
                    let is_there = |part: &Part| {
                        split.part(*part).iter().any(|&it| of[it] == group.to_string())
                    };
                    PARTS.iter().position(is_there).unwrap()
                };
                let parts: Vec<usize> = (0..groups.len()).map(part_of).collect();
                prop_assert!((0..3).all(|part| has_all(part, &parts)));
                prop_assert_eq!(PARTS.map(|part| split.part(part).len()).iter().sum::<usize>(), labels.len());
            }
            Err(SplitError::MissingClass { class, has, parts, grouped: true }) => {
                prop_assert!(!exists, "{:?}", groups);
                let class: usize = class.parse().unwrap();
                prop_assert_eq!(has, groups.iter().filter(|it| it.contains(&class)).count());
                prop_assert_eq!(parts, PARTS.to_vec());
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn three_recordings_of_a_class_are_enough(
        counts in prop::collection::vec(1_usize..6, 2..5),
        seed: u64,
    ) {
        let labels: Vec<usize> = counts.iter().enumerate()
            .flat_map(|(class, &count)| vec![class; count])
            .collect();
        let config = SplitConfig { seed, ..SplitConfig::default() };
        let split = Split::new(&config, &labels, None, &names(counts.len()));
        prop_assert_eq!(split.is_ok(), counts.iter().all(|&count| count >= 3), "{:?}", split);
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
        matches!(
            &error,
            Err(SplitError::MissingClass { class, has: 1, grouped: true, .. }) if class == "1"
        ),
        "{error:?}"
    );
}

#[test]
fn a_thousand_classes_of_three_recordings_each_are_split() {
    let labels: Vec<usize> = (0..3000).map(|example| example / 3).collect();
    let split = Split::new(&SplitConfig::default(), &labels, None, &names(1000)).unwrap();
    assert_eq!(PARTS.map(|part| split.part(part).len()), [1000; 3]);
}

#[test]
fn shares_that_leave_nothing_are_refused() {
    for (validation, test) in [(0.5, 0.5), (0.0, 0.2), (0.2, -0.1), (f64::NAN, 0.2)] {
        let config = SplitConfig { validation, test, ..SplitConfig::default() };
        let error = Split::new(&config, &[0, 1], None, &names(2));
        assert!(matches!(error, Err(SplitError::Shares { .. })), "{error:?}");
    }
}

/// Returns labels and groups of ten recordings of each of two classes by each of these speakers.
fn spoken_by(speakers: &[&str]) -> (Vec<usize>, Vec<String>) {
    let examples = speakers.len() * 20;
    let labels = (0..examples).map(|example| example % 2).collect();
    (labels, (0..examples).map(|example| speakers[example / 20].to_owned()).collect())
}

fn named(validation: &[&str], test: &[&str]) -> SplitConfig {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let (validation_groups, test_groups) = (owned(validation), owned(test));
    SplitConfig { validation_groups, test_groups, ..SplitConfig::default() }
}

/// Returns the groups in each part: train, validation, test.
fn members(split: &Split, groups: &[String]) -> [BTreeSet<String>; 3] {
    PARTS.map(|part| split.part(part).iter().map(|&example| groups[example].clone()).collect())
}

#[test]
fn named_groups_of_the_bundled_digits_are_the_whole_test_part() {
    let dataset = Dataset::from_folder(danas_datasets::spoken_digits_folder()).unwrap();
    let (labels, groups) = (dataset.labels(), dataset.groups().unwrap());
    let speakers: BTreeSet<String> = groups.iter().cloned().collect();
    assert_eq!(speakers.len(), 6);
    for speaker in &speakers {
        let config = SplitConfig { seed: 3, ..named(&[], &[speaker]) };
        let split = Split::new(&config, &labels, Some(&groups), dataset.classes()).unwrap();
        let [train, validation, test] = members(&split, &groups);
        assert_eq!(test, BTreeSet::from([speaker.clone()]));
        // The five other speakers are divided in the proportion 60 to 20.
        assert_eq!((train.len(), validation.len()), (4, 1), "{speaker}");
        assert_eq!(PARTS.map(|part| split.part(part).len()).iter().sum::<usize>(), labels.len());
    }
    let both = named(&["theo"], &["lucas", "george"]);
    let split = Split::new(&both, &labels, Some(&groups), dataset.classes()).unwrap();
    let [train, validation, test] = members(&split, &groups).map(Vec::from_iter);
    assert_eq!(train, ["jackson", "nicolas", "yweweler"]);
    assert_eq!((validation, test), (vec!["theo".into()], vec!["george".into(), "lucas".into()]));
}

#[test]
fn seeds_draw_the_test_speakers_that_they_always_drew() {
    let dataset = Dataset::from_folder(danas_datasets::spoken_digits_folder()).unwrap();
    let (labels, groups) = (dataset.labels(), dataset.groups().unwrap());
    for (seed, speaker) in
        [(0, "nicolas"), (1, "george"), (2, "yweweler"), (4, "jackson"), (5, "theo")]
    {
        let config = SplitConfig { seed, ..SplitConfig::default() };
        let split = Split::new(&config, &labels, Some(&groups), dataset.classes()).unwrap();
        assert_eq!(members(&split, &groups)[2], BTreeSet::from([speaker.to_owned()]));
    }
}

#[test]
fn groups_that_are_not_named_are_divided_by_the_shares_that_are_left() {
    let speakers: Vec<String> = (0..21).map(|speaker| format!("s{speaker}")).collect();
    let (labels, groups) = spoken_by(&speakers.iter().map(String::as_str).collect::<Vec<_>>());
    let split = |config: &SplitConfig| {
        members(&Split::new(config, &labels, Some(&groups), &names(2)).unwrap(), &groups)
    };
    // The 20 other speakers are divided among the two open parts in the proportion 0.6 to 0.2.
    assert_eq!(split(&named(&[], &["s5"])).map(|part| part.len()), [15, 5, 1]);
    assert_eq!(split(&named(&["s5"], &[])).map(|part| part.len()), [15, 1, 5]);
    let seeds = [0, 1].map(|seed| split(&SplitConfig { seed, ..named(&[], &["s5"]) }));
    assert_ne!(seeds[0], seeds[1], "which of the others validate is drawn");
}

#[test]
fn as_many_groups_as_parts_are_enough() {
    let (labels, groups) = spoken_by(&["ann", "ben", "cleo"]);
    for config in [named(&[], &[]), named(&[], &["ben"]), named(&["ann"], &[])] {
        let split = Split::new(&config, &labels, Some(&groups), &names(2)).unwrap();
        assert_eq!(members(&split, &groups).map(|part| part.len()), [1, 1, 1]);
    }
}

#[test]
fn names_that_cannot_be_are_refused_by_name() {
    let (labels, groups) = spoken_by(&["ann", "ben", "cleo"]);
    let refused = |config: &SplitConfig, groups: Option<&[String]>, message: &str| {
        let error = Split::new(config, &labels, groups, &names(2)).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    };
    let all = Some(groups.as_slice());
    let unknown = "`split.test_groups` names `dan`, but the groups are [ann, ben, cleo]";
    refused(&named(&[], &["ann", "dan"]), all, unknown);
    refused(&named(&["ben"], &["ann", "ben"]), all, "group `ben` is in both");
    let groupless = "`split.validation_groups` names `ben`, but the data has no groups";
    refused(&named(&["ben"], &[]), None, groupless);
    refused(&named(&[], &["ann", "ben"]), all, "train and validation must get at least 2,");
    let none_train = named(&["cleo"], &["ann", "ben"]);
    refused(&none_train, all, "but only 0 are left besides the named ones");
    let (two, of_two) = spoken_by(&["ann", "ben"]);
    let error = Split::new(&named(&[], &[]), &two, Some(&of_two), &names(2)).unwrap_err();
    let parts = PARTS.to_vec();
    assert_eq!(error, SplitError::TooFewGroups { groups: 2, parts });
}

#[test]
fn a_class_that_no_named_group_has_is_named() {
    let groups = ["a", "a", "b", "b", "c", "c", "d"].map(str::to_owned);
    let error = Split::new(&named(&[], &["d"]), &[0, 1, 0, 1, 0, 1, 0], Some(&groups), &names(2));
    let message = error.unwrap_err().to_string();
    assert!(message.contains(
        "class `1` is missing from the test part: no group in `split.test_groups` = [d]"
    ));
}

#[test]
fn a_configuration_names_groups() {
    let config = Config::from_toml("[split]\ntest_groups = ['theo', 'lucas']").unwrap();
    assert_eq!(config.split, named(&[], &["theo", "lucas"]));
    assert_eq!(Config::from_toml(&config.to_toml().unwrap()).unwrap(), config);
}
