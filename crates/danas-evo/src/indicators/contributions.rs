//! The contribution of each cost vector to a hypervolume.

use super::hypervolume::{exclusive, is_solid, is_within};
use crate::indicators::{IndicatorError, ReferencePoint};

/// Returns how much smaller the [`hypervolume`](crate::hypervolume) would be without each of the
/// vectors, in their order. The contribution of a vector is 0 if it is dominated, has a duplicate
/// or is not better than the reference point in every cost.
///
/// Takes the time of *n* hypervolumes of *n* − 1 vectors each.
///
/// ```
/// use danas_evo::{ReferencePoint, hypervolume_contributions};
///
/// let reference = ReferencePoint::new([4.0, 4.0])?;
/// let costs = [[1.0, 3.0], [2.0, 1.0], [3.0, 3.0]];
/// assert_eq!(hypervolume_contributions(&costs, &reference)?, [1.0, 4.0, 0.0]);
/// # Ok::<(), danas_evo::IndicatorError>(())
/// ```
///
/// # Errors
/// [`IndicatorError`] if a vector has another length than the reference point, or a cost is not
/// finite.
pub fn hypervolume_contributions<C: AsRef<[f64]>>(
    costs: &[C],
    reference: &ReferencePoint,
) -> Result<Vec<f64>, IndicatorError> {
    let boxes = reference.boxes(costs)?;
    let contribution = |position: usize| {
        let edges = &boxes[position];
        let others = boxes[..position].iter().chain(&boxes[position + 1..]);
        let others: Vec<_> = others.filter(|edges| is_solid(edges)).collect();
        if !is_solid(edges) || others.iter().any(|other| is_within(edges, other)) {
            return 0.0;
        }
        // Rounding may make a tiny contribution negative.
        exclusive(edges, &others).max(0.0)
    };
    Ok((0..boxes.len()).map(contribution).collect())
}
