//! Audio granularities and their search spaces.

mod analysis;
mod axes;
mod channels;
mod clip_normalisation;
mod description;
mod front_end;
mod granularity;
mod representation;
mod sample_depth;
mod scratch;
mod space;
mod text;

pub use analysis::{Framing, MelNorm, MelScale, ResamplingFilter, Window};
pub use channels::Channels;
pub use clip_normalisation::ClipNormalisation;
pub use front_end::{FrontEnd, FrontEndBuilder};
pub use granularity::AudioGranularity;
pub use representation::Representation;
pub use sample_depth::SampleDepth;
pub use space::{AudioSpace, AudioSpaceBuilder};
