//! Metrics of how well predictions match labels.

mod averaging;
mod confusion;
mod roc;

use ndarray::{ArrayView1, ArrayView2, Axis};
use serde::Serialize;

pub use averaging::Averaging;
pub use confusion::ConfusionMatrix;

use crate::error::ModelError;

/// Figures of how well predicted probabilities match the labels. They equal scikit-learn's,
/// including the treatment of ties and of undefined figures.
///
/// ```
/// use danas_model::{Averaging, Metrics};
/// use ndarray::array;
///
/// let labels = [0, 0, 1, 1];
/// let probabilities = array![[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.5, 0.5]]; // a tie is class 0
/// let metrics = Metrics::new(&labels, probabilities.view())?;
/// assert_eq!(metrics.accuracy(), 0.5);
/// assert_eq!(metrics.precision(Averaging::Positive(1))?, 0.5);
/// assert_eq!(metrics.confusion().counts(), array![[1, 1], [1, 1]]);
/// # Ok::<(), danas_model::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metrics {
    confusion: ConfusionMatrix,
    /// Area under each class's ROC curve, against all other classes.
    roc_auc: Vec<Option<f64>>,
    log_loss: f64,
}

impl Metrics {
    /// Measures `probabilities` against `labels`. The predicted class is the most probable one; on
    /// ties, it is the first, as in NumPy's `argmax`.
    ///
    /// # Shapes
    /// - `labels`: `[examples]`
    /// - `probabilities`: `[examples, classes]`; may be any scores, except for the log loss
    ///
    /// # Errors
    /// [`ModelError::NoExamples`], [`ModelError::LabelCount`], [`ModelError::ClassOutOfRange`], and
    /// [`ModelError::NotFinite`] for a probability that is NaN or infinite.
    pub fn new(labels: &[usize], probabilities: ArrayView2<'_, f32>) -> Result<Self, ModelError> {
        let predictions = probabilities
            .outer_iter()
            .enumerate()
            .map(|(example, scores)| first_largest(example, scores))
            .collect::<Result<Vec<usize>, _>>()?;
        let confusion = ConfusionMatrix::new(probabilities.len_of(Axis(1)), labels, &predictions)?;
        let area = |class: usize, scores: ArrayView1<'_, f32>| {
            roc::area(scores.iter().zip(labels).map(|(&score, &label)| (score, label == class)))
        };
        let columns = probabilities.axis_iter(Axis(1)).enumerate();
        let roc_auc = columns.map(|(class, scores)| area(class, scores)).collect();
        let rows = probabilities.outer_iter().zip(labels);
        let losses = rows.map(|(scores, &label)| {
            -f64::from(scores[label].clamp(f32::EPSILON, 1.0 - f32::EPSILON)).ln()
        });
        let log_loss = losses.sum::<f64>() / labels.len() as f64;
        Ok(Self { confusion, roc_auc, log_loss })
    }

    /// Returns the confusion matrix.
    #[must_use]
    pub const fn confusion(&self) -> &ConfusionMatrix {
        &self.confusion
    }

    /// Returns the share of correct predictions; see [`ConfusionMatrix::accuracy`].
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        self.confusion.accuracy()
    }

    /// Returns the balanced accuracy; see [`ConfusionMatrix::balanced_accuracy`].
    #[must_use]
    pub fn balanced_accuracy(&self) -> f64 {
        self.confusion.balanced_accuracy()
    }

    /// Returns the precision; see [`ConfusionMatrix::precision`].
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`] if `averaging` names a class that does not exist.
    pub fn precision(&self, averaging: Averaging) -> Result<f64, ModelError> {
        self.confusion.precision(averaging)
    }

    /// Returns the recall; see [`ConfusionMatrix::recall`].
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`] if `averaging` names a class that does not exist.
    pub fn recall(&self, averaging: Averaging) -> Result<f64, ModelError> {
        self.confusion.recall(averaging)
    }

    /// Returns the F1 score; see [`ConfusionMatrix::f1`].
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`] if `averaging` names a class that does not exist.
    pub fn f1(&self, averaging: Averaging) -> Result<f64, ModelError> {
        self.confusion.f1(averaging)
    }

    /// Returns the area under the ROC curve of one class against all others, or the mean of these
    /// areas over all classes. As in scikit-learn, the mean over two classes is the area of the
    /// second one.
    ///
    /// `None` if it is undefined: for a class to which no example or every example belongs, and for
    /// a mean that includes such a class. scikit-learn (1.6 and later) returns NaN in these cases.
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`] if `averaging` names a class that does not exist.
    pub fn roc_auc(&self, averaging: Averaging) -> Result<Option<f64>, ModelError> {
        let classes = self.roc_auc.len();
        match (averaging, self.roc_auc.as_slice()) {
            (Averaging::Positive(class), areas) => {
                areas.get(class).copied().ok_or(ModelError::NoSuchClass { class, classes })
            }
            (Averaging::Macro, &[_, second]) => Ok(second),
            (Averaging::Macro, areas) => {
                let sum: Option<f64> = areas.iter().copied().sum();
                Ok(sum.map(|sum| sum / classes as f64))
            }
        }
    }

    /// Returns the mean of `−ln p` over the examples. `p` is the probability of the correct class,
    /// limited to at least 2⁻²³ and at most 1 − 2⁻²³, as in scikit-learn.
    #[must_use]
    pub const fn log_loss(&self) -> f64 {
        self.log_loss
    }
}

/// Returns the index of the largest score; on ties, the first.
fn first_largest(example: usize, scores: ArrayView1<'_, f32>) -> Result<usize, ModelError> {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, &value) in scores.iter().enumerate() {
        if !value.is_finite() {
            return Err(ModelError::NotFinite { example, value });
        }
        if value > best.1 {
            best = (class, value);
        }
    }
    Ok(best.0)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// `np.argmax([[.4, .4, .2], [.1, .45, .45]], axis=1)` is `[0, 1]`.
    #[test]
    fn ties_go_to_the_first_class() {
        let probabilities = array![[0.4, 0.4, 0.2], [0.1, 0.45, 0.45]];
        let metrics = Metrics::new(&[0, 1], probabilities.view()).unwrap();
        assert_eq!(metrics.accuracy(), 1.0);
    }

    #[test]
    fn a_nan_probability_is_refused_by_its_example() {
        let probabilities = array![[0.4, 0.6], [f32::NAN, 0.5]];
        let refused = Metrics::new(&[0, 1], probabilities.view()).unwrap_err();
        assert!(matches!(refused, ModelError::NotFinite { example: 1, .. }), "{refused}");
    }
}
