//! Labelled data for a search: where examples come from, how they are divided, and their features.
//!
//! A [`DataSource`] provides labelled examples at any granularity. [`AudioSource`] is the source
//! for recordings, which it reads from the files of a [`Dataset`]. An example is a whole recording or
//! a [`Span`] of one. To search over another kind of data, implement the trait. A [`Split`] divides
//! the examples into train, validation and test parts. [`Folds`] divide the train and validation
//! parts again, for cross-validation. All examples of a group, such as a speaker, stay in one part
//! and in one fold. [`Examples`] combines source, split and folds. It computes the features at each
//! granularity that a search uses, and keeps them within a memory budget.
//!
//! | feature | what it adds |
//! |---|---|
//! | `motion` | series of sensors: [`MotionSource`], with readers of CSV tables and NumPy arrays |
//! | `audio` (default) | recordings: [`AudioSource`], with the decoders and the preprocessing of `danas-dsp` |
//! | `motion` | series of sensors from files: [`read_series`], with its [`SeriesFormat`] |

#[cfg(feature = "audio")]
mod audio_source;
mod dataset;
mod dataset_error;
#[cfg(any(feature = "audio", feature = "motion"))]
mod distinct;
mod examples;
mod features;
mod file_source;
mod fold_count;
mod folds;
mod label_track;
mod label_track_error;
mod labelled_recordings;
mod manifest;
mod manifest_error;
#[cfg(feature = "motion")]
mod motion_source;
#[cfg(any(feature = "audio", feature = "motion"))]
mod opening;
mod part;
#[cfg(any(feature = "audio", feature = "motion"))]
mod placement;
mod repeated;
mod series;
#[cfg(any(feature = "audio", feature = "motion"))]
mod skipped;
mod source;
mod span;
mod split;
#[cfg(any(feature = "audio", feature = "motion"))]
mod stacked;

#[cfg(feature = "audio")]
pub use audio_source::{AudioError, AudioSource, Noise, Versions};
pub use dataset::{Clip, Dataset};
pub use dataset_error::DatasetError;
pub use examples::{Examples, Labelled, Partition, Stored, Subset};
pub use file_source::{FileError, FileSource};
pub use fold_count::FoldCount;
pub use folds::Folds;
pub use label_track_error::LabelTrackError;
pub use manifest::Manifest;
pub use manifest_error::ManifestError;
#[cfg(feature = "motion")]
pub use motion_source::{Anchors, MotionError, MotionSource};
#[cfg(any(feature = "audio", feature = "motion"))]
pub use opening::Broken;
pub use part::Part;
#[cfg(any(feature = "audio", feature = "motion"))]
pub use placement::{Misplaced, Outside};
pub use repeated::{Contradiction, Repeated};
#[cfg(feature = "motion")]
pub use series::{LoadedSeries, SeriesFormat, TimeUnit, read_series};
pub use series::{Row, Series, SeriesError, SeriesSet};
#[cfg(any(feature = "audio", feature = "motion"))]
pub use skipped::Skipped;
pub use source::{DataSource, FeatureError};
pub use span::Span;
pub use split::{Split, SplitConfig, SplitError, write_split};
