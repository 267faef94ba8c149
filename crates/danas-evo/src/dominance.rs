//! Pareto dominance.

/// Returns whether `left` dominates `right`: it is at least as good in every cost and better in at
/// least one. Costs are minimised.
///
/// [`Scores::costs`](crate::Scores::costs) turns the values of a candidate into costs. The result
/// is `false` if the vectors differ in length or contain NaN.
///
/// ```
/// use danas_evo::dominates;
///
/// assert!(dominates(&[1.0, 2.0], &[1.0, 3.0]));
/// assert!(!dominates(&[1.0, 2.0], &[1.0, 2.0]));
/// assert!(!dominates(&[1.0, 2.0], &[2.0, 1.0]));
/// ```
///
/// # References
/// K. Deb, A. Pratap, S. Agarwal and T. Meyarivan (2002). A fast and elitist multiobjective genetic
/// algorithm: NSGA-II. <https://doi.org/10.1109/4235.996017>
#[must_use]
pub fn dominates(left: &[f64], right: &[f64]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut better = false;
    for (l, r) in left.iter().zip(right) {
        if l < r {
            better = true;
        } else if l != r {
            return false;
        }
    }
    better
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Draws from few levels, so that ties and dominance are common.
    fn costs() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec((0_u8..4).prop_map(f64::from), 3)
    }

    #[test]
    fn vectors_of_different_lengths_and_nan_are_not_comparable() {
        assert!(!dominates(&[0.0], &[1.0, 1.0]));
        assert!(!dominates(&[0.0, f64::NAN], &[1.0, 1.0]));
        assert!(!dominates(&[0.0, 0.0], &[1.0, f64::NAN]));
    }

    proptest! {
        #[test]
        fn dominance_is_irreflexive(a in costs()) {
            prop_assert!(!dominates(&a, &a));
        }

        #[test]
        fn dominance_is_asymmetric(a in costs(), b in costs()) {
            prop_assert!(!(dominates(&a, &b) && dominates(&b, &a)));
        }

        #[test]
        fn dominance_is_transitive(a in costs(), b in costs(), c in costs()) {
            if dominates(&a, &b) && dominates(&b, &c) {
                prop_assert!(dominates(&a, &c));
            }
        }
    }
}
