//! Audio: granularities and the spaces of them.

mod front_end;
mod granularity;
mod space;

pub use front_end::{FrontEnd, FrontEndBuilder};
pub use granularity::{AudioGranularity, Representation};
pub use space::{AudioSpace, AudioSpaceBuilder};
