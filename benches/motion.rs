//! Benchmarks of series of motion: lower rates, features, and reading of files.
//!
//! All benchmarks use one thread.

#![allow(missing_docs, clippy::expect_used)]

use std::{hint::black_box, path::Path, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use danas::{
    SeriesFormat,
    dsp::{MotionExtractor, lower_rates},
    read_series,
    space::{DataSpace, MotionRepresentation, MotionSpace, Rate},
};
use ndarray::{Array2, s};

/// Samples of a minute at 100 Hz.
const SAMPLES: usize = 6000;
const NAMES: [&str; 6] = ["ax", "ay", "az", "gx", "gy", "gz"];

fn rate(hertz: f64) -> Rate {
    Rate::from_hertz(hertz).expect("a legal rate")
}

fn series() -> Array2<f32> {
    Array2::from_shape_fn((SAMPLES, NAMES.len()), |(n, channel)| {
        let time = n as f32 / 100.0;
        9.81 + (time * (3.0 + channel as f32)).sin() + ((n * 7919 + channel) % 101) as f32 / 50.0
    })
}

/// Benchmarks all lower rates of a space.
fn rates(criterion: &mut Criterion) {
    let (series, native) = (series(), rate(100.0));
    let all = [50.0, 25.0, 12.5].map(rate);
    let mut group = criterion.benchmark_group("motion_rates");
    group.throughput(Throughput::Elements(series.len() as u64));
    group.bench_function("three", |bencher| {
        bencher.iter(|| lower_rates(series.view(), native, black_box(&all)).expect("legal rates"));
    });
    group.finish();
}

/// Benchmarks the features of one window of 4 s in each representation.
fn features(criterion: &mut Criterion) {
    let (series, native) = (series(), rate(100.0));
    let mut group = criterion.benchmark_group("motion_features");
    for representation in MotionRepresentation::ALL {
        let space = MotionSpace::builder()
            .rates([native])
            .windows([Duration::from_secs(4)])
            .representations([representation])
            .build()
            .expect("a legal space")
            .suited(native, &NAMES.map(str::to_owned), Duration::from_secs(4));
        let granularity = space.granularities().next().expect("it has granularities");
        let extractor = MotionExtractor::new(&granularity).expect("legal frames");
        group.bench_function(representation.name(), |bencher| {
            let window = series.slice(s![1000..1400, ..]);
            bencher.iter(|| extractor.extract(black_box(window), &[16.0; 6]).expect("a window"));
        });
    }
    group.finish();
}

/// Benchmarks the reading of a table.
fn reading(criterion: &mut Criterion) {
    let mut table = format!("t,{}\n", NAMES.join(","));
    for (n, row) in series().outer_iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|value| format!("{value:.5}")).collect();
        table.push_str(&format!("{:.2},{}\n", n as f64 / 100.0, cells.join(",")));
    }
    let mut group = criterion.benchmark_group("motion_reading");
    group.throughput(Throughput::Bytes(table.len() as u64));
    group.bench_function("csv", |bencher| {
        let format = SeriesFormat::default();
        let path = Path::new("minute.csv");
        bencher.iter(|| read_series(path, black_box(table.as_bytes()), &format).expect("a table"));
    });
    group.finish();
}

criterion_group!(benches, rates, features, reading);
criterion_main!(benches);
