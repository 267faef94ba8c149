//! The hypervolume of a set of cost vectors.

use std::cmp::Ordering;
use std::mem;

use super::staircase::Staircase;
use crate::indicators::{IndicatorError, ReferencePoint};

/// Returns the hypervolume: the measure of the region that `costs` dominate, bounded by the
/// reference point.
///
/// The result is exact for any number of costs. Its unit is the product of the costs' units.
/// Vectors that are not better than the reference point in every cost do not contribute. Nor do
/// dominated vectors and duplicates. Without vectors the hypervolume is 0.
///
/// Up to three costs take O(*n* log *n*) time, by a sweep. With each further cost, *n* vectors take
/// *n* hypervolumes of one cost less: those of the parts that each vector shares with the vectors
/// before it (the WFG algorithm, sliced).
///
/// ```
/// use danas_evo::{ReferencePoint, hypervolume};
///
/// let reference = ReferencePoint::new([4.0, 4.0])?;
/// assert_eq!(hypervolume(&[[1.0, 3.0], [2.0, 2.0], [3.0, 3.0]], &reference)?, 5.0);
/// # Ok::<(), danas_evo::IndicatorError>(())
/// ```
///
/// # Errors
/// [`IndicatorError`] if the length of a vector differs from that of the reference point, or a cost
/// is not finite.
///
/// # References
/// - N. Beume, C. Fonseca, M. López-Ibáñez, L. Paquete and J. Vahrenhold (2009). On the complexity
///   of computing the hypervolume indicator. <https://doi.org/10.1109/TEVC.2009.2015575>
/// - L. While, L. Bradstreet and L. Barone (2012). A fast way of calculating exact hypervolumes.
///   <https://doi.org/10.1109/TEVC.2010.2077298>
pub fn hypervolume<C: AsRef<[f64]>>(
    costs: &[C],
    reference: &ReferencePoint,
) -> Result<f64, IndicatorError> {
    let mut boxes = reference.boxes(costs)?;
    boxes.retain(|edges| is_solid(edges));
    Ok(union(boxes))
}

/// Returns whether a box has a volume.
pub(super) fn is_solid(edges: &[f64]) -> bool {
    edges.iter().all(|edge| *edge > 0.0)
}

/// Returns the measure of a union of boxes, which reach from the origin to the ends of their edges.
/// All edges are positive.
pub(super) fn union(mut boxes: Vec<Vec<f64>>) -> f64 {
    // The boxes are visited from the tallest down. The area that a box adds to the base is then
    // covered up to the height of this box.
    let by_height = |boxes: &mut [Vec<f64>]| {
        boxes.sort_unstable_by(|l, r| compare(r.iter().rev(), l.iter().rev()));
    };
    match boxes.first().map_or(0, Vec::len) {
        0 => 0.0,
        1 => boxes.iter().map(|edges| edges[0]).fold(0.0, f64::max),
        2 => {
            by_height(&mut boxes);
            let mut base = 0.0;
            let added = |edges: &Vec<f64>| {
                let wider = edges[0].max(base);
                edges[1] * (wider - mem::replace(&mut base, wider))
            };
            boxes.iter().map(added).sum()
        }
        3 => {
            by_height(&mut boxes);
            let mut base = Staircase::default();
            boxes.iter().map(|edges| edges[2] * base.add(edges[0], edges[1])).sum()
        }
        _ => {
            let mut boxes = maximal(boxes);
            by_height(&mut boxes);
            let added = |(position, edges): (usize, &Vec<f64>)| match edges.split_last() {
                Some((height, base)) => height * exclusive(base, &boxes[..position]),
                None => 0.0,
            };
            boxes.iter().enumerate().map(added).sum()
        }
    }
}

/// Returns the volume that a box covers and none of the `others` does. The `others` may have
/// further edges, which are ignored.
pub(super) fn exclusive<B: AsRef<[f64]>>(edges: &[f64], others: &[B]) -> f64 {
    let shared = |other: &B| edges.iter().zip(other.as_ref()).map(|(l, r)| l.min(*r)).collect();
    edges.iter().product::<f64>() - union(others.iter().map(shared).collect())
}

/// Removes duplicates, and the boxes that lie within another.
fn maximal(mut boxes: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    // In this order, a box comes before all boxes that lie within it.
    boxes.sort_unstable_by(|l, r| compare(r.iter(), l.iter()));
    let mut kept: Vec<Vec<f64>> = Vec::with_capacity(boxes.len());
    for edges in boxes {
        if !kept.iter().any(|other| is_within(&edges, other)) {
            kept.push(edges);
        }
    }
    kept
}

/// Returns whether a box lies within another.
pub(super) fn is_within(edges: &[f64], other: &[f64]) -> bool {
    edges.iter().zip(other).all(|(l, r)| l <= r)
}

/// Compares edges lexicographically. Edges are never NaN.
fn compare<'a>(
    left: impl Iterator<Item = &'a f64>,
    right: impl Iterator<Item = &'a f64>,
) -> Ordering {
    left.partial_cmp(right).unwrap_or(Ordering::Equal)
}
