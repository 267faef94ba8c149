//! Libraries from recordings to answers, compared with danas' own.

use std::{fs, time::Duration};

use danas_dsp::{Extractor, Recording};
use danas_firmware::{
    AudioFrontEnd, FirmwareError, FirmwareModel, FrontEnd, GoldenExample, GoldenScores, Library,
    LibraryParts, RawExample,
};
use danas_size::{Calibration, Converter, FloatModel, Int8Model};
use danas_space::{
    Architecture, AudioGranularity, ClipNormalisation, FrontEnd as AudioSettings, Hertz, Network,
    Representation, SampleDepth, Shape, parse_layers,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::build::{self, classes};

const NATIVE: u32 = 8000;
const CLASSES: usize = 4;

fn granularity(hertz: u32, representation: Representation) -> AudioGranularity {
    let front_end = AudioSettings::builder()
        .clip(Duration::from_millis(500))
        .frame_length(256)
        .hop_length(128)
        .mel_bands(20)
        .coefficients(8)
        .build()
        .unwrap();
    AudioGranularity::new(Hertz::new(hertz).unwrap(), representation, front_end)
}

/// A trained candidate with random weights.
struct Candidate {
    granularity: AudioGranularity,
    network: Network,
    weights: Vec<Vec<f32>>,
    mean: Vec<f32>,
    deviation: Vec<f32>,
    int8: Int8Model,
}

/// Returns recordings of clicks and tones.
fn recordings(rng: &mut ChaCha8Rng, count: usize) -> Vec<Vec<i16>> {
    let recording = |_| {
        let (pitch, loudness) = (rng.random_range(0.02..1.5_f64), rng.random_range(20.0..20_000.0));
        let decay = rng.random_range(0.0..0.002_f64);
        let sample = |n: usize| {
            let tone = loudness * (pitch * n as f64).sin() * (-decay * n as f64).exp();
            (tone + rng.random_range(-30.0..30.0)).round().clamp(-32_768.0, 32_767.0) as i16
        };
        (0..NATIVE as usize / 2).map(sample).collect()
    };
    (0..count).map(recording).collect()
}

fn features(granularity: &AudioGranularity, samples: &[i16]) -> Vec<f32> {
    let floats = samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
    let recording = Recording::new(floats, Hertz::new(NATIVE).unwrap()).unwrap();
    let features = Extractor::new(granularity).unwrap().extract(&recording).unwrap();
    features.into_values().into_iter().collect()
}

impl Candidate {
    fn new(granularity: AudioGranularity, layers: &str, rng: &mut ChaCha8Rng) -> Self {
        let (rows, frames) = (granularity.rows(), granularity.frames());
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 6).unwrap();
        let network = Network::new(Shape::new(rows, frames, 1), &architecture, CLASSES).unwrap();
        let weights: Vec<Vec<f32>> = network
            .weights()
            .iter()
            .map(|tensor| (0..tensor.values()).map(|_| rng.random_range(-0.4..0.4)).collect())
            .collect();
        let known: Vec<Vec<f32>> =
            recordings(rng, 20).iter().map(|samples| features(&granularity, samples)).collect();
        let row = |row: usize| {
            known.iter().flat_map(move |example| &example[row * frames..(row + 1) * frames])
        };
        let count = (known.len() * frames) as f32;
        let mean: Vec<f32> = (0..rows).map(|it| row(it).sum::<f32>() / count).collect();
        let deviation: Vec<f32> = (0..rows)
            .map(|it| (row(it).map(|value| (value - mean[it]).powi(2)).sum::<f32>() / count).sqrt())
            .map(|deviation| if deviation > 0.0 { deviation } else { 1.0 })
            .collect();
        let int8 = {
            let model = FloatModel::new(&network, weights.iter().map(Vec::as_slice)).unwrap();
            let mut calibration = Calibration::new(&model);
            for example in &known {
                calibration.observe(&standardised(example, frames, &mean, &deviation)).unwrap();
            }
            Converter::default().quantise(&model, &calibration.scales().unwrap()).unwrap()
        };
        Self { granularity, network, weights, mean, deviation, int8 }
    }

    fn input(&self, features: &[f32]) -> Vec<f32> {
        standardised(features, self.granularity.frames(), &self.mean, &self.deviation)
    }

    fn front_end(&self) -> FrontEnd {
        let native = Hertz::new(NATIVE).unwrap();
        FrontEnd::Audio(Box::new(AudioFrontEnd::new(&self.granularity, native).unwrap()))
    }

    fn fixed(&self) -> FrontEnd {
        self.front_end().fixed_point().unwrap().unwrap()
    }

    fn fixed_golden(&self, samples: Vec<i16>) -> GoldenExample {
        let tables = Some([self.mean.as_slice(), &self.deviation]);
        let (raw, fixed) = (RawExample::Int16(samples), self.fixed());
        let input = fixed.input(&raw, tables, self.int8.input()).unwrap().unwrap();
        let features = fixed.features(&raw).unwrap().unwrap();
        let scores = GoldenScores::Int8(self.int8.run(&input).unwrap());
        GoldenExample { name: "random".to_owned(), raw, features, scores }
    }

    fn golden(&self, samples: Vec<i16>, is_float: bool) -> GoldenExample {
        let features = features(&self.granularity, &samples);
        let input = self.input(&features);
        let scores = if is_float {
            let model = FloatModel::new(&self.network, self.weights.iter().map(Vec::as_slice));
            GoldenScores::Float32(model.unwrap().predict(&input).unwrap())
        } else {
            GoldenScores::Int8(self.int8.predict(&input).unwrap())
        };
        GoldenExample {
            name: "random".to_owned(),
            raw: RawExample::Int16(samples),
            features,
            scores,
        }
    }
}

