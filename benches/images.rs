//! Benchmarks of images, from JPEG files to features at all resolutions of the default space.
//!
//! All benchmarks use one thread.

#![allow(missing_docs, clippy::expect_used)]

use std::{fs, hint::black_box, path::Path};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use danas_data::{Broken, DataSource, Dataset, ImageSource};
use danas_space::{Bytes, Colour, ImageGranularity, ImageSpace, ResizeFilter};
use fast_image_resize::{
    FilterType, ResizeAlg, ResizeOptions, Resizer,
    images::{TypedImage, TypedImageRef},
    pixels::U8x3,
};
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};

/// Number of files in a dataset.
const FILES: usize = 16;
/// Sides of the images: those of a small dataset, of a camera's preview, and of a photograph.
const SIDES: [u32; 3] = [100, 640, 2048];

/// Returns an image of waves and specks, which differs from those of other numbers.
fn picture(side: u32, number: usize) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| {
        let wave = |frequency: f32| (f32::sin((x + number as u32) as f32 * frequency) + 1.0) * 60.0;
        let speck = (x * 7919 + y * 104_729) % 31;
        Rgb([wave(0.03), wave(0.11) / 2.0, y as f32 / side as f32 * 120.0]
            .map(|value| value as u8 + speck as u8))
    })
}

/// Writes JPEG files of two classes.
fn write(folder: &Path, side: u32) {
    for number in 0..FILES {
        let class = folder.join(["a", "b"][number % 2]);
        fs::create_dir_all(&class).expect("a folder");
        let mut file = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut file, 85);
        picture(side, number).write_with_encoder(encoder).expect("a legal image");
        fs::write(class.join(format!("{number}.jpg")), file).expect("space on the disk");
    }
}

fn granularities(filter: ResizeFilter) -> Vec<ImageGranularity> {
    let space = ImageSpace::default();
    let one = |resolution: &_| ImageGranularity {
        filter,
        ..ImageGranularity::new(*resolution, Colour::Rgb)
    };
    space.resolutions().iter().map(one).collect()
}

/// Benchmarks the features of all files at all resolutions.
fn datasets(criterion: &mut Criterion) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let examples: Vec<usize> = (0..FILES).collect();
    for side in SIDES {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write(folder.path(), side);
        let dataset = Dataset::from_folder_of(folder.path(), &Dataset::IMAGES).expect("a dataset");
        let mut group =
            criterion.benchmark_group(format!("{FILES} JPEG files of {side} x {side} pixels"));
        group.sample_size(10);
        group.bench_function("open", |bencher| {
            bencher.iter(|| pool.install(|| ImageSource::open(dataset.clone(), Broken::Refuse)));
        });
        let source = ImageSource::open(dataset.clone(), Broken::Refuse).expect("images");
        for filter in ResizeFilter::ALL {
            let granularities = granularities(filter);
            let features = |source: &ImageSource| {
                pool.install(|| {
                    for one in &granularities {
                        black_box(source.features(one, &examples).expect("images"));
                    }
                });
            };
            let with_memory =
                || source.clone().with_memory(Bytes(1 << 30), granularities.iter().copied());
            group.bench_function(
                BenchmarkId::new("6 resolutions in one pass", filter),
                |bencher| {
                    bencher.iter(|| features(&with_memory()));
                },
            );
            group.bench_function(BenchmarkId::new("6 resolutions separately", filter), |bencher| {
                bencher.iter(|| features(&source));
            });
            let warm = with_memory();
            features(&warm);
            group.bench_function(
                BenchmarkId::new("6 resolutions from memory", filter),
                |bencher| {
                    bencher.iter(|| features(&warm));
                },
            );
        }
        group.finish();
    }
}

/// Benchmarks the two parts of the work on their own: the decoder, and fast_image_resize.
fn libraries(criterion: &mut Criterion) {
    for side in SIDES {
        let pixels = picture(side, 0);
        let mut group = criterion.benchmark_group(format!("one image of {side} x {side} pixels"));
        group.sample_size(20);
        let mut file = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut file, 85);
        pixels.write_with_encoder(encoder).expect("a legal image");
        group.bench_function("decode JPEG", |bencher| {
            bencher.iter(|| image::load_from_memory(black_box(&file)).expect("a legal file"));
        });
        for (name, filter) in [("area", FilterType::Box), ("lanczos", FilterType::Lanczos3)] {
            let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
            let id = BenchmarkId::new("6 resolutions by fast_image_resize", name);
            group.bench_function(id, |bencher| {
                let mut resizer = Resizer::new();
                let from = TypedImageRef::<U8x3>::from_buffer(side, side, &pixels).expect("pixels");
                bencher.iter(|| {
                    for one in granularities(ResizeFilter::Area) {
                        let [height, width] = [one.resolution.height(), one.resolution.width()];
                        let mut to = TypedImage::<U8x3>::new(width, height);
                        resizer.resize_typed(&from, &mut to, &options).expect("legal sizes");
                        black_box(to);
                    }
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, datasets, libraries);
criterion_main!(benches);
