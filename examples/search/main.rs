//! Searches data granularity and network architecture for a folder of recordings.
//!
//! Writes `evaluations.csv`, `front.csv`, `front.svg`, the resolved `config.toml` and a folder `front` with
//! the models of the front, ready for a device, and while it goes on `journal.jsonl`, from which the same
//! command continues after an interrupt or a crash.

#![allow(clippy::print_stdout)]

mod arguments;
mod figure;
#[path = "../shared/interrupt.rs"]
mod interrupt;
#[path = "../shared/progress.rs"]
mod progress;

use std::{
    cell::RefCell,
    error::Error,
    fs::{self, File},
    io,
    ops::ControlFlow,
    path::Path,
    process::ExitCode,
    rc::Rc,
};

use clap::Parser;
use danas::{
    Error as SearchError, EvaluationTable, FrontMember, Quantity,
    evo::{JournalError, Progress, StopHandle},
    space::{AudioGranularity, Granularity},
    write_front,
};

use crate::{arguments::Arguments, interrupt::stop_at_interrupt, progress::ProgressBar};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(io::stderr)
        .init();
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let config = arguments.resolve()?;
    let output = &arguments.output;
    let search = config.prepare(arguments.engine.engine()?)?;

    fs::create_dir_all(output).map_err(|source| unwritable(output, source))?;
    let file = |name: &str| output.join(name);
    let journal = file("journal.jsonl");
    if arguments.fresh {
        match fs::remove_file(&journal) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(unwritable(&journal, source).into());
            }
            _ => {}
        }
    }
    let handle = StopHandle::new();
    stop_at_interrupt(handle.clone())?;
    let path = file("config.toml");
    fs::write(&path, config.to_toml()?).map_err(|source| unwritable(&path, source))?;

    // Each evaluation is on disk as soon as it is known; a disk that is full ends the search.
    let path = file("evaluations.csv");
    let created = File::create(&path).map_err(|source| unwritable(&path, source))?;
    let mut table = EvaluationTable::new(created);
    let unwritten: Rc<RefCell<Option<io::Error>>> = Rc::default();
    let failure = Rc::clone(&unwritten);
    let report = search
        .journal(&journal)
        .stop_handle(handle)
        .observer(ProgressBar::new(config.search.evaluations, &config.search.objectives))
        .observer(move |progress: &Progress<'_, _, _>| match table.write(progress.record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                *failure.borrow_mut() = Some(error);
                ControlFlow::Break(())
            }
        })
        .run();
    if let Some(error) = unwritten.take() {
        return Err(unwritable(&path, error).into());
    }
    let report = report.map_err(|error| match error {
        SearchError::Journal(JournalError::OtherSearch { .. } | JournalError::Diverged { .. }) => {
            format!("{error}; give another --output, or begin anew with --fresh").into()
        }
        error => Box::<dyn Error>::from(error),
    })?;

    let folder = file("front");
    remove_members(&folder).map_err(|source| unwritable(&folder, source))?;
    report.export(&folder)?;
    let path = file("front.csv");
    let created = File::create(&path).map_err(|source| unwritable(&path, source))?;
    write_front(created, &report.front).map_err(|source| unwritable(&path, source))?;
    let path = file("front.svg");
    figure::draw(&path, &report)
        .map_err(|error| format!("cannot draw {}: {error}", path.display()))?;

    print_front(&report.front);
    let counts = report.outcome.counts();
    println!(
        "\n{} evaluations ({} feasible, {} stopped, {} infeasible, {} failed, {} skipped): {}.\n\
         Everything is in {}.",
        counts.evaluations,
        counts.feasible,
        counts.stopped,
        counts.infeasible,
        counts.failed,
        counts.skipped,
        report.outcome.stop,
        output.display(),
    );
    Ok(())
}

/// Removes the members of an earlier front.
fn remove_members(folder: &Path) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("evaluation_") {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// The front as a table, the best on the test part first.
fn print_front(front: &[FrontMember<AudioGranularity>]) {
    let mut members: Vec<_> = front.iter().collect();
    let accuracy =
        |member: &FrontMember<_>| member.test(Quantity::Accuracy).map_or(0.0, |it| it.mean);
    members.sort_by(|a, b| accuracy(b).total_cmp(&accuracy(a)));
    println!("The Pareto front, judged on data that the search never saw:\n");
    println!("{:>15} {:>9} {:>9}  candidate", "test accuracy", "model", "buffer");
    for member in members {
        let Some(assessment) = member.assessment() else { continue };
        let test = match member.test(Quantity::Accuracy) {
            Some(spread) => {
                format!("{:5.1} ± {:4.1} %", 100.0 * spread.mean, 100.0 * spread.deviation)
            }
            None if member.failures.is_empty() => "not tested".to_owned(),
            None => "failed".to_owned(),
        };
        let buffer = member.candidate().granularity.input_buffer();
        let model = assessment.costs.model_size;
        println!("{test:>15} {model:>9} {buffer:>9}  {}", member.candidate());
    }
}

fn unwritable(path: &Path, source: io::Error) -> SearchError {
    SearchError::Write { path: path.to_owned(), source }
}
