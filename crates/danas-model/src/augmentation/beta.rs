//! Draws from a symmetric beta distribution.

use rand_chacha::rand_core::Rng;

use crate::random::unit;

/// Largest parameter. For larger ones, hardly any draw would be accepted.
pub(super) const LARGEST: f64 = 4.0;

/// Draws from Beta(α, α) by rejection (M. D. Jöhnk, 1964, <https://doi.org/10.1007/BF02613706>).
///
/// Two uniform numbers are raised to the power `1 / α`, and drawn again until the sum of the powers
/// is at most 1. The result is the first power's share of the sum. The computation uses logarithms,
/// because such powers soon become too small for a floating-point number.
///
/// The share of accepted draws is `Γ(α + 1)² / Γ(2α + 1)`: nearly all for an α close to 0, one in
/// two for 1, and one in seventy for 4.
pub(super) fn beta(alpha: f64, rng: &mut impl Rng) -> f64 {
    loop {
        // The numbers lie in (0, 1), so no logarithm is infinite.
        let mut power = || libm::log(f64::from(unit(rng)) + 0.5 / f64::from(1 << 24)) / alpha;
        let (first, second) = (power(), power());
        let largest = first.max(second);
        let sum = libm::exp(first - largest) + libm::exp(second - largest);
        if largest + libm::log(sum) <= 0.0 {
            return libm::exp(first - largest) / sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::*;

    #[test]
    fn draws_have_the_distributions_moments() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for alpha in [1e-3, 0.2, 1.0, 2.5, LARGEST] {
            let draws: Vec<f64> = (0..20_000).map(|_| beta(alpha, &mut rng)).collect();
            assert!(draws.iter().all(|draw| (0.0..=1.0).contains(draw)));
            let moment =
                |order| draws.iter().map(|draw| (draw - 0.5).powi(order)).sum::<f64>() / 20_000.0;
            // Variance 1 / (4·(2α + 1)), excess kurtosis −6 / (2α + 3).
            let variance = 1.0 / (4.0 * (2.0 * alpha + 1.0));
            let fourth = variance * variance * (3.0 - 6.0 / (2.0 * alpha + 3.0));
            let error = |spread: f64| 5.0 * (spread / 20_000.0).sqrt() + 1e-3;
            assert!(moment(1).abs() < error(variance), "{alpha}: {}", moment(1));
            assert!((moment(2) - variance).abs() < error(fourth), "{alpha}: {}", moment(2));
            assert!((moment(4) - fourth).abs() < error(fourth / 16.0), "{alpha}: {}", moment(4));
        }
    }

    #[test]
    fn beta_of_one_is_uniform() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut tenths = [0; 10];
        for _ in 0..20_000 {
            tenths[((beta(1.0, &mut rng) * 10.0) as usize).min(9)] += 1;
        }
        // Expected 2000 each, with a standard deviation of 42.
        assert!(tenths.iter().all(|&count: &i32| (count - 2000).abs() < 220), "{tenths:?}");
    }
}
