//! The integers of generated C, compared with those of the model in Rust.

use std::{fs, path::Path, process::Command, time::Duration};

use danas_space::{
    Channels, ClipNormalisation, Framing, FrontEnd, FrontEndBuilder, MelNorm, Representation,
    ResamplingFilter, SampleDepth, Window,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::front_end::{NetworkInput, SampleType};

const NATIVE: u32 = 8000;

/// A program that prints the features and the input of a network for each window in a file.
const MAIN: &str = "
int main(int count, char **arguments)
{
    static SAMPLE ring[CLIP * CHANNELS];
    static int32_t memory[WORDS];
    FILE *file = count > 1 ? fopen(arguments[1], \"rb\") : 0;
    if (file == 0) {
        return 1;
    }
    while (fread(ring, sizeof(SAMPLE), CLIP * CHANNELS, file) == CLIP * CHANNELS) {
        memset(memory, 0x55, sizeof memory);
        front_end(ring, START, memory);
        fwrite(memory, 1U, VALUES, stdout);
    }
    return fclose(file);
}
";

/// Returns signals that are extreme in different ways, and ordinary ones.
fn signals(rng: &mut ChaCha8Rng, count: usize) -> Vec<Vec<i16>> {
    let loudness = rng.random_range(1.0..32_767.0_f64);
    let pitch = rng.random_range(0.01..1.6_f64);
    let (click, period) = (rng.random_range(0..count), rng.random_range(1..40));
    let tone = |n: usize| loudness * (pitch * n as f64 * (1.0 + n as f64 / count as f64)).sin();
    let square = |n: usize| if (n / period).is_multiple_of(2) { i16::MAX } else { i16::MIN };
    vec![
        vec![0; count],
        vec![i16::MIN; count],
        vec![1; count],
        (0..count).map(square).collect(),
        (0..count).map(|n| if n == click { i16::MIN } else { 0 }).collect(),
        (0..count).map(|n| i16::from(n == click)).collect(),
        (0..count).map(|_| rng.random()).collect(),
        (0..count).map(|_| rng.random_range(-3..4)).collect(),
        (0..count)
            .map(|n| (tone(n) + rng.random_range(-9.0..9.0)).clamp(-32_768.0, 32_767.0) as i16)
            .collect(),
    ]
}

/// Compiles code that prints bytes, and returns them.
fn run(folder: &Path, source: &str, windows: &[u8]) -> Vec<u8> {
    let path = |name: &str| folder.join(name);
    fs::write(path("front_end.c"), source).unwrap();
    fs::write(path("windows.bin"), windows).unwrap();
    let flags = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion"];
    let compiled = Command::new("cc")
        .args(flags)
        .args(["-Wshadow", "-pedantic", "-Werror", "-fno-sanitize-recover=all"])
        .args(["-fsanitize=address,undefined", "-o"])
        .args([path("front_end"), path("front_end.c")])
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let output = Command::new(path("front_end")).arg(path("windows.bin")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Checks that C computes the integers of the model for many signals.
fn check(granularity: &AudioGranularity, rng: &mut ChaCha8Rng) {
    let folder = tempfile::tempdir().unwrap();
    let front_end = FixedAudioFrontEnd::new(granularity, Hertz::new(NATIVE).unwrap()).unwrap();
    let raw = front_end.raw();
    let Shape { height, width, channels } = front_end.shape();
    let unit = front_end.fixed.unit() as f32;
    let mean: Vec<f32> = (0..height * channels).map(|_| rng.random_range(-40.0..20.0)).collect();
    let deviation: Vec<f32> = mean.iter().map(|_| rng.random_range(0.5..30.0)).collect();
    let quantisation = Affine { scale: (0.02_f32).max(20.0 * unit), zero_point: -7 };
    let tables = Some([mean.as_slice(), deviation.as_slice()]);
    let input = NetworkInput { standardisation: tables, quantisation: Some(quantisation) };
    let code = front_end.code(&input).unwrap();
    let values = height * width * channels;
    let count = raw.moments * raw.channels;
    let signals = signals(rng, count);
    // The oldest sample is not the first one in the ring.
    let start = raw.moments / 3;
    let mut windows = Vec::new();
    for signal in &signals {
        let mut ring = signal.clone();
        ring.rotate_right(start * raw.channels);
        for sample in ring {
            if raw.sample == SampleType::Int8 {
                let rounded = (f32::from(sample) / 256.0).round_ties_even().clamp(-128.0, 127.0);
                windows.push((rounded as i8).cast_unsigned());
            } else {
                windows.extend(sample.to_le_bytes());
            }
        }
    }
    let main = |text: &str, bytes: usize| {
        let words = code.words.max(values);
        format!(
            "#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n\n#define WORDS {words}U\n#define START {start}U\n\
             #define VALUES {bytes}U\n{text}{MAIN}"
        )
    };
    let printed = run(folder.path(), &main(&code.text, values), &windows);
    assert_eq!(printed.len(), values * signals.len(), "{granularity}");
    for (printed, signal) in printed.chunks_exact(values).zip(&signals) {
        let expected = front_end.input(signal, tables, quantisation).unwrap();
        let found: Vec<i8> = printed.iter().map(|byte| byte.cast_signed()).collect();
        assert!(found == expected, "{granularity}");
    }
    if granularity.representation == Representation::Waveform {
        return;
    }
    // All bits of the features, before they become the input.
    let end = "    /* No value of the input";
    let features = code.text.replace(
        end,
        "    if (START < CLIP) {\n        return;\n    }\n    /* No value of the input",
    );
    let printed = run(folder.path(), &main(&features, 4 * values), &windows);
    assert_eq!(printed.len(), 4 * values * signals.len(), "{granularity}");
    for (index, (printed, signal)) in printed.chunks_exact(4 * values).zip(&signals).enumerate() {
        let expected = front_end.fixed.features(signal);
        let words = printed.as_chunks::<4>().0.iter().map(|word| i32::from_le_bytes(*word));
        let found: Vec<i32> = words.collect();
        assert!(found == expected, "{granularity}, signal {index}");
    }
}

fn granularity(
    hertz: u32,
    representation: Representation,
    builder: FrontEndBuilder,
) -> AudioGranularity {
    AudioGranularity::new(Hertz::new(hertz).unwrap(), representation, builder.build().unwrap())
}

fn builder() -> FrontEndBuilder {
    FrontEnd::builder()
        .clip(Duration::from_millis(300))
        .frame_length(256)
        .hop_length(128)
        .mel_bands(24)
        .coefficients(10)
}

#[test]
fn every_representation_and_normalisation_is_the_models() {
    let mut rng = ChaCha8Rng::seed_from_u64(31);
    check(&granularity(NATIVE, Representation::Waveform, builder()), &mut rng);
    for representation in Representation::OF_FRAMES {
        for normalisation in ClipNormalisation::ALL {
            let granularity = granularity(NATIVE, representation, builder());
            check(&AudioGranularity { normalisation, ..granularity }, &mut rng);
        }
    }
}

/// Returns one of some values.
fn one_of<T: Copy>(rng: &mut ChaCha8Rng, values: &[T]) -> T {
    values[rng.random_range(0..values.len())]
}

/// Returns any front end.
fn random(rng: &mut ChaCha8Rng) -> AudioGranularity {
    let lengths = [
        2, 3, 5, 8, 17, 31, 62, 64, 96, 120, 124, 128, 147, 192, 200, 250, 256, 315, 480, 512, 961,
        1024,
    ];
    let length = one_of(rng, &lengths);
    let bands = rng.random_range(1..41);
    let mut builder = FrontEnd::builder()
        .clip(Duration::from_millis(rng.random_range(200..500)))
        .frame_length(length)
        .window_length(rng.random_range(1..=length))
        .hop_length((length / 2).max(20) + rng.random_range(0..20))
        .window(one_of(
            rng,
            &[Window::Hann, Window::Hamming, Window::Blackman, Window::Rectangular],
        ))
        .framing(one_of(rng, &[Framing::Centred, Framing::Inside]))
        .mel_bands(bands)
        .mel_norm(one_of(rng, &[MelNorm::Area, MelNorm::Height]))
        .coefficients(rng.random_range(1..=bands.min(13)))
        .deltas(rng.random_range(0..3))
        .delta_width(one_of(rng, &[3, 5, 9, 21]))
        .lifter(one_of(rng, &[0, 0, 22]))
        .dynamic_range(one_of(rng, &[20, 80, 400]))
        .floor(one_of(rng, &[-380, -100, -100, 0]));
    if rng.random_bool(0.3) {
        builder = builder.running_mean(Duration::from_millis(rng.random_range(20..100_000)));
    }
    builder = builder.resampling(one_of(
        rng,
        &[ResamplingFilter::SoxrHq, ResamplingFilter::KaiserFast, ResamplingFilter::KaiserBest],
    ));
    let representation = one_of(rng, &Representation::ALL);
    let hertz = one_of(rng, &[NATIVE, NATIVE, NATIVE, 4000, 2000, 3000, 500]);
    let normalisation = match representation {
        Representation::Waveform => ClipNormalisation::None,
        _ => one_of(rng, &ClipNormalisation::ALL),
    };
    AudioGranularity {
        normalisation,
        sample_depth: one_of(rng, &[SampleDepth::Exact, SampleDepth::Bits16, SampleDepth::Bits8]),
        channels: one_of(rng, &[Channels::Mix, Channels::Mix, Channels::Stereo]),
        ..granularity(hertz, representation, builder)
    }
}

#[test]
fn random_front_ends_are_the_models() {
    let mut rng = ChaCha8Rng::seed_from_u64(32);
    let mut checked = 0;
    while checked < 24 {
        let granularity = random(&mut rng);
        if granularity.frames() == 0 || granularity.rows() == 0 {
            continue;
        }
        check(&granularity, &mut rng);
        checked += 1;
    }
}

#[test]
fn a_network_in_floats_is_refused() {
    let granularity = granularity(NATIVE, Representation::Mfcc, builder());
    let front_end = FixedAudioFrontEnd::new(&granularity, Hertz::new(NATIVE).unwrap()).unwrap();
    let input = NetworkInput { standardisation: None, quantisation: None };
    assert!(matches!(front_end.code(&input), Err(FirmwareError::FixedPoint)));
}
