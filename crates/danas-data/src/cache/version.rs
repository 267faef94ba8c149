//! The version of the file format of cache entries.

/// Version of the format. It is part of the hash in [`FeatureKey`](super::FeatureKey).
pub(super) const VERSION: u32 = 1;
