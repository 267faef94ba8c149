//! Resized images in memory: what is decoded again, and what is not.

use std::fs;

use crate::support::{Folder, encoded, gradient};
use danas_data::{Broken, DataSource, ImageError, ImageSource};
use danas_space::{Bytes, Colour, DataSpace, ImageGranularity, ImageSpace, Infeasible};
use image::ImageFormat;

/// Number of examples in [`Folder::new`].
const EXAMPLES: u64 = 2;
/// Bytes of an example at all resolutions of the default space.
const ALL: u64 = 3 * (16 * 16 + 24 * 24 + 32 * 32 + 48 * 48 + 64 * 64 + 96 * 96);

fn granularities() -> Vec<ImageGranularity> {
    ImageSpace::default().granularities().collect()
}

fn open(folder: &Folder, memory: u64) -> ImageSource {
    folder.open(Broken::Refuse).unwrap().with_memory(Bytes(memory), granularities())
}

fn delete(folder: &Folder) {
    for name in ["plain0.png", "plain1.png"] {
        fs::remove_file(folder.path(name)).unwrap();
    }
}

/// Returns the sides of the default space for which files are needed again, once they were decoded
/// for the smallest.
fn decoded_again(memory: u64) -> Vec<u32> {
    let folder = Folder::new();
    let source = open(&folder, memory);
    source.features(&granularities()[0], &[0, 1]).unwrap();
    delete(&folder);
    let space = ImageSpace::default();
    let again = |one: &ImageGranularity| match source.features(one, &[1, 0]) {
        Ok(_) => false,
        Err(ImageError::Read { .. }) => true,
        Err(other) => panic!("{other}"),
    };
    let sides = space.resolutions().iter().map(|it| ImageGranularity::new(*it, Colour::Rgb));
    sides.filter(again).map(|one| one.resolution.height()).collect()
}

#[test]
fn one_decoding_serves_all_resolutions_within_the_memory() {
    for memory in [EXAMPLES * ALL, u64::MAX] {
        let again = decoded_again(memory);
        assert!(again.is_empty(), "{again:?}");
    }
}

#[test]
fn the_largest_resolutions_are_decoded_again_beyond_the_memory() {
    assert_eq!(decoded_again(EXAMPLES * ALL - 1), [96]);
    assert_eq!(decoded_again(EXAMPLES * 3 * (16 * 16 + 24 * 24)), [32, 48, 64, 96]);
    assert_eq!(decoded_again(0), [16, 24, 32, 48, 64, 96]);
}

#[test]
fn memory_changes_no_feature_nor_does_the_order() {
    let folder = Folder::new();
    let plain = folder.open(Broken::Refuse).unwrap();
    let kept = open(&folder, EXAMPLES * ALL / 2);
    for one in granularities().iter().rev() {
        let expected = plain.features(one, &[0, 1]).unwrap();
        for _ in 0..2 {
            assert_eq!(kept.features(one, &[0, 1]).unwrap(), expected, "{one}");
        }
        let swapped = kept.features(one, &[1, 0]).unwrap();
        assert_eq!(
            swapped.index_axis(ndarray::Axis(0), 0),
            expected.index_axis(ndarray::Axis(0), 1)
        );
    }
}

#[test]
fn granularities_that_the_images_do_not_allow_take_no_memory() {
    let small = encoded(&gradient(40, 40, 5), ImageFormat::Png);
    let folder = Folder::new().with(0, "small.png", &small);
    let source = folder.open(Broken::Refuse).unwrap();
    let impossible: ImageGranularity = "48x48 rgb".parse().unwrap();
    assert!(matches!(source.check(&impossible), Err(Infeasible::Data(_))));
    let of_possible = 3 * 3 * (16 * 16 + 24 * 24 + 32 * 32);
    let source = source.with_memory(Bytes(of_possible), granularities());
    source.features(&"32x32 grey".parse().unwrap(), &[0, 1, 2]).unwrap();
    delete(&folder);
    assert!(source.features(&"16x16 grey".parse().unwrap(), &[0, 1, 2]).is_ok());
}

#[test]
fn a_changed_file_is_an_error_that_names_it() {
    let folder = Folder::new();
    let source = folder.open(Broken::Refuse).unwrap();
    let other = encoded(&gradient(200, 200, 91), ImageFormat::Png);
    fs::write(folder.path("plain1.png"), other).unwrap();
    let granularity = "8x8 grey".parse().unwrap();
    assert!(source.features(&granularity, &[0]).is_ok());
    let error = source.features(&granularity, &[0, 1]).unwrap_err();
    assert!(
        matches!(&error, ImageError::Changed { path } if path.ends_with("plain1.png")),
        "{error}"
    );
}
