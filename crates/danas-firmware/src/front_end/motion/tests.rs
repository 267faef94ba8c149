//! The features of generated C, compared with those of the extractor.

use std::{fmt::Write, fs, process::Command, time::Duration};

use danas_space::{DataSpace, MotionSpace, SampleDepth};

use super::*;
use crate::literal::float;

const NATIVE: f64 = 50.0;
const FULL_SCALES: [f32; 3] = [16.0, 4.0, 512.0];

fn rate(hertz: f64) -> Rate {
    Rate::from_hertz(hertz).unwrap()
}

fn granularity(
    hertz: f64,
    seconds: f64,
    representation: MotionRepresentation,
) -> MotionGranularity {
    let space = MotionSpace::builder()
        .rates([rate(hertz)])
        .windows([Duration::from_secs_f64(seconds)])
        .representations([representation])
        .build()
        .unwrap();
    let names = ["ax", "ay", "*/az"].map(str::to_owned);
    let space = space.suited(rate(NATIVE), &names, Duration::from_secs_f64(seconds));
    let found = space.granularities().max_by_key(|it| it.channels.names().len());
    found.unwrap()
}

/// Returns a window: gravity with a drift, steps and noise, in three channels of different units.
fn samples(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let sample = |index: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = f64::from(state) / f64::from(u32::MAX) - 0.5;
        let (time, channel) = ((index / 3) as f64 / NATIVE, index % 3);
        let scale = [1.0, 0.05, 40.0][channel];
        let steps = 3.0 * (11.0 * time + channel as f64).sin() + 2.0 * (37.0 * time).sin();
        (scale * (9.81 + time + steps + noise)) as f32
    };
    (0..count).map(sample).collect()
}

