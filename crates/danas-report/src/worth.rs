//! Quantities on one scale, so that hypervolumes can be compared from run to run.

use danas::Quantity;

/// How bad a value is: 0 as good as it gets, 1 no good at all; below 0 and beyond 1 outside of the scale.
///
/// What training decides, a share, is subtracted from 1. Costs count by their logarithm: bytes from 1 kB
/// to 100 MB, multiply-accumulates from a thousand to a thousand million, seconds from 10 µs to 10 s,
/// joules from 1 µJ to 1 J.
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
    // What costs nothing is as good as a unit of it: the logarithm stays finite.
    (value.max(f64::MIN_POSITIVE) / least).log10() / decades
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
        assert!(badness(Quantity::ModelSize, 0.0).is_finite());
    }
}
