//! Benchmarks of one evaluation from beginning to end: a candidate on the bundled digits, trained
//! for five epochs by the native engine. There are 840 recordings, 560 of them for training, with
//! MFCCs at 8 kHz.

#![allow(missing_docs, clippy::expect_used)]

use std::{hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use danas::{
    AudioSource, Broken, Config, DataSource, Part, Preset, Trainer,
    data::FeatureCache,
    model::{Engine, NativeEngine, Samples, Training},
    space::{
        Architecture, AudioGranularity, Bytes, Candidate, Hertz, Representation, parse_layers,
    },
};

fn config() -> Config {
    let mut config = Config::preset(Preset::Words);
    config.data.folder = Some(danas_datasets::spoken_digits_folder());
    (config.training.epochs, config.training.steps) = (5, None);
    config
}

fn candidate() -> Candidate {
    let rate = Hertz::new(8000).expect("not zero");
    let front_end = config().space.data.front_end();
    let granularity = AudioGranularity::new(rate, Representation::Mfcc, front_end);
    let layers = parse_layers("4x3R 8x3R").expect("legal layers");
    let architecture = Architecture::new(layers, 16).expect("a legal architecture");
    Candidate::new(granularity, architecture)
}

fn trainer() -> Trainer<AudioSource> {
    let search = config().prepare(Arc::new(NativeEngine::new())).expect("the bundled digits");
    search.trainer().expect("a legal configuration")
}

fn cache(criterion: &mut Criterion) {
    let dataset = danas_datasets::spoken_digits().expect("the bundled digits");
    let source = AudioSource::open(dataset, None, Broken::Refuse).expect("recordings");
    let cache = Arc::new(FeatureCache::in_memory(Bytes(1_000_000_000)));
    let granularity = candidate().granularity;
    let source = source.with_cache(cache, [granularity]).expect("a legal granularity");
    let examples: Vec<usize> = (0..840).collect();
    source.features(&granularity, &examples).expect("features");
    criterion.bench_function("features of 840 digits from the cache", |bencher| {
        bencher.iter(|| source.features(&granularity, black_box(&examples)));
    });
}

fn evaluation(criterion: &mut Criterion) {
    let (trainer, candidate) = (trainer(), candidate());
    let (features, labels) =
        trainer.data(&candidate.granularity, Part::Train).expect("features of the digits");
    let network = candidate.network(trainer.classes().len()).expect("a feasible candidate");
    let samples = Samples::new(features.view(), &labels, trainer.classes().len());
    let samples = samples.expect("features and labels");
    let training = config().training;
    let training = Training::new(&network, samples, &training, 7).expect("a legal training");
    let engine = NativeEngine::new();

    let mut group = criterion.benchmark_group("a candidate on the digits");
    group.sample_size(20);
    group.bench_function("train five epochs", |bencher| bencher.iter(|| engine.train(&training)));
    group.bench_function("train, quantise and judge, in floats and integers", |bencher| {
        bencher.iter(|| trainer.train(black_box(&candidate), 7));
    });
    let trained = trainer.train(&candidate, 7).expect("a training");
    let folder = tempfile::tempdir().expect("a temporary folder");
    group.bench_function("export every file", |bencher| {
        bencher.iter(|| trained.export(folder.path(), "digits"));
    });
    group.finish();
}

criterion_group!(benches, cache, evaluation);
criterion_main!(benches);
