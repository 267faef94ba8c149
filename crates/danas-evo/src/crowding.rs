//! Crowding distance.

/// Returns how isolated each cost vector of one front is, in the order of the vectors.
///
/// The crowding distance is a sum over the costs. Each cost contributes the distance between the
/// two neighbours of a vector, relative to the extent of the front. A vector at either end of the
/// front in any cost has an infinite distance.
///
/// A cost that is the same for the whole front says nothing about crowding and is left out (the
/// paper would divide by zero). Vectors that tie in a cost keep their order.
///
/// ```
/// use danas_evo::crowding_distances;
///
/// let front = [[0.0, 4.0], [1.0, 2.0], [4.0, 0.0]];
/// assert_eq!(crowding_distances(&front), [f64::INFINITY, 2.0, f64::INFINITY]);
/// ```
///
/// # References
/// K. Deb, A. Pratap, S. Agarwal and T. Meyarivan (2002). A fast and elitist multiobjective genetic
/// algorithm: NSGA-II. <https://doi.org/10.1109/4235.996017>
#[must_use]
pub fn crowding_distances<C: AsRef<[f64]>>(front: &[C]) -> Vec<f64> {
    let mut distances = vec![0.0; front.len()];
    let n_costs = front.iter().map(|costs| costs.as_ref().len()).min().unwrap_or(0);
    let mut order: Vec<usize> = (0..front.len()).collect();
    for cost in 0..n_costs {
        let value = |i: usize| front[i].as_ref()[cost];
        order.sort_unstable_by(|&i, &j| value(i).total_cmp(&value(j)).then(i.cmp(&j)));
        let (Some(&first), Some(&last)) = (order.first(), order.last()) else { break };
        let extent = value(last) - value(first);
        if extent <= 0.0 {
            continue;
        }
        distances[first] = f64::INFINITY;
        distances[last] = f64::INFINITY;
        for window in order.windows(3) {
            distances[window[1]] += (value(window[2]) - value(window[0])) / extent;
        }
    }
    distances
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_front_has_no_distances() {
        assert!(crowding_distances::<Vec<f64>>(&[]).is_empty());
    }

    #[test]
    fn a_constant_cost_does_not_count() {
        let with: Vec<_> = [[0.0, 4.0, 0.0], [1.0, 2.0, 0.0], [4.0, 0.0, 0.0]].to_vec();
        let without: Vec<_> = [[0.0, 4.0], [1.0, 2.0], [4.0, 0.0]].to_vec();
        assert_eq!(crowding_distances(&with), crowding_distances(&without));
        assert_eq!(crowding_distances(&[[1.0], [1.0]]), [0.0, 0.0]);
    }

    #[test]
    fn the_lonelier_of_two_has_the_larger_distance() {
        let distances =
            crowding_distances(&[[0.0, 10.0], [1.0, 9.0], [2.0, 8.0], [6.0, 4.0], [10.0, 0.0]]);
        assert!(distances[3] > distances[1], "{distances:?}");
    }
}
