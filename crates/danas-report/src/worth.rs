//! Quantities on one scale, so that hypervolumes can be compared from run to run.

use danas::{
    Quantity,
    evo::{IndicatorError, ReferencePoint},
};

/// How bad a value is: 0 as good as the scale goes, 1 no good at all, beyond it worse.
///
/// What training decides, a share, is subtracted from 1. Costs count by their logarithm: bytes from 1 kB
/// to 100 MB, multiply-accumulates from a thousand to a thousand million, seconds from 10 µs to 10 s,
/// joules from 1 µJ to 1 J. What costs less is not worth more.
pub(crate) fn badness(quantity: Quantity, value: f64) -> f64 {
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

/// The hypervolume of candidates by what they are worth, a point each; 1 is as good as there can be.
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
            assert!(badness(quantity, best).abs() < 1e-12, "{quantity}");
            assert!((badness(quantity, worst) - 1.0).abs() < 1e-12, "{quantity}");
        }
    }

    #[test]
    fn nothing_is_worth_more_than_the_best_of_the_scale() {
        for bytes in [0.0, 1.0, 375.0] {
            assert_eq!(badness(Quantity::InputBuffer, bytes), 0.0);
        }
        assert_eq!(hypervolume(2, &[[0.0, 0.0]]), Ok(1.0));
    }
}