fn standardised(features: &[f32], frames: usize, mean: &[f32], deviation: &[f32]) -> Vec<f32> {
    let value =
        |(index, value): (usize, &f32)| (value - mean[index / frames]) / deviation[index / frames];
    features.iter().enumerate().map(value).collect()
}

/// A program that classifies each window in `windows.bin` in two ways, and prints all scores.
const MAIN: &str = r#"
#include "word.h"
#include "word_self_test.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static word_stream stream;
static int16_t samples[WORD_WINDOW];

static void print(const word_result *result)
{
    const float thresholds[] = {
        -1.0F, -0.0F, 0.0F, 1e-30F, 0.25F, word_confidence(result), 0.99F, 2.0F, INFINITY, -INFINITY, NAN, -NAN
    };
    for (unsigned index = 0; index < sizeof thresholds / sizeof thresholds[0]; index++) {
        const int is_enough = word_confidence(result) >= thresholds[index];
        if (word_decide(result, thresholds[index]) != (is_enough ? (int)result->best : -1)) {
            abort();
        }
    }
    for (int index = 0; index < WORD_CLASSES; index++) {
        printf("%.9g ", (double)result->scores[index]);
    }
    printf("%d\n", word_decide(result, 0.0F));
}

int main(void)
{
    word_result result;
    FILE *file = fopen("windows.bin", "rb");
    word_init(&stream);
    while (fread(samples, sizeof(int16_t), WORD_WINDOW, file) == WORD_WINDOW) {
        /* The stream holds the former window, and gets this one in pieces. */
        word_push(&stream, samples, 1000U);
        word_push(&stream, samples + 1000, 1U);
        word_push(&stream, samples + 1001, 0U);
        word_push(&stream, samples + 1001, WORD_WINDOW - 1001U);
        word_classify(&stream, &result);
        print(&result);
    }
    fclose(file);
    return word_self_test(&stream);
}
"#;

