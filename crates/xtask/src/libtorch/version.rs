//! The version of libtorch.

/// The version of libtorch that `tch` 0.26 needs.
pub(crate) const VERSION: &str = "2.13.0";
