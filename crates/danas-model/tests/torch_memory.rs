//! Compares the memory that trainings on libtorch take with the estimates made before them.

#![cfg(all(feature = "torch", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

use std::{
    env, fs,
    io::{self, Write},
    process::Command,
};

use danas_model::{
    Engine, InstructionSet, Keep, Optimizer, Samples, Sgd, TorchEngine, TrainConfig, Training,
    Workload,
};
use danas_space::{Architecture, Network, Shape, parse_layers};
use ndarray::Array4;

/// Name of the test below, which starts itself in another process.
const TEST: &str = "libtorch_never_takes_more_than_it_says_and_not_much_less";
/// Environment variable that tells a process which case to measure.
const CASE: &str = "DANAS_MEMORY_CASE";
/// Text before the result in the output of the process.
const TAKEN: &str = "bytes taken: ";

/// Input, layers, width of the dense layer, and numbers of examples: per step, to train on, to
/// validate on.
type Case = (Shape, &'static str, u32, [usize; 3]);

const BANDS: Shape = Shape::new(80, 118, 1);

const CASES: [Case; 17] = [
    (Shape::new(39, 8, 1), "2x3R 2x5S", 10, [32, 64, 0]),
    (Shape::new(39, 15, 1), "4x5R 2x5S 2x5S", 10, [32, 880, 100]),
    (BANDS, "8x3R 8x3R", 10, [32, 96, 300]),
    (BANDS, "2x3R 2x3R 2x3R", 10, [128, 128, 0]),
    (BANDS, "8x5nR 8x3nR drop25", 10, [64, 64, 64]),
    (BANDS, "16x3/2pR d32x3pR max2 d32x3/2pR gap", 10, [64, 128, 0]),
    (Shape::new(40, 40, 1), "128x3R 128x3R gap", 10, [32, 32, 0]),
    (Shape::new(257, 118, 1), "16x5S 2x5R", 10, [32, 64, 0]),
    (BANDS, "2x3R max2 2x3R", 10, [32, 4000, 1000]),
    (BANDS, "24x3R 24x3R 24x3R", 10, [64, 64, 0]),
    (BANDS, "d24x3pR d24x3pR d24x3pR", 10, [64, 64, 0]),
    (BANDS, "4x3R", 500, [32, 64, 0]),
    (BANDS, "64x3R 32x3R", 100, [16, 32, 32]),
    (BANDS, "24xHx3R max1x2 24xHx3R gap", 0, [64, 128, 32]),
    (BANDS, "8x3R max2", 0, [64, 128, 32]),
    (BANDS, "flatten", 0, [64, 512, 128]),
    (BANDS, "flatten", 40, [64, 512, 0]),
];

#[test]
fn libtorch_never_takes_more_than_it_says_and_not_much_less() {
    if let Ok(number) = env::var(CASE) {
        let taken = taken(CASES[number.parse::<usize>().unwrap()]);
        return writeln!(io::stdout(), "{TAKEN}{taken}").unwrap();
    }
    for (number, &case) in CASES.iter().enumerate() {
        let (network, config, [examples, validation]) = parts(case);
        let workload =
            Workload { network: &network, config: &config, examples, validation, versions: 0 };
        let told = TorchEngine::cpu().peak_memory(&workload).unwrap().unwrap();
        let taken = taken_in_a_process(number);
        assert!(taken <= told, "{network}: {taken} B taken, {told} B told");
        // With other instruction sets, libtorch computes on smaller blocks of channels.
        let large = taken > 250_000_000 && InstructionSet::Avx512.is_available();
        assert!(!large || told <= taken + taken / 2, "{network}: {taken} B taken, {told} B told");
    }
}

fn parts(
    (shape, layers, dense, [batch, examples, validation]): Case,
) -> (Network, TrainConfig, [usize; 2]) {
    let architecture = Architecture::new(parse_layers(layers).unwrap(), dense).unwrap();
    let network = Network::new(shape, &architecture, 2).unwrap();
    let mut config = TrainConfig::default();
    (config.epochs, config.batch_size) = (2, batch);
    if validation > 0 {
        (config.keep, config.optimizer) = (Keep::Best, Optimizer::Sgd(Sgd::default()));
        (config.head_dropout, config.weight_average) = (0.25, Some(0.9));
    }
    (network, config, [examples, validation])
}

/// Returns how many bytes a case takes in a process of its own. In a shared process, memory that
/// other cases have freed would not be counted.
fn taken_in_a_process(number: usize) -> u64 {
    let mut process = Command::new(env::current_exe().unwrap());
    process.args(["--exact", TEST, "--nocapture"]).env(CASE, number.to_string());
    let printed = String::from_utf8(process.output().unwrap().stdout).unwrap();
    let (_, taken) = printed.split_once(TAKEN).unwrap();
    taken.lines().next().unwrap().parse().unwrap()
}

/// Returns the number of bytes by which this process grows at most while it trains.
fn taken(case: Case) -> u64 {
    let (network, config, [examples, validation]) = parts(case);
    let Shape { height, width, channels } = network.input();
    let features = |count| {
        let value = |(n, y, x, _): (usize, usize, usize, usize)| ((n + 3 * y + x) % 7) as f32;
        Array4::from_shape_fn((count, height, width, channels), value)
    };
    let labels = |count| (0..count).map(|n| n % 2).collect::<Vec<usize>>();
    let (learnt, judged) = (features(examples), features(validation.max(1)));
    let (names, others) = (labels(examples), labels(validation.max(1)));
    let samples = Samples::new(learnt.view(), &names, 2).unwrap();
    let mut training = Training::new(&network, samples, &config, 3).unwrap();
    if validation > 0 {
        let samples = Samples::new(judged.view(), &others, 2).unwrap();
        training = training.with_validation(samples).unwrap();
    }
    let before = resident("VmRSS:");
    TorchEngine::cpu().train(&training).unwrap();
    resident("VmHWM:") - before
}

/// Returns a memory figure of this process, in bytes.
fn resident(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    1024 * line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap()
}
