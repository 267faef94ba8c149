//! The averaging of the figures of single classes.

use serde::{Deserialize, Serialize};

/// Rule that combines the precision, recall, F1 or ROC-AUC of single classes into one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Averaging {
    /// Figure of this class alone, such as the positive class of a detection problem.
    Positive(usize),
    /// Unweighted mean over all classes, frequent or rare. A class that neither occurs nor is
    /// predicted counts as 0, as in scikit-learn with `labels=range(classes)`.
    Macro,
}