/// Compiles front ends, and compares the features of each with those that the extractor computes.
fn compare(granularities: &[MotionGranularity], window: impl Fn(usize) -> Vec<f32>) {
    let folder = tempfile::tempdir().unwrap();
    let input = NetworkInput { standardisation: None, quantisation: None };
    for granularity in granularities {
        let front_end = MotionFrontEnd::new(granularity, rate(NATIVE), &FULL_SCALES).unwrap();
        let (raw, code) = (front_end.raw(), front_end.code(&input));
        let count = raw.moments * raw.channels;
        let window = window(count);
        let expected = front_end.features(&window).unwrap();
        // The oldest sample is not the first one in the ring.
        let start = raw.moments / 3;
        let mut rotated = window;
        rotated.rotate_right(start * raw.channels);
        let values = front_end.shape().elements().unwrap();
        assert_eq!(expected.len(), values, "{granularity}");
        let mut main = String::from(
            "#include <math.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n\n",
        );
        main += &code.text;
        let text = |it: &f32| {
            if it.is_finite() {
                float(it)
            } else {
                format!("({it}f)").replace("NaNf", "NAN").replace("inff", "INFINITY")
            }
        };
        main += &table("SAMPLE", "ring", rotated.iter().map(text));
        let _ = write!(
            main,
            "int main(void)\n{{\n    static float memory[{}];\n    front_end(ring, {start}U, memory);\n    \
             for (int index = 0; index < {values}; index++) {{\n        printf(\"%.9g\\n\", (double)memory[index]);\n    }}\n    return 0;\n}}\n",
            code.words.max(values)
        );
        fs::write(folder.path().join("main.c"), &main).unwrap();
        let compiled = Command::new("cc")
            .current_dir(folder.path())
            .args(["-std=c99", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion"])
            .args(["-Wshadow", "-pedantic", "-Werror"])
            .args(["-fsanitize=address,undefined,float-cast-overflow", "-fno-sanitize-recover=all"])
            .args(["main.c", "-o", "main", "-lm"])
            .output()
            .unwrap();
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        let output = Command::new(folder.path().join("main")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let ours: Vec<f32> = text.lines().map(|line| line.parse().unwrap()).collect();
        let shape = front_end.shape();
        for (index, (ours, expected)) in ours.iter().zip(&expected).enumerate() {
            let channel = match granularity.representation {
                MotionRepresentation::Raw => index / shape.width,
                _ => index % shape.channels,
            };
            // A sample on the border of two steps may be rounded to either of them.
            let step = match granularity.depth.rounded_to() {
                Some(bits) => FULL_SCALES[channel] / (1 << (bits - 1)) as f32,
                None => 0.0,
            };
            let tolerance = 1e-3 * expected.abs().max(1.0) + step;
            assert!(
                (ours - expected).abs() <= tolerance,
                "{granularity} [{index}]: {ours}, {expected}"
            );
        }
    }
}

#[test]
fn every_representation_has_the_extractors_features_at_every_rate() {
    let mut all = Vec::new();
    for representation in MotionRepresentation::ALL {
        for (hertz, seconds) in [(50.0, 3.0), (25.0, 3.0), (20.0, 2.03), (12.5, 4.1), (6.25, 5.0)] {
            all.push(granularity(hertz, seconds, representation));
        }
    }
    compare(&all, samples);
}

#[test]
fn rounded_samples_have_the_extractors_features() {
    let mut all = Vec::new();
    for depth in [SampleDepth::Bits8, SampleDepth::Bits16] {
        for hertz in [50.0, 20.0] {
            for representation in [MotionRepresentation::Raw, MotionRepresentation::Spectrogram] {
                // Frequencies in decibels differ more than a sample that is rounded to another step.
                if hertz < NATIVE && representation != MotionRepresentation::Raw {
                    continue;
                }
                all.push(MotionGranularity { depth, ..granularity(hertz, 2.0, representation) });
            }
        }
    }
    compare(&all, samples);
}

#[test]
fn short_windows_and_samples_that_are_no_numbers_have_features() {
    let mut all = Vec::new();
    for representation in [MotionRepresentation::Raw, MotionRepresentation::Statistics] {
        for (hertz, seconds) in [(50.0, 0.02), (50.0, 0.04), (25.0, 0.04), (6.25, 0.16)] {
            all.push(granularity(hertz, seconds, representation));
        }
    }
    compare(&all, samples);
    let mut broken = Vec::new();
    for representation in MotionRepresentation::ALL {
        for depth in [SampleDepth::Exact, SampleDepth::Bits8] {
            for hertz in [50.0, 25.0] {
                broken.push(MotionGranularity { depth, ..granularity(hertz, 2.0, representation) });
            }
        }
    }
    let of = |value: f32| move |count: usize| vec![value; count];
    for value in [f32::NAN, f32::MAX] {
        compare(&broken, of(value));
    }
    let mixed = |count: usize| {
        let mut all = samples(count);
        let bad = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY].into_iter().cycle();
        all.iter_mut().step_by(7).zip(bad).for_each(|(it, bad)| *it = bad);
        all
    };
    compare(&[granularity(50.0, 3.0, MotionRepresentation::Statistics)], mixed);
}

#[test]
fn what_has_no_features_is_refused() {
    let raw = granularity(25.0, 2.0, MotionRepresentation::Raw);
    let of = |native, full_scales: &[f32]| MotionFrontEnd::new(&raw, rate(native), full_scales);
    assert!(matches!(of(20.0, &FULL_SCALES), Err(FirmwareError::Features(_))));
    assert!(matches!(of(50.0, &[1.0]), Err(FirmwareError::Shape { expected: 3, actual: 1, .. })));
    for value in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let refused = of(50.0, &[1.0, value, 1.0]).unwrap_err();
        assert!(matches!(refused, FirmwareError::FullScale { .. }), "{refused}");
    }
    let note = of(50.0, &FULL_SCALES).unwrap().note();
    assert!(note.contains("* /az") && !note.contains("*/"), "{note}");
}
