//! Shows the contents of TensorFlow Lite files: their operators, and how their bytes are used.
//!
//! ```text
//! cargo run --release --example inspect_tflite -- crates/danas-size/tests/fixtures/two_classes.tflite
//! ```

#![allow(clippy::print_stderr, reason = "an example talks to its user")]

use std::{
    collections::HashSet,
    error::Error,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use danas::size::{
    TfliteFile,
    reader::{Operator, Subgraph, Tensor},
};
use danas_examples::is_broken_pipe;

/// Shows the contents of TensorFlow Lite files: their operators, and how their bytes are used.
#[derive(Debug, Parser)]
#[command(name = "inspect_tflite")]
struct Arguments {
    /// Files to inspect.
    #[arg(required = true, value_name = "FILE.tflite")]
    files: Vec<PathBuf>,
}

fn main() -> ExitCode {
    danas_examples::exit(run(&Arguments::parse().files, &mut io::stdout().lock()))
}

/// Shows every file, also those that follow a broken one.
fn run(files: &[PathBuf], out: &mut impl Write) -> Result<ExitCode, Box<dyn Error>> {
    let mut code = ExitCode::SUCCESS;
    for path in files {
        writeln!(out, "{}", path.display())?;
        match inspect(path, out) {
            Err(error) if !is_broken_pipe(&*error) => {
                eprintln!("{}: {error}", path.display());
                code = ExitCode::FAILURE;
            }
            shown => shown?,
        }
        writeln!(out)?;
    }
    Ok(code)
}

fn inspect(path: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(path)?;
    let file = TfliteFile::read(&bytes)?;
    for (number, subgraph) in file.subgraphs().enumerate() {
        let name = subgraph.name().unwrap_or_default().escape_debug();
        writeln!(out, "\nsubgraph {number} {name}")?;
        print_operators(subgraph, out)?;
        for (index, tensor) in subgraph.tensors().enumerate().filter(|(_, it)| it.surplus() > 0) {
            let (name, surplus) = (tensor.name().escape_debug(), tensor.surplus());
            writeln!(
                out,
                "note: buffer {} has {surplus} bytes more than tensor {index}, {name}, needs",
                tensor.buffer()
            )?;
        }
    }
    writeln!(out)?;
    for entry in file.metadata() {
        let name = format!("metadata {}", entry.name.escape_debug());
        writeln!(out, "{name:40} {:>12}", entry.data.len())?;
    }
    let sizes = file.sizes();
    let parts = [
        ("constants", sizes.constants),
        ("metadata", sizes.metadata),
        ("structure", sizes.structure),
        ("file", sizes.file),
    ];
    for (name, bytes) in parts {
        writeln!(out, "{name:40} {:>12}", bytes.get())?;
    }
    Ok(())
}

fn print_operators(subgraph: Subgraph<'_>, out: &mut impl Write) -> io::Result<()> {
    let columns = ["operator", "version", "output", "type", "constant bytes"];
    let [name, version, output, element, constants] = columns;
    writeln!(out, "{name:30} {version:>7}  {output:20} {element:10} {constants:>14}")?;
    for tensor in subgraph.inputs() {
        writeln!(
            out,
            "{:30} {:>7}  {:20} {:10} {:>14}",
            "input",
            "",
            shape(tensor),
            tensor.element(),
            ""
        )?;
    }
    let mut buffers = HashSet::new();
    for operator in subgraph.operators() {
        let constants = constant_bytes(operator, &mut buffers);
        let mut outputs = operator.outputs().flatten();
        let first = outputs.next();
        writeln!(
            out,
            "{:30} {:7}  {:20} {:10} {constants:14}",
            operator.name(),
            operator.version(),
            first.map(shape).unwrap_or_default(),
            first.map(|tensor| tensor.element().name()).unwrap_or_default(),
        )?;
        for tensor in outputs {
            writeln!(out, "{:30} {:7}  {:20} {:10}", "", "", shape(tensor), tensor.element())?;
        }
    }
    Ok(())
}

/// Returns the dimensions of a tensor, with `?` for one that varies, as in `?x39x8x1`.
fn shape(tensor: Tensor<'_>) -> String {
    let signature: Vec<i32> = tensor.shape_signature().collect();
    let sizes =
        tensor.shape().enumerate().map(|(dimension, size)| match signature.get(dimension) {
            Some(-1) => "?".to_owned(),
            _ => size.to_string(),
        });
    sizes.collect::<Vec<_>>().join("x")
}

/// Returns the number of bytes of an operator's constants. A buffer that an earlier operator uses
/// is not counted again.
fn constant_bytes(operator: Operator<'_>, buffers: &mut HashSet<u32>) -> usize {
    let constants = operator.inputs().flatten().filter(|tensor| !tensor.data().is_empty());
    let own = constants.filter(|tensor| buffers.insert(tensor.buffer()));
    own.map(|tensor| tensor.data().len()).sum()
}
