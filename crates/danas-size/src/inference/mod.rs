//! Running a network, either in floats, to see which values it computes, or in integers, as
//! TensorFlow Lite Micro does.

mod fixed_point;
mod float;
mod integer;
mod maps;
mod noise;

pub use fixed_point::Multiplier;
pub(crate) use fixed_point::{Logistic, Softmax};
pub use noise::QuantisationNoise;
