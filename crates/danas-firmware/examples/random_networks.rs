//! Writes networks with random weights, as TensorFlow Lite files and as C libraries, to measure what
//! they cost on a device.
//!
//! ```text
//! cargo run -p danas-firmware --example random_networks -- networks.csv OUTPUT [tf2.21]
//! ```
//!
//! The table has the columns h, w, c, layers, dense and classes. The network in row `N`, counted
//! from 0, is written to `OUTPUT/N`: `int8.tflite`, `float32.tflite`, and the sources of the libraries
//! `int8.c` and `float32.c` with their headers. The models are those of TensorFlow 2.12 or 2.21.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use danas_firmware::{FirmwareModel, FrontEnd, Library, LibraryParts};
use danas_size::{Calibration, Converter, FloatModel, Profile};
use danas_space::{Architecture, Network, Role, Shape, TensorSpec, parse_layers};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let (Some(table), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("random_networks TABLE OUTPUT [tf2.21]".into());
    };
    let profile = match arguments.next() {
        Some(profile) if profile == "tf2.21" => Profile::Tf2_21,
        _ => Profile::Tf2_12,
    };
    let table = fs::read_to_string(&table)?;
    for (number, row) in table.lines().skip(1).enumerate() {
        let folder = PathBuf::from(&output).join(number.to_string());
        fs::create_dir_all(&folder)?;
        write(&folder, &network(row)?, profile, number as u64)?;
    }
    Ok(())
}

fn network(row: &str) -> Result<Network, Box<dyn Error>> {
    let fields: Vec<&str> = row.split(',').collect();
    let [height, width, channels, layers, dense, classes] = fields[..] else {
        return Err(format!("`{row}` does not have six fields").into());
    };
    let input = Shape::new(height.parse()?, width.parse()?, channels.parse()?);
    let architecture = Architecture::new(parse_layers(layers)?, dense.parse()?)?;
    Ok(Network::new(input, &architecture, classes.parse()?)?)
}

fn write(
    folder: &Path,
    network: &Network,
    profile: Profile,
    seed: u64,
) -> Result<(), Box<dyn Error>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let weights: Vec<Vec<f32>> =
        network.weights().into_iter().map(|spec| weights(&mut rng, &spec)).collect();
    let model = FloatModel::new(network, weights.iter().map(Vec::as_slice))?;
    let mut calibration = Calibration::new(&model);
    let values = network.input().elements().unwrap_or(0);
    for _ in 0..2 {
        let example: Vec<f32> = (0..values).map(|_| rng.random_range(-2.0..2.0)).collect();
        calibration.observe(&example)?;
    }
    let mut converter = Converter::default();
    converter.profile = profile;
    let int8 = converter.quantise(&model, &calibration.scales()?)?;
    fs::write(folder.join("int8.tflite"), int8.write()?)?;
    fs::write(folder.join("float32.tflite"), converter.write_float32(&model)?)?;

    let classes: Vec<String> = (0..network.classes()).map(|class| class.to_string()).collect();
    let front_end = FrontEnd::Features(network.input());
    let models =
        [("int8", FirmwareModel::Int8(&int8)), ("float32", FirmwareModel::Float32(&model))];
    for (name, model) in models {
        let library = Library::new(&LibraryParts {
            name,
            description: "random weights",
            classes: &classes,
            front_end: &front_end,
            standardisation: None,
            model,
        })?;
        for file in library.files() {
            if let (true, Some(name)) = (file.path.starts_with("src"), file.path.file_name()) {
                fs::write(folder.join(name), file.text)?;
            }
        }
    }
    Ok(())
}

/// Returns weights like those of a trained network, whose activations keep their size.
fn weights(rng: &mut ChaCha8Rng, spec: &TensorSpec) -> Vec<f32> {
    let values = spec.values();
    let outputs = if spec.role == Role::Depthwise { spec.shape[3] } else { spec.shape[0] };
    let size = (6.0 / (values / outputs + outputs) as f32).sqrt();
    let weight = |_| match spec.role {
        Role::Kernel | Role::Pointwise | Role::Depthwise => rng.random_range(-size..size),
        Role::Scale | Role::Variance => rng.random_range(0.5..1.5),
        _ => rng.random_range(-0.3..0.3),
    };
    (0..values).map(weight).collect()
}
