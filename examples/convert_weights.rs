//! Writes TensorFlow Lite files from weights and examples in NumPy arrays, whatever software made
//! them.
//!
//! ```text
//! cargo run --release --example convert_weights -- --input 39x8x1 --layers 2x3R,2x5S \
//!     --weights weights --examples examples.npy --output converted
//! ```
//!
//! `weights` contains `layer1.kernel.npy`, `layer1.bias.npy`, …, `dense.kernel.npy`,
//! `dense.bias.npy`, `output.kernel.npy` and `output.bias.npy`, with the names and shapes of
//! `danas::space::TensorSpec`. The output folder also has the predictions for the examples, those
//! of an engine and those of the 8-bit integers, so that any runtime can be compared with them.

#[path = "shared/networks.rs"]
mod networks;

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use danas::{
    default_engine,
    dsp::ndarray::{Array2, Array4, ArrayD},
    model::{ModelError, TrainedModel, TrainingRecord, Weights},
    size::{Calibration, FloatModel},
    space::Network,
};
use ndarray_npy::{read_npy, write_npy};

use crate::networks::NetworkArguments;

/// Writes TensorFlow Lite files from weights and examples in NumPy arrays.
#[derive(Debug, Parser)]
#[command(name = "convert_weights")]
struct Arguments {
    /// Height, width and channels of the input.
    #[arg(long, value_name = "HxWxC")]
    input: String,
    /// Convolutions: filters x kernel, then R for ReLU or S for sigmoid.
    #[arg(long, value_name = "2x3R,2x5S")]
    layers: String,
    #[command(flatten)]
    network: NetworkArguments,
    /// Folder of the weights.
    #[arg(long, value_name = "FOLDER")]
    weights: PathBuf,
    /// Array of the examples to calibrate on and to predict: `[examples, height, width, channels]`.
    #[arg(long, value_name = "FILE")]
    examples: PathBuf,
    /// Output folder.
    #[arg(long, value_name = "FOLDER")]
    output: PathBuf,
}

fn main() -> ExitCode {
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let network = arguments.network.network(&arguments.input, &arguments.layers)?;
    let converter = arguments.network.converter();
    let weights = read_weights(&network, &arguments.weights)?;
    let path = &arguments.examples;
    let examples: Array4<f32> =
        read_npy(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let examples = examples.as_standard_layout().into_owned();

    let model = FloatModel::new(&network, weights.slices())?;
    let mut calibration = Calibration::new(&model);
    for example in examples.outer_iter() {
        calibration.observe(example.as_slice().unwrap_or_default())?;
    }
    let int8 = converter.quantise(&model, &calibration.scales()?)?;

    let folder = &arguments.output;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("float32.tflite"), converter.write_float32(&model)?)?;
    fs::write(folder.join("dynamic_range.tflite"), converter.write_dynamic_range(&model)?)?;
    fs::write(folder.join("int8.tflite"), int8.write()?)?;

    let engine = default_engine();
    let record = TrainingRecord::new(engine.name(), 0, Vec::new());
    let trained = TrainedModel::new(network.clone(), weights.clone(), None, record)?;
    let float32 = match engine.predict(&trained, examples.view()) {
        // Without libtorch, no engine supports some of the layers.
        Err(ModelError::Unsupported { .. }) => {
            let rows =
                examples.outer_iter().map(|it| model.predict(it.as_slice().unwrap_or_default()));
            let probabilities = rows.collect::<Result<Vec<_>, _>>()?.concat();
            Array2::from_shape_vec((examples.dim().0, network.classes()), probabilities)?
        }
        predicted => predicted?,
    };
    let rows = examples.outer_iter().map(|it| int8.predict(it.as_slice().unwrap_or_default()));
    let integers = rows.collect::<Result<Vec<_>, _>>()?.concat();
    let integers = Array2::from_shape_vec(float32.raw_dim(), integers)?;
    write_npy(folder.join("float32.npy"), &float32)?;
    write_npy(folder.join("int8.npy"), &integers)?;
    write_npy(
        folder.join("int8_examples.npy"),
        &examples.mapv(|value| int8.input().quantise(value)),
    )?;
    Ok(())
}

fn read_weights(network: &Network, folder: &Path) -> Result<Weights, Box<dyn Error>> {
    let read = |name: String| {
        let path = folder.join(name + ".npy");
        read_npy::<_, ArrayD<f32>>(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let tensors = network.weights().into_iter().map(|spec| read(spec.to_string()));
    Ok(Weights::new(network, tensors.collect::<Result<_, _>>()?)?)
}
