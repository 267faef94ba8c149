//! Benchmarks of preprocessing from a file to features, step by step and as a whole.
//!
//! The clip is the paper's: 10 s at 48 kHz with noise mixed in. All benchmarks use one thread,
//! except that of a whole folder.

#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use danas::{
    AudioSource, Broken, DataSource, Dataset,
    dsp::{BatchExtractor, Complex32, Dct, DeltaOrder, Extractor, MelFilterBank, Recording, Stft},
    dsp::{SoundFile, decode, delta, power_to_db},
    space::{AudioGranularity, AudioSpace, FrontEnd, Hertz, Representation, ResamplingFilter},
};
use realfft::RealFftPlanner;

fn hertz(rate: u32) -> Hertz {
    Hertz::new(rate).expect("a positive rate")
}

/// Returns ten seconds of two tones and a rattle.
fn machine() -> Recording {
    let sample = |n: usize| {
        let t = n as f32 / 48_000.0;
        let rattle = ((n * 7919) % 1013) as f32 / 1013.0 - 0.5;
        0.4 * (880.0 * t).sin() + 0.2 * (9000.0 * t).sin() + 0.1 * rattle
    };
    Recording::new((0..480_000).map(sample).collect(), hertz(48_000)).expect("a legal recording")
}

/// Returns ten seconds of noise.
fn noise() -> Recording {
    let sample = |n: usize| ((n * n) % 7927) as f32 / 79_270.0 - 0.05;
    Recording::new((0..480_000).map(sample).collect(), hertz(48_000)).expect("a legal recording")
}

fn paper(rate: u32, representation: Representation) -> AudioGranularity {
    AudioGranularity::new(hertz(rate), representation, FrontEnd::paper())
}

fn resampling(criterion: &mut Criterion) {
    let recording = machine();
    let mut group = criterion.benchmark_group("resample 10 s from 48 kHz, planned anew");
    for rate in [24_000, 6000, 375] {
        group.bench_function(BenchmarkId::from_parameter(rate), |bencher| {
            bencher.iter(|| black_box(&recording).resampled(hertz(rate), ResamplingFilter::SoxrHq));
        });
    }
    group.finish();
}

/// Benchmarks the MFCC of a clip at 48 kHz, and the 938 real FFTs of 2048 samples that it needs.
fn fourier(criterion: &mut Criterion) {
    let recording = machine();
    let samples = &recording.channels()[0];
    let mut group = criterion.benchmark_group("MFCC of 10 s at 48 kHz");
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(2048);
    let mut frame = fft.make_input_vec();
    let mut spectrum: Vec<Complex32> = fft.make_output_vec();
    let mut scratch = fft.make_scratch_vec();
    group.bench_function("its FFTs alone, by realfft", |bencher| {
        bencher.iter(|| {
            for first in (0..938).map(|index| 500 * index) {
                frame.copy_from_slice(&samples[first..first + 2048]);
                fft.process_with_scratch(&mut frame, &mut spectrum, &mut scratch).expect("lengths");
                black_box(&spectrum);
            }
        });
    });
    let extractor = Extractor::new(&paper(48_000, Representation::Mfcc)).expect("legal");
    group.bench_function("whole", |bencher| {
        bencher.iter(|| extractor.extract(black_box(&recording)));
    });
    group.finish();
}

fn steps(criterion: &mut Criterion) {
    let recording = machine();
    let samples = &recording.channels()[0];
    let stft = Stft::new(2048, 512).expect("legal");
    let bank = MelFilterBank::new(hertz(48_000), 2048, 80).expect("legal");
    let dct = Dct::new(80, 13).expect("legal");
    let power = stft.power(samples).expect("a legal signal");
    let energies = bank.apply(power.view()).expect("as many bins");
    let decibels = power_to_db(energies.view());
    let cepstrum = dct.apply(decibels.view()).expect("as many bands");
    let mut group = criterion.benchmark_group("step of 10 s at 48 kHz");
    group.bench_function("mix with noise", |bencher| {
        let noise = noise();
        bencher.iter(|| black_box(&recording).mixed(1.0, &noise, 1.0));
    });
    group.bench_function("STFT to power", |bencher| {
        bencher.iter(|| stft.power(black_box(samples)));
    });
    group.bench_function("80 mel bands of power", |bencher| {
        bencher.iter(|| bank.apply(black_box(power.view())));
    });
    group.bench_function("decibels of a spectrogram", |bencher| {
        bencher.iter(|| power_to_db(black_box(power.view())));
    });
    group.bench_function("13 coefficients of 80 bands", |bencher| {
        bencher.iter(|| dct.apply(black_box(decibels.view())));
    });
    group.bench_function("first derivatives", |bencher| {
        bencher.iter(|| delta(black_box(cepstrum.view()), DeltaOrder::First, 9));
    });
    group.finish();
}

