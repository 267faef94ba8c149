//! Tests of writing the records: searches that go on, are interrupted, or cannot write.

use std::{
    collections::BTreeSet,
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::mpsc,
};

use danas::{
    Manifest, default_engine,
    evo::{JournalError, Progress, StopHandle, StopReason},
};
use danas_report::{Records, ReportError, Run, write_report};

use crate::{
    page::FOLLOWS,
    searched::{config, recordings, searched},
};

#[test]
fn an_interrupted_search_keeps_the_models_that_it_had() {
    let recordings = recordings();
    let folder = tempfile::tempdir().unwrap();
    let records = Records::create(folder.path()).unwrap();
    let mut config = config(recordings.path());
    config.search.evaluations = 5;
    let before = records.run(&config, config.prepare(default_engine()).unwrap()).unwrap();
    let tested =
        || ["front.csv", "recommended.json"].map(|it| fs::read(folder.path().join(it)).unwrap());
    let tables = tested();
    let models: Vec<_> = before
        .front
        .iter()
        .map(|it| folder.path().join(format!("front/evaluation_{}/model.json", it.record.index)))
        .collect();
    fs::write(folder.path().join("front/evaluation_notes.txt"), "mine").unwrap();
    config.search.evaluations = 100;
    let handle = StopHandle::new();
    let search = config.prepare(default_engine()).unwrap().stop_handle(handle.clone());
    let search = search.observer(move |progress: &Progress<'_, _, _>| {
        if progress.evaluations == 7 {
            handle.stop();
        }
        ControlFlow::Continue(())
    });
    let report = records.run(&config, search).unwrap();
    assert_eq!(report.outcome.stop, StopReason::Interrupted);
    assert!(models.iter().all(|model| model.exists()));
    assert_eq!(tested(), tables, "the tables of the front that was tested stay");
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("it was interrupted") && !page.contains(FOLLOWS));
    // The same command resumes the search, and leaves files of others alone.
    config.search.evaluations = 8;
    records.run(&config, config.prepare(default_engine()).unwrap()).unwrap();
    assert!(folder.path().join("front/evaluation_notes.txt").exists());
}

#[test]
fn a_search_does_not_fail_with_its_page() {
    let recordings = recordings();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("report.html/taken")).unwrap();
    let config = config(recordings.path());
    let records = Records::create(folder.path()).unwrap();
    let report = records.run(&config, config.prepare(default_engine()).unwrap()).unwrap();
    assert!(!report.front.is_empty() && folder.path().join("front.csv").exists());
    let error = write_report(&folder).unwrap_err();
    assert!(matches!(&error, ReportError::Write { path, .. } if path.ends_with("report.html")));
}

#[test]
fn the_records_of_another_search_stay_untouched() {
    let recordings = recordings();
    let folder = searched().copy();
    let read = |record: &str| fs::read(folder.path().join(record)).unwrap();
    let all = || ["config.toml", "evaluations.csv", "front.csv", "journal.jsonl"].map(read);
    let before = all();
    let mut other = config(recordings.path());
    other.search.seed = 1;
    let records = Records::create(folder.path()).unwrap();
    let error = records.run(&other, other.prepare(default_engine()).unwrap()).unwrap_err();
    assert!(matches!(error, ReportError::Search(danas::SearchError::Journal(_))), "{error:?}");
    assert_eq!(all(), before);

    let report = records.run_anew(&other, other.prepare(default_engine()).unwrap()).unwrap();
    let run = Run::read(&folder).unwrap();
    assert_eq!(run.config.search.seed, 1);
    assert_eq!(run.evaluations.len(), report.outcome.records.len());
    let exported: BTreeSet<PathBuf> = exported_members(folder.path());
    let members = report.front.iter().chain(report.baselines.iter().map(|(_, it)| it));
    let members = members.map(|it| format!("evaluation_{}", it.record.index).into());
    assert_eq!(exported, members.collect(), "no model of the earlier search");
}

/// Returns the names of the folders with exported models.
fn exported_members(folder: &Path) -> BTreeSet<PathBuf> {
    let Ok(entries) = fs::read_dir(folder.join("front")) else { return BTreeSet::new() };
    entries.map(|entry| entry.unwrap().file_name().into()).collect()
}

#[test]
fn records_are_discarded_only_by_a_search_that_begins() {
    let recordings = recordings();
    let folder = searched().copy();
    let records = Records::create(folder.path()).unwrap();
    write_report(&folder).unwrap();
    let names = ["config.toml", "evaluations.csv", "front.csv", "journal.jsonl", "report.html"];
    let all = || {
        let contents = names.map(|name| fs::read(folder.path().join(name)).unwrap());
        (contents, exported_members(folder.path()))
    };
    let before = all();
    let plain = config(recordings.path());
    let mut none = plain.clone();
    none.search.evaluations = 0;
    let mut idle = plain.clone();
    idle.search.workers = 0;
    let mut unknown = plain.clone();
    unknown.data.positive = Some("nix".into());
    for refused in [none, idle, unknown] {
        let search = refused.prepare(default_engine()).unwrap();
        let error = records.run_anew(&refused, search).unwrap_err();
        assert!(matches!(error, ReportError::Search(_)), "{error:?}");
        assert_eq!(all(), before);
    }

    // A search that is running keeps its records.
    let (rival, other) = (records.clone(), plain.clone());
    let mut tries = Vec::new();
    let (sender, answers) = mpsc::channel();
    let search = plain.prepare(default_engine()).unwrap();
    let search = search.observer(move |progress: &Progress<'_, _, _>| {
        if progress.evaluations == 2 {
            let search = other.prepare(default_engine()).unwrap();
            sender.send(rival.run_anew(&other, search).unwrap_err()).unwrap();
        }
        ControlFlow::Continue(())
    });
    records.run_anew(&plain, search).unwrap();
    tries.extend(answers.try_iter());
    let [ReportError::Search(danas::SearchError::Journal(JournalError::InUse { .. }))] = &tries[..]
    else {
        panic!("{tries:?}")
    };
    assert_eq!(Run::read(&folder).unwrap().evaluations.len(), plain.search.evaluations);

    // One that is interrupted at once leaves nothing of the earlier search.
    let search = plain.prepare(default_engine()).unwrap();
    search.handle().stop();
    let report = records.run_anew(&plain, search).unwrap();
    assert!(report.is_interrupted && report.front.is_empty());
    assert!(exported_members(folder.path()).is_empty());
    assert_eq!(fs::read(folder.path().join("front.csv")).unwrap(), b"");
}

