//! Prints what networks cost in flash, memory, time and energy, without training or converting
//! them.
//!
//! ```text
//! cargo run --release --example model_size -- --input 39x8x1 --layers 2x3R,2x5S
//! cargo run --release --example model_size -- --csv networks.csv --profile tf2.21
//! cargo run --release --example model_size -- --csv networks.csv --kernels cmsis_nn --core m4
//! ```

use std::{
    error::Error,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

#[path = "shared/networks.rs"]
mod networks;
#[path = "shared/platform.rs"]
mod platform;

use clap::Parser;
use danas::{
    size::{Arena, Converter, DeployedFormat, Device, NumberFormat, OperatorCost, Platform},
    space::{Network, Shape},
};
use serde::{Deserialize, Serialize};

use crate::{
    networks::{NetworkArguments, network},
    platform::PlatformArguments,
};

/// Prints what networks cost: the size of their TensorFlow Lite files, and the tensor arena that
/// TensorFlow Lite Micro needs.
#[derive(Debug, Parser)]
#[command(name = "model_size")]
struct Arguments {
    /// Height, width and channels of the input.
    #[arg(long, value_name = "HxWxC", requires = "layers", conflicts_with = "csv")]
    input: Option<String>,
    /// Convolutions: filters x kernel, then R for ReLU or S for sigmoid.
    #[arg(long, value_name = "2x3R,2x5S", requires = "input")]
    layers: Option<String>,
    /// Table with the columns h, w, c, layers ("2x3R 2x5S") and, optionally, dense and classes. The
    /// sizes are printed as another table.
    #[arg(long, value_name = "FILE", required_unless_present = "input")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    network: NetworkArguments,
    #[command(flatten)]
    platform: PlatformArguments,
}

/// Row of the table of networks.
#[derive(Debug, Deserialize)]
struct Row {
    h: usize,
    w: usize,
    c: usize,
    layers: String,
    dense: Option<u32>,
    classes: Option<usize>,
}

/// Row of the table of sizes. The arenas to allocate, and the parts of them that TensorFlow Lite
/// Micro reports as used, are for the chosen microcontroller. If none is chosen, they are for the
/// package `tflite-micro` on a 64-bit host, where they can be recorded.
#[derive(Debug, Serialize)]
struct Sizes {
    float32_bytes: u64,
    dynamic_bytes: u64,
    int8_bytes: u64,
    arena_float32: u64,
    arena_int8: u64,
    used_float32: u64,
    used_int8: u64,
}

fn main() -> ExitCode {
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut converter = arguments.network.converter();
    let platform = arguments.platform.chosen().unwrap_or(Platform::HOST);
    if let Some(path) = &arguments.csv {
        let unreadable = |error| format!("{}: {error}", path.display());
        let mut sizes = csv::Writer::from_writer(io::stdout());
        let rows = csv::Reader::from_path(path).map_err(unreadable)?.into_deserialize();
        for (number, row) in (1..).zip(rows) {
            let Row { h, w, c, layers, dense, classes } = row.map_err(unreadable)?;
            let dense = dense.unwrap_or(arguments.network.dense);
            let classes = classes.unwrap_or(arguments.network.classes);
            let network = network(Shape::new(h, w, c), &layers, dense, classes);
            let measured = network.and_then(|network| measure(&mut converter, &network, platform));
            let measured = measured.map_err(|error| format!("network {number}: {error}"))?;
            sizes.serialize(measured)?;
        }
        return Ok(sizes.flush()?);
    }
    let text = |given: &Option<String>| given.clone().unwrap_or_default();
    let (input, layers) = (text(&arguments.input), text(&arguments.layers));
    let network = arguments.network.network(&input, &layers)?;
    print(&mut io::stdout().lock(), &mut converter, &network, &arguments.platform)
}

fn measure(
    converter: &mut Converter,
    network: &Network,
    platform: Platform,
) -> Result<Sizes, Box<dyn Error>> {
    let [float32_bytes, dynamic_bytes, int8_bytes] = NumberFormat::ALL.map(|format| {
        converter.format = format;
        converter.model_size(network).map(|bytes| bytes.get())
    });
    let arena = |format| Arena::converted(network, converter.profile, format, platform);
    let float32 = arena(DeployedFormat::Float32)?;
    let int8 = arena(DeployedFormat::Int8)?;
    Ok(Sizes {
        float32_bytes: float32_bytes?,
        dynamic_bytes: dynamic_bytes?,
        int8_bytes: int8_bytes?,
        arena_float32: float32.total().get(),
        arena_int8: int8.total().get(),
        used_float32: float32.used().get(),
        used_int8: int8.used().get(),
    })
}

fn print(
    out: &mut impl Write,
    converter: &mut Converter,
    network: &Network,
    platform: &PlatformArguments,
) -> Result<(), Box<dyn Error>> {
    writeln!(out, "{network}\n")?;
    writeln!(
        out,
        "{:17} {:14} {:>12} {:>16}",
        "operator", "output", "parameters", "multiplications"
    )?;
    for operator in converter.operators(network)? {
        let output: Vec<String> = operator.output.iter().map(ToString::to_string).collect();
        writeln!(
            out,
            "{:17} {:14} {:12} {:16}",
            operator.kind.name(),
            output.join("x"),
            operator.parameters,
            operator.macs
        )?;
    }
    writeln!(out, "{:17} {:14} {:12} {:16}", "total", "", network.parameters(), network.macs())?;
    let titles = ["flash", "arena head", "arena tail", "arena", "host arena"];
    writeln!(out, "\n{:14} {}", "format", titles.map(|title| format!("{title:>13}")).concat())?;
    let formats = ["float32", "dynamic range", "int8"];
    for (format, name) in NumberFormat::ALL.into_iter().zip(formats) {
        converter.format = format;
        let flash = converter.model_size(network)?;
        let arena = |platform| {
            let format = format.deployed();
            let arena = |format| Arena::converted(network, converter.profile, format, platform);
            format.map(arena).transpose()
        };
        let (device, host) =
            (arena(platform.chosen().unwrap_or_default())?, arena(Platform::HOST)?);
        let [head, tail] = [device.map(|it| it.head), device.map(|it| it.tail)];
        let [total, host] = [device, host].map(|arena| arena.map(|it| it.total()));
        let cells = [Some(flash), head, tail, total, host]
            .map(|bytes| bytes.map_or_else(|| "-".to_owned(), |bytes| bytes.to_string()))
            .map(|cell| format!("{cell:>13}"));
        writeln!(out, "{name:14} {}", cells.concat())?;
    }
    writeln!(out, "\nThe arena is the memory to allocate on {platform}.")?;
    print_boards(out, &converter.operators(network)?)
}

/// Prints estimates of the time and energy of one inference on all known boards.
fn print_boards(out: &mut impl Write, operators: &[OperatorCost]) -> Result<(), Box<dyn Error>> {
    let titles = ["float32", "", "int8", ""].map(|title| format!("{title:>11}"));
    writeln!(out, "\n{:26} {}", "estimates for", titles.concat())?;
    for board in Device::boards() {
        let device = Device::board(board)?;
        let runs = [DeployedFormat::Float32, DeployedFormat::Int8]
            .map(|format| device.run(operators, format))
            .map(|run| format!("{:>8.2} ms{:>8.3} mJ", 1e3 * run.seconds, 1e3 * run.joules));
        writeln!(out, "{:26} {}", device.name, runs.concat())?;
    }
    Ok(())
}
