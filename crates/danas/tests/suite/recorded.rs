//! Files that an earlier version wrote: a journal that is still resumed, and a saved candidate that
//! is still loaded.
//!
//! If one of these tests fails, the change to a setting or a format refuses what users have. Give a
//! new field the value that older files imply, and leave it out while it has that value. Only if
//! that is impossible, raise the version of the format, and replace the recorded files by those in
//! the folder that the last test names.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use danas::{
    Config, FoldCount, Preset, Report, SavedCandidate, SearchError,
    evo::{JournalContents, JournalError, read_journal},
    model::{Engine, InstructionSet, NativeEngine},
    space::{AudioGranularity, Candidate},
};
use serde::de::IgnoredAny;

fn recorded(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/suite/recorded").join(name)
}

/// Returns the engine that every machine has.
fn engine() -> Arc<dyn Engine> {
    Arc::new(NativeEngine::with(InstructionSet::Portable).unwrap())
}

/// Returns the configuration of the recorded search.
fn config() -> Config {
    let mut config = Config::preset(Preset::Words);
    config.data.folder = Some(danas_datasets::spoken_digits_folder());
    config.data.classes = ["0", "1"].map(String::from).into();
    config.training.steps = Some(10);
    let search = &mut config.search;
    (search.evaluations, search.judging.folds, search.test_seeds) = (4, FoldCount::Fixed(1), 1);
    (search.max_seconds, search.look_ahead) = (None, 1);
    config
}

fn run(config: &Config, journal: &PathBuf) -> Result<Report<AudioGranularity>, SearchError> {
    Ok(config.prepare(engine()).unwrap().journal(journal).run()?)
}

fn read(journal: &PathBuf) -> JournalContents<Candidate, IgnoredAny> {
    read_journal(journal).unwrap()
}

#[test]
fn a_recorded_search_is_resumed_without_an_evaluation() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    fs::copy(recorded("journal.jsonl"), &journal).unwrap();
    let before = read(&journal).evaluations;
    let report = run(&config(), &journal).unwrap();
    assert_eq!(report.outcome.records.len(), 4);
    assert_eq!(read(&journal).evaluations, before);
}

#[test]
fn a_recorded_search_names_what_differs() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    fs::copy(recorded("journal.jsonl"), &journal).unwrap();
    let refused = |config: &Config| match run(config, &journal).unwrap_err() {
        SearchError::Journal(JournalError::OtherSearch { setting, journal, search, .. }) => {
            (setting, journal.unwrap(), search.unwrap())
        }
        other => panic!("{other}"),
    };
    let of = |[setting, journal, search]: [&str; 3]| {
        (setting.to_owned(), journal.to_owned(), search.to_owned())
    };
    let mut other = config();
    other.training.steps = Some(14);
    assert_eq!(refused(&other), of(["training.steps", "10", "14"]));
    let mut other = config();
    other.search.limits[1].bound = 90_000.0;
    assert_eq!(refused(&other), of(["limits[1].bound", "100000.0", "90000.0"]));
}

#[test]
fn a_recorded_candidate_is_loaded() {
    let saved: SavedCandidate<AudioGranularity> =
        SavedCandidate::load(recorded("candidate.safetensors")).unwrap();
    assert_eq!(saved.classes, ["0", "1"]);
    assert_eq!(saved.candidate, recorded_candidate(&config()));
    assert_eq!(saved.model.network().input(), saved.candidate.network(2).unwrap().input());
}

fn recorded_candidate(config: &Config) -> Candidate {
    config.space.parse("2000 Hz mfcc mean 0.5 s 256/128, 8xHx3R gap > softmax").unwrap()
}

/// Writes what is recorded.
fn record(folder: &Path) {
    let config = config();
    run(&config, &folder.join("journal.jsonl")).unwrap();
    let trainer = config.prepare(engine()).unwrap().trainer().unwrap();
    let trained = trainer.train(&recorded_candidate(&config), 7).unwrap();
    trained.save(folder.join("candidate.safetensors")).unwrap();
}

#[test]
fn the_settings_of_a_search_are_described_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path());
    let [now, then] = [folder.path().join("journal.jsonl"), recorded("journal.jsonl")];
    if read(&now).settings() != read(&then).settings() {
        let folder = folder.keep();
        panic!("the settings are described in another way: see the files in {}", folder.display());
    }
}
