//! Quantisation of floats to 8-bit integers, as in TensorFlow's converter.

mod affine;
mod calibration;
mod kernel;
mod model;

pub use affine::Affine;
pub use calibration::{ActivationScales, Calibration};
pub(crate) use kernel::{QuantisedKernel, ScalesPer};
pub use model::Int8Model;
pub(crate) use model::QuantisedLayer;
