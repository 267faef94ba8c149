//! Resampling and features of a 10 s clip at 48 kHz, the paper's, and of a spoken digit.

#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use danas::{
    dsp::{Extractor, Recording, decode},
    space::{AudioGranularity, FrontEnd, Hertz, Representation, ResamplingFilter},
};

fn hertz(rate: u32) -> Hertz {
    Hertz::new(rate).expect("a positive rate")
}

/// Ten seconds of two tones and a rattle.
fn machine() -> Recording {
    let sample = |n: usize| {
        let t = n as f32 / 48_000.0;
        let rattle = ((n * 7919) % 1013) as f32 / 1013.0 - 0.5;
        0.4 * (880.0 * t).sin() + 0.2 * (9000.0 * t).sin() + 0.1 * rattle
    };
    Recording::new((0..480_000).map(sample).collect(), hertz(48_000)).expect("a legal recording")
}

fn resampling(criterion: &mut Criterion) {
    let recording = machine();
    let mut group = criterion.benchmark_group("resample 10 s from 48 kHz");
    for rate in [24_000, 6000, 375] {
        group.bench_function(BenchmarkId::from_parameter(rate), |bencher| {
            bencher.iter(|| black_box(&recording).resampled(hertz(rate), ResamplingFilter::SoxrHq));
        });
    }
    group.finish();
}

fn features(criterion: &mut Criterion) {
    let recording = machine();
    let mut group = criterion.benchmark_group("features of 10 s at 48 kHz");
    for representation in Representation::OF_FRAMES {
        for rate in [48_000, 6000] {
            let sample_rate = hertz(rate);
            let granularity = AudioGranularity::new(sample_rate, representation, FrontEnd::paper());
            let extractor = Extractor::new(&granularity).expect("a legal granularity");
            group.bench_function(BenchmarkId::new(representation.name(), rate), |bencher| {
                bencher.iter(|| extractor.extract(black_box(&recording)));
            });
        }
    }
    group.finish();
}

fn decoding(criterion: &mut Criterion) {
    let path = danas_datasets::spoken_digits_folder().join("7/jackson/7_jackson_3.wav");
    criterion.bench_function("decode a spoken digit", |bencher| {
        bencher.iter(|| decode(black_box(&path)).expect("a bundled recording"));
    });
}

criterion_group!(benches, decoding, resampling, features);
criterion_main!(benches);
