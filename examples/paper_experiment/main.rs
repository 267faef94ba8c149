//! Runs the paper's experiments with one command.
//!
//! ```text
//! cargo run --release --example paper_experiment -- --scale small
//! ```

#![allow(clippy::print_stdout)]

mod arguments;
mod course;
mod experiment;
mod figures;
#[path = "../shared/interrupt.rs"]
mod interrupt;
#[path = "../shared/profile.rs"]
mod profile;
#[path = "../shared/progress.rs"]
mod progress;
mod tables;

use std::{error::Error, fs, path::PathBuf, process::ExitCode};

use clap::Parser;
use danas::{AudioSource, Broken, Noise, evo::StopHandle};
use danas_datasets::{Machine, ToyAdmos, ToyConveyor};
use danas_examples::exit;
use tracing_subscriber::prelude::*;

use arguments::{Arguments, Scale};
use experiment::{Experiment, Run, unwritable};
use interrupt::stop_at_interrupt;
use profile::Profile;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let profile = arguments.profile.then(Profile::default);
    let layer = profile.clone().with_filter(tracing_subscriber::filter::LevelFilter::DEBUG);
    tracing_subscriber::registry().with(layer).init();
    let outcome = run(&arguments);
    if let Some(profile) = profile {
        println!("{profile}");
    }
    exit(outcome)
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let scale = arguments.scale();
    let handle = StopHandle::new();
    stop_at_interrupt(handle.clone())?;
    let source = tracing::debug_span!("recordings").in_scope(|| recordings(arguments, scale))?;
    let mut runs = Vec::new();
    for experiment in arguments.experiments() {
        for seed in 1..=scale.seeds {
            println!("{}, seed {seed}", experiment.name());
            let run = experiment::run(experiment, seed, &source, arguments, &handle)?;
            runs.push(run);
        }
    }
    write(arguments, &runs)
}

/// Writes tables and figures, and prints the comparison.
fn write(arguments: &Arguments, runs: &[Run]) -> Result<(), Box<dyn Error>> {
    let file = |name: &str| arguments.output.join(name);
    tables::write_table3(&file("table3.csv"), runs)?;
    for (name, experiment) in ["figure3.svg", "figure4.svg"].into_iter().zip(Experiment::ALL) {
        figures::fronts(&file(name), runs, experiment)?;
    }
    let evaluations = |run: &Run| run.report.outcome.records.len() as f64;
    let path = file("hypervolume_evaluations.svg");
    figures::growth(&path, runs, "evaluations", |it| &it.over_evaluations, evaluations)?;
    let path = file("hypervolume_seconds.svg");
    figures::growth(&path, runs, "seconds", |it| &it.over_seconds, |run| run.course.seconds)?;
    let comparison = tables::comparison(runs)?;
    let path = file("comparison.md");
    fs::write(&path, &comparison).map_err(|error| unwritable(&path, error))?;
    println!("\n{comparison}\nAll files are in {}.", arguments.output.display());
    Ok(())
}

/// Returns the recordings. As in the paper, they are mixed with as many recordings of noise, at
/// equal levels.
fn recordings(arguments: &Arguments, scale: Scale) -> Result<AudioSource, Box<dyn Error>> {
    let bar = indicatif::ProgressBar::new(0);
    let progress = |done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let folder = match &arguments.data {
        Some(folder) => folder.clone(),
        None => {
            let folder: PathBuf = arguments.output.join("simulated");
            ToyConveyor::new(0)
                .normal(scale.normal)
                .anomalous(scale.anomalous)
                .noises(scale.normal + scale.anomalous)
                .write(&folder, &progress)?;
            folder
        }
    };
    let toys = ToyAdmos::new(folder, Machine::Conveyor)
        .normal(scale.normal)
        .anomalous(scale.anomalous)
        .noise(scale.normal + scale.anomalous);
    let noise = Noise { paths: toys.noises()?, sound_gain: 1.0, noise_gain: 1.0 };
    let source =
        AudioSource::open_with_progress(toys.dataset()?, Some(noise), Broken::Refuse, &progress)?;
    bar.finish_and_clear();
    Ok(source)
}
