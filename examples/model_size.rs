//! Prints what networks cost in flash, memory, time and energy, without training or converting
//! them.
//!
//! ```text
//! cargo run --release --example model_size -- --input 39x8x1 --layers 2x3R,2x5S
//! cargo run --release --example model_size -- --csv networks.csv --profile tf2.21
//! cargo run --release --example model_size -- --csv networks.csv --kernels cmsis_nn --core m4
//! cargo run --release --example model_size -- --csv networks.csv --kernels generated --core m0
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
    firmware::{FirmwareCosts, FirmwareError, FrontEnd, FrontEndOutline, InputScaling},
    size::{Arena, Converter, DeployedFormat, Device, NumberFormat, OperatorCost, Platform},
    space::{Network, Shape},
};
use serde::{Deserialize, Serialize};

use crate::{
    networks::{NetworkArguments, network},
    platform::PlatformArguments,
};

/// Prints what networks cost: the size of their TensorFlow Lite files, the tensor arena that
/// TensorFlow Lite Micro needs, and the instructions of an inference.
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
/// package `tflite-micro` on a 64-bit host, where they can be recorded. They are empty for kernels
/// that need no arena. Instructions are estimates for the chosen microcontroller, and empty if none
/// is chosen. The RAM and flash of danas' C library are those of one that reads features which the
/// program computes.
#[derive(Debug, Serialize)]
struct Sizes {
    float32_bytes: u64,
    dynamic_bytes: u64,
    int8_bytes: u64,
    arena_float32: Option<u64>,
    arena_int8: Option<u64>,
    used_float32: Option<u64>,
    used_int8: Option<u64>,
    instructions_float32: Option<u64>,
    instructions_int8: Option<u64>,
    firmware_ram_float32: u64,
    firmware_ram_int8: u64,
    firmware_flash_float32: u64,
    firmware_flash_int8: u64,
}

fn main() -> ExitCode {
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut converter = arguments.network.converter();
    if let Some(path) = &arguments.csv {
        let unreadable = |error| format!("{}: {error}", path.display());
        let mut sizes = csv::Writer::from_writer(io::stdout());
        let rows = csv::Reader::from_path(path).map_err(unreadable)?.into_deserialize();
        for (number, row) in (1..).zip(rows) {
            let Row { h, w, c, layers, dense, classes } = row.map_err(unreadable)?;
            let dense = dense.unwrap_or(arguments.network.dense);
            let classes = classes.unwrap_or(arguments.network.classes);
            let network = network(Shape::new(h, w, c), &layers, dense, classes);
            let measured = network.and_then(|it| measure(&mut converter, &it, &arguments.platform));
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
    platform: &PlatformArguments,
) -> Result<Sizes, Box<dyn Error>> {
    let [float32_bytes, dynamic_bytes, int8_bytes] = NumberFormat::ALL.map(|format| {
        converter.format = format;
        converter.model_size(network).map(|bytes| bytes.get())
    });
    let of_arena = if platform.is_chosen() { platform.platform() } else { Some(Platform::HOST) };
    let arena = |format| -> Result<Option<Arena>, Box<dyn Error>> {
        let of = |platform| Arena::converted(network, converter.profile, format, platform);
        Ok(of_arena.map(of).transpose()?)
    };
    let [float32, int8] = [arena(DeployedFormat::Float32)?, arena(DeployedFormat::Int8)?];
    let operators = converter.operators(network)?;
    let instructions = |format| {
        let rounded = || platform.instructions(&operators, format).round() as u64;
        platform.is_chosen().then(rounded)
    };
    let [firmware_float32, firmware_int8] =
        [DeployedFormat::Float32, DeployedFormat::Int8].map(|format| firmware(network, format));
    let (firmware_float32, firmware_int8) = (firmware_float32?, firmware_int8?);
    Ok(Sizes {
        float32_bytes: float32_bytes?,
        dynamic_bytes: dynamic_bytes?,
        int8_bytes: int8_bytes?,
        arena_float32: float32.map(|it| it.total().get()),
        arena_int8: int8.map(|it| it.total().get()),
        used_float32: float32.map(|it| it.used().get()),
        used_int8: int8.map(|it| it.used().get()),
        instructions_float32: instructions(DeployedFormat::Float32),
        instructions_int8: instructions(DeployedFormat::Int8),
        firmware_ram_float32: firmware_float32.work.get(),
        firmware_ram_int8: firmware_int8.work.get(),
        firmware_flash_float32: firmware_float32.flash.get(),
        firmware_flash_int8: firmware_int8.flash.get(),
    })
}

/// Returns what a C library needs that reads features which the program computes, with numbers as names
/// of classes.
fn firmware(network: &Network, format: DeployedFormat) -> Result<FirmwareCosts, FirmwareError> {
    let features = FrontEnd::Features(network.input());
    let front_end = FrontEndOutline::new(&features, format, InputScaling::None)?;
    let names: Vec<String> = (0..network.classes()).map(|class| class.to_string()).collect();
    Ok(FirmwareCosts::of(network, &front_end, &names))
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
    let operators = converter.operators(network)?;
    let titles = ["flash", "arena head", "arena tail", "arena", "host arena", "instructions"];
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
        let device = platform.platform().map(arena).transpose()?.flatten();
        let host = arena(Platform::HOST)?;
        let instructions =
            format.deployed().map(|it| format!("{:.0}", platform.instructions(&operators, it)));
        let [head, tail] = [device.map(|it| it.head), device.map(|it| it.tail)];
        let [total, host] = [device, host].map(|arena| arena.map(|it| it.total()));
        let cells = [Some(flash), head, tail, total, host]
            .map(|bytes| bytes.map(|bytes| bytes.to_string()));
        let cells = cells.into_iter().chain([instructions]);
        let cells = cells.map(|cell| format!("{:>13}", cell.as_deref().unwrap_or("-")));
        writeln!(out, "{name:14} {}", cells.collect::<String>())?;
    }
    writeln!(
        out,
        "\nThe arena is the memory to allocate on {platform}, where an inference executes about as \
         many instructions."
    )?;
    print_boards(out, &operators)
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
