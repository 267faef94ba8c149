//! Tests searches that are resumed after they were stopped or killed.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use danas_evo::{
    Fault, GeneticAlgorithm, GeneticAlgorithmSettings, JournalError, JournaledEvaluation, Outcome,
    Scalarisation, Search, SearchBuilder, Term, Transform, Verdict, best_of_journals, read_journal,
};
use tempfile::TempDir;

use crate::problem::{Genome, Grid, Judge, Judgement, compromise, two_objectives};

pub(crate) const SEED: u64 = 11;
pub(crate) const EVALUATIONS: usize = 60;

pub(crate) fn builder<F: Fn(&Genome, u64) -> Judgement + Sync>(
    evaluate: F,
) -> SearchBuilder<Genome, Grid, Judge<F>> {
    let sum = Scalarisation::new([
        Term::new("gain"),
        Term::new("cost").transform(Transform::Decay { range: 10.0 }),
    ]);
    Search::builder(Grid::new(4, 6), Judge::new(two_objectives(), evaluate))
        .strategy(GeneticAlgorithm::new(GeneticAlgorithmSettings::paper(sum)).unwrap())
        .evaluations(EVALUATIONS)
        .seed(SEED)
}

/// Fails some candidates, panics on a few, and judges some infeasible.
pub(crate) fn evaluate(genome: &Genome, seed: u64) -> Judgement {
    match seed % 7 {
        0 => Ok(Verdict::failed("diverged")),
        1 => Ok(Verdict::infeasible("too deep")),
        2 if seed.is_multiple_of(5) => panic!("exploded"),
        _ => compromise(genome, seed),
    }
}

pub(crate) fn settings(space: &str) -> Vec<(String, String)> {
    vec![("space".to_owned(), space.to_owned())]
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub(crate) fn run(path: &Path, workers: usize) -> Outcome<Genome, ()> {
    let search = builder(evaluate).workers(workers).build().unwrap();
    search.journal(path, settings("grid")).unwrap().run().unwrap()
}

/// Reads the evaluations of a journal, without anything that depends on the speed of the machine.
pub(crate) fn timeless(path: &Path) -> Vec<JournaledEvaluation<Genome, ()>> {
    let mut evaluations = read_journal::<Genome, ()>(path).unwrap().evaluations;
    for evaluation in &mut evaluations {
        (evaluation.seconds, evaluation.at) = (0.0, 0.0);
    }
    evaluations
}

pub(crate) fn verdicts(outcome: &Outcome<Genome, ()>) -> Vec<(Genome, Verdict<()>)> {
    outcome.records.iter().map(|it| (it.genome.clone(), it.verdict.clone())).collect()
}

fn front(outcome: &Outcome<Genome, ()>) -> Vec<usize> {
    outcome.front.iter().map(|record| record.index).collect()
}

#[test]
fn a_journal_does_not_change_the_search() {
    let folder = folder();
    let plain = builder(evaluate).build().unwrap().run().unwrap();
    for workers in [1, 3] {
        let path = folder.path().join(format!("{workers}.jsonl"));
        let outcome = run(&path, workers);
        assert_eq!(verdicts(&outcome), verdicts(&plain));
        let journal = read_journal::<Genome, ()>(&path).unwrap();
        assert_eq!(journal.evaluations.len(), EVALUATIONS);
        assert_eq!(journal.ended, Some(outcome.stop.to_string()));
        assert_eq!(journal.version(), Some(env!("CARGO_PKG_VERSION")));
        assert!(journal.settings().contains_key("objectives"));
        for (evaluation, record) in journal.evaluations.iter().zip(&outcome.records) {
            assert_eq!((evaluation.index, evaluation.seed), (record.index, record.seed));
            assert_eq!(
                (&evaluation.genome, &evaluation.verdict),
                (&record.genome, &record.verdict)
            );
        }
    }
}

#[test]
fn nothing_is_evaluated_twice() {
    let folder = folder();
    let path = folder.path().join("journal.jsonl");
    let whole = run(&path, 2);
    let bytes = fs::read(&path).unwrap();
    let ends: Vec<_> = (0..bytes.len()).filter(|&i| bytes[i] == b'\n').collect();
    for lines in [1, 2, 17, 40, EVALUATIONS, EVALUATIONS + 1] {
        fs::write(&path, &bytes[..=ends[lines - 1]]).unwrap();
        let journal = read_journal::<Genome, ()>(&path).unwrap();
        assert_eq!(journal.ended.is_some(), lines == ends.len(), "only the last line is an end");
        let known: Vec<u64> = journal.evaluations.iter().map(|it| it.seed).collect();
        let anew = Mutex::new(Vec::new());
        let search = builder(|genome: &Genome, seed| {
            anew.lock().unwrap().push(seed);
            evaluate(genome, seed)
        });
        let search = search.workers(3).build().unwrap();
        let outcome = search.journal(&path, settings("grid")).unwrap().run().unwrap();
        assert_eq!(verdicts(&outcome), verdicts(&whole));
        let anew = anew.lock().unwrap();
        assert_eq!(anew.len(), EVALUATIONS - known.len());
        assert!(anew.iter().all(|seed| !known.contains(seed)));
    }
}

#[test]
fn a_torn_line_is_dropped() {
    let folder = folder();
    let path = folder.path().join("journal.jsonl");
    let whole = run(&path, 1);
    let evaluations = timeless(&path);
    let bytes = fs::read(&path).unwrap();
    for cut in [5, 30, 200, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&path, &bytes[..cut]).unwrap();
        let outcome = run(&path, 2);
        assert_eq!(verdicts(&outcome), verdicts(&whole), "cut at {cut}");
        assert_eq!(timeless(&path), evaluations, "cut at {cut}");
    }
    fs::write(&path, &bytes).unwrap();
    OpenOptions::new().append(true).open(&path).unwrap().write_all(&[0; 100]).unwrap();
    assert_eq!(timeless(&path), evaluations);
}

