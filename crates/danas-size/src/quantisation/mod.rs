//! From floats to integers of 8 bits, as TensorFlow's converter goes about it.

mod affine;
mod calibration;
mod kernel;
mod model;

pub use affine::Affine;
pub use calibration::{ActivationScales, Calibration};
pub(crate) use kernel::{Granularity, QuantisedKernel};
pub use model::Int8Model;
pub(crate) use model::QuantisedLayer;
