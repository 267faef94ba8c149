//! Indicators that measure how well one set of cost vectors approximates another.

use super::check;
use crate::indicators::IndicatorError;

/// Returns the inverted generational distance plus (IGD+) of `costs` from the `reference` set,
/// which is usually a known Pareto front.
///
/// It is the mean distance of the reference vectors from being dominated by `costs`, in the unit of
/// the costs. It is 0 if `costs` dominate or equal every reference vector, and infinite if there
/// are no `costs`.
///
/// The distance of a reference vector *z* is the least √ Σ max(*aᵢ* − *zᵢ*, 0)² over the vectors
/// *a* of `costs`.
///
/// ```
/// use danas_evo::igd_plus;
///
/// let front = [[0.0, 1.0], [1.0, 0.0]];
/// assert_eq!(igd_plus(&[[0.0, 0.0]], &front)?, 0.0);
/// assert_eq!(igd_plus(&[[0.0, 2.0], [2.0, 0.0]], &front)?, 1.0);
/// # Ok::<(), danas_evo::IndicatorError>(())
/// ```
///
/// # Errors
/// [`IndicatorError`] if the reference set is empty, vectors differ in length, or a cost is not
/// finite.
///
/// # References
/// H. Ishibuchi, H. Masuda, Y. Tanigaki and Y. Nojima (2015). Modified distance calculation in
/// generational distance and inverted generational distance.
/// <https://doi.org/10.1007/978-3-319-15892-1_8>
pub fn igd_plus<A: AsRef<[f64]>, Z: AsRef<[f64]>>(
    costs: &[A],
    reference: &[Z],
) -> Result<f64, IndicatorError> {
    let squared =
        |a: &[f64], z: &[f64]| a.iter().zip(z).map(|(a, z)| (a - z).max(0.0).powi(2)).sum::<f64>();
    let sum: f64 = shortfalls(costs, reference, squared)?.map(f64::sqrt).sum();
    Ok(sum / reference.len() as f64)
}

/// Returns the additive epsilon of `costs`: the least number to subtract from every cost so that
/// each vector of the `reference` set is dominated or equalled by one of `costs`.
///
/// It is negative if, for each reference vector, one of `costs` is better in every cost. It is
/// infinite if there are no `costs`.
///
/// ```
/// use danas_evo::additive_epsilon;
///
/// let front = [[0.0, 1.0], [1.0, 0.0]];
/// assert_eq!(additive_epsilon(&[[0.5, 0.5]], &front)?, 0.5);
/// # Ok::<(), danas_evo::IndicatorError>(())
/// ```
///
/// # Errors
/// [`IndicatorError`] if the reference set is empty, vectors differ in length, or a cost is not
/// finite.
///
/// # References
/// E. Zitzler, L. Thiele, M. Laumanns, C. Fonseca and V. Grunert da Fonseca (2003). Performance
/// assessment of multiobjective optimizers. <https://doi.org/10.1109/TEVC.2003.810758>
pub fn additive_epsilon<A: AsRef<[f64]>, Z: AsRef<[f64]>>(
    costs: &[A],
    reference: &[Z],
) -> Result<f64, IndicatorError> {
    let worst = |a: &[f64], z: &[f64]| {
        a.iter().zip(z).map(|(a, z)| a - z).fold(f64::NEG_INFINITY, f64::max)
    };
    Ok(shortfalls(costs, reference, worst)?.fold(f64::NEG_INFINITY, f64::max))
}

/// Returns by how much the best of `costs` falls short of each reference vector, in their order.
fn shortfalls<A: AsRef<[f64]>, Z: AsRef<[f64]>>(
    costs: &[A],
    reference: &[Z],
    shortfall: impl Fn(&[f64], &[f64]) -> f64,
) -> Result<impl Iterator<Item = f64>, IndicatorError> {
    let length = reference.first().ok_or(IndicatorError::NoReference)?.as_ref().len();
    check(reference, length)?;
    check(costs, length)?;
    Ok(reference.iter().map(move |z| {
        let shortfalls = costs.iter().map(|a| shortfall(a.as_ref(), z.as_ref()));
        shortfalls.fold(f64::INFINITY, f64::min)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_infinitely_far_from_a_front() {
        let nothing: [[f64; 2]; 0] = [];
        assert_eq!(igd_plus(&nothing, &[[1.0, 1.0]]), Ok(f64::INFINITY));
        assert_eq!(additive_epsilon(&nothing, &[[1.0, 1.0]]), Ok(f64::INFINITY));
    }

    #[test]
    fn a_reference_set_is_needed() {
        let nothing: [[f64; 2]; 0] = [];
        assert_eq!(igd_plus(&[[1.0, 1.0]], &nothing), Err(IndicatorError::NoReference));
    }

    #[test]
    fn the_vector_that_does_not_fit_is_named() {
        let error = igd_plus(&[vec![1.0, 2.0], vec![1.0]], &[[1.0, 1.0]]).unwrap_err();
        assert_eq!(error.to_string(), "cost vector 1 has 1 costs, but the reference has 2");
        let error = additive_epsilon(&[[1.0, f64::NAN]], &[[1.0, 1.0]]).unwrap_err();
        assert_eq!(error.to_string(), "a cost of vector 0 is NaN, but must be finite");
    }
}
