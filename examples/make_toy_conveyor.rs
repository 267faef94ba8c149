//! Simulates recordings of a toy conveyor in the layout of ToyADMOS, without a download.
//!
//! ```text
//! cargo run --release --example make_toy_conveyor -- --output toys
//! ```

#![allow(clippy::print_stdout)]

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::Parser;
use danas_datasets::ToyConveyor;
use danas_examples::exit;
use indicatif::ProgressBar;

/// Simulates recordings of a toy conveyor: WAV files of 10 s at 48 kHz, by default as many as the
/// paper used. They are not the recordings of ToyADMOS.
#[derive(Parser)]
struct Arguments {
    /// Output folder; recordings that already exist are not overwritten.
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Number of recordings of a conveyor that runs normally.
    #[arg(long, default_value_t = 900)]
    normal: usize,
    /// Number of recordings of a conveyor with an anomaly.
    #[arg(long, default_value_t = 200)]
    anomalous: usize,
    /// Number of recordings of background noise.
    #[arg(long, default_value_t = 1100)]
    noises: usize,
    /// Seed of the simulation.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

fn main() -> ExitCode {
    exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let toys = ToyConveyor::new(arguments.seed)
        .normal(arguments.normal)
        .anomalous(arguments.anomalous)
        .noises(arguments.noises);
    let bar = ProgressBar::new(0);
    toys.write(&arguments.output, &|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish();
    println!("The recordings are in {}.", arguments.output.join("ToyConveyor").display());
    Ok(())
}
