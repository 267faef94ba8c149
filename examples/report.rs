//! Writes the report page of a search from its records, even while the search is running.

#![allow(clippy::print_stdout)]

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::Parser;

/// Reads a run's records and writes `report.html` beside them.
#[derive(Debug, Parser)]
#[command(name = "report")]
struct Arguments {
    /// Folder of the run, which is the `--output` of `search`.
    #[arg(default_value = "out")]
    folder: PathBuf,
}

fn main() -> ExitCode {
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let page = danas_report::write_report(&arguments.folder)?;
    println!("{}", page.display());
    Ok(())
}
