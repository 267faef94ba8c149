//! Searches for data granularities and network architectures that suit a folder of recordings, images or series.
//!
//! The search writes `evaluations.csv`, `front.csv`, `front.svg`, the resolved `config.toml`, and a
//! folder `front` with the models of the front, ready for a device. While it is running, it writes
//! `journal.jsonl`, from which the same command resumes after an interrupt or a crash, and
//! `report.html`, which shows its progress in a browser.

#![allow(clippy::print_stdout)]

mod arguments;
mod figure;
#[path = "../shared/interrupt.rs"]
mod interrupt;
mod kind;
mod layouts;
#[path = "../shared/progress.rs"]
mod progress;
mod test_part;

use std::{io, process::ExitCode};

use clap::Parser;
use danas::{
    AnyConfig, ConfigFor, DataAwareSearch, FrontMember, Quantity, Report, SearchError,
    evo::{JournalError, StopHandle},
    space::Granularity,
};
use danas_report::{Records, ReportError};

use crate::{
    arguments::Arguments,
    interrupt::{INTERRUPTED, stop_at_interrupt},
    layouts::Layouts,
    progress::ProgressBar,
};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(io::stderr)
        .init();
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match arguments.resolve()? {
        AnyConfig::Audio(config) => search(arguments, &config),
        AnyConfig::Image(config) => search(arguments, &config),
        AnyConfig::Motion(config) => search(arguments, &config),
        other => Err(format!("this example does not know the kind {}", other.kind()).into()),
    }
}

/// Searches over one kind of data.
fn search<M: Layouts>(
    arguments: &Arguments,
    config: &ConfigFor<M>,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let output = &arguments.output;
    let search = prepare(arguments, config)?;
    if arguments.only_split {
        let path = Records::create(output)?.write_split(config, &search)?;
        println!("The split is in {}.", path.display());
        return Ok(ExitCode::SUCCESS);
    }
    // Interrupts are handled only from here on. While files are opened, they end the program at
    // once.
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
    let report = match arguments.fresh {
        true => records.run_anew(config, search),
        false => records.run(config, search),
    };
    let report = report.map_err(|error| match &error {
        // Other journals are those that the search starts from.
        ReportError::Search(SearchError::Journal(
            JournalError::OtherSearch { path, .. } | JournalError::Diverged { path, .. },
        )) if path.parent() == Some(output.as_path()) => {
            format!("{error}; choose another --output, or start anew with --fresh").into()
        }
        _ => Box::<dyn std::error::Error>::from(error),
    })?;
    let is_exported = report.front.iter().any(|member| member.trained.is_some());
    if arguments.test_features && is_exported {
        let trainer = prepare(arguments, config)?.trainer()?;
        let baselines = report.baselines.iter().map(|(_, member)| member);
        let exported = report.front.iter().chain(baselines).filter(|it| it.trained.is_some());
        for member in exported {
            let folder = output.join(format!("front/evaluation_{}", member.record.index));
            test_part::write(&folder, &trainer, &member.candidate().granularity)?;
        }
    }
    let path = output.join("front.svg");
    figure::draw(&path, &report)
        .map_err(|error| format!("cannot draw {}: {error}", path.display()))?;

    print_front(&report.front);
    print_recommended(&report);
    let counts = report.outcome.counts();
    println!(
        "\n{} evaluations ({} feasible, {} stopped, {} infeasible, {} failed, {} skipped): {}.\n\
         All files are in {}; open {} in a browser.",
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
    if report.is_interrupted {
        println!("The search was interrupted; the same command resumes it.");
        return Ok(INTERRUPTED.into());
    }
    if report.front.is_empty() {
        return Err(no_feasible_candidate(&report).into());
    }
    Ok(ExitCode::SUCCESS)
}

/// Prepares the search over the data, in whatever layout they are.
fn prepare<M: Layouts>(
    arguments: &Arguments,
    config: &ConfigFor<M>,
) -> Result<DataAwareSearch<M::Space, M::Source>, Box<dyn std::error::Error>> {
    let engine = arguments.engine.engine()?;
    Ok(match arguments.layout {
        Some(layout) => config.prepare_with(M::open(layout, config)?, engine)?,
        None => config.prepare(engine)?,
    })
}

/// Explains an empty front by counting the reasons why candidates have no scores.
fn no_feasible_candidate<G: Granularity>(report: &Report<G>) -> String {
    let mut text = "no candidate is feasible, so the front is empty".to_owned();
    for reason in report.outcome.reasons() {
        let (kind, count) = (&reason.example.kind, reason.count);
        text.push_str(&format!("\n  {count} times {kind}, such as: {}", reason.example));
    }
    text
}

/// Prints the front as a table, with the best member on the test part first.
fn print_front<G: Granularity>(front: &[FrontMember<G>]) {
    let mut members: Vec<_> = front.iter().collect();
    let accuracy =
        |member: &FrontMember<G>| member.trained.as_ref().map_or(0.0, |it| it.test.accuracy);
    members.sort_by(|a, b| accuracy(b).total_cmp(&accuracy(a)));
    println!("Pareto front, with test accuracy on data that the search never saw:\n");
    let [file, fresh] = ["exported", "fresh trainings"];
    println!("{file:>10} {fresh:>15} {:>9} {:>9}  candidate", "model", "buffer");
    for member in members {
        let Some(assessment) = member.assessment() else { continue };
        let file = match &member.trained {
            Some(trained) => format!("{:.1} %", 100.0 * trained.test.accuracy),
            None => "not tested".to_owned(),
        };
        let fresh = member.test(Quantity::Accuracy).map_or_else(String::new, |spread| {
            format!("{:.1} ± {:.1} %", 100.0 * spread.mean, 100.0 * spread.deviation)
        });
        let buffer = member.candidate().granularity.input_buffer();
        let model = assessment.costs.model_size;
        println!("{file:>10} {fresh:>15} {model:>9} {buffer:>9}  {}", member.candidate());
    }
}

/// Prints the recommended member, the accuracy to expect of it, and the baselines that it competes
/// with.
fn print_recommended<G: Granularity>(report: &Report<G>) {
    let Some((member, recommended)) = report.recommended_member().zip(report.recommended) else {
        return;
    };
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let expected = recommended.expected;
    println!("\nRecommended: evaluation {}, {}", member.record.index, member.candidate());
    if let Some(trained) = &member.trained {
        let int8 = trained.test.int8_accuracy.map_or_else(String::new, percent);
        println!("  its files on the test part: {} (int8: {int8})", percent(trained.test.accuracy));
    }
    println!(
        "  expected on new data: {} ({} to {}), estimated from {}",
        percent(expected.accuracy),
        percent(expected.low),
        percent(expected.high),
        report.judging
    );
    for (baseline, member) in &report.baselines {
        let Some(trained) = &member.trained else { continue };
        println!("  {}: {}", baseline.name(), percent(trained.test.accuracy));
    }
    println!("  always the most frequent class: {}", percent(report.judging.majority_accuracy));
    if let Some(baseline) = report.beaten_by() {
        println!("  The {} baseline is better on the test part.", baseline.name());
    }
    if report.judging.has_few_groups() {
        println!("  Fewer than three groups judged the candidates, so their order is unreliable.");
    }
}
