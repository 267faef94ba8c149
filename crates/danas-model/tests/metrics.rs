//! Compares metrics with scikit-learn's on the same predictions, which `fixtures/metrics.py`
//! recorded.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

use danas_model::{Averaging, Metrics, ModelError};
use ndarray::Array2;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    cases: Vec<Case>,
}

/// One set of predictions. Lists hold the figure of each class, followed by the mean.
#[derive(Deserialize)]
struct Case {
    name: String,
    labels: Vec<usize>,
    scores: Vec<Vec<f32>>,
    confusion: Vec<Vec<usize>>,
    accuracy: f64,
    balanced_accuracy: f64,
    precision: Vec<f64>,
    recall: Vec<f64>,
    f1: Vec<f64>,
    roc_auc: Vec<Option<f64>>,
    log_loss: f64,
}

#[test]
fn figures_are_scikit_learns() {
    let text = include_str!("fixtures/metrics.json");
    let Fixture { cases } = serde_json::from_str(text).unwrap();
    let (mut undefined, mut defined) = (0, 0);
    for case in &cases {
        let name = &case.name;
        let close = |actual: f64, expected: f64, tolerance: f64| {
            assert!((actual - expected).abs() < tolerance, "{name}: {actual}, not {expected}");
        };
        let classes = case.confusion.len();
        let scores = case.scores.concat();
        let scores = Array2::from_shape_vec((case.labels.len(), classes), scores).unwrap();
        let metrics = Metrics::new(&case.labels, scores.view()).unwrap();
        let counts: Vec<usize> = metrics.confusion().counts().iter().copied().collect();
        assert_eq!(counts, case.confusion.concat(), "{name}");
        close(metrics.accuracy(), case.accuracy, 1e-12);
        close(metrics.balanced_accuracy(), case.balanced_accuracy, 1e-12);
        // scikit-learn sums the logarithms of single precision in single precision.
        close(metrics.log_loss(), case.log_loss, 1e-6 * case.log_loss.max(1.0));
        let classes = (0..classes).map(Averaging::Positive).chain([Averaging::Macro]);
        for (index, averaging) in classes.enumerate() {
            close(metrics.precision(averaging).unwrap(), case.precision[index], 1e-12);
            close(metrics.recall(averaging).unwrap(), case.recall[index], 1e-12);
            close(metrics.f1(averaging).unwrap(), case.f1[index], 1e-12);
            match (metrics.roc_auc(averaging).unwrap(), case.roc_auc[index]) {
                (Some(actual), Some(expected)) => {
                    close(actual, expected, 1e-12);
                    defined += 1;
                }
                (actual, expected) => {
                    assert_eq!(actual, expected, "{name}, {averaging:?}");
                    undefined += 1;
                }
            }
        }
    }
    assert!(cases.len() > 20 && defined > 30 && undefined > 30, "{defined}, {undefined}");
}

#[test]
fn a_class_that_does_not_exist_has_no_area() {
    let scores = Array2::eye(2);
    let metrics = Metrics::new(&[0, 1], scores.view()).unwrap();
    assert_eq!(metrics.roc_auc(Averaging::Positive(1)).unwrap(), Some(1.0));
    let refused = metrics.roc_auc(Averaging::Positive(2)).unwrap_err();
    assert!(matches!(refused, ModelError::NoSuchClass { class: 2, classes: 2 }), "{refused}");
}
