//! Trains one candidate, and prints its metrics, milliseconds per step and peak memory.
//!
//! ```text
//! cargo run --release --example train_one
//! cargo run --release --example train_one -- --rate 8000 --representation mfcc --layers 8x3R,8x3R --json
//! cargo run --release --example train_one -- --training recipe.toml --steps 500
//! cargo run --release --example train_one -- --shape 39x8 --samples 880 --layers 2x3R,2x5R
//! ```
//!
//! With `--shape` it trains on seeded random features instead of recordings, for timing. With
//! `--arrays` it writes the features, labels and predictions, for comparisons with other libraries.

#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::{
    error::Error,
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    thread,
    time::Instant,
};

#[path = "shared/recordings.rs"]
mod recordings;

use clap::Parser;
use danas::{
    EngineChoice, Part,
    model::{
        Averaging, Engine, Metrics, ModelError, Samples, TrainConfig, TrainedModel, Training,
        TrainingRecord, Workload,
        ndarray::{Array1, Array4},
    },
    space::{Architecture, AudioGranularity, Candidate, Network, Shape, parse_layers},
};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use recordings::Recordings;
use serde::Serialize;

/// Trains one candidate, and prints its metrics, milliseconds per step and peak memory.
#[derive(Debug, Parser)]
#[command(name = "train_one")]
struct Arguments {
    #[command(flatten)]
    recordings: Recordings,
    /// Train on random features of this shape instead of recordings: height x width, or height x
    /// width x channels.
    #[arg(long, value_name = "39x8", conflicts_with_all = ["dataset", "rate", "representation"])]
    shape: Option<String>,
    /// Number of random examples.
    #[arg(long, default_value_t = 880, requires = "shape")]
    samples: usize,
    /// Number of classes of the random examples.
    #[arg(long, default_value = "2", requires = "shape")]
    classes: NonZeroUsize,
    /// Layers, such as 8x3R,2x5S.
    #[arg(long, default_value = "4x3R,4x3R", value_name = "8x3R,2x5S")]
    layers: String,
    /// Width of the hidden dense layer; 0 leaves it out.
    #[arg(long, default_value_t = 10)]
    dense: u32,
    /// File with the settings of the training (schedule, weight decay, ...), in TOML as in
    /// `[training]` of a configuration.
    #[arg(long, value_name = "FILE")]
    training: Option<PathBuf>,
    /// Number of epochs of the training [default: 20].
    #[arg(long, conflicts_with = "steps")]
    epochs: Option<usize>,
    /// Number of steps of the training, instead of epochs.
    #[arg(long)]
    steps: Option<usize>,
    /// Number of examples in a step [default: 32].
    #[arg(long)]
    batch: Option<usize>,
    /// Seed of the training, and of random features.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Number of threads, each of which runs the same training at the same time.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Training engine: auto, native, native-portable, native-avx2, native-avx512, or torch if it
    /// is built in.
    #[arg(long, default_value_t)]
    engine: EngineChoice,
    /// Folder for NumPy arrays of the features, labels and predicted probabilities of each part of
    /// the recordings.
    #[arg(long, value_name = "DIR", conflicts_with = "shape")]
    arrays: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Result of the training.
#[derive(Debug, Serialize)]
struct Outcome {
    candidate: String,
    input: String,
    engine: String,
    threads: usize,
    parameters: u64,
    examples: usize,
    steps: usize,
    /// Milliseconds per step of one thread, including the scaling of features and the like.
    milliseconds_per_step: f64,
    seconds: f64,
    /// Steps per second of all threads together.
    steps_per_second: f64,
    /// Memory of one training without its features, as the engine estimated it beforehand.
    estimated_bytes: Option<u64>,
    /// Largest growth of the process during training, if the system reports it.
    resident_bytes: Option<u64>,
    /// Largest size of the process so far.
    peak_resident_bytes: Option<u64>,
    /// Accuracy on the random examples that were learned, or on the validation part of the
    /// recordings.
    accuracy: f64,
    precision: f64,
    recall: f64,
    f1: f64,
    training: TrainingRecord,
}

fn main() -> ExitCode {
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let layers = parse_layers(&arguments.layers.replace(',', " "))?;
    let architecture = Architecture::new(layers, arguments.dense)?;
    let outcome = match &arguments.shape {
        Some(shape) => {
            let data = noise(arguments, parse_shape(shape)?);
            train(arguments, &architecture, architecture.to_string(), &data)?
        }
        None => {
            let (granularity, data) = recordings(arguments)?;
            let candidate = Candidate::new(granularity, architecture);
            train(arguments, &candidate.architecture, candidate.to_string(), &data)?
        }
    };
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&outcome)?);
    } else {
        print(&outcome);
    }
    Ok(())
}

