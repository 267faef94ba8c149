//! Classifies recordings with a model that a search or `export_tflite` exported.
//!
//! ```text
//! cargo run --release --example classify -- out/front/evaluation_12/model.safetensors door.wav
//! ```

use std::{
    error::Error,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use danas::{Classifier, default_engine};

/// Classifies recordings with an exported model: prints the most likely class of each, and its
/// probability.
#[derive(Debug, Parser)]
#[command(name = "classify")]
struct Arguments {
    /// Exported model.
    #[arg(value_name = "MODEL.safetensors")]
    model: PathBuf,
    /// Recordings.
    #[arg(required = true, value_name = "FILE")]
    recordings: Vec<PathBuf>,
}

fn main() -> ExitCode {
    danas_examples::exit(run(&Arguments::parse(), &mut io::stdout().lock()))
}

fn run(arguments: &Arguments, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let classifier = Classifier::load(&arguments.model, default_engine())?;
    for path in &arguments.recordings {
        let answer = classifier.classify_file(path)?;
        let percent = 100.0 * answer.probability();
        writeln!(out, "{}: {} ({percent:.1} %)", path.display(), answer.class)?;
    }
    Ok(())
}
