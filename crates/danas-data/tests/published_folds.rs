//! Published folds, as those of ESC-50, which a table states in a column of their own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::{collections::BTreeSet, fs};

use danas_data::{
    DataSource, Dataset, FileSource, FoldCount, Folds, Manifest, Part, Split, SplitConfig,
    SplitError,
};
use danas_space::AudioGranularity;
use ndarray::Array3;
use tempfile::TempDir;

/// Writes a table of five folds as ESC-50 has it. In each fold, both classes have clips of two
/// sources of sound, two of each. `fold` changes the fold of a source.
///
/// The last column is the part of a clip if fold 5 is the test part.
fn folder(fold: impl Fn(usize, usize) -> usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "filename,fold,category,src_file,without_5\n".to_owned();
    let sources = (0..20).flat_map(|source| [(source, 'A'), (source, 'B')]);
    for (number, (source, take)) in sources.enumerate() {
        let fold = fold(number, source);
        let class = ["dog", "rain"][source % 2];
        let part = if fold == 5 { "test" } else { "train" };
        let name = format!("{fold}-{source}-{take}.wav");
        fs::write(folder.path().join(&name), &name).unwrap();
        table.push_str(&format!("{name},{fold},{class},{source},{part}\n"));
    }
    fs::write(folder.path().join("esc50.csv"), table).unwrap();
    folder
}

/// Returns the fold of a source: the first four are in fold 1.
fn of_source(_: usize, source: usize) -> usize {
    1 + source / 4
}

fn dataset(folder: &TempDir, group: &str, part: Option<&str>) -> Dataset {
    let manifest = Manifest {
        path: "filename".to_owned(),
        class: "category".to_owned(),
        group: Some(group.to_owned()),
        part: part.map(str::to_owned),
        ..Manifest::new(folder.path().join("esc50.csv"))
    };
    Dataset::from_manifest(folder.path(), &manifest).unwrap()
}

fn names<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

fn split(dataset: &Dataset, config: &SplitConfig) -> Result<Split, SplitError> {
    Split::new(config, &dataset.labels(), dataset.groups().as_deref(), dataset.classes())
}

/// Returns the groups of some examples.
fn groups(dataset: &Dataset, examples: &[usize]) -> BTreeSet<String> {
    let groups = dataset.groups().unwrap();
    examples.iter().map(|&example| groups[example].clone()).collect()
}

/// Returns the groups that each fold holds out.
fn held_out(dataset: &Dataset, folds: &Folds) -> Vec<BTreeSet<String>> {
    let examples = |fold| folds.validation(fold).iter().map(|&it| folds.development()[it]);
    let of = |fold| groups(dataset, &examples(fold).collect::<Vec<_>>());
    (0..folds.count()).map(of).collect()
}

#[test]
fn named_folds_test_and_validate_and_the_others_train() {
    let folder = folder(of_source);
    let dataset = dataset(&folder, "fold", None);
    let config = SplitConfig {
        test_groups: names(["5"]),
        validation_groups: names(["4"]),
        ..SplitConfig::default()
    };
    let split = split(&dataset, &config).unwrap();
    for (part, folds) in
        [(Part::Train, &["1", "2", "3"][..]), (Part::Validation, &["4"]), (Part::Test, &["5"])]
    {
        let examples = split.part(part);
        assert_eq!(examples.len(), 8 * folds.len(), "all clips of the folds");
        assert!(groups(&dataset, examples).iter().eq(folds));
    }
    let labels = dataset.labels();
    let judged = Folds::new(FoldCount::Auto, &split, &config, &labels, None, 2);
    assert_eq!(judged, Ok(None), "the named fold alone validates");
}

#[test]
fn each_fold_that_does_not_test_validates_in_turn() {
    let folder = folder(of_source);
    let dataset = dataset(&folder, "fold", None);
    let config = SplitConfig { test_groups: names(["2"]), ..SplitConfig::default() };
    let split = split(&dataset, &config).unwrap();
    assert!(groups(&dataset, split.part(Part::Test)).iter().eq(["2"]));
    let (labels, of) = (dataset.labels(), dataset.groups());
    let folds = |repeats| {
        Folds::repeated(FoldCount::Auto, repeats, &split, &config, &labels, of.as_deref(), 2)
    };
    let once = folds(1).unwrap().unwrap();
    let mut judged = held_out(&dataset, &once);
    judged.sort();
    assert_eq!(judged, ["1", "3", "4", "5"].map(|fold| BTreeSet::from([fold.to_owned()])));
    let refused = folds(2).unwrap_err();
    assert!(matches!(refused, SplitError::TooFewDivisions { found: 1, folds: 4, .. }), "{refused}");
}

#[test]
fn a_fold_that_does_not_exist_is_refused_with_those_that_do() {
    let folder = folder(of_source);
    let dataset = dataset(&folder, "fold", None);
    let config = SplitConfig { test_groups: names(["6"]), ..SplitConfig::default() };
    let refused = split(&dataset, &config).unwrap_err().to_string();
    assert!(refused.contains("`6`") && refused.contains("[1, 2, 3, 4, 5]"), "{refused}");
}

/// Opens the clips with their sources as groups and with fold 5 as a given test part.
fn by_source(folder: &TempDir) -> FileSource<AudioGranularity, ()> {
    let dataset = dataset(folder, "src_file", Some("without_5"));
    FileSource::open(dataset, |_| Ok(()), |_, ()| Array3::zeros((1, 1, 1))).unwrap()
}

#[test]
fn a_fold_can_test_while_sources_are_the_groups() {
    let folder = folder(of_source);
    let (source, config) = (by_source(&folder), SplitConfig::default());
    let split = Split::of(&config, &source).unwrap();
    assert_eq!(split.part(Part::Test), (32..40).collect::<Vec<_>>());
    let (labels, groups) = (source.labels(), source.groups());
    let folds = Folds::repeated(FoldCount::Fixed(4), 3, &split, &config, labels, groups, 2);
    let folds = folds.unwrap().unwrap();
    for fold in 0..12 {
        let held_out = folds.validation(fold).chunks(2);
        assert!(held_out.clone().all(|takes| takes[0] / 2 == takes[1] / 2 && takes.len() == 2));
        assert_eq!(held_out.len(), 4, "sixteen sources in four folds");
    }
}

#[test]
fn a_source_in_two_folds_is_found_only_if_sources_are_the_groups() {
    let folder = folder(|number, source| if number == 31 { 5 } else { of_source(0, source) });
    let dataset = dataset(&folder, "fold", None);
    let config = SplitConfig { test_groups: names(["5"]), ..SplitConfig::default() };
    assert!(split(&dataset, &config).is_ok(), "a fold is a group like any other");
    let refused = Split::of(&SplitConfig::default(), &by_source(&folder)).unwrap_err();
    assert!(
        matches!(&refused, SplitError::GivenDividesGroup { group, .. } if group == "15"),
        "{refused}"
    );
}