/// Builds the library of a candidate, and returns the line that the program prints for each window.
fn answers(candidate: &Candidate, is_float: bool, windows: &[Vec<i16>]) -> Vec<String> {
    let model = FloatModel::new(&candidate.network, candidate.weights.iter().map(Vec::as_slice));
    let model = model.unwrap();
    let (front_end, classes) = (candidate.front_end(), classes());
    let library = Library::new(&LibraryParts {
        name: "word",
        description: "a */ word",
        classes: &classes,
        front_end: &front_end,
        standardisation: Some([&candidate.mean, &candidate.deviation]),
        model: if is_float {
            FirmwareModel::Float32(&model)
        } else {
            FirmwareModel::Int8(&candidate.int8)
        },
    })
    .unwrap();
    let golden: Vec<GoldenExample> =
        windows[..2].iter().map(|it| candidate.golden(it.clone(), is_float)).collect();
    let bytes: Vec<u8> = windows.iter().flatten().flat_map(|sample| sample.to_le_bytes()).collect();
    build::answers(&library, &golden, MAIN, &bytes)
}

#[test]
fn a_library_answers_as_danas_does() {
    let mut rng = ChaCha8Rng::seed_from_u64(21);
    let mfcc = granularity(NATIVE, Representation::Mfcc);
    let mel = granularity(4000, Representation::MelSpectrogram);
    let small = AudioGranularity { sample_depth: SampleDepth::Bits8, ..mfcc };
    let running = AudioGranularity { normalisation: ClipNormalisation::RunningMean, ..mel };
    let mut differing = 0;
    let mut all = 0;
    for (granularity, layers) in [
        (mfcc, "4x3R max2 4x3S"),
        (mel, "d6x3pR avg2 8x3/2pR gap"),
        (small, "8xHx3R"),
        (running, "4x5/2pR"),
        (granularity(1000, Representation::Waveform), "4x1x9/1x4R 4x1x5/1x2R"),
    ] {
        let candidate = Candidate::new(granularity, layers, &mut rng);
        let windows = recordings(&mut rng, 25);
        for (line, window) in answers(&candidate, false, &windows).iter().zip(&windows) {
            let golden = candidate.golden(window.clone(), false);
            let GoldenScores::Int8(expected) = golden.scores else { unreachable!() };
            let numbers: Vec<i32> = line.split(' ').map(|it| it.parse().unwrap()).collect();
            let (best, scores) = numbers.split_last().unwrap();
            let expected: Vec<i32> = expected.into_iter().map(i32::from).collect();
            assert_eq!(scores[*best as usize], *scores.iter().max().unwrap());
            // A feature on the border of two integers may be rounded to either.
            let near = scores.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) <= 3);
            assert!(near, "{granularity}: {scores:?}, not {expected:?}");
            differing += usize::from(scores != expected);
            all += 1;
        }
    }
    assert!(differing * 10 <= all, "{differing} of {all} answers differ");
}

