//! Trains one candidate on recordings and writes the files for a device: TensorFlow Lite files in
//! every format, a C array, and the settings that firmware needs.
//!
//! ```text
//! cargo xtask example export_tflite
//! cargo xtask example export_tflite -- --rate 4000 --representation mfcc --layers 8x3R,8x3R
//! ```

#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::{error::Error, path::PathBuf, process::ExitCode};

#[path = "shared/recordings.rs"]
mod recordings;

use clap::Parser;
use danas::{
    DeployedFormat, default_engine,
    space::{Architecture, Candidate, parse_layers},
};
use recordings::Recordings;

/// Trains one candidate on recordings and writes the files for a device.
#[derive(Debug, Parser)]
#[command(name = "export_tflite")]
struct Arguments {
    #[command(flatten)]
    recordings: Recordings,
    /// Convolutions: filters x kernel, then R for ReLU or S for sigmoid.
    #[arg(long, default_value = "4x3R,4x3R", value_name = "2x3R,2x5S")]
    layers: String,
    /// Width of the hidden dense layer; 0 leaves it out.
    #[arg(long, default_value_t = 16)]
    dense: u32,
    /// Number of epochs of the training [default: as in the preset `words`].
    #[arg(long)]
    epochs: Option<usize>,
    /// Seed of the training.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Name of the files and arrays, which must be a valid name in C.
    #[arg(long, default_value = "digits")]
    name: String,
    /// Output folder.
    #[arg(long, value_name = "DIR", default_value = "out/export")]
    output: PathBuf,
}

fn main() -> ExitCode {
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut config = arguments.recordings.config();
    if let Some(epochs) = arguments.epochs {
        (config.training.epochs, config.training.steps) = (epochs, None);
    }
    let granularity = arguments.recordings.granularity(&config)?;
    let layers = parse_layers(&arguments.layers.replace(',', " "))?;
    let candidate = Candidate::new(granularity, Architecture::new(layers, arguments.dense)?);

    let trainer = config.prepare(default_engine())?.trainer()?;
    let trained = trainer.train(&candidate, arguments.seed)?;
    trained.export(&arguments.output, &arguments.name)?;

    println!("{candidate}\n");
    println!("{:12} {:>10} {:>10} {:>10}", "accuracy", "float32", "int8", "examples");
    let validation = trained.validation.iter().map(|quality| ("validation", quality));
    for (part, quality) in validation.chain([("test", &trained.test)]) {
        let int8 = quality.int8_accuracy.unwrap_or_default();
        let (float32, int8) = (100.0 * quality.accuracy, 100.0 * int8);
        println!(
            "{part:12} {float32:>8.1} % {int8:>8.1} % {:>10}",
            quality.confusion.counts().sum()
        );
    }
    println!("\n{:28} {:>15}", "int8 compared with float32", "signal to noise");
    for noise in &trained.noise {
        println!("{:32} {:>8.1} dB", noise.place.to_string(), noise.decibels());
    }
    let costs = &trained.costs;
    println!("\n{:28} {:>10} {:>10}", "on a device", "float32", "int8");
    let [float32, int8] = [DeployedFormat::Float32, DeployedFormat::Int8]
        .map(|format| [costs.flash(format), costs.ram(format)]);
    println!("{:28} {:>10} {:>10}", "flash", float32[0].to_string(), int8[0].to_string());
    println!("{:28} {:>10} {:>10}", "RAM", float32[1].to_string(), int8[1].to_string());
    let arenas = [costs.arena, costs.int8_arena].map(|arena| arena.total().to_string());
    println!("{:28} {:>10} {:>10}", "  arena, reference kernels", arenas[0], arenas[1]);
    let buffer = costs.input_buffer.to_string();
    println!("{:28} {buffer:>10} {buffer:>10}", "  input buffer");
    for scratch in &costs.scratch {
        let bytes = scratch.bytes.to_string();
        println!("{:28} {bytes:>10} {bytes:>10}", format!("  {}", scratch.name.replace('_', " ")));
    }
    let [float32, int8] = [DeployedFormat::Float32, DeployedFormat::Int8]
        .map(|format| costs.streaming_ram(format).to_string());
    println!("{:28} {float32:>10} {int8:>10}", "RAM, streaming");
    let buffer = costs.streaming_buffer.to_string();
    println!("{:28} {buffer:>10} {buffer:>10}", "  streaming buffer");
    println!("\nAll files are in {}.", arguments.output.display());
    Ok(())
}
