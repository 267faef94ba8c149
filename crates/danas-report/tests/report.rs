//! Reports of a real search over a few synthetic recordings.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

use std::{
    cell::RefCell, error::Error, f32::consts::TAU, fs, ops::ControlFlow, path::Path, rc::Rc,
    sync::OnceLock,
};

use danas::{
    Config, Preset, Quantity, default_engine,
    evo::{Progress, StopHandle, StopReason},
};
use danas_report::{Records, ReportError, Run, write_report};
use tempfile::TempDir;

const EVALUATIONS: usize = 12;

/// A search that was run once, and its results.
struct Searched {
    folder: TempDir,
    /// The ask numbers of the final front.
    front: Vec<usize>,
    /// Whether each evaluation entered the front.
    entered: Vec<bool>,
    /// The page as it was after the first evaluation.
    first_page: String,
}

impl Searched {
    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Copies the records into a new folder, where a test may damage them.
    fn copy(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        for record in ["config.toml", "evaluations.csv", "front.csv", "journal.jsonl"] {
            fs::copy(self.path().join(record), copy.path().join(record)).unwrap();
        }
        copy
    }
}

fn searched() -> &'static Searched {
    static SEARCHED: OnceLock<Searched> = OnceLock::new();
    SEARCHED.get_or_init(|| search().unwrap())
}

/// Writes recordings of two classes of tones.
fn record(folder: &Path) -> Result<(), hound::Error> {
    let format = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    for (class, pitch) in [("low", 300.0), ("high", 900.0)] {
        fs::create_dir_all(folder.join(class))?;
        for clip in 0..10_u8 {
            let path = folder.join(class).join(format!("{clip}.wav"));
            let mut writer = hound::WavWriter::create(path, format)?;
            let pitch = pitch + 10.0 * f32::from(clip);
            for sample in 0..4000_u16 {
                let wave = (TAU * pitch * f32::from(sample) / 8000.0).sin();
                writer.write_sample((8000.0 * wave) as i16)?;
            }
            writer.finalize()?;
        }
    }
    Ok(())
}

fn config(recordings: &Path) -> Config {
    let mut config = Config::preset(Preset::Words);
    config.data.folder = Some(recordings.to_owned());
    config.search.evaluations = EVALUATIONS;
    (config.training.epochs, config.training.steps) = (3, None);
    config
}

fn search() -> Result<Searched, Box<dyn Error>> {
    let (recordings, folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
    record(recordings.path())?;
    let config = config(recordings.path());
    let entered: Rc<RefCell<Vec<bool>>> = Rc::default();
    let first: Rc<RefCell<Option<String>>> = Rc::default();
    let (noted, shown) = (Rc::clone(&entered), Rc::clone(&first));
    let page = folder.path().join("report.html");
    let search = config.prepare(default_engine())?;
    // This observer is called before the page of the same evaluation is written.
    let search = search.observer(move |progress: &Progress<'_, _, _>| {
        noted.borrow_mut().push(progress.on_front);
        if page.exists() {
            shown.borrow_mut().get_or_insert_with(|| fs::read_to_string(&page).unwrap());
        }
        ControlFlow::Continue(())
    });
    let report = Records::create(folder.path())?.run(&config, search)?;
    let front = report.outcome.front.iter().map(|member| member.index).collect();
    let (entered, first_page) = (entered.take(), first.take().unwrap_or_default());
    Ok(Searched { folder, front, entered, first_page })
}

