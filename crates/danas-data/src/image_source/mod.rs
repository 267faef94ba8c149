//! Images as a source of data: their features at any image granularity.

mod area;
mod error;
mod features;
mod frame;
mod jpeg;
mod known;
mod lanczos;
mod picture;
mod rectangle;
mod resizing;
mod scaled;
mod sizes;
#[cfg(test)]
mod tests;
mod undecodable;

use std::{path::Path, sync::Arc};

use danas_firmware::{FrontEnd, ImageFrontEnd, RawExample};
use danas_space::{Bytes, Digest, Granularity, ImageGranularity, Infeasible};
use ndarray::Array4;

use crate::{
    dataset::Dataset,
    distinct::Distinct,
    index::{FileIndex, Opening, open_unknown},
    opening::{Broken, Count},
    part::Part,
    repeated::Repeated,
    skipped::Skipped,
    source::DataSource,
    stacked::{StackError, stacked},
};
pub use error::ImageError;
pub use features::IMAGE_FEATURES_VERSION;
use known::Known;
use resizing::Scaling;
use scaled::Scaled;
use sizes::Smallest;
pub use undecodable::Undecodable;

/// The images of a [`Dataset`] as a [`DataSource`].
///
/// JPEG, PNG and BMP files are read, as their first bytes say and whatever their names are. Images of
/// more than 16384 × 16384 pixels or 512 MiB are refused, and so are JPEG files in CMYK. An image
/// is turned upright as its EXIF orientation says, fitted into the granularity's resolution with 8
/// bits for each channel, reduced to the granularity's colour and depth, and scaled to features from
/// 0 to 1, in this order.
///
/// For the same pixels, resizing by area gives the values of Pillow 12. Lanczos' filter differs from
/// Pillow's by one level of 255 at most, or by two in noise without any intermediate values. Pillow
/// 13 has another order of steps for some shapes, which changes a mean by one level. Decoders of JPEG
/// files themselves differ by a few levels.
///
/// Each thread of rayon's pool processes one image at a time and holds only that one, so files are
/// decoded again whenever they are needed. With [memory](Self::with_memory) for resized images this
/// is rare.
///
/// ```
/// use danas_data::{Broken, DataSource, Dataset, ImageSource};
/// use danas_space::{Bytes, DataSpace, ImageSpace};
/// # let folder = tempfile::tempdir()?;
/// # for (class, shade) in [("day", 250), ("night", 5)] {
/// #     std::fs::create_dir(folder.path().join(class))?;
/// #     let file = folder.path().join(class).join("1.png");
/// #     image::RgbImage::from_pixel(120, 100, image::Rgb([shade; 3])).save(file)?;
/// # }
///
/// // The layout is FOLDER/CLASS/image.jpg.
/// let dataset = Dataset::from_folder_of(folder.path(), &Dataset::IMAGES)?;
/// let space = ImageSpace::default();
/// let source = ImageSource::open(dataset, Broken::Refuse)?
///     .with_memory(Bytes(1 << 20), space.granularities());
/// let features = source.features(&"96x96 grey".parse()?, &[0, 1])?;
/// assert_eq!(features.dim(), (2, 96, 96, 1));
/// assert!(features[[0, 0, 0, 0]] > features[[1, 0, 0, 0]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ImageSource {
    dataset: Dataset,
    labels: Vec<usize>,
    groups: Option<Vec<String>>,
    known: Vec<Known>,
    smallest: Smallest,
    /// The resized images that are kept in memory.
    scaled: Option<Arc<Scaled>>,
    skipped: Vec<Skipped>,
    repeated: Vec<Repeated>,
    /// What is known of the images beyond this program.
    index: Option<FileIndex>,
}

impl ImageSource {
    /// Opens a dataset. Every image is decoded once, so that broken ones are found before a search
    /// begins.
    ///
    /// Of images of a class with the same size and pixels, only the first is used: its copies could
    /// otherwise judge networks that were trained on it. They are [listed](Self::repeated), and
    /// reported with a warning.
    ///
    /// # Errors
    /// [`ImageError`] for images that cannot be decoded, and for the same image in several classes,
    /// unless such images are to be skipped; for too few images after skipping; and for spans, which
    /// images do not have.
    pub fn open(dataset: Dataset, broken: Broken) -> Result<Self, ImageError> {
        Self::open_with(dataset, &Opening { broken, ..Opening::default() })
    }

    /// Opens a dataset as [`open`](Self::open) does, and reports the progress. `progress` is called
    /// after each image, in any order and on any thread, with the number of images processed so far
    /// and the total.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub fn open_with_progress(
        dataset: Dataset,
        broken: Broken,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, ImageError> {
        let progress = Some(progress);
        Self::open_with(dataset, &Opening { broken, progress, ..Opening::default() })
    }

