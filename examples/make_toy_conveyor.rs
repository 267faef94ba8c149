//! Simulates recordings of a toy conveyor, in ToyADMOS' layout: no download needed.
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

/// Simulates a toy conveyor: WAV files of 10 s at 48 kHz, as many as the paper used unless told
/// otherwise. They are not ToyADMOS.
#[derive(Parser)]
struct Arguments {
    /// The folder to write to; recordings that are there already are left alone.
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Recordings of a conveyor that runs normally.
    #[arg(long, default_value_t = 900)]
    normal: usize,
    /// Recordings of one that does not.
    #[arg(long, default_value_t = 200)]
    anomalous: usize,
    /// Recordings of the noise around it.
    #[arg(long, default_value_t = 1100)]
    noises: usize,
    /// What they follow from.
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
