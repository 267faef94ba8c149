//! The settings of a training: optimizer, schedule, loss, batches and more.

mod batches;
mod class_weights;
mod initialisation;
mod keep;
mod loss;
mod optimizer;
mod ranges;
mod scaling;
mod schedule;
mod seconds;
mod train_config;

pub use batches::Batches;
pub use class_weights::ClassWeights;
pub use initialisation::Initialisation;
pub use keep::{Keep, Monitor};
pub use loss::Loss;
pub use optimizer::{Adam, Optimizer, Sgd};
pub use scaling::Scaling;
pub use schedule::{Cosine, Schedule};
pub use train_config::TrainConfig;
