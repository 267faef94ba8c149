//! Checks of the workspace as a whole: its dependency graph, and its use from outside.

pub(crate) mod dependent;
pub(crate) mod layers;
pub(crate) mod licences;
mod spdx;
mod tree;