    /// Opens a dataset as [`open`](Self::open) does, with more settings. Images that are in the index
    /// are not decoded.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub fn open_with(dataset: Dataset, opening: &Opening<'_>) -> Result<Self, ImageError> {
        let &Opening { broken, index, progress } = opening;
        let mut spans = dataset.spans().into_iter().flatten().zip(dataset.clips());
        if let Some((span, clip)) = spans.find_map(|(span, clip)| Some(((*span)?, clip))) {
            return Err(ImageError::Span { path: clip.path.clone(), span });
        }
        let count = Count::new(dataset.clips().len(), progress);
        let paths = dataset.clips().iter().map(|clip| &clip.path);
        let opened = open_unknown(paths, index, broken, Known::open, &|| count.another())
            .map_err(|images| ImageError::Broken { images })?;
        let Distinct { dataset, found: known, skipped, repeated } =
            Distinct::of(&dataset, opened, broken, |image| image.content)?;
        Ok(Self {
            labels: dataset.labels(),
            groups: dataset.groups(),
            smallest: Smallest::of(known.iter().map(|image| (image.height, image.width))),
            dataset,
            known,
            scaled: None,
            skipped,
            repeated,
            index: index.cloned(),
        })
    }

    /// Keeps resized images in memory, at most `memory` of them.
    ///
    /// `granularities` are those at which features will be needed. The first time that any of them
    /// needs an image, its file is decoded and resized for all of them, so a search over many
    /// resolutions decodes each file once. A pixel takes three bytes, whatever the colour and the
    /// depth. If the memory does not suffice for all images at all resolutions, the largest
    /// resolutions are left out: for these, files are decoded again. The features are the same in
    /// any case.
    ///
    /// Granularities that the images do not allow are ignored.
    #[must_use]
    pub fn with_memory(
        self,
        memory: Bytes,
        granularities: impl IntoIterator<Item = ImageGranularity>,
    ) -> Self {
        let possible = granularities.into_iter().filter(|one| self.check(one).is_ok());
        let scaled = Scaled::new(possible, self.labels.len(), memory);
        Self { scaled: Some(Arc::new(scaled)), ..self }
    }

    /// Returns the images that were [skipped](Broken::Skip), because they could not be decoded or
    /// are the same as one of another class.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Returns the images that are not used, because they are the same as an earlier one of their
    /// class.
    #[must_use]
    pub fn repeated(&self) -> &[Repeated] {
        &self.repeated
    }

    /// Returns the images.
    #[must_use]
    pub const fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// Returns an error of computing features. If a file has changed, the index forgets it, so that it
    /// is decoded when the dataset is opened again.
    fn forgotten(&self, error: ImageError) -> ImageError {
        if let (ImageError::Changed { path }, Some(index)) = (&error, &self.index) {
            index.forget::<Known>(path);
        }
        error
    }

    /// Hands the resized pixels of one example, in RGB, to a function.
    fn with_pixels<T>(
        &self,
        granularity: &ImageGranularity,
        example: usize,
        then: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, ImageError> {
        let scaling = Scaling::from(granularity);
        let make = |scalings: &[(Scaling, usize)], bytes: &mut [u8]| {
            let path = &self.dataset.clips()[example].path;
            let picture = self.known[example].reopen(path)?;
            for (scaling, at) in scalings {
                let failed = |source| ImageError::Resize { path: path.clone(), source };
                scaling.resize(&picture, &mut bytes[*at..at + scaling.bytes()]).map_err(failed)?;
            }
            Ok::<_, ImageError>(())
        };
        let kept = match &self.scaled {
            Some(scaled) => scaled.get(example, scaling, make)?,
            None => None,
        };
        if let Some(pixels) = kept {
            return Ok(then(pixels.as_ref()));
        }
        let mut pixels = vec![0; scaling.bytes()];
        make(&[(scaling, 0)], &mut pixels)?;
        Ok(then(&pixels))
    }

    /// Returns an error if the images have no features of a granularity.
    fn check_features(&self, granularity: ImageGranularity) -> Result<(), ImageError> {
        let infeasible = |source| ImageError::Infeasible { granularity, source };
        self.check(&granularity).map_err(infeasible)?;
        granularity.input_shape().map_err(infeasible)?;
        Ok(())
    }
}

impl DataSource for ImageSource {
    type Granularity = ImageGranularity;
    type Error = ImageError;

    fn classes(&self) -> &[String] {
        self.dataset.classes()
    }

    fn labels(&self) -> &[usize] {
        &self.labels
    }

    fn groups(&self) -> Option<&[String]> {
        self.groups.as_deref()
    }

    fn parts(&self) -> Option<&[Part]> {
        self.dataset.parts()
    }

    fn path(&self, example: usize) -> Option<&Path> {
        Some(self.dataset.clips().get(example)?.path.as_path())
    }

    fn check(&self, granularity: &ImageGranularity) -> Result<(), Infeasible> {
        self.smallest.check(granularity)
    }

    fn fingerprint(&self) -> String {
        let contents: Vec<Digest> = self.known.iter().map(|image| image.content).collect();
        let parts = self.dataset.fingerprint_parts(&contents);
        let files = Digest::of_parts(parts.iter().map(Vec::as_slice));
        // JSON, so that the error of a journal says which of the two differs.
        format!(r#"{{"images":{IMAGE_FEATURES_VERSION},"files":"{files}"}}"#)
    }

    fn features(
        &self,
        granularity: &ImageGranularity,
        examples: &[usize],
    ) -> Result<Array4<f32>, ImageError> {
        let granularity = *granularity;
        self.check_features(granularity)?;
        stacked(&granularity, examples, |example, to| {
            self.with_pixels(&granularity, example, |rgb| features::write(&granularity, rgb, to))
        })
        .map_err(|error| match error {
            StackError::TooLarge => ImageError::TooLarge { granularity },
            StackError::Example(error) => self.forgotten(error),
        })
    }

    fn front_end(&self, granularity: &ImageGranularity) -> Option<FrontEnd> {
        Some(FrontEnd::Image(Box::new(ImageFrontEnd::new(granularity).ok()?)))
    }

    fn raw(
        &self,
        granularity: &ImageGranularity,
        example: usize,
    ) -> Result<Option<RawExample>, ImageError> {
        self.check_features(*granularity)?;
        let frame = |rgb: &[u8]| frame::of(granularity, rgb);
        let frame = self.with_pixels(granularity, example, frame);
        frame.map(Some).map_err(|error| self.forgotten(error))
    }
}
