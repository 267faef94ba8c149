//! Granularities of motion, vibration and other series, and their search spaces.

mod channel_set;
mod description;
mod granularity;
mod representation;
mod space;

pub use channel_set::ChannelSet;
pub use granularity::MotionGranularity;
pub use representation::MotionRepresentation;
pub use space::{MotionSpace, MotionSpaceBuilder};