#[test]
fn a_library_in_integers_answers_as_the_model_does() {
    let mut rng = ChaCha8Rng::seed_from_u64(25);
    let mfcc = granularity(NATIVE, Representation::Mfcc);
    let mel = granularity(4000, Representation::MelSpectrogram);
    let pcen = AudioGranularity { normalisation: ClipNormalisation::Pcen, ..mel };
    let (mut near, mut all, mut same) = (0, 0, 0);
    for (granularity, layers) in [
        (mfcc, "4x3R max2 4x3S"),
        (AudioGranularity { normalisation: ClipNormalisation::MeanVariance, ..mfcc }, "4x3S"),
        (pcen, "d6x3pR avg2 8x3/2pR gap"),
        (granularity(NATIVE, Representation::Spectrogram), "8xHx3R"),
        (granularity(1000, Representation::Waveform), "4x1x9/1x4R 4x1x5/1x2R"),
    ] {
        let candidate = Candidate::new(granularity, layers, &mut rng);
        let windows = recordings(&mut rng, 25);
        let front_end = candidate.fixed();
        let classes = classes();
        let library = Library::new(&LibraryParts {
            name: "word",
            description: "a word",
            classes: &classes,
            front_end: &front_end,
            standardisation: Some([&candidate.mean, &candidate.deviation]),
            model: FirmwareModel::Int8(&candidate.int8),
        })
        .unwrap();
        let golden: Vec<GoldenExample> =
            windows.iter().map(|it| candidate.fixed_golden(it.clone())).collect();
        let bytes: Vec<u8> = windows.iter().flatten().flat_map(|it| it.to_le_bytes()).collect();
        let lines = build::answers(&library, &golden, MAIN, &bytes);
        assert_eq!(lines.len(), windows.len());
        for ((line, window), golden) in lines.iter().zip(&windows).zip(golden) {
            let GoldenScores::Int8(expected) = golden.scores else { unreachable!() };
            let numbers: Vec<i32> = line.split(' ').map(|it| it.parse().unwrap()).collect();
            let (_, scores) = numbers.split_last().unwrap();
            let expected: Vec<i32> = expected.into_iter().map(i32::from).collect();
            assert_eq!(scores, expected, "{granularity}");
            let GoldenScores::Int8(floats) = candidate.golden(window.clone(), false).scores else {
                unreachable!()
            };
            let close = scores.iter().zip(&floats).all(|(a, b)| a.abs_diff((*b).into()) <= 3);
            (near, all) = (near + usize::from(close), all + 1);
            same += usize::from(scores.iter().zip(&floats).all(|(a, b)| *a == i32::from(*b)));
        }
        if let Some(needed) = build::needed_on_m0plus(&library) {
            // Names of the ABI's functions for floats of 32 and 64 bits, and conversions to them.
            let of_floats = ["aeabi_f", "aeabi_d", "2f", "2d"];
            let floats = needed.lines().filter(|line| {
                of_floats.iter().any(|name| line.contains(name)) || line.ends_with('f')
            });
            assert_eq!(floats.collect::<Vec<_>>(), [""; 0], "{granularity}");
        }
    }
    assert!(near * 20 >= all * 19, "{near} of {all} answers are near, {same} the same");
}

#[test]
fn the_input_in_integers_is_near_that_of_floats() {
    let mut rng = ChaCha8Rng::seed_from_u64(26);
    for representation in Representation::OF_FRAMES {
        for hertz in [NATIVE, 3000] {
            for normalisation in ClipNormalisation::ALL {
                let granularity =
                    AudioGranularity { normalisation, ..granularity(hertz, representation) };
                let candidate = Candidate::new(granularity, "gap", &mut rng);
                let (tables, quantisation) = (
                    Some([candidate.mean.as_slice(), &candidate.deviation]),
                    candidate.int8.input(),
                );
                let fixed = candidate.fixed();
                let (mut steps, mut all) = ([0_usize; 256], 0);
                for window in recordings(&mut rng, 20) {
                    let floats = candidate.input(&features(&granularity, &window));
                    let raw = RawExample::Int16(window);
                    let found = fixed.input(&raw, tables, quantisation).unwrap().unwrap();
                    for (found, float) in found.iter().zip(&floats) {
                        steps[usize::from(found.abs_diff(quantisation.quantise(*float)))] += 1;
                        all += 1;
                    }
                }
                let share = |count: usize| count as f64 / f64::from(all);
                let equal = share(steps[0]);
                let near = share(steps[0] + steps[1]);
                // Filters of 16 bits let through about -90 dB of what they should stop.
                let (least, least_near) =
                    if hertz == NATIVE { (0.94, 0.999) } else { (0.75, 0.96) };
                assert!(equal > least && near > least_near, "{granularity}: {equal}, {near}");
            }
        }
    }
}

/// The main function of a program in Rust that answers to the same windows as the one in C.
const RUST_MAIN: &str = r#"
use std::fs;

use word::{CHANNELS, CLASS_NAMES, RATE, Stream, WINDOW, Work};

