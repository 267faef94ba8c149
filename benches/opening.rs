//! Benchmarks of opening a dataset, with every file decoded and with none.

#![allow(missing_docs, clippy::expect_used)]

use std::{fs, path::Path, thread, time::Duration};

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use danas::{AudioSource, Dataset, FileIndex, Opening};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

const FILES: usize = 2000;

/// Writes recordings of 0.1 s at 8 kHz, whose samples all differ, into the folders of four classes.
fn write_recordings(folder: &Path) {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for number in 0..FILES {
        let class = folder.join((number % 4).to_string());
        fs::create_dir_all(&class).expect("a folder");
        let mut samples = [0; 1600];
        rng.fill_bytes(&mut samples);
        let header = b"RIFF\x64\x06\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0";
        let file = [&header[..], b"\x02\0\x10\0data\x40\x06\0\0", &samples].concat();
        fs::write(class.join(format!("{number}.wav")), file).expect("space on the disk");
    }
}

fn opening(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let recordings = folder.path().join("recordings");
    write_recordings(&recordings);
    // Files that were written less than two seconds ago are not remembered.
    thread::sleep(Duration::from_millis(2100));
    let index = FileIndex::at(folder.path().join("index"));
    let list = || Dataset::from_folder(&recordings).expect("a dataset");
    let mut group = criterion.benchmark_group("open 2000 files of 0.1 s");
    group.sample_size(20);
    group.bench_function("list them", |bencher| bencher.iter(list));
    for (name, index) in [("no index", None), ("index", Some(&index))] {
        let mut settings = Opening::default();
        settings.index = index;
        let open = |dataset| AudioSource::open_with(dataset, None, &settings).expect("recordings");
        // The first time, nothing is in the index.
        open(list());
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter_batched(list, open, BatchSize::LargeInput);
        });
    }
    group.finish();
}

criterion_group!(benches, opening);
criterion_main!(benches);
