//! Libraries from frames of a camera to answers, compared with danas' own.

use danas_firmware::{
    FirmwareError, FirmwareModel, FrontEnd, GoldenExample, GoldenScores, ImageFrontEnd, Library,
    LibraryParts, RawExample,
};
use danas_size::{Calibration, Converter, FloatModel};
use danas_space::{Architecture, ImageGranularity, Network, parse_layers};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::build::{self, classes};

/// A program that classifies each frame in `windows.bin`, and prints all scores.
const MAIN: &str = r#"
#include "word.h"
#include "word_self_test.h"
#include <stdio.h>

static word_work work;
static word_sample frame[WORD_WINDOW];

int main(void)
{
    word_result result;
    FILE *file = fopen("windows.bin", "rb");
    while (fread(frame, sizeof(word_sample), WORD_WINDOW, file) == WORD_WINDOW) {
        word_run(&work, frame, &result);
        for (int index = 0; index < WORD_CLASSES; index++) {
            printf("%.9g ", (double)result.scores[index]);
        }
        printf("\n");
    }
    fclose(file);
    return word_self_test(&work);
}
"#;

fn frame(front_end: &FrontEnd, rng: &mut ChaCha8Rng) -> RawExample {
    let raw = front_end.raw();
    let count = 0..raw.moments * raw.channels;
    match raw.sample.bytes() {
        1 => RawExample::Uint8(count.map(|_| rng.random()).collect()),
        _ => RawExample::Uint16(count.map(|_| rng.random()).collect()),
    }
}

fn bytes(frame: &RawExample) -> Vec<u8> {
    match frame {
        RawExample::Uint8(bytes) => bytes.clone(),
        RawExample::Uint16(words) => words.iter().flat_map(|word| word.to_le_bytes()).collect(),
        _ => unreachable!(),
    }
}

#[test]
fn a_library_answers_as_danas_does() {
    let (mut rng, classes) = (ChaCha8Rng::seed_from_u64(31), classes());
    for (text, is_scaled) in [
        ("12x12 rgb", true),
        ("12x10 grey", false),
        ("12x10 rgb 565", true),
        ("11x9 rgb 4-bit", true),
        ("11x9 green 1-bit", false),
    ] {
        let granularity: ImageGranularity = text.parse().unwrap();
        let front_end = ImageFrontEnd::new(&granularity).unwrap();
        let front_end = FrontEnd::Image(Box::new(front_end));
        let shape = front_end.shape();
        let architecture = Architecture::new(parse_layers("4x3R max2 4x3S").unwrap(), 6).unwrap();
        let network = Network::new(shape, &architecture, 4).unwrap();
        let weights: Vec<Vec<f32>> = network
            .weights()
            .iter()
            .map(|tensor| (0..tensor.values()).map(|_| rng.random_range(-0.4..0.4)).collect())
            .collect();
        let model = FloatModel::new(&network, weights.iter().map(Vec::as_slice)).unwrap();
        let constants = vec![128.0 / 255.0_f32; shape.height * shape.channels];
        let standardisation = is_scaled.then_some([&constants[..], &constants[..]]);
        let input = |features: &[f32]| -> Vec<f32> {
            let scaled =
                |it: &f32| if is_scaled { (it - constants[0]) / constants[0] } else { *it };
            features.iter().map(scaled).collect()
        };
        let frames: Vec<RawExample> = (0..20).map(|_| frame(&front_end, &mut rng)).collect();
        let features: Vec<Vec<f32>> =
            frames.iter().map(|it| front_end.features(it).unwrap().unwrap()).collect();
        let int8 = {
            let mut calibration = Calibration::new(&model);
            for features in &features {
                calibration.observe(&input(features)).unwrap();
            }
            Converter::default().quantise(&model, &calibration.scales().unwrap()).unwrap()
        };
        let windows: Vec<u8> = frames.iter().flat_map(bytes).collect();
        for is_float in [false, true] {
            let scores = |features: &[f32]| match is_float {
                true => GoldenScores::Float32(model.predict(&input(features)).unwrap()),
                false => GoldenScores::Int8(int8.predict(&input(features)).unwrap()),
            };
            let golden = |index: usize| GoldenExample {
                name: "noise".to_owned(),
                raw: frames[index].clone(),
                features: features[index].clone(),
                scores: scores(&features[index]),
            };
            let library = Library::new(&LibraryParts {
                name: "word",
                description: text,
                classes: &classes,
                front_end: &front_end,
                standardisation,
                model: match is_float {
                    true => FirmwareModel::Float32(&model),
                    false => FirmwareModel::Int8(&int8),
                },
            });
            let library = library.unwrap();
            assert_eq!(library.costs().stream, None);
            let answers = build::answers(&library, &[golden(0), golden(1)], MAIN, &windows);
            assert_eq!(answers.len(), frames.len(), "{text}");
            for (line, features) in answers.iter().zip(&features) {
                let ours = line.split_whitespace().map(|it| it.parse().unwrap());
                match scores(features) {
                    GoldenScores::Int8(expected) => {
                        assert_eq!(ours.map(|it: f32| it as i8).collect::<Vec<_>>(), expected);
                    }
                    GoldenScores::Float32(expected) => {
                        let near = ours.zip(expected).all(|(a, b)| (a - b).abs() < 1e-5);
                        assert!(near, "{text}: {line}");
                    }
                    _ => unreachable!(),
                }
            }
            let sound = GoldenExample { raw: RawExample::Int16(vec![0; 9]), ..golden(0) };
            let refused = library.self_test(&[sound]).unwrap_err();
            assert!(matches!(refused, FirmwareError::Sample { actual: "int16_t", .. }));
        }
    }
}