/// Data to learn from, and data to judge the result by.
struct Data {
    train: Examples,
    validation: Examples,
    /// Test part, which is only read to write arrays.
    test: Option<Examples>,
    classes: usize,
    averaging: Averaging,
}

/// Part of the data.
#[derive(Clone)]
struct Examples {
    features: Arc<Array4<f32>>,
    labels: Vec<usize>,
}

/// Returns seeded random features, which are unrelated to their labels.
fn noise(arguments: &Arguments, shape: Shape) -> Data {
    let mut rng = ChaCha8Rng::seed_from_u64(arguments.seed);
    let value = || (rng.next_u32() >> 8) as f32 / (1 << 23) as f32 - 1.0;
    let size = (arguments.samples, shape.height, shape.width, shape.channels);
    let features = Arc::new(Array4::from_shape_simple_fn(size, value));
    let classes = arguments.classes.get();
    let labels = (0..arguments.samples).map(|n| n % classes).collect();
    let train = Examples { features, labels };
    Data { validation: train.clone(), train, test: None, classes, averaging: Averaging::Macro }
}

/// Returns the parts of the recordings.
fn recordings(arguments: &Arguments) -> Result<(AudioGranularity, Data), Box<dyn Error>> {
    let config = arguments.recordings.config();
    let granularity = arguments.recordings.granularity(&config)?;
    let trainer = config.prepare(arguments.engine.engine()?)?.trainer()?;
    let part = |part| {
        let (features, labels) = trainer.data(&granularity, part)?;
        Ok::<_, danas::Error>(Examples { features, labels })
    };
    let (train, validation) = (part(Part::Train)?, part(Part::Validation)?);
    let test = arguments.arrays.as_ref().map(|_| part(Part::Test)).transpose()?;
    let (classes, averaging) = (trainer.classes().len(), Averaging::Macro);
    Ok((granularity, Data { train, validation, test, classes, averaging }))
}

fn train(
    arguments: &Arguments,
    architecture: &Architecture,
    name: String,
    data: &Data,
) -> Result<Outcome, Box<dyn Error>> {
    let engine = arguments.engine.engine()?;
    let &[examples, height, width, channels] = data.train.features.shape() else {
        return Err("features must be four-dimensional".into());
    };
    let network = Network::new(Shape::new(height, width, channels), architecture, data.classes)?;
    let config = settings(arguments)?;
    let samples = Samples::new(data.train.features.view(), &data.train.labels, data.classes)?;
    let mut training = Training::new(&network, samples, &config, arguments.seed)?;
    let mut judged = 0;
    if config.uses_validation() {
        let Examples { features, labels } = &data.validation;
        judged = labels.len();
        training =
            training.with_validation(Samples::new(features.view(), labels, data.classes)?)?;
    }
    let workload =
        Workload { network: &network, config: &config, examples, validation: judged, versions: 0 };
    let estimated_bytes = engine.peak_memory(&workload)?;

    let before = resident("VmRSS");
    let begin = Instant::now();
    let models: Vec<Result<TrainedModel, ModelError>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..arguments.threads.max(1))
            .map(|_| scope.spawn(|| engine.train(&training)))
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let seconds = begin.elapsed().as_secs_f64();
    let peak = resident("VmHWM");
    let models = models.into_iter().collect::<Result<Vec<_>, _>>()?;
    let model = models.first().ok_or("every training panicked")?;

    if let Some(folder) = &arguments.arrays {
        write_arrays(folder, data, engine.as_ref(), model)?;
    }
    let probabilities = engine.predict(model, data.validation.features.view())?;
    let metrics = Metrics::new(&data.validation.labels, probabilities.view())?;
    let epochs = model.record().loss.len() * config.steps_per_epoch(examples);
    let steps = epochs.min(config.steps_for(examples));
    Ok(Outcome {
        candidate: name,
        input: network.input().to_string(),
        engine: model.record().engine.clone(),
        threads: models.len(),
        parameters: network.parameters(),
        examples,
        steps,
        milliseconds_per_step: 1e3 * seconds / steps as f64,
        seconds,
        steps_per_second: (models.len() * steps) as f64 / seconds,
        estimated_bytes,
        resident_bytes: before.zip(peak).map(|(before, peak)| peak.saturating_sub(before)),
        peak_resident_bytes: peak,
        accuracy: metrics.accuracy(),
        precision: metrics.precision(data.averaging)?,
        recall: metrics.recall(data.averaging)?,
        f1: metrics.f1(data.averaging)?,
        training: model.record().clone(),
    })
}

