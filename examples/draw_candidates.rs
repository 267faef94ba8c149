//! Draws random candidates from a search space, and writes a table of their networks and of the
//! memory that training them takes.
//!
//! ```text
//! cargo run --release --example draw_candidates
//! cargo run --release --example draw_candidates -- --preset paper --count 100 --seed 1 > networks.csv
//! cargo run --release --example model_size -- --csv networks.csv
//! ```
//!
//! Candidates whose layers do not fit their input are drawn again.

#![allow(clippy::print_stderr, reason = "an example talks to its user")]

use std::{error::Error, io, num::NonZeroUsize, process::ExitCode};

use clap::Parser;
use danas::{
    Config, EngineChoice, Preset,
    model::{AutoEngine, TrainConfig, Workload},
    space::{Candidate, Network, layers_text},
};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use serde::Serialize;

/// Draws random candidates from a search space, and writes them as a table.
#[derive(Debug, Parser)]
#[command(name = "draw_candidates")]
struct Arguments {
    /// Preset that has the space: standard, paper, words or sounds.
    #[arg(long, default_value_t)]
    preset: Preset,
    /// Number of candidates to draw.
    #[arg(long, default_value_t = 10)]
    count: usize,
    /// Seed of the draw.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Number of classes of the networks.
    #[arg(long, default_value = "2")]
    classes: NonZeroUsize,
    /// Number of training examples, on which the memory of a training depends.
    #[arg(long, default_value_t = 880)]
    examples: usize,
}

/// Row of the table. The first columns are those that `model_size` reads.
#[derive(Debug, Serialize)]
struct Row {
    h: usize,
    w: usize,
    c: usize,
    layers: String,
    dense: u32,
    classes: usize,
    candidate: String,
    parameters: u64,
    /// Number of multiply-accumulates of one inference.
    macs: u64,
    /// Name of the engine that `auto` chooses.
    auto: String,
    /// Peak memory of a training in bytes, by engine. Empty for libtorch if it is not built in.
    native_memory: Option<u64>,
    torch_memory: Option<u64>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let space = Config::preset(arguments.preset).space;
    let classes = arguments.classes.get();
    let mut rng = ChaCha8Rng::seed_from_u64(arguments.seed);
    let mut table = csv::Writer::from_writer(io::stdout());
    let mut drawn = 0;
    while drawn < arguments.count {
        let candidate = space.sample(&mut rng);
        if let Ok(network) = candidate.network(classes) {
            table.serialize(row(&candidate, &network, arguments.examples)?)?;
            drawn += 1;
        }
    }
    Ok(table.flush()?)
}

fn row(candidate: &Candidate, network: &Network, examples: usize) -> Result<Row, Box<dyn Error>> {
    let config = TrainConfig::default();
    let workload = Workload { network, config: &config, examples, validation: 0, versions: 0 };
    let layers = layers_text(network.layers().iter().map(|shaped| shaped.layer));
    let torch = EngineChoice::Torch("cpu".to_owned()).engine().ok();
    let torch_memory = torch.map(|torch| torch.peak_memory(&workload)).transpose()?.flatten();
    Ok(Row {
        h: network.input().height,
        w: network.input().width,
        c: network.input().channels,
        layers,
        dense: network.dense_width(),
        classes: network.classes(),
        candidate: candidate.to_string(),
        parameters: network.parameters(),
        macs: network.macs(),
        auto: AutoEngine::new().choice(network).name().to_owned(),
        native_memory: EngineChoice::Native(None).engine()?.peak_memory(&workload)?,
        torch_memory,
    })
}
