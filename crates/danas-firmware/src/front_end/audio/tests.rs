//! The features of generated C, compared with those of the extractor.

use std::{fmt::Write, fs, process::Command, time::Duration};

use danas_space::{FrontEndBuilder, ResamplingFilter, Window};

use super::*;

const NATIVE: u32 = 8000;

/// Returns a clip of 16-bit samples: a chirp whose loudness changes, and noise.
fn samples(count: usize) -> Vec<i16> {
    let mut state = 1_u32;
    let sample = |n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (f64::from(state) / f64::from(u32::MAX) - 0.5) * 200.0;
        let t = n as f64 / f64::from(NATIVE);
        let loudness = 9000.0 * (3.0 * t).sin().powi(2);
        (loudness * (2000.0 * t * t + 900.0 * t).sin() + noise).round() as i16
    };
    (0..count).map(sample).collect()
}

/// Compiles the front ends, runs each on the same sound, and returns their features.
fn run(front_ends: &[AudioFrontEnd], sound: &[i16]) -> Vec<Vec<f32>> {
    let folder = tempfile::tempdir().unwrap();
    let input = NetworkInput { standardisation: None, quantisation: None };
    let mut outputs = Vec::new();
    for (index, front_end) in front_ends.iter().enumerate() {
        let (ring, FrontEndCode { text, words, .. }) = (front_end.raw(), front_end.code(&input));
        let values = front_end.shape().elements().unwrap();
        let mut main = String::from(
            "#include <math.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n\n",
        );
        main += &text;
        // The oldest sample is not the first one in the ring.
        let start = ring.moments / 3;
        let count = ring.moments * ring.channels;
        let mut rotated: Vec<i16> = sound[..count].to_vec();
        rotated.rotate_right(start * ring.channels);
        let round =
            |sample: i16| (f32::from(sample) / 256.0).round_ties_even().clamp(-128.0, 127.0) as i16;
        if ring.sample == SampleType::Int8 {
            rotated.iter_mut().for_each(|sample| *sample = round(*sample));
        }
        main += &table("SAMPLE", "ring", rotated);
        let size = words.max(values);
        let _ = write!(
            main,
            "int main(void)\n{{\n    static float memory[{size}];\n    front_end(ring, {start}U, memory);\n    \
             for (int index = 0; index < {values}; index++) {{\n        printf(\"%.9g\\n\", (double)memory[index]);\n    }}\n    return 0;\n}}\n"
        );
        let source = folder.path().join(format!("front_end_{index}.c"));
        let program = folder.path().join(format!("front_end_{index}"));
        fs::write(&source, &main).unwrap();
        let compiled = Command::new("cc")
            .args([
                "-std=c99",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Wconversion",
                "-Wshadow",
                "-pedantic",
                "-Werror",
            ])
            .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"])
            .arg(&source)
            .arg("-o")
            .arg(&program)
            .arg("-lm")
            .output()
            .unwrap();
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        let output = Command::new(&program).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        outputs.push(text.lines().map(|line| line.parse().unwrap()).collect());
    }
    outputs
}

fn granularity(hertz: u32, representation: Representation) -> AudioGranularity {
    let front_end = builder().build().unwrap();
    AudioGranularity::new(Hertz::new(hertz).unwrap(), representation, front_end)
}

fn builder() -> FrontEndBuilder {
    FrontEnd::builder()
        .clip(Duration::from_millis(700))
        .frame_length(256)
        .hop_length(128)
        .mel_bands(24)
        .coefficients(10)
}

/// Returns how far features may differ. A single bin at 80 dB below the loudest one holds only the
/// last bits of the transform of its frame, on either side. At lower rates so do the quietest bands,
/// since the extractor filters the whole clip through a transform, which is exact to about 110 dB
/// below the loudest sound. A sample at the border of two steps may be rounded to either of them.
fn tolerance(granularity: &AudioGranularity) -> f32 {
    if let (Representation::Waveform, Some(bits)) =
        (granularity.representation, granularity.sample_depth.rounded_to())
    {
        return 1.0 / (1 << (bits - 1)) as f32;
    }
    let is_bin = granularity.representation == Representation::Spectrogram;
    if is_bin || granularity.sample_rate.get() < NATIVE { 2e-2 } else { 1e-3 }
}

