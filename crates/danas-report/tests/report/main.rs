//! Reports of a real search over a few synthetic recordings.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

mod page;
mod reading;
mod searched;
#[cfg(feature = "tensorboard")]
mod tensorboard;
mod waveforms;
mod writing;
