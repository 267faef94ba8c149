//! The confusion matrix, and the figures that follow from it.

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeSeq};

use crate::{error::ModelError, metrics::Averaging};

/// Numbers of examples by actual and predicted class.
///
/// All figures equal scikit-learn's with `zero_division=0`: a ratio of 0 to 0 is 0.
///
/// The matrix is serialised as a list of rows, one per actual class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfusionMatrix {
    /// Counts, `[actual, predicted]`; square.
    counts: Array2<usize>,
}

impl ConfusionMatrix {
    /// Counts the pairs of `labels` and `predictions`, both out of `classes` classes.
    ///
    /// # Errors
    /// [`ModelError::NoExamples`] if there is nothing to count, [`ModelError::LabelCount`] if the
    /// two differ in length, [`ModelError::ClassOutOfRange`] for a class that does not exist.
    pub fn new(
        classes: usize,
        labels: &[usize],
        predictions: &[usize],
    ) -> Result<Self, ModelError> {
        if labels.len() != predictions.len() {
            let (examples, labels) = (predictions.len(), labels.len());
            return Err(ModelError::LabelCount { examples, labels });
        }
        if labels.is_empty() {
            return Err(ModelError::NoExamples);
        }
        let mut counts = Array2::zeros((classes, classes));
        for (example, (&label, &prediction)) in labels.iter().zip(predictions).enumerate() {
            let Some(count) = counts.get_mut((label, prediction)) else {
                let class = if label < classes { prediction } else { label };
                return Err(ModelError::ClassOutOfRange { example, class, classes });
            };
            *count += 1;
        }
        Ok(Self { counts })
    }

    /// Adds the counts of another matrix with the same classes.
    ///
    /// # Errors
    /// [`ModelError::ClassCount`] if the numbers of classes differ.
    pub fn merge(&mut self, other: &Self) -> Result<(), ModelError> {
        let (expected, actual) = (self.classes(), other.classes());
        if expected != actual {
            return Err(ModelError::ClassCount { expected, actual });
        }
        self.counts += &other.counts;
        Ok(())
    }

    /// Returns the counts, `[actual, predicted]`.
    #[must_use]
    pub fn counts(&self) -> ArrayView2<'_, usize> {
        self.counts.view()
    }

    /// Returns the number of classes, at least one.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.counts.nrows()
    }

    /// Returns the share of correct predictions.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        ratio(self.counts.diag().sum(), self.counts.sum())
    }

    /// Returns the unweighted mean of the recalls of all classes that occur. As in scikit-learn,
    /// classes that do not occur are left out.
    #[must_use]
    pub fn balanced_accuracy(&self) -> f64 {
        let occurring = (0..self.classes()).filter(|&class| self.actual(class) > 0);
        let (sum, classes) = occurring.fold((0.0, 0), |(sum, classes), class| {
            (sum + ratio(self.hits(class), self.actual(class)), classes + 1)
        });
        sum / f64::from(classes)
    }

    /// Returns the share of correct predictions among the examples predicted as a class.
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`] if `averaging` names a class that does not exist.
    pub fn precision(&self, averaging: Averaging) -> Result<f64, ModelError> {
        self.average(averaging, |class| ratio(self.hits(class), self.predicted(class)))
    }

    /// Returns the share of correct predictions among the examples that belong to a class.
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`] if `averaging` names a class that does not exist.
    pub fn recall(&self, averaging: Averaging) -> Result<f64, ModelError> {
        self.average(averaging, |class| ratio(self.hits(class), self.actual(class)))
    }

    /// Returns the harmonic mean of a class's precision and recall. The macro average is the mean
    /// of the F1 of each class; it is not computed from averaged precision and recall.
    ///
    /// # Errors
    /// [`ModelError::NoSuchClass`] if `averaging` names a class that does not exist.
    pub fn f1(&self, averaging: Averaging) -> Result<f64, ModelError> {
        self.average(averaging, |class| {
            ratio(2 * self.hits(class), self.predicted(class) + self.actual(class))
        })
    }

    fn hits(&self, class: usize) -> usize {
        self.counts[(class, class)]
    }

    fn actual(&self, class: usize) -> usize {
        self.counts.row(class).sum()
    }

    fn predicted(&self, class: usize) -> usize {
        self.counts.column(class).sum()
    }

    fn average(
        &self,
        averaging: Averaging,
        figure: impl Fn(usize) -> f64,
    ) -> Result<f64, ModelError> {
        let classes = self.classes();
        match averaging {
            Averaging::Positive(class) if class < classes => Ok(figure(class)),
            Averaging::Positive(class) => Err(ModelError::NoSuchClass { class, classes }),
            Averaging::Macro => Ok((0..classes).map(figure).sum::<f64>() / classes as f64),
        }
    }
}

