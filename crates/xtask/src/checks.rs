//! Checks of the dependency graph, read from `cargo tree`.

pub(crate) mod layers;
pub(crate) mod licences;
mod spdx;
mod tree;
