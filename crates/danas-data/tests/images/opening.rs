//! Opening of datasets: broken, repeated and contradicting images, and what identifies a dataset.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Folder, encoded, gradient};
use danas_data::{
    Broken, DataSource, Dataset, DatasetError, IMAGE_FEATURES_VERSION, ImageError, ImageSource,
};
use danas_space::Infeasible;
use image::ImageFormat;

#[test]
fn broken_images_are_refused_together_or_skipped() {
    let folder = Folder::new().with(0, "x.jpg", b"").with(1, "y.png", b"text");
    let error = folder.open(Broken::Refuse).unwrap_err().to_string();
    for named in ["2 of the images", "x.jpg", "y.png", "data.broken = \"skip\""] {
        assert!(error.contains(named), "{error}");
    }
    let source = folder.open(Broken::Skip).unwrap();
    assert_eq!(source.labels(), [0, 1]);
    let skipped: Vec<_> = source.skipped().iter().map(|one| one.path.clone()).collect();
    assert_eq!(skipped, ["x.jpg", "y.png"].map(|name| folder.path(name)));
}

#[test]
fn a_missing_file_is_named() {
    let folder = Folder::new().with(0, "gone.png", b"");
    std::fs::remove_file(folder.path("gone.png")).unwrap();
    let error = folder.open(Broken::Refuse).unwrap_err().to_string();
    assert!(error.contains("cannot read") && error.contains("gone.png"), "{error}");
}

#[test]
fn a_class_that_loses_all_images_is_an_error() {
    let folder = Folder::new();
    std::fs::write(folder.path("plain1.png"), "").unwrap();
    let Err(ImageError::Skipped { skipped: 1, source }) = folder.open(Broken::Skip) else {
        panic!("its class is empty")
    };
    assert!(matches!(source, DatasetError::EmptyClass { class } if class == "b"));
}

#[test]
fn the_same_pixels_are_used_once_and_refused_in_two_classes() {
    let image = gradient(20, 30, 5);
    let [png, bmp] = [ImageFormat::Png, ImageFormat::Bmp].map(|format| encoded(&image, format));
    let folder = Folder::new().with(0, "one.png", &png).with(0, "two.bmp", &bmp);
    let source = folder.open(Broken::Refuse).unwrap();
    assert_eq!(source.labels(), [0, 1, 0]);
    let [repeated] = source.repeated() else { panic!("one is a copy") };
    assert!(repeated.path.ends_with("two.bmp") && repeated.original.ends_with("one.png"));

    let folder = folder.with(1, "three.bmp", &bmp);
    let Err(ImageError::Contradictions { pairs }) = folder.open(Broken::Refuse) else {
        panic!("it is in two classes")
    };
    assert_eq!(pairs[0].classes, ["a", "b"]);
    let source = folder.open(Broken::Skip).unwrap();
    assert_eq!(source.labels(), [0, 1]);
    let reasons: Vec<_> = source.skipped().iter().map(|one| one.reason.as_str()).collect();
    assert!(reasons.iter().all(|reason| reason.contains("is of another class")), "{reasons:?}");
}

#[test]
fn the_same_pixels_in_another_shape_are_another_image() {
    let flat = |height, width| {
        let image = image::RgbImage::from_pixel(width, height, image::Rgb([9; 3]));
        encoded(&image, ImageFormat::Png)
    };
    let folder = Folder::new().with(0, "one.png", &flat(4, 6)).with(0, "two.png", &flat(6, 4));
    assert!(folder.open(Broken::Refuse).unwrap().repeated().is_empty());
}

#[test]
fn pixels_and_labels_make_the_fingerprint() {
    let image = gradient(20, 30, 5);
    let [png, bmp] = [ImageFormat::Png, ImageFormat::Bmp].map(|format| encoded(&image, format));
    let of = |label, content: &[u8]| {
        Folder::new().with(label, "one", content).open(Broken::Refuse).unwrap().fingerprint()
    };
    let plain = of(0, &png);
    assert!(plain.starts_with(&format!(r#"{{"images":{IMAGE_FEATURES_VERSION},"files":""#)));
    assert_eq!(of(0, &bmp), plain);
    assert_ne!(of(1, &png), plain);
    assert_ne!(of(0, &encoded(&gradient(20, 30, 6), ImageFormat::Png)), plain);
}

#[test]
fn resolutions_above_the_smallest_image_are_infeasible() {
    let small = encoded(&gradient(80, 100, 5), ImageFormat::Png);
    let source = Folder::new().with(0, "small.png", &small).open(Broken::Refuse).unwrap();
    assert_eq!(source.check(&"80x80 rgb".parse().unwrap()), Ok(()));
    assert_eq!(source.check(&"80x100 rgb squeeze".parse().unwrap()), Ok(()));
    for (wanted, available) in [("96x96 rgb", "80x80"), ("96x96 grey squeeze", "80x100")] {
        let Err(Infeasible::Data(reason)) = source.check(&wanted.parse().unwrap()) else {
            panic!("{wanted} is above the smallest image")
        };
        assert!(reason.contains("96x96") && reason.contains(available), "{reason}");
    }
}

#[test]
fn a_granularity_without_a_shape_is_an_error() {
    let source = Folder::new().open(Broken::Refuse).unwrap();
    let packed = "8x8 grey 565".parse().unwrap();
    assert!(matches!(source.features(&packed, &[0]), Err(ImageError::Infeasible { .. })));
}

#[test]
fn progress_counts_every_image_of_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    for (class, shade) in [("a", 1), ("b", 2)] {
        std::fs::create_dir(folder.path().join(class)).unwrap();
        let file = encoded(&gradient(9, 9, shade), ImageFormat::Png);
        for (name, content) in [("x.PNG", &file[..]), ("notes.txt", b"text")] {
            std::fs::write(folder.path().join(class).join(name), content).unwrap();
        }
    }
    let dataset = Dataset::from_folder_of(folder.path(), &Dataset::IMAGES).unwrap();
    assert_eq!((dataset.clips().len(), dataset.ignored().len()), (2, 2));
    let (calls, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let progress = |done, all| {
        assert_eq!(all, 2);
        calls.fetch_add(1, Ordering::Relaxed);
        most.fetch_max(done, Ordering::Relaxed);
    };
    let source = ImageSource::open_with_progress(dataset, Broken::Refuse, &progress).unwrap();
    assert_eq!((calls.into_inner(), most.into_inner()), (2, 2));
    assert!(source.path(0).unwrap().ends_with("a/x.PNG"));
}
