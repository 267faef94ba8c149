//! Non-dominated sorting.

use std::cmp::Ordering;

use crate::dominance::dominates;

/// Sorts cost vectors into fronts. No member of a front dominates another, and every member of a
/// later front is dominated by a member of the front before. Costs are minimised.
///
/// Returns positions in `costs`, ascending within each front.
///
/// The vectors are visited in lexicographic order, so no vector dominates an earlier one. Each
/// finds its front by binary search. This takes O(*n* log *n*) for *n* vectors of two costs, and at
/// worst O(*m n*²) for *m* costs.
///
/// ```
/// use danas_evo::non_dominated_sort;
///
/// let costs = [[1.0, 4.0], [3.0, 3.0], [2.0, 2.0], [4.0, 4.0]];
/// assert_eq!(non_dominated_sort(&costs), [vec![0, 2], vec![1], vec![3]]);
/// ```
///
/// # References
/// X. Zhang, Y. Tian, R. Cheng and Y. Jin (2015). An efficient approach to nondominated sorting for
/// evolutionary multiobjective optimization (ENS-BS). <https://doi.org/10.1109/TEVC.2014.2308305>
#[must_use]
pub fn non_dominated_sort<C: AsRef<[f64]>>(costs: &[C]) -> Vec<Vec<usize>> {
    let costs: Vec<&[f64]> = costs.iter().map(AsRef::as_ref).collect();
    let mut order: Vec<usize> = (0..costs.len()).collect();
    order.sort_unstable_by(|&i, &j| lexicographic(costs[i], costs[j]));
    // With two costs, the latest member of a front has its least second cost and decides alone.
    let planar = costs.iter().all(|costs| matches!(costs, [l, r] if !l.is_nan() && !r.is_nan()));

    let mut fronts: Vec<Vec<usize>> = Vec::new();
    for i in order {
        let rank = fronts.partition_point(|front| {
            let deciding = if planar { 1 } else { front.len() };
            front.iter().rev().take(deciding).any(|&j| dominates(costs[j], costs[i]))
        });
        match fronts.get_mut(rank) {
            Some(front) => front.push(i),
            None => fronts.push(vec![i]),
        }
    }
    fronts.iter_mut().for_each(|front| front.sort_unstable());
    fronts
}

fn lexicographic(left: &[f64], right: &[f64]) -> Ordering {
    // Adding zero turns -0 into 0, since both are the same for dominance.
    left.iter()
        .map(|cost| cost + 0.0)
        .zip(right.iter().map(|cost| cost + 0.0))
        .map(|(l, r)| l.total_cmp(&r))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_sorts_into_no_fronts() {
        assert!(non_dominated_sort::<Vec<f64>>(&[]).is_empty());
    }

    #[test]
    fn equal_vectors_share_a_front() {
        assert_eq!(non_dominated_sort(&[[1.0, 1.0], [1.0, 1.0]]), [vec![0, 1]]);
    }

    #[test]
    fn the_sign_of_zero_does_not_matter() {
        assert_eq!(non_dominated_sort(&[[-0.0, 2.0], [0.0, 1.0]]), [vec![1], vec![0]]);
    }

    #[test]
    fn what_cannot_be_compared_is_in_the_first_front() {
        let costs = [vec![1.0, 1.0], vec![2.0, f64::NAN], vec![3.0], vec![2.0, 2.0]];
        assert_eq!(non_dominated_sort(&costs), [vec![0, 1, 2], vec![3]]);
    }

    proptest! {
        /// Peels off one front at a time, by definition.
        #[test]
        fn fronts_equal_repeated_peeling(
            costs in (1_usize..5).prop_flat_map(|n_costs| {
                let costs = prop::collection::vec((0_u8..5).prop_map(f64::from), n_costs);
                prop::collection::vec(costs, 0..40)
            })
        ) {
            let mut left: Vec<usize> = (0..costs.len()).collect();
            let mut expected = Vec::new();
            while !left.is_empty() {
                let front: Vec<usize> = left
                    .iter()
                    .copied()
                    .filter(|&i| !left.iter().any(|&j| dominates(&costs[j], &costs[i])))
                    .collect();
                left.retain(|i| !front.contains(i));
                expected.push(front);
            }
            prop_assert_eq!(non_dominated_sort(&costs), expected);
        }
    }
}
