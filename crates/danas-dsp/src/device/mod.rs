//! What a device needs to compute the features that an [`Extractor`](crate::Extractor) or a
//! [`MotionExtractor`](crate::MotionExtractor) computes.

mod decimation;
mod motion;
mod tables;

pub use decimation::Decimation;
pub use motion::MotionTables;
pub use tables::{AudioTables, MelTable};