#[test]
fn a_search_may_go_on_beyond_its_budget() {
    let folder = folder();
    let path = folder.path().join("journal.jsonl");
    run(&path, 2);
    let more = || builder(evaluate).evaluations(90).build().unwrap();
    let longer = more().journal(&path, settings("grid")).unwrap().run().unwrap();
    assert_eq!(verdicts(&longer), verdicts(&more().run().unwrap()));
    let shorter = builder(evaluate).evaluations(20).build().unwrap();
    let shorter = shorter.journal(&path, settings("grid")).unwrap().run().unwrap();
    assert_eq!(verdicts(&shorter), verdicts(&longer)[..20]);
}

#[test]
fn the_journal_of_another_search_is_refused_and_left_alone() {
    let folder = folder();
    let path = folder.path().join("journal.jsonl");
    run(&path, 1);
    let before = fs::read(&path).unwrap();
    type Plain = SearchBuilder<Genome, Grid, Judge<fn(&Genome, u64) -> Judgement>>;
    let refused = |builder: Plain, space| {
        let error = builder.build().unwrap().journal(&path, settings(space)).unwrap_err();
        error.to_string()
    };
    let plain = || builder(evaluate as fn(&Genome, u64) -> Judgement);
    for (text, culprit) in [
        (refused(plain().seed(12), "grid"), "`seed` is `11` there, but `12` here"),
        (refused(plain().look_ahead(3), "grid"), "`look_ahead` is `16` there, but `3` here"),
        (refused(plain().lazy(false), "grid"), "`lazy` is `true` there, but `false` here"),
        (
            refused(plain().strategy(danas_evo::RandomSearch), "grid"),
            "`strategy.kind` is `\"genetic\"` there, but `\"random\"` here",
        ),
        (refused(plain(), "torus"), "`space` is `grid` there, but `torus` here"),
    ] {
        assert!(text.contains(culprit) && text.contains("journal.jsonl"), "{text}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    // An incomplete last line is not cut off either.
    let torn = [&before[..], b"{\"eval"].concat();
    fs::write(&path, &torn).unwrap();
    refused(plain(), "torus");
    assert_eq!(fs::read(&path).unwrap(), torn);

    // The settings are the same, but the space gives other candidates.
    let other = Search::builder(Grid::new(4, 5), Judge::new(two_objectives(), compromise));
    let sum = Scalarisation::new([
        Term::new("gain"),
        Term::new("cost").transform(Transform::Decay { range: 10.0 }),
    ]);
    let other = other
        .strategy(GeneticAlgorithm::new(GeneticAlgorithmSettings::paper(sum)).unwrap())
        .seed(SEED);
    let other = other.build().unwrap().journal(&path, settings("grid")).unwrap();
    let fault = other.run().unwrap_err().fault;
    assert!(matches!(fault, Fault::Journal(JournalError::Diverged { .. })), "{fault:?}");
}

#[test]
fn files_that_are_no_journals_are_refused_and_left_alone() {
    let folder = folder();
    let path = folder.path().join("precious.txt");
    let open = || {
        let search = builder(evaluate).build().unwrap();
        search.journal(&path, settings("grid")).map(|_| ()).unwrap_err()
    };
    fs::write(&path, "my thesis").unwrap();
    assert!(matches!(open(), JournalError::NoJournal { .. }));
    assert_eq!(fs::read(&path).unwrap(), b"my thesis");

    let header = r#"{"begun":{"format":99,"settings":{}}}"#;
    // Its other lines may not be readable by this version.
    fs::write(&path, format!("{header}\n{{\"evaluated\":7}}\n{{\"later\":8}}\n")).unwrap();
    assert!(matches!(open(), JournalError::Format { found: 99, known: 2, .. }));

    fs::remove_file(&path).unwrap();
    run(&path, 1);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"feasible\"", "\"fea\"", 1)).unwrap();
    assert!(matches!(open(), JournalError::Damaged { .. }));

    let nowhere = folder.path().join("no").join("such");
    let search = builder(evaluate).build().unwrap();
    let error = search.journal(&nowhere, settings("grid")).map(|_| ()).unwrap_err();
    assert!(matches!(error, JournalError::Open { .. }));
}

