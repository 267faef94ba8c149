//! How well predictions match labels.

mod averaging;
mod confusion;
mod roc;

use ndarray::{ArrayView1, ArrayView2, Axis};
use serde::Serialize;

pub use averaging::Averaging;
pub use confusion::ConfusionMatrix;

use crate::ModelError;

/// How well predicted probabilities match the labels: scikit-learn's figures, on ties and where one
/// is undefined, too.
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
    /// The area under each class's ROC curve, against all others.
    roc_auc: Vec<Option<f64>>,
    log_loss: f64,
}

impl Metrics {
    /// Measures `probabilities` against `labels`. The predicted class is the likeliest, on ties
    /// the first, as in NumPy's `argmax`.
    ///
    /// # Shapes
    /// - `labels`: `[examples]`
    /// - `probabilities`: `[examples, classes]`; for all figures but the log loss any scores do
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

    /// How often each class was taken for which.
    #[must_use]
    pub const fn confusion(&self) -> &ConfusionMatrix {
        &self.confusion
    }

    /// See [`ConfusionMatrix::accuracy`].
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        self.confusion.accuracy()
    }

    /// See [`ConfusionMatrix::balanced_accuracy`].
    #[must_use]
    pub fn balanced_accuracy(&self) -> f64 {
        self.confusion.balanced_accuracy()
    }

    /// See [`ConfusionMatrix::precision`].
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`].
    pub fn precision(&self, averaging: Averaging) -> Result<f64, ModelError> {
        self.confusion.precision(averaging)
    }

    /// See [`ConfusionMatrix::recall`].
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`].
    pub fn recall(&self, averaging: Averaging) -> Result<f64, ModelError> {
        self.confusion.recall(averaging)
    }

    /// See [`ConfusionMatrix::f1`].
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`].
    pub fn f1(&self, averaging: Averaging) -> Result<f64, ModelError> {
        self.confusion.f1(averaging)
    }

    /// The area under the ROC curve: of one class against all others, or the mean over all of them;
    /// the mean over two classes is the area of the second, as in scikit-learn.
    ///
    /// `None` where it is undefined: for a class that no example, or every example, belongs to, and
    /// for a mean with such a class in it. scikit-learn (1.6 and later) returns NaN there.
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`].
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

    /// The mean of `−ln p` over the examples, `p` being the probability of the right class, at least
    /// 2⁻²³ and at most 1 − 2⁻²³, as in scikit-learn.
    #[must_use]
    pub const fn log_loss(&self) -> f64 {
        self.log_loss
    }
}

/// The index of the largest score, the first of equals.
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
