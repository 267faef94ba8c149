//! The area under the receiver operating characteristic (ROC) curve.

/// Returns the area under the ROC curve of `examples`, each a score and whether it is positive.
///
/// The area is the share of pairs of a positive and a negative example in which the positive one
/// has the larger score; equal scores count half (J. A. Hanley and B. J. McNeil, 1982,
/// <https://doi.org/10.1148/radiology.143.1.7063747>). `None` if there is no positive or no
/// negative example.
pub(super) fn area(examples: impl Iterator<Item = (f32, bool)>) -> Option<f64> {
    let mut examples: Vec<(f32, bool)> = examples.collect();
    examples.sort_unstable_by(|(left, _), (right, _)| left.total_cmp(right));
    let count = |wanted: bool, examples: &[(f32, bool)]| {
        examples.iter().filter(|&&(_, positive)| positive == wanted).count() as f64
    };
    let (mut below, mut halves) = (0.0, 0.0);
    for equal in examples.chunk_by(|(left, _), (right, _)| left == right) {
        let (positives, negatives) = (count(true, equal), count(false, equal));
        halves += positives * (2.0 * below + negatives);
        below += negatives;
    }
    let pairs = count(true, &examples) * below;
    (pairs > 0.0).then(|| halves / (2.0 * pairs))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The oracle applies the definition pair by pair.
        #[test]
        fn the_area_counts_pairs(
            examples in prop::collection::vec((-2_i8..3, any::<bool>()), 0..40),
        ) {
            // −0 and 0 are equal scores.
            let score = |score: i8| if score == -2 { -0.0 } else { f32::from(score) };
            let of = |wanted| {
                let kind = examples.iter().filter(move |&&(_, positive)| positive == wanted);
                kind.map(|&(value, _)| score(value)).collect::<Vec<_>>()
            };
            let (positives, negatives) = (of(true), of(false));
            let wins = positives.iter().flat_map(|positive| {
                negatives.iter().map(move |negative| match positive.partial_cmp(negative) {
                    Some(std::cmp::Ordering::Greater) => 1.0,
                    Some(std::cmp::Ordering::Equal) => 0.5,
                    _ => 0.0,
                })
            });
            let pairs = positives.len() * negatives.len();
            let expected = (pairs > 0).then(|| wins.sum::<f64>() / pairs as f64);
            let actual = area(examples.iter().map(|&(value, positive)| (score(value), positive)));
            match (actual, expected) {
                (Some(actual), Some(expected)) => prop_assert!((actual - expected).abs() < 1e-12),
                (actual, expected) => prop_assert_eq!(actual, expected),
            }
        }
    }
}
