//! Labelled data for a search: where examples come from, how they are divided, and their features.
//!
//! A [`DataSource`] provides labelled examples at any granularity. [`AudioSource`] is the source
//! for recordings, `ImageSource` the one for images and `MotionSource` the one for series of sensors.
//! They read the files of a [`Dataset`]. An example is a whole file or a [`Span`] of one. To search over
//! another kind of data, implement the trait. A [`Split`] divides the examples into train, validation
//! and test parts. [`Folds`] divide the train and validation parts again, for cross-validation. All
//! examples of a group, such as a speaker, stay in one part and in one fold. [`Examples`] combines
//! source, split and folds. It computes the features at each granularity that a search uses, and keeps
//! them within a memory budget.
//!
//! | feature | what it adds |
//! |---|---|
//! | `audio` (default) | recordings: [`AudioSource`], with the decoders and the preprocessing of `danas-dsp` |
//! | `image` | images: `ImageSource`, with decoders of JPEG, PNG and BMP files |
//! | `motion` | series of sensors: `MotionSource`, with readers of CSV tables and NumPy arrays |
//! | `files` | what these have in common |
//! | `index` | a file that remembers what is known of recordings and images: `FileIndex` |
//! | `cache` | features that are kept in memory and on disk, by content: `FeatureCache`; `audio` enables it |

#[cfg(feature = "audio")]
mod audio_source;
#[cfg(feature = "cache")]
mod cache;
mod dataset;
mod dataset_error;
#[cfg(feature = "files")]
mod distinct;
mod examples;
mod features;
mod file_source;
mod fold_count;
mod folds;
#[cfg(feature = "image")]
mod image_source;
#[cfg(feature = "index")]
mod index;
mod label_track;
mod label_track_error;
mod labelled_recordings;
mod listing;
mod manifest;
mod manifest_error;
#[cfg(feature = "motion")]
mod motion_source;
#[cfg(feature = "files")]
mod opening;
mod part;
#[cfg(any(feature = "audio", feature = "motion"))]
mod placement;
mod repeated;
mod series;
#[cfg(feature = "files")]
mod skipped;
mod source;
mod span;
mod split;
#[cfg(feature = "files")]
mod stacked;

#[cfg(feature = "audio")]
pub use audio_source::{AudioError, AudioSource, Noise, Versions};
#[cfg(feature = "cache")]
pub use cache::{
    CacheError, CacheProblem, CacheStats, Damage, FeatureCache, FeatureCacheBuilder, FeatureKey,
};
pub use dataset::{Clip, Dataset};
pub use dataset_error::DatasetError;
pub use examples::{Examples, Labelled, Partition, Stored, Subset};
pub use file_source::{FileError, FileSource};
pub use fold_count::FoldCount;
pub use folds::Folds;
#[cfg(feature = "image")]
pub use image_source::{IMAGE_FEATURES_VERSION, ImageError, ImageSource, Undecodable};
#[cfg(feature = "index")]
pub use index::{FileIndex, Opening};
pub use label_track_error::LabelTrackError;
pub use manifest::Manifest;
pub use manifest_error::ManifestError;
#[cfg(feature = "motion")]
pub use motion_source::{Anchors, MotionError, MotionSource};
#[cfg(feature = "files")]
pub use opening::Broken;
pub use part::Part;
#[cfg(any(feature = "audio", feature = "motion"))]
pub use placement::{Misplaced, Outside};
pub use repeated::{Contradiction, Repeated};
#[cfg(feature = "motion")]
pub use series::{LoadedSeries, SeriesFormat, TimeUnit, read_series};
pub use series::{Row, Series, SeriesError, SeriesSet};
#[cfg(feature = "files")]
pub use skipped::Skipped;
pub use source::{DataSource, FeatureError};
pub use span::{InvalidSpan, Span};
pub use split::{Split, SplitConfig, SplitError, write_split};