impl Serialize for ConfusionMatrix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.classes()))?;
        for row in self.counts.outer_iter() {
            rows.serialize_element(&row.to_vec())?;
        }
        rows.end()
    }
}

impl<'de> Deserialize<'de> for ConfusionMatrix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = Vec::<Vec<usize>>::deserialize(deserializer)?;
        let classes = rows.len();
        if rows.iter().any(|row| row.len() != classes) {
            return Err(de::Error::custom("a confusion matrix must be square"));
        }
        let counts = Array2::from_shape_vec((classes, classes), rows.concat());
        Ok(Self { counts: counts.map_err(de::Error::custom)? })
    }
}

/// Returns `part / whole`, or 0 if `whole` is 0.
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn it_comes_back_as_it_was_and_must_be_square() {
        let confusion = ConfusionMatrix { counts: array![[3, 1], [0, 2]] };
        let text = serde_json::to_string(&confusion).unwrap();
        assert_eq!(text, "[[3,1],[0,2]]");
        assert_eq!(serde_json::from_str::<ConfusionMatrix>(&text).unwrap(), confusion);
        for text in ["[[1,2]]", "[[1,2],[3]]", "[[1],[2]]", "[[-1]]"] {
            assert!(serde_json::from_str::<ConfusionMatrix>(text).is_err(), "{text}");
        }
    }

    fn close(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 1e-12, "{actual} instead of {expected}");
    }

    /// scikit-learn 1.9.1:
    /// ```python
    /// y = [0,0,0,0,1,1,1,2,2,1]; p = [0,1,0,0,1,0,1,1,0,1]
    /// precision_recall_fscore_support(y, p, labels=range(3), zero_division=0)
    /// precision_recall_fscore_support(y, p, labels=range(3), zero_division=0, average="macro")
    /// ```
    #[test]
    fn a_class_that_is_never_predicted_counts_as_zero() {
        let labels = [0, 0, 0, 0, 1, 1, 1, 2, 2, 1];
        let predictions = [0, 1, 0, 0, 1, 0, 1, 1, 0, 1];
        let matrix = ConfusionMatrix::new(3, &labels, &predictions).unwrap();
        assert_eq!(matrix.counts(), array![[3, 1, 0], [1, 3, 0], [1, 1, 0]]);
        close(matrix.accuracy(), 0.6);
        for (class, precision, recall, f1) in
            [(0, 0.6, 0.75, 2.0 / 3.0), (1, 0.6, 0.75, 2.0 / 3.0), (2, 0.0, 0.0, 0.0)]
        {
            let averaging = Averaging::Positive(class);
            close(matrix.precision(averaging).unwrap(), precision);
            close(matrix.recall(averaging).unwrap(), recall);
            close(matrix.f1(averaging).unwrap(), f1);
        }
        close(matrix.precision(Averaging::Macro).unwrap(), 0.4);
        close(matrix.recall(Averaging::Macro).unwrap(), 0.5);
        close(matrix.f1(Averaging::Macro).unwrap(), 0.444_444_444_444_444_4);
    }

    #[test]
    fn counts_of_the_same_classes_add_up() {
        let mut matrix = ConfusionMatrix::new(2, &[0, 1], &[1, 1]).unwrap();
        matrix.merge(&matrix.clone()).unwrap();
        assert_eq!(matrix.counts(), array![[0, 2], [0, 2]]);
        let refused = matrix.merge(&ConfusionMatrix::new(3, &[0], &[0]).unwrap()).unwrap_err();
        assert!(matches!(refused, ModelError::ClassCount { expected: 2, actual: 3 }));
    }

    #[test]
    fn a_class_that_does_not_exist_is_refused_by_its_number() {
        let matrix = ConfusionMatrix::new(2, &[0, 1], &[1, 1]).unwrap();
        let refused = matrix.f1(Averaging::Positive(2)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "class 2 does not exist: there are 2 classes, counted from 0"
        );
        let refused = ConfusionMatrix::new(2, &[0, 1], &[1, 3]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "example 1 has class 3: there are 2 classes, counted from 0"
        );
    }
}