#[test]
fn a_search_that_is_interrupted_during_its_tests_says_so() {
    let recordings = recordings();
    let folder = tempfile::tempdir().unwrap();
    let records = Records::create(folder.path()).unwrap();
    let config = config(recordings.path());
    let search = config.prepare(default_engine()).unwrap();
    let handle = search.handle();
    let stop_at_end = move |progress: &Progress<'_, _, _>| {
        if progress.evaluations == progress.budget {
            handle.stop();
        }
        ControlFlow::Continue(())
    };
    let report = records.run(&config, search.observer(stop_at_end)).unwrap();
    assert!(report.is_interrupted);
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("it was interrupted") && !page.contains(FOLLOWS));
    assert!(!folder.path().join("recommended.json").exists());
    let resumed = records.run(&config, config.prepare(default_engine()).unwrap()).unwrap();
    assert!(!resumed.is_interrupted && folder.path().join("recommended.json").exists());
}

#[test]
fn records_inside_the_dataset_are_refused() {
    let recordings = recordings();
    let config = config(recordings.path());
    let inside = recordings.path().join("out");
    let search = config.prepare(default_engine()).unwrap();
    let error = Records::create(&inside).unwrap().run(&config, search).unwrap_err();
    assert!(matches!(&error, ReportError::InsideDataset { folder, .. } if *folder == inside));
    assert!(!inside.exists(), "the next search would take it for a class");
    config.prepare(default_engine()).unwrap();
}

/// A table lists the files, so nothing else in its folder is taken for data. Its own folder is where
/// a search is usually started.
#[test]
fn records_are_written_beside_the_table_that_lists_the_files() {
    let recordings = recordings();
    let mut config = config(recordings.path());
    let first = config.prepare(default_engine()).unwrap();
    let table = Records::create(recordings.path()).unwrap().write_split(&config, &first).unwrap();
    config.data.folder = None;
    config.data.manifest = Some(Manifest::new(table));
    let output = recordings.path().join("out");
    let search = config.prepare(default_engine()).unwrap();
    Records::create(&output).unwrap().run(&config, search).unwrap();
    assert!(Run::read(&output).unwrap().config.data.folder.is_none());
    let read = |folder: &Path| fs::read(folder.join("split.csv")).unwrap();
    assert_eq!(read(&output), read(recordings.path()));
}

#[test]
fn a_folder_that_vanishes_is_an_error() {
    let recordings = recordings();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out");
    let records = Records::create(&output).unwrap();
    let config = config(recordings.path());
    let (search, gone) = (config.prepare(default_engine()).unwrap(), output.clone());
    let search = search.observer(move |progress: &Progress<'_, _, _>| {
        if progress.evaluations == 3 {
            fs::remove_dir_all(&gone).unwrap();
        }
        ControlFlow::Continue(())
    });
    let error = records.run(&config, search).unwrap_err();
    assert!(matches!(&error, ReportError::Write { path, .. } if path.starts_with(&output)));
    assert!(!output.exists());
}

#[test]
fn a_search_goes_on_in_its_folder() {
    let recordings = recordings();
    let folder = tempfile::tempdir().unwrap();
    let records = Records::create(folder.path().join("new/run")).unwrap();
    let mut config = config(recordings.path());
    config.search.evaluations = 5;
    records.run(&config, config.prepare(default_engine()).unwrap()).unwrap();
    config.search.evaluations = 8;
    let report = records.run(&config, config.prepare(default_engine()).unwrap()).unwrap();
    let run = Run::read(folder.path().join("new/run")).unwrap();
    assert_eq!(run.evaluations.len(), 8);
    let members = fs::read_dir(folder.path().join("new/run/front")).unwrap();
    assert_eq!(members.count(), report.front.len(), "none of the earlier front is left");
}

#[test]
fn what_cannot_be_written_is_named() {
    let recordings = recordings();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("evaluations.csv")).unwrap();
    let config = config(recordings.path());
    let records = Records::create(folder.path()).unwrap();
    let error = records.run(&config, config.prepare(default_engine()).unwrap()).unwrap_err();
    let ReportError::Write { path, .. } = &error else { panic!("{error:?}") };
    assert!(path.ends_with("evaluations.csv"));
    let error = Records::create(folder.path().join("evaluations.csv/a\0b")).unwrap_err();
    assert!(matches!(error, ReportError::Write { .. }));
}
