//! Libraries from series of motion to answers, compared with danas' own.

use std::time::Duration;

use danas_firmware::{
    FirmwareModel, FrontEnd, GoldenExample, GoldenScores, Library, LibraryParts, MotionFrontEnd,
    RawExample,
};
use danas_size::{Calibration, Converter, FloatModel};
use danas_space::{
    Architecture, DataSpace, MotionGranularity, MotionRepresentation, MotionSpace, Network, Rate,
    parse_layers,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::build::{self, classes};

const NATIVE: f64 = 62.5;

/// A program that classifies each window in `windows.bin` in pieces, and prints all scores.
const MAIN: &str = r#"
#include "word.h"
#include "word_self_test.h"
#include <stdio.h>

static word_stream stream;
static word_sample samples[WORD_WINDOW * WORD_CHANNELS];

int main(void)
{
    word_result result;
    FILE *file = fopen("windows.bin", "rb");
    word_init(&stream);
    while (fread(samples, sizeof(word_sample), WORD_WINDOW * WORD_CHANNELS, file)
           == WORD_WINDOW * WORD_CHANNELS) {
        /* The stream holds the former window. */
        word_push(&stream, samples, 17U);
        word_push(&stream, &samples[17 * WORD_CHANNELS], WORD_WINDOW - 17U);
        word_classify(&stream, &result);
        for (int index = 0; index < WORD_CLASSES; index++) {
            printf("%.9g ", (double)result.scores[index]);
        }
        printf("\n");
    }
    fclose(file);
    return word_self_test(&stream);
}
"#;

fn granularity(hertz: f64, representation: MotionRepresentation) -> MotionGranularity {
    let (rate, window) = (Rate::from_hertz(hertz).unwrap(), Duration::from_secs(2));
    let space = MotionSpace::builder()
        .rates([rate])
        .windows([window])
        .representations([representation])
        .build()
        .unwrap();
    let names = ["x", "y"].map(str::to_owned);
    space.suited(rate, &names, window).granularities().next().unwrap()
}

fn window(front_end: &FrontEnd, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let raw = front_end.raw();
    let (pitch, level) = (rng.random_range(0.05..1.0_f32), rng.random_range(-10.0..10.0_f32));
    let loudness = rng.random_range(0.1..5.0_f32);
    let sample = |index: usize| {
        let time = (index / raw.channels) as f32;
        level + loudness * (pitch * time + (index % raw.channels) as f32).sin()
    };
    (0..raw.moments * raw.channels).map(|it| sample(it) + rng.random_range(-0.2..0.2)).collect()
}

#[test]
fn a_library_answers_as_danas_does() {
    use MotionRepresentation::{Bands, Raw, Spectrogram, Statistics};
    let (mut rng, classes) = (ChaCha8Rng::seed_from_u64(41), classes());
    let [mut differing, mut all] = [0, 0];
    for (hertz, representation, layers) in [
        (NATIVE, Raw, Some("4xHx5R")),
        (25.0, Raw, Some("4xHx5R")),
        (NATIVE, Spectrogram, Some("4x3R")),
        (31.25, Spectrogram, Some("4x3R")),
        (12.5, Bands, None),
        (NATIVE, Statistics, None),
        (12.5, Statistics, None),
    ] {
        let granularity = granularity(hertz, representation);
        let native = Rate::from_hertz(NATIVE).unwrap();
        let front_end = MotionFrontEnd::new(&granularity, native, &[16.0, 16.0]).unwrap();
        let front_end = FrontEnd::Motion(Box::new(front_end));
        let shape = front_end.shape();
        let layers = layers.map_or_else(Vec::new, |it| parse_layers(it).unwrap());
        let architecture = Architecture::new(layers, 6).unwrap();
        let network = Network::new(shape, &architecture, 4).unwrap();
        let weights: Vec<Vec<f32>> = network
            .weights()
            .iter()
            .map(|tensor| (0..tensor.values()).map(|_| rng.random_range(-0.4..0.4)).collect())
            .collect();
        let model = FloatModel::new(&network, weights.iter().map(Vec::as_slice)).unwrap();
        let rows = shape.height * shape.channels;
        let [mean, deviation] = match representation {
            Raw | Statistics => [vec![0.5; rows], vec![8.0; rows]],
            Spectrogram | Bands => [vec![-10.0; rows], vec![20.0; rows]],
        };
        let input = |features: &[f32]| -> Vec<f32> {
            features.iter().map(|it| (it - mean[0]) / deviation[0]).collect()
        };
        let windows: Vec<Vec<f32>> = (0..20).map(|_| window(&front_end, &mut rng)).collect();
        let features = |window: &Vec<f32>| {
            front_end.features(&RawExample::Float(window.clone())).unwrap().unwrap()
        };
        let int8 = {
            let mut calibration = Calibration::new(&model);
            for window in &windows {
                calibration.observe(&input(&features(window))).unwrap();
            }
            Converter::default().quantise(&model, &calibration.scales().unwrap()).unwrap()
        };
        let bytes: Vec<u8> = windows.iter().flatten().flat_map(|it| it.to_le_bytes()).collect();
        for is_float in [false, true] {
            let golden = |window: &Vec<f32>| {
                let features = features(window);
                let scores = match is_float {
                    true => GoldenScores::Float32(model.predict(&input(&features)).unwrap()),
                    false => GoldenScores::Int8(int8.predict(&input(&features)).unwrap()),
                };
                let (name, raw) = ("noise".to_owned(), RawExample::Float(window.clone()));
                GoldenExample { name, raw, features, scores }
            };
            let library = Library::new(&LibraryParts {
                name: "word",
                description: "motion",
                classes: &classes,
                front_end: &front_end,
                standardisation: Some([&mean, &deviation]),
                model: match is_float {
                    true => FirmwareModel::Float32(&model),
                    false => FirmwareModel::Int8(&int8),
                },
            });
            let known: Vec<GoldenExample> = windows[..2].iter().map(golden).collect();
            let answers = build::answers(&library.unwrap(), &known, MAIN, &bytes);
            assert_eq!(answers.len(), windows.len(), "{granularity}");
            for (line, window) in answers.iter().zip(&windows) {
                let ours: Vec<f32> =
                    line.split_whitespace().map(|it| it.parse().unwrap()).collect();
                match golden(window).scores {
                    GoldenScores::Int8(expected) => {
                        let expected: Vec<f32> = expected.into_iter().map(f32::from).collect();
                        // A feature on the border of two integers may be rounded to either.
                        let near = ours.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= 3.0);
                        assert!(near, "{granularity}: {ours:?}, not {expected:?}");
                        differing += usize::from(ours != expected);
                        all += 1;
                    }
                    GoldenScores::Float32(expected) => {
                        let near = ours.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-3);
                        assert!(near, "{granularity}: {ours:?}, not {expected:?}");
                    }
                    _ => unreachable!(),
                }
            }
        }
    }
    assert!(differing * 10 <= all, "{differing} of {all} answers differ");
}