fn features(criterion: &mut Criterion) {
    let recording = machine();
    let mut group = criterion.benchmark_group("features of 10 s at 48 kHz");
    for representation in Representation::OF_FRAMES {
        for rate in [48_000, 24_000, 6000, 375] {
            let extractor = Extractor::new(&paper(rate, representation)).expect("legal");
            group.bench_function(BenchmarkId::new(representation.name(), rate), |bencher| {
                bencher.iter(|| extractor.extract(black_box(&recording)));
            });
        }
    }
    group.finish();
}

/// Benchmarks all features of one clip that a search over the paper's space needs.
fn all_granularities(criterion: &mut Criterion) {
    let space = AudioSpace::paper();
    let granularities: Vec<AudioGranularity> = space
        .sample_rates()
        .iter()
        .flat_map(|rate| space.representations().iter().map(|kind| paper(rate.get(), *kind)))
        .collect();
    let (recording, noise) = (machine(), noise());
    let batch = BatchExtractor::new(&granularities).expect("legal");
    let name = "8 rates x 3 representations of 10 s with noise";
    let all = |recording: &Recording, noise: &Recording| {
        batch.extract(&recording.mixed(1.0, noise, 1.0).expect("equal rates"))
    };
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| all(black_box(&recording), &noise).expect("a legal recording"));
    });
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths = ["sound.wav", "noise.wav"].map(|name| folder.path().join(name));
    for (path, recording) in paths.iter().zip([&recording, &noise]) {
        std::fs::write(path, wav(recording)).expect("space on the disk");
    }
    criterion.bench_function(&format!("{name}, from files"), |bencher| {
        bencher.iter(|| {
            let [recording, noise] = paths.each_ref().map(|path| decode(path).expect("a WAV file"));
            all(&recording, &noise).expect("a legal recording")
        });
    });
}

/// Returns a WAV file of 16-bit integers.
fn wav(recording: &Recording) -> Vec<u8> {
    let samples = recording.channels()[0].iter().map(|sample| (sample * 32_767.0) as i16);
    let data: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
    let rate = recording.rate().get();
    let [size, data_size] = [36 + data.len(), data.len()].map(|size| size as u32);
    let mut file = [&b"RIFF"[..], &size.to_le_bytes(), b"WAVEfmt \x10\0\0\0\x01\0\x01\0"].concat();
    file.extend([&rate.to_le_bytes()[..], &(2 * rate).to_le_bytes(), b"\x02\0\x10\0"].concat());
    file.extend([&b"data"[..], &data_size.to_le_bytes(), &data].concat());
    file
}

fn decoding(criterion: &mut Criterion) {
    let path = danas_datasets::spoken_digits_folder().join("7/jackson/7_jackson_3.wav");
    criterion.bench_function("decode a spoken digit", |bencher| {
        bencher.iter(|| decode(black_box(&path)).expect("a bundled recording"));
    });
    let clip = SoundFile::from_bytes("clip.wav", wav(&machine()));
    criterion.bench_function("decode 10 s of WAV at 48 kHz", |bencher| {
        bencher.iter(|| black_box(&clip).decode().expect("a legal file"));
    });
}

/// Benchmarks a folder of recordings, on one thread and on all.
fn dataset(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (machine, names) = (machine(), ["normal", "anomalous"]);
    for number in 0..64 {
        let class = folder.path().join(names[number / 32]);
        std::fs::create_dir_all(&class).expect("a folder");
        // The sounds must differ, since equal ones are used once.
        let mut samples = machine.channels()[0].clone();
        samples.rotate_left(number);
        let sound = Recording::new(samples, machine.rate()).expect("a recording");
        std::fs::write(class.join(format!("{number}.wav")), wav(&sound))
            .expect("space on the disk");
    }
    let dataset = Dataset::from_folder(folder.path()).expect("a dataset");
    let source = AudioSource::open(dataset, None, Broken::Refuse).expect("recordings");
    let examples: Vec<usize> = (0..64).collect();
    let granularity = paper(6000, Representation::Mfcc);
    let mut group = criterion.benchmark_group("MFCC at 6 kHz of 64 files of 10 s");
    group.sample_size(20);
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    for threads in [1, all] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        group.bench_function(BenchmarkId::new("threads", threads), |bencher| {
            bencher.iter(|| pool.install(|| source.features(&granularity, black_box(&examples))));
        });
    }
    group.finish();
}

criterion_group!(
    benches,
    decoding,
    resampling,
    fourier,
    steps,
    features,
    all_granularities,
    dataset
);
criterion_main!(benches);
