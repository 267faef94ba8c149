//! Lengths for which FFTs are fast.

/// Returns the smallest number of at least `least` without a prime factor above 11, for which FFTs
/// are fast.
pub(super) fn smooth(least: usize) -> usize {
    let is_smooth = |&number: &usize| {
        let strip = |mut number: usize, prime| {
            while number.is_multiple_of(prime) {
                number /= prime;
            }
            number
        };
        [2, 3, 5, 7, 11].into_iter().fold(number, strip) == 1
    };
    let least = least.max(1);
    (least..).find(is_smooth).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smooth_numbers_have_small_factors() {
        assert_eq!([0, 1, 7, 13, 31, 97, 1025].map(smooth), [1, 1, 7, 14, 32, 98, 1029]);
    }
}
