//! Borrowed features with labels.

use danas_space::{Network, Shape};
use ndarray::{ArrayView4, Axis};

use crate::error::ModelError;

/// Labelled features to train on.
///
/// This is a borrowed and checked view: there is at least one example, each example has one label,
/// every label is below the number of classes, and every value is finite. Copying the view is
/// cheap. Checking it is not, since that reads every value once. So build it once per set of
/// features and pass it to every training.
///
/// # Shapes
/// - features: `[examples, height, width, channels]`; for audio, height is frequency and width
///   is time
/// - labels: `[examples]`, classes counted from 0
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Samples<'a> {
    features: ArrayView4<'a, f32>,
    labels: &'a [usize],
    classes: usize,
}

impl<'a> Samples<'a> {
    /// Combines `features` with their `labels` out of `classes` classes.
    ///
    /// # Errors
    /// [`ModelError::NoExamples`], [`ModelError::LabelCount`], [`ModelError::ClassOutOfRange`] or
    /// [`ModelError::NotFinite`]; the last two name the first such example.
    pub fn new(
        features: ArrayView4<'a, f32>,
        labels: &'a [usize],
        classes: usize,
    ) -> Result<Self, ModelError> {
        let examples = features.len_of(Axis(0));
        if examples == 0 {
            return Err(ModelError::NoExamples);
        }
        if examples != labels.len() {
            return Err(ModelError::LabelCount { examples, labels: labels.len() });
        }
        if let Some((example, &class)) = (0..).zip(labels).find(|&(_, &class)| class >= classes) {
            return Err(ModelError::ClassOutOfRange { example, class, classes });
        }
        refuse_not_finite(features)?;
        Ok(Self { features, labels, classes })
    }

    /// Shortens the lifetime of the samples. The compiler cannot do this by itself, because the
    /// lifetime of an array view is invariant.
    pub(crate) fn reborrow<'b>(self) -> Samples<'b>
    where
        'a: 'b,
    {
        Samples { features: self.features.reborrow(), labels: self.labels, classes: self.classes }
    }

    /// Returns the features, `[examples, height, width, channels]`.
    #[must_use]
    pub const fn features(&self) -> ArrayView4<'a, f32> {
        self.features
    }

    /// Returns the label of each example.
    #[must_use]
    pub const fn labels(&self) -> &'a [usize] {
        self.labels
    }

    /// Returns the number of classes.
    #[must_use]
    pub const fn classes(&self) -> usize {
        self.classes
    }

    /// Returns the number of examples, at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "samples are never empty")]
    pub const fn len(&self) -> usize {
        self.labels.len()
    }

    /// Returns the shape of one example.
    #[must_use]
    pub fn shape(&self) -> Shape {
        example_shape(self.features)
    }
}

/// Returns the shape of one example of `features`.
pub(crate) fn example_shape(features: ArrayView4<'_, f32>) -> Shape {
    let (_, height, width, channels) = features.dim();
    Shape::new(height, width, channels)
}

/// Refuses features of another shape than a network reads, and features with a NaN or infinity.
pub(crate) fn check_features(
    network: &Network,
    features: ArrayView4<'_, f32>,
) -> Result<(), ModelError> {
    let (expected, actual) = (network.input(), example_shape(features));
    if expected != actual {
        return Err(ModelError::FeatureShape { expected, actual });
    }
    refuse_not_finite(features)
}

/// Refuses features with a NaN or infinity, naming the first example that holds one.
pub(crate) fn refuse_not_finite(features: ArrayView4<'_, f32>) -> Result<(), ModelError> {
    for (example, values) in features.outer_iter().enumerate() {
        if let Some(&value) = values.iter().find(|value| !value.is_finite()) {
            return Err(ModelError::NotFinite { example, value });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ndarray::Array4;

    use super::*;

    #[test]
    fn a_value_that_is_not_finite_is_refused_by_its_example() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut features = Array4::zeros((3, 2, 2, 1));
            features[[1, 0, 1, 0]] = bad;
            let refused = Samples::new(features.view(), &[0, 1, 0], 2).unwrap_err();
            assert!(matches!(refused, ModelError::NotFinite { example: 1, .. }), "{refused}");
        }
    }

    #[test]
    fn labels_must_match_the_examples_and_the_classes() {
        let features = Array4::zeros((2, 3, 3, 1));
        let refused = Samples::new(features.view(), &[0], 2).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "there are 1 labels for 2 examples: expected one for each example"
        );
        let refused = Samples::new(features.view(), &[0, 2], 2).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "example 1 has class 2: there are 2 classes, counted from 0"
        );
    }

    #[test]
    fn an_empty_set_is_refused() {
        let features = Array4::zeros((0, 3, 3, 1));
        assert!(matches!(Samples::new(features.view(), &[], 2), Err(ModelError::NoExamples)));
    }
}
