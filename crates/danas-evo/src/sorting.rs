//! Non-dominated sorting.

use crate::dominates;

/// Sorts cost vectors into fronts: no member of a front dominates another, and every member of a
/// later front is dominated by one of the front before.
///
/// Returns positions in `costs`, ascending within a front. Costs are minimised. Takes O(*m n*²)
/// comparisons for *n* vectors of *m* costs (the fast non-dominated sort of Deb et al.).
///
/// ```
/// use danas_evo::non_dominated_sort;
///
/// let costs = [[1.0, 4.0], [3.0, 3.0], [2.0, 2.0], [4.0, 4.0]];
/// assert_eq!(non_dominated_sort(&costs), [vec![0, 2], vec![1], vec![3]]);
/// ```
///
/// # References
/// K. Deb, A. Pratap, S. Agarwal and T. Meyarivan (2002). A fast and elitist multiobjective genetic
/// algorithm: NSGA-II. <https://doi.org/10.1109/4235.996017>
#[must_use]
pub fn non_dominated_sort<C: AsRef<[f64]>>(costs: &[C]) -> Vec<Vec<usize>> {
    let mut dominated: Vec<Vec<usize>> = vec![Vec::new(); costs.len()];
    let mut dominators = vec![0_usize; costs.len()];
    for (i, left) in costs.iter().enumerate() {
        for (offset, right) in costs[i + 1..].iter().enumerate() {
            let j = i + 1 + offset;
            if dominates(left.as_ref(), right.as_ref()) {
                dominated[i].push(j);
                dominators[j] += 1;
            } else if dominates(right.as_ref(), left.as_ref()) {
                dominated[j].push(i);
                dominators[i] += 1;
            }
        }
    }

    let mut fronts = Vec::new();
    let mut front: Vec<usize> = (0..costs.len()).filter(|&i| dominators[i] == 0).collect();
    while !front.is_empty() {
        let mut next = Vec::new();
        for &i in &front {
            for &j in &dominated[i] {
                dominators[j] -= 1;
                if dominators[j] == 0 {
                    next.push(j);
                }
            }
        }
        next.sort_unstable();
        fronts.push(std::mem::replace(&mut front, next));
    }
    fronts
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

    proptest! {
        /// The definition, peeled off one front at a time.
        #[test]
        fn fronts_equal_repeated_peeling(
            costs in prop::collection::vec(prop::collection::vec((0_u8..5).prop_map(f64::from), 3), 0..40)
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