#[test]
fn a_journal_has_one_writer() {
    let folder = folder();
    let path = folder.path().join("journal.jsonl");
    let search = || builder(evaluate).build().unwrap();
    let first = search().journal(&path, settings("grid")).unwrap();
    let error = search().journal(&path, settings("grid")).map(|_| ()).unwrap_err();
    assert!(matches!(error, JournalError::InUse { .. }), "{error:?}");
    first.run().unwrap();
    search().journal(&path, settings("grid")).unwrap();
}

#[test]
fn a_search_starts_with_the_best_of_earlier_ones() {
    let folder = folder();
    let paths = [1, 2].map(|seed| {
        let path = folder.path().join(format!("{seed}.jsonl"));
        let earlier = builder(evaluate).seed(seed).build().unwrap();
        earlier.journal(&path, settings("grid")).unwrap().run().unwrap();
        path
    });
    let best = best_of_journals::<Genome, ()>(&paths, &two_objectives()).unwrap();
    let genomes: Vec<Genome> = best.iter().map(|record| record.genome.clone()).collect();
    assert!(genomes.len() > 2);
    let warm = || {
        let twice = genomes.iter().chain(&genomes[..2]).cloned();
        builder(compromise).seed(3).start_with(twice).evaluations(40)
    };
    let outcome = warm().build().unwrap().run().unwrap();
    let asked: Vec<_> = outcome.records.iter().map(|record| record.genome.clone()).collect();
    assert_eq!(asked[..genomes.len()], genomes);
    assert_eq!(asked.len(), 40);
    assert_eq!(verdicts(&warm().workers(3).build().unwrap().run().unwrap()), verdicts(&outcome));

    // The candidates that a search starts with belong to its settings.
    let path = folder.path().join("warm.jsonl");
    warm().build().unwrap().journal(&path, settings("grid")).unwrap().run().unwrap();
    let cold = builder(compromise).seed(3).build().unwrap();
    let error = cold.journal(&path, settings("grid")).map(|_| ()).unwrap_err();
    assert!(matches!(&error, JournalError::OtherSearch { setting, .. } if setting == "start_with"));

    let others = [danas_evo::Objective::minimise("cost")];
    let error = best_of_journals::<Genome, ()>(&paths, &others).unwrap_err();
    assert!(matches!(&error, JournalError::OtherSearch { setting, .. } if setting == "objectives"));
}

/// Environment variable that names the journal of a search that is to be killed.
const VICTIM: &str = "DANAS_EVO_TEST_JOURNAL";

/// Not a test of its own: the process that [`a_killed_search_goes_on_as_if_nothing_had_happened`]
/// starts and kills.
#[test]
fn victim() {
    let Some(path) = std::env::var_os(VICTIM).map(PathBuf::from) else { return };
    let slowly = |genome: &Genome, seed| {
        thread::sleep(Duration::from_micros(seed % 12_000));
        evaluate(genome, seed)
    };
    let search = builder(slowly).workers(3).build().unwrap();
    search.journal(&path, settings("grid")).unwrap().run().unwrap();
}

#[test]
fn a_killed_search_goes_on_as_if_nothing_had_happened() {
    let folder = folder();
    let undisturbed = folder.path().join("undisturbed.jsonl");
    let whole = run(&undisturbed, 1);

    let path = folder.path().join("killed.jsonl");
    let (mut kills, mut last) = (0, 0);
    while kills < 20 {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "journal::victim", "--nocapture"])
            .env(VICTIM, &path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The process id makes this moment random enough.
        let moment = 8 + victim.id() % 37;
        thread::sleep(Duration::from_millis(moment.into()));
        victim.kill().unwrap();
        let status = victim.wait().unwrap();
        kills += 1;
        let finished = read_journal::<Genome, ()>(&path).map_or(0, |it| it.evaluations.len());
        assert!(finished >= last, "finished evaluations were lost");
        last = finished;
        if status.success() {
            // The search was complete, so another one begins.
            fs::remove_file(&path).unwrap();
            last = 0;
        }
    }
    let outcome = run(&path, 2);
    assert_eq!(verdicts(&outcome), verdicts(&whole));
    assert_eq!(front(&outcome), front(&whole));
    assert_eq!(timeless(&path), timeless(&undisturbed));
}
