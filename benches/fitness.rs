//! Benchmarks of the parts of one evaluation, on candidates of the paper's space.

#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use danas::{
    model::{Engine, NativeEngine, Samples, TrainConfig, Training, Weights},
    size::{
        Arena, Calibration, Converter, DeployedFormat, FloatModel, NumberFormat, Platform, Profile,
    },
    space::{Architecture, AudioSpace, Candidate, Network, SearchSpace, Shape, parse_layers},
};
use ndarray::Array4;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// Inputs and layers of a small, a medium and a large network.
const NETWORKS: [(Shape, &str); 3] = [
    (Shape::new(39, 8, 1), "2x3R 2x5S"),
    (Shape::new(39, 15, 1), "4x5R 2x5S 2x5S"),
    (Shape::new(80, 118, 1), "8x3R 8x3R"),
];

fn network(input: Shape, layers: &str) -> Network {
    let architecture = Architecture::new(parse_layers(layers).expect("layers"), 10);
    Network::new(input, &architecture.expect("legal"), 2).expect("feasible")
}

/// Returns a hundred feasible candidates.
fn candidates(space: &SearchSpace<AudioSpace>) -> Vec<Candidate> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    std::iter::repeat_with(|| space.sample(&mut rng))
        .filter(|candidate| candidate.network(2).is_ok())
        .take(100)
        .collect()
}

fn operators(criterion: &mut Criterion) {
    let space = SearchSpace::paper();
    let candidates = candidates(&space);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    criterion.bench_function("sample", |bencher| bencher.iter(|| space.sample(&mut rng)));
    let mut next = candidates.iter().cycle();
    criterion.bench_function("mutate", |bencher| {
        bencher.iter(|| space.mutate(next.next().expect("a cycle"), &mut rng));
    });
}

fn measures(criterion: &mut Criterion) {
    let candidates = candidates(&SearchSpace::paper());
    let mut next = candidates.iter().cycle();
    criterion.bench_function("shapes and counts of a network", |bencher| {
        bencher.iter(|| next.next().expect("a cycle").network(black_box(2)));
    });
    let networks: Vec<_> = candidates.iter().filter_map(|it| it.network(2).ok()).collect();
    let mut next = networks.iter().cycle();
    let mut group = criterion.benchmark_group("TensorFlow Lite size of a network");
    for profile in Profile::ALL {
        for format in NumberFormat::ALL {
            let mut converter = Converter::default().with_format(format);
            converter.profile = profile;
            group.bench_function(format!("{profile:?} {format:?}"), |bencher| {
                bencher.iter(|| converter.model_size(black_box(next.next().expect("a cycle"))));
            });
        }
    }
    group.finish();
    criterion.bench_function("tensor arena of a network", |bencher| {
        bencher.iter(|| {
            let network = next.next().expect("a cycle");
            Arena::of(network, black_box(DeployedFormat::Int8), Platform::REFERENCE)
        });
    });
}

/// Benchmarks a model in 8-bit integers: calibrating it on an example, running it, and writing its
/// file.
fn integers(criterion: &mut Criterion) {
    for (shape, layers) in NETWORKS {
        let network = network(shape, layers);
        let weights = Weights::glorot_uniform(&network, 1).expect("small");
        let model = FloatModel::new(&network, weights.slices()).expect("its own weights");
        let values = shape.elements().expect("small");
        let example: Vec<f32> = (0..values).map(|index| (index as f32).sin()).collect();
        let mut calibration = Calibration::new(&model);
        calibration.observe(&example).expect("a legal example");
        let scales = calibration.scales().expect("an example");
        let int8 = Converter::default().quantise(&model, &scales).expect("its own scales");
        let mut group = criterion.benchmark_group(format!("8-bit integers {shape} {layers}"));
        group.bench_function("calibrate on an example", |bencher| {
            bencher.iter(|| calibration.observe(black_box(&example)));
        });
        group.bench_function("run an example", |bencher| {
            bencher.iter(|| int8.predict(black_box(&example)));
        });
        group.bench_function("write the file", |bencher| bencher.iter(|| int8.write()));
        group.finish();
    }
}

/// Benchmarks one epoch of ten batches of 32: ten steps and their overhead.
fn training(criterion: &mut Criterion) {
    let engines: [Box<dyn Engine>; _] = [
        Box::new(NativeEngine::new()),
        #[cfg(feature = "torch")]
        Box::new(danas::model::TorchEngine::cpu()),
    ];
    let mut group = criterion.benchmark_group("train 10 steps of 32");
    for (shape, layers) in NETWORKS {
        let network = network(shape, layers);
        let value = |(n, h, w, _): (usize, usize, usize, usize)| ((n * 31 + h * 7 + w) % 17) as f32;
        let features = Array4::from_shape_fn((320, shape.height, shape.width, 1), value);
        let labels: Vec<usize> = (0..320).map(|n| n % 2).collect();
        let samples = Samples::new(features.view(), &labels, 2).expect("legal samples");
        let mut config = TrainConfig::default();
        config.epochs = 1;
        let training = Training::new(&network, samples, &config, 7).expect("a legal training");
        for engine in &engines {
            group.bench_function(format!("{shape} {layers}, {}", engine.name()), |bencher| {
                bencher.iter(|| engine.train(black_box(&training)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, operators, measures, integers, training);
criterion_main!(benches);
