//! Files of all kinds: formats, orientations, depths, and those that are refused.

use std::{fs, io::Cursor};

use crate::support::{encoded, features, fixture, gradient, reason};
use image::{
    DynamicImage, ImageBuffer, ImageEncoder, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};

fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.into().write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// Returns an EXIF chunk that says nothing but the orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = [&b"\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation], b"\0\0"].concat();
    [&b"MM\0\x2a\0\0\0\x08\0\x01"[..], &entry, b"\0\0\0\0"].concat()
}

/// Returns an image as a camera with an orientation stores it: EXIF states which side of the scene
/// the first row and the first column are.
fn stored(scene: &RgbImage, orientation: u8) -> RgbImage {
    let (width, height) = scene.dimensions();
    let turned = orientation > 4;
    let (stored_width, stored_height) = if turned { (height, width) } else { (width, height) };
    RgbImage::from_fn(stored_width, stored_height, |column, row| {
        let (right, bottom) = (|at: u32| width - 1 - at, |at: u32| height - 1 - at);
        let (x, y) = match orientation {
            1 => (column, row),
            2 => (right(column), row),
            3 => (right(column), bottom(row)),
            4 => (column, bottom(row)),
            5 => (row, column),
            6 => (right(row), column),
            7 => (right(row), bottom(column)),
            _ => (row, bottom(column)),
        };
        *scene.get_pixel(x, y)
    })
}

#[test]
fn every_orientation_is_turned_upright() {
    let scene = gradient(4, 6, 99);
    let expected: Vec<f32> = scene.iter().map(|&value| f32::from(value)).collect();
    for orientation in 1..=8 {
        let image = stored(&scene, orientation);
        let mut file = Vec::new();
        let mut encoder = PngEncoder::new(&mut file);
        encoder.set_exif_metadata(exif(orientation)).unwrap();
        encoder
            .write_image(&image, image.width(), image.height(), image::ExtendedColorType::Rgb8)
            .unwrap();
        assert_eq!(features(&file, "4x6 rgb"), expected, "PNG {orientation}");

        // Blocks of flat colour survive the compression.
        let blocks = RgbImage::from_fn(16 * image.width(), 16 * image.height(), |x, y| {
            *image.get_pixel(x / 16, y / 16)
        });
        let mut file = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut file, 100);
        encoder.set_exif_metadata(exif(orientation)).unwrap();
        encoder.encode_image(&blocks).unwrap();
        let most = features(&file, "4x6 rgb")
            .iter()
            .zip(&expected)
            .fold(0.0, |most, (one, it)| f32::max(most, (one - it).abs()));
        assert!(most < 3.01, "JPEG {orientation}: {most}");
    }
}

#[test]
fn sixteen_bits_are_divided_by_257_and_rounded() {
    let value = |x: u32, y: u32| (256 * y + x) as u16;
    let expected: Vec<f32> =
        (0..=u16::MAX).map(|it| ((u32::from(it) + 128) / 257) as f32).collect();
    let grey = ImageBuffer::from_fn(256, 256, |x, y| Luma([value(x, y)]));
    assert_eq!(features(&png(grey), "256x256 red"), expected);
    let rgb = ImageBuffer::from_fn(256, 256, |x, y| Rgb([0, value(x, y), u16::MAX]));
    assert_eq!(features(&png(rgb), "256x256 green"), expected);
    let rgba = ImageBuffer::from_fn(256, 256, |x, y| Rgba([0, 1, value(x, y), value(y, x)]));
    assert_eq!(features(&png(rgba), "256x256 blue"), expected);
}

#[test]
fn grey_is_repeated_and_transparency_is_ignored() {
    let grey = ImageBuffer::from_fn(1, 2, |_, y| Luma([[7_u8, 200][y as usize]]));
    let expected = [7.0, 7.0, 7.0, 200.0, 200.0, 200.0];
    assert_eq!(features(&png(grey), "2x1 rgb"), expected);
    let faint = ImageBuffer::from_fn(1, 2, |_, y| LumaA([[7_u8, 200][y as usize], 0]));
    assert_eq!(features(&png(faint.clone()), "2x1 rgb"), expected);
    assert_eq!(features(&png(faint), "2x1 grey"), [7.0, 200.0]);
    let clear = ImageBuffer::from_pixel(1, 1, Rgba([10_u8, 20, 30, 0]));
    assert_eq!(features(&png(clear), "1x1 rgb"), [10.0, 20.0, 30.0]);
}

#[test]
fn the_content_tells_the_format() {
    let image = gradient(5, 7, 3);
    let expected: Vec<f32> = image.iter().map(|&value| f32::from(value)).collect();
    for format in [ImageFormat::Png, ImageFormat::Bmp] {
        // The helper names no extension.
        assert_eq!(features(&encoded(&image, format), "5x7 rgb"), expected, "{format:?}");
    }
    let source =
        crate::support::Folder::new().with(1, "photo.jpg", &encoded(&image, ImageFormat::Png));
    assert!(source.open(danas_data::Broken::Refuse).is_ok());
}

#[test]
fn what_cannot_be_decoded_is_refused_with_a_reason() {
    let jpeg = fs::read(fixture("sign.jpg")).unwrap();
    let png = fs::read(fixture("sign.png")).unwrap();
    let bmp = encoded(&gradient(5, 7, 3), ImageFormat::Bmp);
    let mut gif = b"GIF89a".to_vec();
    gif.extend([0; 40]);
    for (content, named) in [
        (&b""[..], "the file is empty"),
        (b"some text", "not a JPEG, PNG or BMP image"),
        (&gif, "not a JPEG, PNG or BMP image"),
        (&fs::read(fixture("cmyk.jpg")).unwrap(), "CMYK"),
        (&jpeg[..jpeg.len() / 2], "truncated"),
        (&jpeg[..jpeg.len() - 2], "truncated"),
        (&jpeg[..20], "truncated"),
        (&png[..png.len() / 2], "cannot be decoded: "),
        (&bmp[..bmp.len() - 9], "cannot be decoded: "),
    ] {
        let reason = reason(content);
        assert!(reason.contains(named) && reason.contains("one: "), "{named}: {reason}");
    }
}

#[test]
fn images_without_pixels_or_with_too_many_are_refused() {
    /// Returns the header of a BMP file with 24 bits for each pixel.
    fn bmp(width: u32, height: u32) -> Vec<u8> {
        let sizes = [width, height].map(u32::to_le_bytes).concat();
        let info = [&40_u32.to_le_bytes()[..], &sizes, b"\x01\0\x18\0", &[0; 24]].concat();
        [&b"BM"[..], &[0; 8], &54_u32.to_le_bytes(), &info].concat()
    }
    assert!(reason(&bmp(0, 0)).contains("0x0"), "{}", reason(&bmp(0, 0)));
    let most = "16384 x 16384 pixels and 512 MiB";
    for (width, height) in [(16_385, 1), (1, 16_385), (16_384, 16_384)] {
        let reason = reason(&bmp(width, height));
        assert!(reason.contains(most), "{reason}");
    }
    let long = RgbImage::new(1, 16_385);
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let reason = reason(&encoded(&long, format));
        assert!(reason.contains(most), "{format:?}: {reason}");
    }
}