/// Returns the settings of the training.
fn settings(arguments: &Arguments) -> Result<TrainConfig, Box<dyn Error>> {
    let mut config: TrainConfig = match &arguments.training {
        Some(file) => {
            let named = |error: &dyn Error| format!("{}: {error}", file.display());
            let text = fs::read_to_string(file).map_err(|error| named(&error))?;
            toml::from_str(&text).map_err(|error| named(&error))?
        }
        None => TrainConfig::default(),
    };
    if let Some(epochs) = arguments.epochs {
        (config.epochs, config.steps) = (epochs, None);
    }
    config.steps = arguments.steps.or(config.steps);
    config.batch_size = arguments.batch.unwrap_or(config.batch_size);
    Ok(config)
}

/// Writes `train_features.npy` (not scaled), `train_labels.npy`, `train_probabilities.npy`, and the
/// arrays of the other parts.
fn write_arrays(
    folder: &Path,
    data: &Data,
    engine: &dyn Engine,
    model: &TrainedModel,
) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let parts = [
        ("train", Some(&data.train)),
        ("validation", Some(&data.validation)),
        ("test", data.test.as_ref()),
    ];
    for (part, examples) in parts {
        let Some(Examples { features, labels }) = examples else { continue };
        let path = |array| folder.join(format!("{part}_{array}.npy"));
        let labels: Array1<u64> = labels.iter().map(|&label| label as u64).collect();
        ndarray_npy::write_npy(path("features"), features.as_ref())?;
        ndarray_npy::write_npy(path("labels"), &labels)?;
        let probabilities = engine.predict(model, features.view())?;
        ndarray_npy::write_npy(path("probabilities"), &probabilities)?;
    }
    Ok(())
}

/// Returns a memory figure of the process in bytes, if the system reports it.
fn resident(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| 1024 * kilobytes)
}

fn parse_shape(text: &str) -> Result<Shape, Box<dyn Error>> {
    let sides: Result<Vec<usize>, _> = text.split('x').map(str::parse).collect();
    match sides.as_deref() {
        Ok([height, width]) => Ok(Shape::new(*height, *width, 1)),
        Ok([height, width, channels]) => Ok(Shape::new(*height, *width, *channels)),
        _ => Err(format!("`{text}` is not a shape: expected 39x8 or 39x8x1").into()),
    }
}

fn print(outcome: &Outcome) {
    let bytes = |bytes: Option<u64>| {
        bytes.map_or_else(|| "unknown".to_owned(), |bytes| format!("{:.1} MB", bytes as f64 / 1e6))
    };
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    println!("{}\n", outcome.candidate);
    for (name, value) in [
        ("input", outcome.input.clone()),
        ("engine", outcome.engine.clone()),
        ("threads", outcome.threads.to_string()),
        ("parameters", outcome.parameters.to_string()),
        ("steps", outcome.steps.to_string()),
        ("time", format!("{:.3} s", outcome.seconds)),
        ("time per step", format!("{:.4} ms", outcome.milliseconds_per_step)),
        ("steps per second in total", format!("{:.0}", outcome.steps_per_second)),
        ("estimated memory", bytes(outcome.estimated_bytes)),
        ("memory added by training", bytes(outcome.resident_bytes)),
        ("peak memory of the process", bytes(outcome.peak_resident_bytes)),
        ("accuracy", percent(outcome.accuracy)),
        ("precision", percent(outcome.precision)),
        ("recall", percent(outcome.recall)),
        ("F1", percent(outcome.f1)),
    ] {
        println!("{name:28} {value:>16}");
    }
}
