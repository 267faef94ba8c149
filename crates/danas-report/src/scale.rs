//! A common scale for quantities, so that the hypervolumes of different runs can be compared.

use danas::{
    Quantity,
    evo::{IndicatorError, ReferencePoint},
};

/// Returns how bad a value is: 0 for the best value of the scale, 1 for a worthless one, and more
/// than 1 beyond the scale.
///
/// Quantities that training decides are shares, and are subtracted from 1. Costs count by their
/// logarithm: bytes from 1 kB to 100 MB, multiply-accumulates from a thousand to a thousand
/// million, seconds from 10 µs to 10 s, joules from 1 µJ to 1 J. Costs below these ranges count as
/// 0.
pub(crate) fn normalised_cost(quantity: Quantity, value: f64) -> f64 {
    if !quantity.is_cost() {
        return 1.0 - value;
    }
    let (least, decades) = match quantity.unit() {
        Some("s") => (1e-5, 6.0),
        Some("J") => (1e-6, 6.0),
        Some(_) => (1e3, 5.0),
        None => (1e3, 6.0),
    };
    (value.max(least) / least).log10() / decades
}

/// Returns the hypervolume of candidates, from the [`normalised_cost`] of each in all objectives; 1 is the
/// best possible.
pub(crate) fn hypervolume(
    objectives: usize,
    points: &[impl AsRef<[f64]>],
) -> Result<f64, IndicatorError> {
    danas::evo::hypervolume(points, &ReferencePoint::new(vec![1.0; objectives])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_scales_are_0_and_1() {
        for (quantity, best, worst) in [
            (Quantity::Accuracy, 1.0, 0.0),
            (Quantity::ModelSize, 1e3, 1e8),
            (Quantity::Macs, 1e3, 1e9),
            (Quantity::Latency, 1e-5, 10.0),
            (Quantity::Energy, 1e-6, 1.0),
        ] {
            assert!(normalised_cost(quantity, best).abs() < 1e-12, "{quantity}");
            assert!((normalised_cost(quantity, worst) - 1.0).abs() < 1e-12, "{quantity}");
        }
    }

    #[test]
    fn nothing_is_worth_more_than_the_best_of_the_scale() {
        for bytes in [0.0, 1.0, 375.0] {
            assert_eq!(normalised_cost(Quantity::InputBuffer, bytes), 0.0);
        }
        assert_eq!(hypervolume(2, &[[0.0, 0.0]]), Ok(1.0));
    }
}
