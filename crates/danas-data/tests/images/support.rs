//! Images in folders.

use std::{
    fs,
    path::{Path, PathBuf},
};

use danas_data::{Broken, Clip, DataSource, Dataset, ImageError, ImageSource};
use image::{ImageFormat, RgbImage};
use tempfile::TempDir;

/// Returns a file of the fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images/fixtures").join(name)
}

/// Files of two classes in a temporary folder.
pub(crate) struct Folder {
    folder: TempDir,
    clips: Vec<Clip>,
}

impl Folder {
    /// Creates a folder with one image of each class, of 256 × 256 pixels.
    pub(crate) fn new() -> Self {
        let empty = Self { folder: tempfile::tempdir().unwrap(), clips: Vec::new() };
        [0, 1].into_iter().fold(empty, |folder, label| {
            let image = gradient(256, 256, 90 * label as u32);
            folder.with(label, &format!("plain{label}.png"), &encoded(&image, ImageFormat::Png))
        })
    }

    /// Adds a file of a class.
    pub(crate) fn with(mut self, label: usize, name: &str, content: &[u8]) -> Self {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        self.clips.push(Clip { path, label, group: None });
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn open(&self, broken: Broken) -> Result<ImageSource, ImageError> {
        let classes = ["a", "b"].map(str::to_owned);
        ImageSource::open(Dataset::new(classes, self.clips.clone()).unwrap(), broken)
    }
}

/// Returns the features of a single file, without the axis of examples, in 255ths.
pub(crate) fn features(content: &[u8], granularity: &str) -> Vec<f32> {
    let source = Folder::new().with(0, "one", content);
    let opened = source.open(Broken::Refuse).unwrap();
    let features = opened.features(&granularity.parse().unwrap(), &[2]).unwrap();
    features.iter().map(|feature| 255.0 * feature).collect()
}

/// Returns the reason why a single file cannot be decoded.
pub(crate) fn reason(content: &[u8]) -> String {
    let folder = Folder::new().with(0, "one", content);
    let source = folder.open(Broken::Skip).unwrap();
    let [skipped] = source.skipped() else { panic!("one is broken: {:?}", source.skipped()) };
    assert!(skipped.path.ends_with("one") && !skipped.reason.contains('\n'), "{skipped:?}");
    skipped.reason.clone()
}

/// Returns an image whose pixels all differ, and differ from those of other shades.
pub(crate) fn gradient(height: u32, width: u32, shade: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([x * 255 / width, y * 255 / height, shade].map(|value| value as u8))
    })
}

/// Returns an image as a file.
pub(crate) fn encoded(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}
