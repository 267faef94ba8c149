//! What a device needs to compute the features that an [`Extractor`](crate::Extractor) or a
//! [`MotionExtractor`](crate::MotionExtractor) computes.

mod decimation;
mod fixed;
mod motion;
mod tables;

pub use decimation::Decimation;
pub use fixed::{
    FixedAudio, FixedBand, FixedCepstrum, FixedDecimation, FixedDerivative, FixedFourier,
    FixedFrames, FixedLevels, FixedNormalisation, FixedPcen,
};
pub use motion::MotionTables;
pub use tables::{AudioTables, MelTable};
