//! Checks of the whole workspace: dependencies, use from outside, and comparisons with other
//! software.

pub(crate) mod baselines;
pub(crate) mod circles;
pub(crate) mod dependents;
pub(crate) mod device;
pub(crate) mod instructions;
pub(crate) mod keras;
pub(crate) mod layers;
pub(crate) mod librosa;
pub(crate) mod licences;
pub(crate) mod references;
pub(crate) mod report;
pub(crate) mod runtimes;
mod spdx;
pub(crate) mod tensorflow;
mod tree;
