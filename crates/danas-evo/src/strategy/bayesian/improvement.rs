//! The exact expected hypervolume improvement.

use std::f64::consts::{PI, SQRT_2};

/// A normal distribution that describes an uncertain number, such as the posterior of an outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Posterior {
    pub(super) mean: f64,
    pub(super) deviation: f64,
}

impl Posterior {
    /// Returns the expectation of (*edge* − *y*)₊: by how much the number is below `edge`, on
    /// average.
    fn gap_below(self, edge: f64) -> f64 {
        let gap = edge - self.mean;
        if gap == f64::NEG_INFINITY || self.deviation <= 0.0 {
            return gap.max(0.0);
        }
        let z = gap / self.deviation;
        gap * cumulative(z) + self.deviation * libm::exp(-z * z / 2.0) / (2.0 * PI).sqrt()
    }

    /// Returns the probability that the number is positive.
    pub(super) fn is_positive(self) -> f64 {
        cumulative(self.mean / self.deviation)
    }
}

/// Returns the distribution function Φ of the standard normal distribution at `z`.
fn cumulative(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// The region that a front leaves undominated, below a reference point, divided into boxes.
///
/// The improvement of a cost vector *y* is the volume of the part of the region that *y* dominates.
/// A box from *l* to *u* contributes the product of (*uᵢ* − *yᵢ*)₊ − (*lᵢ* − *yᵢ*)₊ over the
/// objectives. If the costs are independent, the expectation of this product is the product of the
/// expectations.
///
/// # References
/// K. Yang, M. Emmerich, A. Deutz and T. Bäck (2019). Efficient computation of expected hypervolume
/// improvement using box decomposition algorithms. <https://doi.org/10.1007/s10898-019-00798-7>
#[derive(Debug, Clone)]
pub(super) struct Region {
    /// Coordinates at which boxes begin and end, by objective. The first is −∞.
    edges: Vec<Vec<f64>>,
    /// Positions of the lower and upper edges of each box in `edges`: one pair per objective, box
    /// after box.
    boxes: Vec<(usize, usize)>,
}

impl Region {
    /// Creates the region between `front` and `reference`.
    pub(super) fn new(front: &[&[f64]], reference: &[f64]) -> Self {
        let within: Vec<&[f64]> = front
            .iter()
            .copied()
            .filter(|costs| costs.iter().zip(reference).all(|(cost, corner)| cost < corner))
            .collect();
        let edges: Vec<Vec<f64>> = reference
            .iter()
            .enumerate()
            .map(|(objective, &corner)| {
                let mut edges: Vec<f64> = within.iter().map(|costs| costs[objective]).collect();
                edges.extend([f64::NEG_INFINITY, corner]);
                edges.sort_unstable_by(f64::total_cmp);
                edges.dedup();
                edges
            })
            .collect();
        let place =
            |objective: usize, cost: f64| edges[objective].partition_point(|edge| *edge < cost);
        let points: Vec<Vec<usize>> = within
            .iter()
            .map(|costs| costs.iter().enumerate().map(|(i, cost)| place(i, *cost)).collect())
            .collect();
        let points: Vec<&[usize]> = points.iter().map(Vec::as_slice).collect();
        let ends: Vec<usize> = edges.iter().map(|edges| edges.len() - 1).collect();
        let mut boxes = Vec::new();
        cut(&points, &ends, &mut Vec::new(), &mut boxes);
        Self { edges, boxes }
    }

    /// Returns the expected improvement of a candidate with these independent costs.
    pub(super) fn expected(&self, posteriors: &[Posterior]) -> f64 {
        let below: Vec<Vec<f64>> = self
            .edges
            .iter()
            .zip(posteriors)
            .map(|(edges, posterior)| edges.iter().map(|edge| posterior.gap_below(*edge)).collect())
            .collect();
        let mut sum = 0.0;
        for edges in self.boxes.chunks_exact(self.edges.len().max(1)) {
            let sides =
                edges.iter().zip(&below).map(|(&(from, to), below)| below[to] - below[from]);
            sum += sides.product::<f64>();
        }
        sum
    }
}

/// Divides the region that `points` leave undominated into boxes, from the last objective to the
/// first. `outer` holds the sides along the objectives that are done.
fn cut(
    points: &[&[usize]],
    ends: &[usize],
    outer: &mut Vec<(usize, usize)>,
    boxes: &mut Vec<(usize, usize)>,
) {
    let Some((&end, inner)) = ends.split_last() else {
        // A point that dominates the whole region leaves nothing of it.
        if points.is_empty() {
            boxes.extend(outer.iter().rev());
        }
        return;
    };
    let last = inner.len();
    let mut sorted = points.to_vec();
    sorted.sort_by_key(|point| point[last]);
    let mut active: Vec<&[usize]> = Vec::new();
    let mut from = 0;
    let mut slab = |active: &[&[usize]], from, to, outer: &mut Vec<_>| {
        if from < to {
            outer.push((from, to));
            cut(active, inner, outer, boxes);
            outer.pop();
        }
    };
    for point in sorted {
        let covers =
            |l: &[usize], r: &[usize]| l[..last].iter().zip(&r[..last]).all(|(l, r)| l <= r);
        if active.iter().any(|other| covers(other, point)) {
            continue;
        }
        slab(&active, from, point[last], outer);
        from = point[last];
        active.retain(|other| !covers(point, other));
        active.push(point);
    }
    slab(&active, from, end, outer);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::indicators::{ReferencePoint, hypervolume};

    proptest! {
        #[test]
        fn a_certain_improvement_is_the_gain_in_hypervolume(
            (front, candidate) in (1_usize..=4).prop_flat_map(|n| {
                let costs = move || prop::collection::vec((0..12_i32).prop_map(f64::from), n);
                (prop::collection::vec(costs(), 0..9), costs())
            }),
        ) {
            let corner = vec![10.0; candidate.len()];
            let reference = ReferencePoint::new(corner.clone()).unwrap();
            let before = hypervolume(&front, &reference).unwrap();
            let with: Vec<_> = front.iter().cloned().chain([candidate.clone()]).collect();
            let gain = hypervolume(&with, &reference).unwrap() - before;

            let points: Vec<&[f64]> = front.iter().map(Vec::as_slice).collect();
            let region = Region::new(&points, &corner);
            let certain = |mean: &f64| Posterior { mean: *mean, deviation: 0.0 };
            let certain: Vec<_> = candidate.iter().map(certain).collect();
            prop_assert!((region.expected(&certain) - gain).abs() < 1e-9);
        }
    }

    #[test]
    fn an_expectation_is_the_mean_over_what_is_believed() {
        let region = Region::new(&[&[1.0, 3.0], &[2.0, 1.0]], &[4.0, 4.0]);
        let posteriors =
            [Posterior { mean: 1.5, deviation: 0.5 }, Posterior { mean: 1.0, deviation: 2.0 }];
        let steps = || (-80..=80).map(|step| f64::from(step) / 10.0);
        let density = |z: f64| (-z * z / 2.0).exp() / (2.0 * PI).sqrt() / 10.0;
        let mut mean = 0.0;
        for (first, second) in steps().flat_map(|first| steps().map(move |second| (first, second)))
        {
            let certain =
                [(posteriors[0], first), (posteriors[1], second)].map(|(posterior, z)| Posterior {
                    mean: posterior.mean + z * posterior.deviation,
                    deviation: 0.0,
                });
            mean += density(first) * density(second) * region.expected(&certain);
        }
        let expected = region.expected(&posteriors);
        assert!((expected / mean - 1.0).abs() < 1e-2, "{expected} {mean}");
    }

    #[test]
    fn the_distribution_function_is_known_at_some_points() {
        for (z, expected) in [(0.0, 0.5), (1.0, 0.841_344_746), (-2.0, 0.022_750_132)] {
            assert!((cumulative(z) - expected).abs() < 1e-9);
        }
    }
}