fn main() {
    let bytes = fs::read("windows.bin").unwrap();
    let samples: Vec<i16> =
        bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
    let (mut stream, mut work) = (Stream::new(), Work::new());
    for window in samples.chunks_exact(WINDOW) {
        window.chunks(999).for_each(|some| stream.push(some));
        let answer = stream.classify();
        assert_eq!(work.run(window.try_into().unwrap()), answer);
        let scores: Vec<String> = answer.scores().iter().map(ToString::to_string).collect();
        println!("{} {}", scores.join(" "), answer.best());
        assert!(answer.probability(answer.best()) >= 1.0 / CLASS_NAMES.len() as f32 - 0.01);
    }
    assert_eq!((CHANNELS, RATE, CLASS_NAMES[3]), (1, 8000.0, "größer"));
}
"#;

#[test]
fn a_crate_in_rust_answers_as_the_library_does() {
    let mut rng = ChaCha8Rng::seed_from_u64(24);
    let candidate = Candidate::new(granularity(NATIVE, Representation::Mfcc), "4x3R gap", &mut rng);
    let windows = recordings(&mut rng, 5);
    let expected = answers(&candidate, false, &windows);
    let (front_end, classes) = (candidate.front_end(), classes());
    let library = Library::new(&LibraryParts {
        name: "word",
        description: "a word",
        classes: &classes,
        front_end: &front_end,
        standardisation: Some([&candidate.mean, &candidate.deviation]),
        model: FirmwareModel::Int8(&candidate.int8),
    })
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    build::write(folder, &library.files());
    let rust = folder.join("rust");
    fs::create_dir(rust.join("src/bin")).unwrap();
    fs::write(rust.join("src/bin/main.rs"), RUST_MAIN).unwrap();
    let bytes: Vec<u8> = windows.iter().flatten().flat_map(|sample| sample.to_le_bytes()).collect();
    fs::write(rust.join("windows.bin"), bytes).unwrap();
    let printed = build::run(&rust, env!("CARGO"), &["run", "--quiet", "--target-dir", "target"]);
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_float_library_answers_as_danas_does() {
    let mut rng = ChaCha8Rng::seed_from_u64(22);
    let candidate =
        Candidate::new(granularity(2000, Representation::Mfcc), "4x3S d4x3pR max2", &mut rng);
    let windows = recordings(&mut rng, 20);
    for (line, window) in answers(&candidate, true, &windows).iter().zip(&windows) {
        let GoldenScores::Float32(expected) = candidate.golden(window.clone(), true).scores else {
            unreachable!()
        };
        let numbers: Vec<f32> = line.split(' ').map(|it| it.parse().unwrap()).collect();
        let near = numbers.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-3);
        assert!(near, "{numbers:?}, not {expected:?}");
    }
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let mut rng = ChaCha8Rng::seed_from_u64(23);
    let candidate = Candidate::new(granularity(NATIVE, Representation::Mfcc), "gap", &mut rng);
    let (front_end, classes) = (candidate.front_end(), classes());
    let parts = LibraryParts {
        name: "word",
        description: "",
        classes: &classes,
        front_end: &front_end,
        standardisation: None,
        model: FirmwareModel::Int8(&candidate.int8),
    };
    assert!(Library::new(&parts).is_ok());
    for name in ["", "7", "a-b", "ä", "_a"] {
        let refused = Library::new(&LibraryParts { name, ..parts.clone() });
        assert!(matches!(refused, Err(FirmwareError::Name { .. })), "{name}");
    }
    let few = LibraryParts { classes: &classes[1..], ..parts.clone() };
    assert!(matches!(Library::new(&few), Err(FirmwareError::Shape { expected: 4, actual: 3, .. })));
    let one = [1.0];
    let short = LibraryParts { standardisation: Some([&one, &one]), ..parts.clone() };
    assert!(matches!(Library::new(&short), Err(FirmwareError::Shape { what: "means", .. })));
    let other = FrontEnd::Features(Shape::new(1, 1, 1));
    let wrong = LibraryParts { front_end: &other, ..parts };
    assert!(matches!(Library::new(&wrong), Err(FirmwareError::Shape { what: "features", .. })));
}
