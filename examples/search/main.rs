//! Searches data granularity and network architecture for a folder of recordings.
//!
//! Writes `evaluations.csv`, `front.csv`, `front.svg`, the resolved `config.toml` and a folder `front` with
//! the models of the front, ready for a device, and while it goes on `journal.jsonl`, from which the same
//! command continues after an interrupt or a crash, and `report.html`, which follows it in a browser.

#![allow(clippy::print_stdout)]

mod arguments;
mod figure;
#[path = "../shared/interrupt.rs"]
mod interrupt;
#[path = "../shared/progress.rs"]
mod progress;
mod test_part;

use std::{io, process::ExitCode};

use clap::Parser;
use danas::{
    Error, FrontMember, Quantity,
    evo::{JournalError, StopHandle},
    space::{AudioGranularity, Granularity},
};
use danas_report::{Records, ReportError};

use crate::{arguments::Arguments, interrupt::stop_at_interrupt, progress::ProgressBar};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(io::stderr)
        .init();
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let config = arguments.resolve()?;
    let output = &arguments.output;
    let search = config.prepare(arguments.engine.engine()?)?;
    if arguments.only_split {
        let path = Records::create(output)?.write_split(&config, &search)?;
        println!("The split is in {}.", path.display());
        return Ok(());
    }
    // From here on: while recordings are opened, an interrupt ends the program at once.
    let handle = StopHandle::new();
    stop_at_interrupt(handle.clone())?;
    let progress = ProgressBar::new(config.search.evaluations, &config.search.objectives);
    let search = search.stop_handle(handle).observer(progress);
    #[cfg(feature = "tensorboard")]
    let search = match arguments.tensorboard {
        true => search.observer(danas_report::TensorBoard::new(output.join("tensorboard"))),
        false => search,
    };
    let records = Records::create(output)?;
    if arguments.fresh {
        records.discard()?;
    }
    let report = records.run(&config, search).map_err(|error| match error {
        ReportError::Search(Error::Journal(
            JournalError::OtherSearch { .. } | JournalError::Diverged { .. },
        )) => format!("{error}; give another --output, or begin anew with --fresh").into(),
        error => Box::<dyn std::error::Error>::from(error),
    })?;
    let is_exported = report.front.iter().any(|member| member.trained.is_some());
    if arguments.test_features && is_exported {
        let trainer = config.prepare(arguments.engine.engine()?)?.trainer()?;
        for member in report.front.iter().filter(|member| member.trained.is_some()) {
            let folder = output.join(format!("front/evaluation_{}", member.record.index));
            test_part::write(&folder, &trainer, &member.candidate().granularity)?;
        }
    }
    let path = output.join("front.svg");
    figure::draw(&path, &report)
        .map_err(|error| format!("cannot draw {}: {error}", path.display()))?;

    print_front(&report.front);
    let counts = report.outcome.counts();
    println!(
        "\n{} evaluations ({} feasible, {} stopped, {} infeasible, {} failed, {} skipped): {}.\n\
         Everything is in {}; look at {}.",
        counts.evaluations,
        counts.feasible,
        counts.stopped,
        counts.infeasible,
        counts.failed,
        counts.skipped,
        report.outcome.stop,
        output.display(),
        output.join("report.html").display(),
    );
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
