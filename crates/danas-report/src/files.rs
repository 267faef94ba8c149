//! Names of the files that hold the results of a finished search.

/// Table of the front's members.
pub(crate) const FRONT: &str = "front.csv";
/// Table of the best baseline of each kind, with the columns of the front.
pub(crate) const BASELINES: &str = "baselines.csv";
/// Description of the recommended member, and of how candidates were judged.
pub(crate) const RECOMMENDED: &str = "recommended.json";
