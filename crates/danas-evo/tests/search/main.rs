//! Tests whole searches over small spaces, through the public interface only.

#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers of tests fail like tests")]

mod ancestry;
mod ask_tell;
mod bayesian;
mod budgets;
mod determinism;
mod duplicates;
mod evolution;
mod faults;
mod genetic_algorithm;
mod halving;
#[cfg(feature = "journal")]
mod journal;
mod lazy;
mod problem;
#[cfg(feature = "journal")]
mod resuming;
mod throughput;
