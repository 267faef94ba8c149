//! Libraries in C, from raw data to answers, compared with danas' own.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

#[cfg(any(feature = "audio", feature = "image", feature = "motion"))]
mod build;
#[cfg(feature = "image")]
mod images;
#[cfg(feature = "motion")]
mod motion;
#[cfg(feature = "audio")]
mod sound;
