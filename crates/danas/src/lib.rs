//! Data aware neural architecture search, which searches over data granularity and network
//! architecture together, for devices with little memory.
//!
//! The memory of such a device, a few hundred kB, has to hold both its input data and its network.
//! danas searches over both at once: the granularity of the data (for audio, the sample rate and
//! the representation) and the convolutional network that reads it. It trains each candidate,
//! computes the exact size of its TensorFlow Lite file, and returns the Pareto front.
//!
//! ```
//! use danas::{Config, Preset, Quantity, default_engine};
//!
//! # let recordings = danas_datasets::spoken_digits_folder();
//! let mut config = Config::preset(Preset::Words);
//! config.data.folder = Some(recordings); // one sub-folder for each class
//! config.search.evaluations = 50;
//! # config.data.classes = ["0", "1"].map(String::from).into();
//! # (config.search.evaluations, config.training.steps) = (4, Some(20));
//!
//! let report = config.prepare(default_engine())?.run()?;
//! for member in &report.front {
//!     let accuracy = member.test(Quantity::Accuracy).map_or(0.0, |spread| spread.mean);
//!     println!("{}: {:.1} % on unseen data", member.candidate(), 100.0 * accuracy);
//! }
//! # Ok::<(), danas::Error>(())
//! ```
//!
//! [`how_to`] answers more questions: limits, boards, resuming, observing, exporting.
//!
//! | term | in this crate |
//! |---|---|
//! | search space | [`space::SearchSpace`] |
//! | candidate: granularity and architecture | [`space::Candidate`] |
//! | search strategy | [`StrategyConfig`], which builds an [`evo::Strategy`] |
//! | performance estimation strategy | training, and judging on the validation part or on folds |
//! | objective, limit | [`Quantity`], [`Limit`] |
//! | Pareto front | [`Report::front`], judged on the test part |
//!
//! | feature | what it adds |
//! |---|---|
//! | `audio` (default) | searches over recordings: their decoders and preprocessing ([`dsp`]), [`AudioSource`], and [`Config`] with its presets |
//! | `image` | searches over images: `ImageSource` and `Image` |
//! | `motion` | searches over series of sensors, such as motion or vibration: `MotionSource` and `Motion` |
//! | `torch` | training with libtorch, for layers that danas' own engine does not support, or if it is chosen; see `docs/libtorch.md` in the repository |
//!
//! This crate adds configurations and presets to the crates below it, and re-exports them:
//! [`space`], [`dsp`], [`size`], [`model`], [`evo`], [`data`] and [`nas`]. To search over another
//! kind of data, implement [`space::DataSpace`], [`DataSource`] and [`Modality`]; `docs/own-data.md`
//! in the repository shows how. This does not need the feature `audio`. The library prints nothing.
//! It reports through observers and `tracing`.

#[cfg(feature = "audio")]
mod classifier;
mod config;
mod engine;
mod error;
#[cfg(feature = "audio")]
pub mod how_to;

pub use danas_data as data;
#[cfg(any(feature = "audio", feature = "motion"))]
pub use danas_dsp as dsp;
pub use danas_evo as evo;
pub use danas_firmware as firmware;
pub use danas_model as model;
pub use danas_nas as nas;
pub use danas_size as size;
pub use danas_space as space;

#[cfg(feature = "audio")]
pub use classifier::{Classification, Classifier, ClassifierError};
#[cfg(any(feature = "audio", feature = "image", feature = "motion"))]
pub use config::AnyConfig;
#[cfg(feature = "audio")]
pub use config::{Audio, CacheConfig, Config, DataConfig, NoiseConfig, Preset, VersionsConfig};
pub use config::{
    ConfigError, ConfigFor, DataSettings, DefaultPreset, DeviceConfig, FolderConfig, GranularityOf,
    Kind, Modality, Presets,
};
#[cfg(feature = "image")]
pub use config::{Image, ImageDataConfig, ImagePreset};
#[cfg(feature = "motion")]
pub use config::{Motion, MotionDataConfig, MotionPreset};
#[cfg(feature = "motion")]
pub use danas_data::{Anchors, MotionError, MotionSource, SeriesFormat, TimeUnit, read_series};
#[cfg(feature = "audio")]
pub use danas_data::{AudioError, AudioSource, Noise, Versions};
#[cfg(any(feature = "audio", feature = "image", feature = "motion"))]
pub use danas_data::{Broken, Skipped};
pub use danas_data::{
    Clip, Contradiction, DataSource, Dataset, DatasetError, FileError, FileSource, FoldCount,
    Folds, InvalidSpan, LabelTrackError, Manifest, ManifestError, Part, Repeated, Series,
    SeriesError, SeriesSet, Span, Split, SplitConfig, SplitError, write_split,
};
#[cfg(any(feature = "audio", feature = "image"))]
pub use danas_data::{FileIndex, Opening};
#[cfg(feature = "image")]
pub use danas_data::{ImageError, ImageSource, Undecodable};
#[cfg(any(feature = "audio", feature = "motion"))]
pub use danas_data::{Misplaced, Outside};
pub use danas_nas::{
    Assessment, Baseline, BaselineRecord, BoxedObserver, CandidateEpoch, Costs, DataAwareSearch,
    Error as SearchError, EvaluationTable, Expectation, ExportError, FrontMember, InvalidLimit,
    JudgedTraining, Judging, JudgingConfig, Limit, LoadError, Quality, Quantity, Recommendation,
    RecommendationRecord, RecommendedMember, Report, RunError, SavedCandidate, SearchConfig,
    SettingsError, SpaceVariation, Spread, StrategyConfig, Target, TrainedCandidate, Trainer,
    UnknownQuantity, write_front, write_recommended,
};
pub use danas_size::DeployedFormat;
pub use engine::{EngineChoice, default_engine};
pub use error::{DataError, Error};
