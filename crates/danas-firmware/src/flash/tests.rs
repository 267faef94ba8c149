//! Compares predicted costs with those of libraries, and measures what the predictions are made of.

mod candidate;
mod fit;

use std::{fs, process::Command};

use danas_size::DeployedFormat;

use self::candidate::Candidate;
use super::table::TABLE;
use crate::{
    flash::Parts, front_end::FrontEndOutline, library::FirmwareCosts, network::NetworkOutline,
    network::tests::random::Random,
};

const COMPILER: &str = "arm-none-eabi-gcc";

/// The flags of `crates/xtask/device/device.py`.
const FLAGS: [&str; 10] = [
    "-mthumb",
    "-mcpu=cortex-m4",
    "-mfloat-abi=hard",
    "-mfpu=fpv4-sp-d16",
    "-Os",
    "-ffunction-sections",
    "-fdata-sections",
    "-std=c99",
    "-Isrc",
    "-c",
];

const FORMATS: [DeployedFormat; 2] = [DeployedFormat::Int8, DeployedFormat::Float32];

/// Returns the version of the compiler, if there is one.
fn version() -> Option<String> {
    let output = Command::new(COMPILER).arg("-dumpfullversion").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Returns the bytes of code and constants that the compiler makes of a library.
fn compiled(candidate: &Candidate, format: DeployedFormat) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    for file in candidate.with_library(format, |library| library.files()) {
        let path = folder.path().join(file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.text).unwrap();
    }
    let mut command = Command::new(COMPILER);
    command.args(FLAGS).args(["src/model.c", "-o", "model.o"]).current_dir(folder.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let size =
        Command::new("arm-none-eabi-size").arg("model.o").current_dir(folder.path()).output();
    let text = String::from_utf8(size.unwrap().stdout).unwrap();
    let row = text.lines().nth(1).unwrap();
    row.split_whitespace().next().unwrap().parse().unwrap()
}

/// The size of a compiled library, and what it is predicted from.
struct Measured {
    what: String,
    parts: Parts,
    /// Bytes that are known exactly: tables and names.
    known: u64,
    predicted: u64,
    actual: u64,
}

impl Measured {
    fn new(candidate: &Candidate, format: DeployedFormat) -> Self {
        let front_end =
            FrontEndOutline::new(&candidate.front_end(format), format, candidate.scaling).unwrap();
        let costs = FirmwareCosts::of(&candidate.network, &front_end, &candidate.classes);
        let names: u64 = candidate.classes.iter().map(|name| name.len() as u64 + 5).sum();
        Self {
            what: format!("{format:?} {}", candidate.network),
            parts: Parts::of(
                &NetworkOutline::of(&candidate.network, format),
                &front_end,
                candidate.classes.len(),
            ),
            known: costs.tables.get() + names,
            predicted: costs.flash.get(),
            actual: compiled(candidate, format),
        }
    }

    fn is_stream(&self) -> bool {
        self.parts.0.contains_key("library/stream")
    }

    /// Returns the error of the prediction, relative to the flash.
    fn error(&self) -> f64 {
        self.predicted as f64 / self.actual as f64 - 1.0
    }
}

/// Draws and compiles libraries, on as many threads as there are cores.
fn measured(seed: u64, count: usize) -> Vec<Measured> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn(move || {
                    (worker..count)
                        .step_by(threads)
                        .map(|index| {
                            let mut random = Random::new(1_000_000 * seed + index as u64);
                            let candidate = Candidate::draw(&mut random);
                            // Searches export both, but rank by integers.
                            let format = FORMATS[usize::from(index % 3 == 2)];
                            Measured::new(&candidate, format)
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

/// Prints how errors are distributed.
fn report(what: &str, measured: &[&Measured]) {
    let mut errors: Vec<f64> = measured.iter().map(|it| it.error().abs()).collect();
    errors.sort_by(f64::total_cmp);
    let at = |share: f64| 100.0 * errors[((errors.len() - 1) as f64 * share) as usize];
    let mean = 100.0 * measured.iter().map(|it| it.error()).sum::<f64>() / errors.len() as f64;
    println!(
        "{} libraries{what}: errors of {:.1} % in the median, {:.1} % at 90 %, {:.1} % at 99 %, {:.1} % at \
         most; {mean:+.1} % on average",
        errors.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
    );
    for it in measured.iter().filter(|it| it.error().abs() > 0.08) {
        let Measured { what, predicted, actual, .. } = it;
        println!("{:+.1} %: {predicted} instead of {actual} B, {what}", 100.0 * it.error());
    }
}

#[test]
fn costs_are_those_of_the_library() {
    let mut random = Random::new(31);
    for _ in 0..60 {
        let candidate = Candidate::draw(&mut random);
        for format in FORMATS {
            let front_end =
                FrontEndOutline::new(&candidate.front_end(format), format, candidate.scaling)
                    .unwrap();
            let predicted = FirmwareCosts::of(&candidate.network, &front_end, &candidate.classes);
            let actual = candidate.with_library(format, |library| library.costs());
            assert_eq!(predicted, actual, "{format:?} {}", candidate.network);
        }
    }
}

#[test]
fn the_flash_of_fresh_candidates_of_streams_is_within_ten_percent() {
    if version().is_none_or(|version| !TABLE.contains(&format!("gcc {version}"))) {
        println!("skipped: there is no compiler of the version that the table was measured with");
        return;
    }
    let measured = measured(2, 40);
    let of_streams: Vec<&Measured> = measured.iter().filter(|it| it.is_stream()).collect();
    report(" of streams", &of_streams);
    assert!(of_streams.iter().all(|it| it.error().abs() <= 0.1));
}

/// Measures the table again.
#[test]
#[ignore = "compiles thousands of libraries, and replaces the table"]
fn measure() {
    let count = std::env::var("DANAS_LIBRARIES").map_or(1500, |it| it.parse().unwrap());
    let fitted = measured(1, count);
    let version = version().unwrap();
    let mut table = format!(
        "# Bytes of code for each part of a library, fitted to {count} libraries with {COMPILER} {version}:\n\
         # {}\n# `cargo test --release -p danas-firmware --all-features measure -- --ignored` measures them again.\npart,bytes\n",
        FLAGS[..7].join(" ")
    );
    for (part, bytes) in fit::fit(&fitted) {
        table += &format!("{part},{bytes:.0}\n");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/flash/cortex_m4.csv");
    fs::write(path, table).unwrap();
}

/// Prints the errors of predictions for candidates that neither the table nor the other tests know.
#[test]
#[ignore = "compiles hundreds of libraries"]
fn distribution() {
    let count = std::env::var("DANAS_LIBRARIES").map_or(400, |it| it.parse().unwrap());
    let measured = measured(3, count);
    let (streams, others) = measured.iter().partition::<Vec<_>, _>(|it| it.is_stream());
    report(" of streams", &streams);
    report(" of images and given features", &others);
}
