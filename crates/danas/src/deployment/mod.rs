//! A trained candidate on its way to a device.

mod card;
mod files;
mod front;
mod saved;
mod settings;
mod trainer;

use danas_model::TrainedModel;
use danas_size::{Int8Model, QuantisationNoise};
use danas_space::Candidate;

pub use files::ExportError;
pub use saved::{LoadError, SavedCandidate};
pub use trainer::Trainer;

use crate::{Costs, Quality};

/// A candidate with its trained model, in floats and in integers of 8 bits, and how well both do.
///
/// [`Trainer::train`] makes it, [`export`](Self::export) writes its files and [`save`](Self::save) its
/// weights alone.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TrainedCandidate<G> {
    /// The candidate.
    pub candidate: Candidate<G>,
    /// The names of the classes, in the order of the outputs.
    pub classes: Vec<String>,
    /// The trained model.
    pub model: TrainedModel,
    /// The model in integers of 8 bits, calibrated on what it learned from.
    pub int8: Int8Model,
    /// How far the integers of each activation are from its floats, on the validation part, or on what the
    /// model learned from where that includes it: where a model of integers is less accurate, this tells
    /// which layer loses it.
    pub noise: Vec<QuantisationNoise>,
    /// On the validation part, integers included; `None` where the model learned from it, too.
    pub validation: Option<Quality>,
    /// On the test part, integers included.
    pub test: Quality,
    /// What it costs a device.
    pub costs: Costs,
}
