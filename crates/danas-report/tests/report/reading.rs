//! Tests of reading the records: which figures a run has, and which records are refused.

use std::fs;

use danas::Quantity;
use danas_report::{ReportError, Run};

use crate::searched::{EVALUATIONS, edit, searched};

#[test]
fn the_front_is_the_searchs_own() {
    let searched = searched();
    let run = Run::read(searched.path()).unwrap();
    assert_eq!(run.growth.front().collect::<Vec<_>>(), searched.front);
    assert_eq!(run.growth.entered, searched.entered);
    assert_eq!(run.evaluations.len(), EVALUATIONS);
    let grown = run.growth.hypervolume.windows(2).all(|pair| pair[0] <= pair[1]);
    assert!(grown && run.hypervolume() > 0.0 && run.hypervolume() < 1.0);
    assert_eq!(run.ended.as_deref(), Some("the evaluations are used up"));
    assert_eq!(run.version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_split_is_on_record_as_others_can_repeat_it() {
    let table = fs::read_to_string(searched().path().join("split.csv")).unwrap();
    let mut rows = table.lines();
    assert_eq!(rows.next(), Some("path,class,group,part"));
    let rows: Vec<[&str; 4]> =
        rows.map(|row| row.split(',').collect::<Vec<_>>().try_into().unwrap()).collect();
    assert_eq!(rows.len(), 20);
    for (class, of_class) in ["high", "low"].into_iter().zip(rows.chunks(10)) {
        for (clip, row) in of_class.iter().enumerate() {
            assert_eq!(row[..3], [&format!("{class}/{clip}.wav"), class, ""]);
        }
        let count = |part| of_class.iter().filter(|row| row[3] == part).count();
        assert_eq!(["train", "validation", "test"].map(count), [6, 2, 2]);
    }
}

#[test]
fn every_evaluation_has_its_course() {
    let run = Run::read(searched().path()).unwrap();
    for evaluation in run.evaluations.iter().filter(|it| it.is_feasible()) {
        let trainings = run.trainings(evaluation.index);
        assert_eq!(trainings.len(), 5, "one for each fold");
        assert_eq!(trainings[0].loss.len(), 2, "half of the three epochs, rounded");
        assert_eq!(trainings[0].seed, evaluation.seed);
        assert!(evaluation.value(Quantity::Accuracy).is_some());
    }
    let times = run.times();
    assert!(times[0] > 0.0 && times.is_sorted());
}

#[test]
fn a_front_takes_what_its_search_takes() {
    let folder = searched().copy();
    let run = Run::read(&folder).unwrap();
    let member = run.front().next().unwrap().index;
    let front_without = |change: &dyn Fn(String) -> String| {
        let folder = searched().copy();
        edit(&folder, "evaluations.csv", |table| {
            let rows = table.split_inclusive('\n').enumerate();
            let rows =
                rows.map(|(i, row)| if i == member + 1 { change(row.into()) } else { row.into() });
            rows.collect::<String>()
        });
        Run::read(&folder).unwrap().growth
    };
    for status in ["stopped", "infeasible", "failed", "skipped"] {
        let growth = front_without(&|row| row.replace(",feasible,", &format!(",{status},")));
        assert!(!growth.is_on_front(member) && !growth.entered[member], "{status}");
    }
    // A repeat is not a member. A candidate beyond a soft limit is one, but adds no hypervolume.
    let engine = ",native";
    let growth = front_without(&|row| row.replace(engine, &format!("0{engine}")));
    assert!(!growth.is_on_front(member));
    let growth =
        front_without(&|row| row.replace(&format!(",0,{engine}"), &format!(",5,{engine}")));
    assert!(growth.is_on_front(member));
    let before = member.checked_sub(1).map_or(0.0, |it| growth.hypervolume[it]);
    assert_eq!(growth.hypervolume[member], before);
}

#[test]
fn a_table_of_an_earlier_version_has_fewer_quantities() {
    let folder = searched().copy();
    for table in ["evaluations.csv", "front.csv"] {
        edit(&folder, table, |text| text.replacen(",macs", ",something_else", 1));
    }
    let run = Run::read(&folder).unwrap();
    assert!(run.evaluations.iter().all(|it| it.value(Quantity::Macs).is_none()));
    assert_eq!(run.front().count(), searched().front.len());
}

#[test]
fn a_row_that_is_being_written_waits_for_its_end() {
    let folder = searched().copy();
    edit(&folder, "evaluations.csv", |mut table| {
        table.truncate(table.len() - 5);
        table
    });
    assert_eq!(Run::read(&folder).unwrap().evaluations.len(), EVALUATIONS - 1);
    edit(&folder, "evaluations.csv", |mut table| {
        table.truncate(table.trim_end().rfind('\n').unwrap() + 10);
        table
    });
    assert_eq!(Run::read(&folder).unwrap().evaluations.len(), EVALUATIONS - 1);
}

#[test]
fn a_damaged_record_is_named() {
    let folder = searched().copy();
    edit(&folder, "evaluations.csv", |table| table.replacen("\n2,", "\ntwo,", 1));
    let error = Run::read(&folder).unwrap_err();
    let ReportError::Cell { line, column, text, path } = &error else { panic!("{error:?}") };
    assert_eq!((*line, column.as_str(), text.as_str()), (4, "evaluation", "two"));
    assert!(path.ends_with("evaluations.csv"));

    let folder = searched().copy();
    edit(&folder, "evaluations.csv", |table| table.replacen(",status,", ",state,", 1));
    let error = Run::read(&folder).unwrap_err();
    assert!(matches!(&error, ReportError::NoColumn { column, .. } if column == "status"));

    let folder = searched().copy();
    edit(&folder, "evaluations.csv", |table| table.replacen("\n2,", "\n2,0,", 1));
    assert!(matches!(Run::read(&folder), Err(ReportError::Csv { .. })));

    let folder = searched().copy();
    edit(&folder, "front.csv", |table| table.replacen("\n", "\n\"", 1));
    assert!(Run::read(&folder).unwrap().html().is_ok(), "as if it were still being written");

    let folder = searched().copy();
    edit(&folder, "config.toml", |config| format!("surprise = 1\n{config}"));
    assert!(matches!(Run::read(&folder), Err(ReportError::Config { .. })));

    let folder = searched().copy();
    edit(&folder, "journal.jsonl", |journal| journal.replacen("begun", "began", 1));
    assert!(matches!(Run::read(&folder), Err(ReportError::Journal(_))));
}

#[test]
fn figures_that_are_none_are_refused() {
    let folder = searched().copy();
    let size = Run::read(&folder).unwrap().evaluations[0].value(Quantity::ModelSize).unwrap();
    edit(&folder, "evaluations.csv", |table| table.replacen(&format!(",{size},"), ",NaN,", 1));
    let error = Run::read(&folder).unwrap_err();
    assert!(matches!(&error, ReportError::Cell { text, .. } if text == "NaN"), "{error:?}");
}

#[test]
fn a_run_needs_its_configuration_alone() {
    let folder = searched().copy();
    fs::remove_file(folder.path().join("journal.jsonl")).unwrap();
    let run = Run::read(&folder).unwrap();
    assert!(run.ended.is_none() && run.trainings(0).is_empty());
    fs::remove_file(folder.path().join("front.csv")).unwrap();
    fs::remove_file(folder.path().join("evaluations.csv")).unwrap();
    assert!(Run::read(&folder).unwrap().html().unwrap().contains("None yet."));
    fs::write(folder.path().join("evaluations.csv"), "").unwrap();
    assert!(Run::read(&folder).unwrap().evaluations.is_empty(), "a table that was just created");
    fs::remove_file(folder.path().join("config.toml")).unwrap();
    let error = Run::read(&folder).unwrap_err();
    assert!(matches!(&error, ReportError::Read { path, .. } if path.ends_with("config.toml")));
}
