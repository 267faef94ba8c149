//! The quality of a candidate: the figures that say how well it classifies.

use std::iter;

use danas_model::{Averaging, ConfusionMatrix, Metrics, ModelError};
use serde::{Deserialize, Serialize};

/// Figures of a trained candidate on one part of the data. They are those of one training, or the
/// mean of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Share of examples that are classified correctly.
    pub accuracy: f64,
    /// Precision of the positive class, or the mean over classes; 0 if undefined.
    pub precision: f64,
    /// Recall of the positive class, or the mean over classes; 0 if undefined.
    pub recall: f64,
    /// F1 score of the positive class, or the mean over classes; 0 if undefined.
    pub f1: f64,
    /// Mean recall over classes.
    pub balanced_accuracy: f64,
    /// Area under the ROC curve of the positive class, or the mean over classes; `None` if
    /// undefined, see [`Metrics::roc_auc`].
    pub roc_auc: Option<f64>,
    /// Accuracy of the 8-bit integer model, as TensorFlow Lite Micro computes it; `None` if the
    /// search did not ask for it.
    pub int8_accuracy: Option<f64>,
    /// Numbers of examples by true and predicted class, summed over the trainings.
    pub confusion: ConfusionMatrix,
}

impl Quality {
    pub(crate) fn new(
        metrics: &Metrics,
        averaging: Averaging,
        int8: Option<&Metrics>,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            accuracy: metrics.accuracy(),
            precision: metrics.precision(averaging)?,
            recall: metrics.recall(averaging)?,
            f1: metrics.f1(averaging)?,
            balanced_accuracy: metrics.balanced_accuracy(),
            roc_auc: metrics.roc_auc(averaging)?,
            int8_accuracy: int8.map(Metrics::accuracy),
            confusion: metrics.confusion().clone(),
        })
    }

    /// Returns the mean over the first training and the others. A figure that is `None` for one
    /// training is `None` in the mean.
    ///
    /// # Errors
    /// [`ModelError`] if the trainings judge different classes.
    pub(crate) fn mean(first: &Self, others: &[&Self]) -> Result<Self, ModelError> {
        let mut confusion = first.confusion.clone();
        others.iter().try_for_each(|it| confusion.merge(&it.confusion))?;
        let all = || iter::once(first).chain(others.iter().copied());
        let count = (1 + others.len()) as f64;
        let mean = |figure: fn(&Self) -> f64| all().map(figure).sum::<f64>() / count;
        let mean_of_known = |figure: fn(&Self) -> Option<f64>| {
            let sum: Option<f64> = all().map(figure).sum();
            sum.map(|sum| sum / count)
        };
        Ok(Self {
            accuracy: mean(|it| it.accuracy),
            precision: mean(|it| it.precision),
            recall: mean(|it| it.recall),
            f1: mean(|it| it.f1),
            balanced_accuracy: mean(|it| it.balanced_accuracy),
            roc_auc: mean_of_known(|it| it.roc_auc),
            int8_accuracy: mean_of_known(|it| it.int8_accuracy),
            confusion,
        })
    }

    /// Returns the number of judged examples, summed over the trainings.
    pub(crate) fn examples(&self) -> f64 {
        self.confusion.counts().sum() as f64
    }
}
