//! What a device needs to compute the features that an [`Extractor`](crate::Extractor) computes.

mod decimation;
mod tables;

pub use decimation::Decimation;
pub use tables::{AudioTables, MelTable};