/// Changes a record.
fn edit(folder: &TempDir, record: &str, change: impl Fn(String) -> String) {
    let path = folder.path().join(record);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

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
fn the_page_needs_nothing_beside_it() {
    let page = fs::read_to_string(write_report(searched().path()).unwrap()).unwrap();
    let (page, _) = page.split_once("<script").unwrap();
    for loads in ["src=", "rel=\"stylesheet\"", "url(", "@import"] {
        assert!(!page.contains(loads), "{loads}");
    }
}

#[test]
fn the_page_leads_to_every_export() {
    let searched = searched();
    let page = fs::read_to_string(write_report(searched.path()).unwrap()).unwrap();
    for index in &searched.front {
        for ending in [".md", ".json", "_float32.tflite", "_int8.tflite", "_model.cc"] {
            let file = format!("front/evaluation_{index}/model{ending}");
            assert!(page.contains(&format!("href=\"{file}\"")), "{file}");
            assert!(searched.path().join(&file).exists(), "{file}");
        }
    }
}

#[test]
fn what_an_earlier_front_achieved_is_not_taken_for_this_ones() {
    let searched = searched();
    let member = searched.front[0];
    let tested = "<small>test ";
    let folder = searched.copy();
    let size = Run::read(&folder).unwrap().evaluations[member].value(Quantity::ModelSize).unwrap();
    assert!(Run::read(&folder).unwrap().html().unwrap().contains(tested));
    // The front now seems to belong to another search, whose candidates have other sizes.
    edit(&folder, "evaluations.csv", |text| text.replace(&format!(",{size},"), ",1234,"));
    let run = Run::read(&folder).unwrap();
    let row = run.html().unwrap();
    let (_, row) = row.split_once(&format!("data-value=\"{member}\">{member}</th>")).unwrap();
    let (row, _) = row.split_once("</tr>").unwrap();
    assert!(!row.contains(tested), "{row}");
}

const FOLLOWS: &str = "id=\"follow\"";

#[test]
fn the_page_follows_the_search_until_nothing_more_will_come() {
    let searched = searched();
    assert!(searched.first_page.contains(FOLLOWS));
    assert!(searched.first_page.contains(&format!("1 of {EVALUATIONS}")));
    let page = Run::read(searched.path()).unwrap().html().unwrap();
    assert!(!page.contains(FOLLOWS));
    assert!(page.contains("The search has ended: the evaluations are used up."));
    assert!(page.contains(&format!("{EVALUATIONS} of {EVALUATIONS}")));
}

#[test]
fn a_killed_search_is_followed() {
    let folder = searched().copy();
    edit(&folder, "journal.jsonl", |journal| {
        journal.split_inclusive('\n').take(EVALUATIONS + 1).collect()
    });
    assert!(Run::read(&folder).unwrap().html().unwrap().contains(FOLLOWS));
    // The search was killed before the first line was complete.
    for torn in ["", "{\"beg"] {
        edit(&folder, "journal.jsonl", |_| torn.to_owned());
        let page = Run::read(&folder).unwrap().html().unwrap();
        assert!(!page.contains(FOLLOWS) && page.contains("do not say how the search ended"));
    }
}

#[test]
fn an_interrupted_search_keeps_the_models_that_it_had() {
    let recordings = tempfile::tempdir().unwrap();
    record(recordings.path()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let records = Records::create(folder.path()).unwrap();
    let mut config = config(recordings.path());
    config.search.evaluations = 5;
    let before = records.run(&config, config.prepare(default_engine()).unwrap()).unwrap();
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
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("it was interrupted") && !page.contains(FOLLOWS));
    // The same command resumes the search, and leaves files of others alone.
    config.search.evaluations = 8;
    records.run(&config, config.prepare(default_engine()).unwrap()).unwrap();
    assert!(folder.path().join("front/evaluation_notes.txt").exists());
}

#[test]
fn a_search_does_not_fail_with_its_page() {
    let recordings = tempfile::tempdir().unwrap();
    record(recordings.path()).unwrap();
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
fn a_page_without_feasible_candidates_is_one() {
    let folder = searched().copy();
    edit(&folder, "evaluations.csv", |table| table.replace(",feasible,", ",infeasible,"));
    let run = Run::read(&folder).unwrap();
    assert_eq!((run.front().count(), run.hypervolume()), (0, 0.0));
    let page = run.html().unwrap();
    assert!(page.contains("None yet.") && page.contains("Evaluations by"));
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

#[test]
fn no_text_ends_the_script_that_holds_it() {
    let folder = searched().copy();
    let attack = "</script><script>alert(1)</script>";
    edit(&folder, "evaluations.csv", |table| {
        table.replace(",feasible,,", &format!(",failed,{attack},"))
    });
    edit(&folder, "config.toml", |config| format!("# {attack}\n{config}"));
    let page = Run::read(&folder).unwrap().html().unwrap();
    assert!(page.contains("\\u003c/script>\\u003cscript>alert(1)"));
    assert!(!page.contains(attack));
}

#[test]
fn the_records_of_another_search_stay_untouched() {
    let recordings = tempfile::tempdir().unwrap();
    record(recordings.path()).unwrap();
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

    records.discard().unwrap();
    records.run(&other, other.prepare(default_engine()).unwrap()).unwrap();
    assert_eq!(Run::read(&folder).unwrap().config.search.seed, 1);
    records.discard().unwrap();
    records.discard().unwrap();
}

#[test]
fn a_search_goes_on_in_its_folder() {
    let recordings = tempfile::tempdir().unwrap();
    record(recordings.path()).unwrap();
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
    let recordings = tempfile::tempdir().unwrap();
    record(recordings.path()).unwrap();
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

#[cfg(feature = "tensorboard")]
#[test]
fn whoever_enters_the_front_has_a_run_in_tensorboard() {
    use danas_report::TensorBoard;

    let searched = searched();
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events");
    // The same search is run again, because the recordings of the first are gone.
    let recordings = tempfile::tempdir().unwrap();
    record(recordings.path()).unwrap();
    let mut config = config(recordings.path());
    config.search.test_seeds = 0;
    let search = config.prepare(default_engine()).unwrap();
    search.observer(TensorBoard::new(&events)).run().unwrap();
    let file = "events.out.tfevents.0.danas";
    assert!(events.join(file).metadata().unwrap().len() > 1000);
    for (index, &entered) in searched.entered.iter().enumerate() {
        let curves = events.join(format!("evaluation_{index}")).join(file);
        assert_eq!(curves.exists(), entered, "{index}");
    }

    // Another search in the same folder removes all curves of the first, and nothing else.
    fs::create_dir(events.join("evaluation_77")).unwrap();
    fs::write(events.join("evaluation_77").join(file), "old").unwrap();
    fs::write(events.join("evaluation_notes"), "mine").unwrap();
    config.search.evaluations = 1;
    let search = config.prepare(default_engine()).unwrap();
    search.observer(TensorBoard::new(&events)).run().unwrap();
    assert!(!events.join("evaluation_77").join(file).exists());
    assert!(events.join("evaluation_notes").exists());

    // Events that cannot be written do not end a search.
    let search = config.prepare(default_engine()).unwrap();
    search.observer(TensorBoard::new(events.join(file))).run().unwrap();
}
