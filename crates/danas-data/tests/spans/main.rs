//! Examples that are spans of long recordings.

#![cfg(feature = "audio")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod features;
mod label_tracks;
mod leaks;
mod manifest;
mod support;
mod versions;
