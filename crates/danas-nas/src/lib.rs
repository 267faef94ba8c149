//! Neural architecture search over data granularity and network architecture.
//!
//! [`DataAwareSearch`] combines a space of candidates, a source of data and a training engine. It
//! computes the [`Costs`] of each candidate on a device, trains it, and judges it on the validation
//! part or on folds. A strategy of [`danas_evo`] chooses the next candidate. The result is a
//! [`Report`]. It contains the Pareto front, confirmed by fresh trainings and judged on the test
//! part, a recommended member, and models that are ready for export.
//!
//! | type | contents |
//! |---|---|
//! | [`Quality`] | figures of one model on one part of the data |
//! | [`JudgedTraining`] | one training, and the quality of its model |
//! | [`Assessment`] | all trainings of a candidate, its mean quality, its costs |
//! | [`danas_evo::Verdict`] | the assessment and its scores, or the reason why there are none |
//! | [`FrontMember`] | a candidate's evaluation, its confirmation, its exported model, and its tests |

mod assessment;
mod baselines;
mod by_fold;
mod confirmation;
mod costs;
mod deployment;
mod epoch_observer;
mod error;
mod evaluator;
mod evolution;
mod experiment;
mod export;
mod failure;
mod front;
mod front_ends;
mod halving;
mod identity;
mod int8;
mod judging;
mod limit;
mod member;
mod models;
mod parallel;
mod quality;
mod quantity;
mod recommendation;
mod recommendation_record;
mod records;
mod refusal;
mod report;
mod run_error;
mod scoring;
mod search;
mod seeds;
mod settings;
mod setup;
mod statistics;
mod target;
mod trainer;
mod until;
mod variation;

pub use assessment::{Assessment, JudgedTraining};
pub use baselines::Baseline;
pub use costs::{Costs, Firmware};
pub use deployment::{
    ExportError, FixedPoint, LoadError, SavedCandidate, TestAnswer, TrainedCandidate,
};
pub use epoch_observer::CandidateEpoch;
pub use error::{Error, SettingsError};
pub use evolution::BoxedObserver;
pub use judging::JudgingConfig;
pub use limit::{InvalidLimit, Limit};
pub use member::FrontMember;
pub use quality::Quality;
pub use quantity::{Quantity, UnknownQuantity};
pub use recommendation::{Expectation, Recommendation};
pub use recommendation_record::{
    BaselineRecord, RecommendationRecord, RecommendedMember, write_recommended,
};
pub use records::{EvaluationTable, write_front};
pub use report::{Judging, Report};
pub use run_error::RunError;
pub use search::DataAwareSearch;
pub use settings::{SearchConfig, StrategyConfig};
pub use statistics::Spread;
pub use target::Target;
pub use trainer::Trainer;
pub use variation::SpaceVariation;
