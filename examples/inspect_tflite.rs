//! Shows the contents of TensorFlow Lite files: their operators, and how their bytes are used.
//!
//! ```text
//! cargo run --release --example inspect_tflite -- crates/danas-size/tests/fixtures/two_classes.tflite
//! ```

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to its user")]

use std::{
    collections::HashSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use danas::size::{
    TfliteFile,
    reader::{Operator, Subgraph, Tensor},
};

/// Shows the contents of TensorFlow Lite files: their operators, and how their bytes are used.
#[derive(Debug, Parser)]
#[command(name = "inspect_tflite")]
struct Arguments {
    /// Files to inspect.
    #[arg(required = true, value_name = "FILE.tflite")]
    files: Vec<PathBuf>,
}

/// Continues after a broken file, so that every file is reported.
fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for path in Arguments::parse().files {
        println!("{}", path.display());
        if let Err(error) = inspect(&path) {
            eprintln!("{}: {error}", path.display());
            code = ExitCode::FAILURE;
        }
        println!();
    }
    code
}

fn inspect(path: &Path) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(path)?;
    let file = TfliteFile::read(&bytes)?;
    for (number, subgraph) in file.subgraphs().enumerate() {
        let name = subgraph.name().unwrap_or_default().escape_debug();
        println!("\nsubgraph {number} {name}");
        print_operators(subgraph);
    }
    println!();
    for entry in file.metadata() {
        let name = format!("metadata {}", entry.name.escape_debug());
        println!("{name:40} {:>12}", entry.data.len());
    }
    let sizes = file.sizes();
    let parts = [
        ("constants", sizes.constants),
        ("metadata", sizes.metadata),
        ("structure", sizes.structure),
        ("file", sizes.file),
    ];
    for (name, bytes) in parts {
        println!("{name:40} {:>12}", bytes.get());
    }
    Ok(())
}

fn print_operators(subgraph: Subgraph<'_>) {
    let columns = ["operator", "version", "output", "type", "constant bytes"];
    let [name, version, output, element, constants] = columns;
    println!("{name:30} {version:>7}  {output:20} {element:10} {constants:>14}");
    for tensor in subgraph.inputs() {
        println!(
            "{:30} {:>7}  {:20} {:10} {:>14}",
            "input",
            "",
            shape(tensor),
            tensor.element(),
            ""
        );
    }
    let mut buffers = HashSet::new();
    for operator in subgraph.operators() {
        let constants = constant_bytes(operator, &mut buffers);
        let mut outputs = operator.outputs().flatten();
        let first = outputs.next();
        println!(
            "{:30} {:7}  {:20} {:10} {constants:14}",
            operator.name(),
            operator.version(),
            first.map(shape).unwrap_or_default(),
            first.map(|tensor| tensor.element().name()).unwrap_or_default(),
        );
        for tensor in outputs {
            println!("{:30} {:7}  {:20} {:10}", "", "", shape(tensor), tensor.element());
        }
    }
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
