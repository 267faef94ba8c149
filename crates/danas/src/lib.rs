//! Data aware neural architecture search: searches data granularity and network architecture
//! together, for devices whose memory holds both.
//!
//! A device with a few hundred kB of memory must fit its input data and its network. danas searches
//! over both at once: how finely the data is given (for audio the sample rate and the
//! representation) and which convolutional network reads it. It trains each candidate, knows the
//! exact size of its TensorFlow Lite file, and returns the Pareto front.
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
//! | term | here |
//! |---|---|
//! | search space | [`space::SearchSpace`] |
//! | candidate: granularity and architecture | [`space::Candidate`] |
//! | search strategy | [`StrategyConfig`], over [`evo::Strategy`] |
//! | performance estimation strategy | training and judging on the validation part |
//! | objective, limit | [`Quantity`], [`Limit`] |
//! | Pareto front | [`Report::front`], judged on the test part |
//!
//! | feature | gives |
//! |---|---|
//! | `torch` | libtorch beside danas' own engine, for layers that the latter does not know, and by choice; see `docs/libtorch.md` in the repository |
//!
//! This crate only joins the others: [`space`], [`dsp`], [`size`], [`model`] and [`evo`]. To search
//! over another kind of data, implement [`space::DataSpace`] and [`DataSource`] and hand both to
//! [`DataAwareSearch`]. The library prints nothing: it reports through observers and `tracing`.

mod ascent;
mod assessment;
mod audio_source;
mod baselines;
mod config;
mod dataset;
mod deployment;
mod engine;
mod error;
mod evaluator;
mod examples;
mod failure;
mod features;
mod files;
mod folds;
mod front;
mod int8;
mod judging;
mod limit;
mod models;
mod naming;
mod parallel;
mod quantity;
mod recommendation;
mod recommendation_record;
mod records;
mod search;
mod seeds;
mod source;
mod split;
mod statistics;
mod target;
mod variation;

pub use danas_dsp as dsp;
pub use danas_evo as evo;
pub use danas_model as model;
pub use danas_size as size;
pub use danas_space as space;

pub use assessment::{Assessment, Costs, JudgedTraining, Quality};
pub use audio_source::{AudioError, AudioSource, Broken, Noise, Skipped, Versions};
pub use baselines::Baseline;
pub use config::{
    CacheConfig, Config, ConfigError, DataConfig, DeviceConfig, GeneticConfig, NoiseConfig, Preset,
    SearchConfig, StrategyConfig, VersionsConfig,
};
pub use danas_size::DeployedFormat;
pub use dataset::{Clip, Dataset, DatasetError};
pub use deployment::{ExportError, LoadError, SavedCandidate, TrainedCandidate, Trainer};
pub use engine::{EngineChoice, default_engine};
pub use error::Error;
pub use files::write_whole;
pub use folds::Folds;
pub use front::{FrontMember, Spread};
pub use judging::{FoldCount, JudgingConfig};
pub use limit::{InvalidLimit, Limit};
pub use quantity::{Quantity, UnknownQuantity};
pub use recommendation::{Expectation, Recommendation};
pub use recommendation_record::{
    BaselineRecord, RecommendationRecord, RecommendedMember, write_recommended,
};
pub use records::{EvaluationTable, write_front};
pub use search::{BoxedObserver, DataAwareSearch, Judging, Report};
pub use source::DataSource;
pub use split::{Part, Split, SplitConfig, SplitError, write_split};
pub use target::Target;
pub use variation::SpaceVariation;
