//! Images that are opened with an index.

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::dataset::Clip;

/// One image of each of two classes, and an index.
struct Images {
    folder: TempDir,
}

impl Images {
    fn new() -> Self {
        let images = Self { folder: tempfile::tempdir().unwrap() };
        for number in 0..2 {
            let shade = image::Rgb([90 * number; 3]);
            image::RgbImage::from_pixel(30, 20, shade).save(images.path(number)).unwrap();
        }
        images
    }

    fn path(&self, number: u8) -> PathBuf {
        self.folder.path().join(format!("{number}.png"))
    }

    fn index(&self) -> FileIndex {
        FileIndex::trusting(self.folder.path().join("index"))
    }

    fn open(&self, index: Option<&FileIndex>) -> ImageSource {
        let clip = |number: u8| Clip { path: self.path(number), label: number.into(), group: None };
        let dataset = Dataset::new(["a", "b"].map(str::to_owned), [0, 1].map(clip)).unwrap();
        ImageSource::open_with(dataset, &Opening { index, ..Opening::default() }).unwrap()
    }
}

fn features(source: &ImageSource) -> Result<Array4<f32>, ImageError> {
    source.features(&"8x8 grey".parse().unwrap(), &[0, 1])
}

#[test]
fn an_index_makes_no_difference_to_a_source() {
    let images = Images::new();
    let plain = images.open(None);
    for _ in 0..2 {
        let indexed = images.open(Some(&images.index()));
        assert_eq!(indexed.fingerprint(), plain.fingerprint());
        assert_eq!((indexed.labels(), indexed.dataset()), (plain.labels(), plain.dataset()));
        assert_eq!(features(&indexed).unwrap(), features(&plain).unwrap());
    }
}

#[test]
fn known_images_are_not_decoded_and_wrong_knowledge_is_forgotten() {
    let images = Images::new();
    let (path, index) = (images.path(1), images.index());
    let mut forged = Known::open(&images.path(0)).unwrap();
    (forged.content, forged.height) = (Digest::of(b"another"), 10);
    let open = |_: &Path| Ok::<_, ImageError>(forged.clone());
    assert!(open_unknown([&path].into_iter(), Some(&index), Broken::Refuse, open, &|| ()).is_ok());

    let source = images.open(Some(&index));
    assert!(source.check(&"16x16 grey".parse().unwrap()).is_err());
    let error = features(&source).unwrap_err();
    assert!(matches!(error, ImageError::Changed { path } if path == images.path(1)));
    let source = images.open(Some(&index));
    assert!(source.check(&"16x16 grey".parse().unwrap()).is_ok());
    assert!(features(&source).is_ok());
}

#[test]
fn the_features_of_a_frame_are_those_of_its_image() {
    let images = Images::new();
    let gradient = |x: u32, y: u32| image::Rgb([8 * x + y, 3 * y + x, x * y].map(|it| it as u8));
    image::RgbImage::from_fn(30, 20, gradient).save(images.path(1)).unwrap();
    let source = images.open(None);
    for colour in ["rgb", "grey", "red", "green", "blue"] {
        for depth in ["8-bit", "565", "4-bit", "2-bit", "1-bit"] {
            let granularity: ImageGranularity = format!("7x9 {colour} {depth}").parse().unwrap();
            let Some(front_end) = source.front_end(&granularity) else {
                assert!(granularity.input_shape().is_err(), "{granularity}");
                assert!(source.raw(&granularity, 1).is_err(), "{granularity}");
                continue;
            };
            assert_eq!(front_end.raw().bytes(), granularity.input_buffer(), "{granularity}");
            let frame = source.raw(&granularity, 1).unwrap().unwrap();
            let ours = front_end.features(&frame).unwrap().unwrap();
            let expected = source.features(&granularity, &[1]).unwrap();
            assert_eq!(ours, expected.into_raw_vec_and_offset().0, "{granularity}");
        }
    }
}
