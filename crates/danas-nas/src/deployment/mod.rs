//! Trained candidates, and their export to a device.

mod answers;
mod card;
mod error;
mod executed;
mod files;
mod firmware;
mod fixed_point;
mod saved;
mod settings;

use danas_firmware::{FrontEnd, RawExample};
use danas_model::TrainedModel;
use danas_size::{Int8Model, QuantisationNoise};
use danas_space::Candidate;

pub use answers::TestAnswer;
pub use error::ExportError;
pub(crate) use firmware::raw_examples;
pub use fixed_point::FixedPoint;
pub use saved::{LoadError, SavedCandidate};

use crate::{costs::Costs, quality::Quality};

/// A trained candidate: its float32 model, its int8 model, and the quality of both.
///
/// [`Trainer::train`](crate::Trainer::train) returns one, [`export`](Self::export) writes all its files, and
/// [`save`](Self::save) writes only the trained model.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TrainedCandidate<G> {
    /// The candidate.
    pub candidate: Candidate<G>,
    /// The names of the classes, in the order of the outputs.
    pub classes: Vec<String>,
    /// The trained model.
    pub model: TrainedModel,
    /// The model in 8-bit integers, calibrated on examples that the model learned from.
    pub int8: Int8Model,
    /// How far the integers of each activation are from its floats. It is measured on the
    /// validation part or, if the model learned from that part, on everything that it learned from.
    /// If the int8 model is less accurate, this shows which layer is the cause.
    pub noise: Vec<QuantisationNoise>,
    /// Quality on the validation part, int8 accuracy included; `None` if the model learned from
    /// that part.
    pub validation: Option<Quality>,
    /// Quality on the test part, int8 accuracy included.
    pub test: Quality,
    /// Costs on a device.
    pub costs: Costs,
    /// The examples of the test part, with the answers of the int8 model.
    pub answers: Vec<TestAnswer>,
    /// How a device turns raw data into features.
    pub front_end: FrontEnd,
    /// The front end in integers and its answers, where there is one.
    pub fixed_point: Option<FixedPoint>,
    /// A few examples of the test part as a device reads them, if the source of the data has them:
    /// their names and 16-bit samples.
    pub raw_examples: Vec<(String, RawExample)>,
}