fn compare(granularities: &[AudioGranularity]) {
    let native = Hertz::new(NATIVE).unwrap();
    let front_ends: Vec<AudioFrontEnd> =
        granularities.iter().map(|it| AudioFrontEnd::new(it, native).unwrap()).collect();
    let sound = samples(20_000);
    for (granularity, ours) in granularities.iter().zip(run(&front_ends, &sound)) {
        let channels = granularity.channels.count();
        let moments = NATIVE as usize * 7 / 10;
        let of = |channel: usize| -> Vec<f32> {
            let all = sound[..moments * channels].iter().skip(channel).step_by(channels);
            all.map(|&sample| f32::from(sample) / 32_768.0).collect()
        };
        let recording = Recording::from_channels((0..channels).map(of).collect(), native).unwrap();
        let expected = Extractor::new(granularity).unwrap().extract(&recording).unwrap();
        let expected: Vec<f32> = expected.into_values().into_iter().collect();
        assert_eq!(ours.len(), expected.len(), "{granularity}");
        let worst = ours.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst <= tolerance(granularity), "{granularity}: {worst}");
    }
}

#[test]
fn every_representation_and_normalisation_has_the_extractors_features() {
    let mut granularities = vec![granularity(NATIVE, Representation::Waveform)];
    for representation in Representation::OF_FRAMES {
        for normalisation in ClipNormalisation::ALL {
            granularities
                .push(AudioGranularity { normalisation, ..granularity(NATIVE, representation) });
        }
    }
    compare(&granularities);
}

#[test]
fn lower_rates_have_the_extractors_features() {
    let filtered = |filter, hertz| AudioGranularity {
        front_end: builder().resampling(filter).build().unwrap(),
        ..granularity(hertz, Representation::Mfcc)
    };
    let mut granularities: Vec<AudioGranularity> = [4000, 3000, 2000, 750]
        .into_iter()
        .flat_map(|hertz| {
            [ResamplingFilter::SoxrHq, ResamplingFilter::KaiserFast]
                .map(|filter| filtered(filter, hertz))
        })
        .collect();
    granularities.push(granularity(1000, Representation::Waveform));
    for sample_depth in [SampleDepth::Bits16, SampleDepth::Bits8] {
        let rounded = |(hertz, representation)| AudioGranularity {
            sample_depth,
            ..granularity(hertz, representation)
        };
        let native = (NATIVE, Representation::MelSpectrogram);
        granularities.extend([native, (4000, Representation::Waveform)].map(rounded));
    }
    compare(&granularities);
}

#[test]
fn frames_of_any_kind_have_the_extractors_features() {
    let with = |builder: FrontEndBuilder, representation| AudioGranularity {
        front_end: builder.build().unwrap(),
        ..granularity(NATIVE, representation)
    };
    let mel = Representation::MelSpectrogram;
    let mut granularities = vec![
        with(builder().framing(Framing::Inside), mel),
        with(builder().window_length(200).window(Window::Hamming), mel),
        with(builder().window(Window::Blackman).window_length(101), mel),
        with(builder().deltas(0).lifter(22), Representation::Mfcc),
        with(
            builder().deltas(1).delta_width(5).highest(Hertz::new(3000).unwrap()),
            Representation::Mfcc,
        ),
        with(builder().floor(-380).dynamic_range(400), mel),
    ];
    for length in [2, 3, 64, 128, 250, 315, 480, 31 * 4, 17] {
        let short = builder().frame_length(length).hop_length(length.div_ceil(2));
        granularities.push(with(short, Representation::Spectrogram));
    }
    granularities.push(AudioGranularity {
        channels: Channels::Stereo,
        ..granularity(NATIVE, Representation::Mfcc)
    });
    granularities.push(AudioGranularity {
        channels: Channels::Stereo,
        normalisation: ClipNormalisation::RunningMean,
        ..granularity(2000, Representation::Mfcc)
    });
    compare(&granularities);
}

#[test]
fn a_frame_with_a_large_prime_factor_is_refused() {
    let front_end = builder().frame_length(2 * 37).build().unwrap();
    let granularity =
        AudioGranularity { front_end, ..granularity(NATIVE, Representation::Spectrogram) };
    let refused = AudioFrontEnd::new(&granularity, Hertz::new(NATIVE).unwrap()).unwrap_err();
    assert!(matches!(refused, FirmwareError::FrameLength { length: 74, factor: 37, .. }));
}
