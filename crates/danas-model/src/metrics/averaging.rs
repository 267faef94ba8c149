//! How figures of single classes become one.

use serde::{Deserialize, Serialize};

/// How precision, recall, F1 and ROC-AUC of single classes become one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Averaging {
    /// The figure of this class: the positive one of a detection problem.
    Positive(usize),
    /// The plain mean over all classes, frequent or rare. A class that neither occurs nor is
    /// predicted counts as 0, as in scikit-learn with `labels=range(classes)`.
    Macro,
}
