//! Normalisation of feature rows over time in integers.

use danas_space::ClipNormalisation;

use super::arithmetic::{bits_of, fixed, quotient, root, shifted};

/// Fraction bits of rows that are divided by their deviation.
pub(super) const DEVIATION_BITS: i32 = 14;

/// Largest factor of distances from a mean.
const LARGEST_FACTOR: f64 = (1 << 30) as f64;

/// How rows are normalised over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FixedNormalisation {
    /// Not at all, or not row by row.
    None,
    /// By their mean.
    Mean,
    /// By their mean and deviation.
    MeanVariance {
        /// Least deviation, in 16ths of a unit of the row.
        least: u32,
        /// What a distance from the mean is multiplied by if the deviation is below the least one.
        factor: i32,
    },
    /// By a mean that follows the row.
    RunningMean {
        /// Fraction of each distance by which the mean moves, with 31 fraction bits.
        smoothing: i32,
    },
}

impl FixedNormalisation {
    /// Plans the normalisation of rows whose unit is known.
    pub(super) fn new(normalisation: ClipNormalisation, smoothing: Option<f64>, unit: f64) -> Self {
        let largest = f64::from(i32::MAX);
        match normalisation {
            ClipNormalisation::Mean => Self::Mean,
            ClipNormalisation::MeanVariance => {
                let least = f64::from(ClipNormalisation::LEAST_DEVIATION) / unit;
                Self::MeanVariance {
                    least: fixed(least, 4, largest) as u32,
                    factor: fixed(1.0 / least, DEVIATION_BITS, LARGEST_FACTOR) as i32,
                }
            }
            ClipNormalisation::RunningMean => {
                Self::RunningMean { smoothing: fixed(smoothing.unwrap_or(1.0), 31, largest) as i32 }
            }
            ClipNormalisation::None | ClipNormalisation::Level | ClipNormalisation::Pcen => {
                Self::None
            }
        }
    }

    /// Normalises one row, whose values have at most 27 bits and a sign.
    pub(super) fn apply(self, row: &mut [i32]) {
        match self {
            Self::None => {}
            Self::Mean => subtract_mean(row),
            Self::MeanVariance { least, factor } => standardise(row, least, factor),
            Self::RunningMean { smoothing } => subtract_running_mean(row, smoothing),
        }
    }
}

/// Subtracts the mean of a row. The sum of its distances from the first value has 64 bits.
fn subtract_mean(row: &mut [i32]) {
    let first = row.first().copied().unwrap_or_default();
    let sum: i64 = row.iter().map(|value| i64::from(value - first)).sum();
    let mean = first + quotient(sum, row.len() as u32) as i32;
    row.iter_mut().for_each(|value| *value -= mean);
}

/// Subtracts the mean of a row, and divides by its deviation.
///
/// Distances from the mean are shifted so that the largest has 15 bits. In a row of `n` values, none
/// of them is farther from the mean than √n deviations, and a clip has fewer than 2²⁸ values: a
/// result has at most 28 bits.
fn standardise(row: &mut [i32], least: u32, factor: i32) {
    subtract_mean(row);
    let bits = bits_of(row.iter().fold(0, |mask, value| mask | value.unsigned_abs()));
    let rise = 15 - bits;
    let distance = |value: i32| shifted(value, rise).min(0x7FFF);
    let squares = |value: &i32| distance(*value).unsigned_abs().pow(2);
    let sum: u64 = row.iter().map(|value| u64::from(squares(value))).sum();
    let variance = (sum / row.len().max(1) as u64) as u32;
    if variance == 0 {
        return; // All values are 0.
    }
    // The deviation is root / 2^(doublings + rise).
    let (root, doublings) = root(variance);
    let halvings = doublings.cast_signed() + rise - 4;
    let is_least = halvings > 0 && (root >> halvings.min(31)) < least;
    if is_least {
        // No distance is above √n times the least deviation.
        row.iter_mut().for_each(|value| *value *= factor);
        return;
    }
    let inverse = ((1_u32 << 30) / root).cast_signed();
    let shift = 30 - DEVIATION_BITS - doublings.cast_signed();
    for value in row {
        // 15 bits each.
        *value = shifted(distance(*value) * inverse, -shift);
    }
}

/// Subtracts a mean that follows a row. It has 24 fraction bits more than the row: 53 bits in all.
fn subtract_running_mean(row: &mut [i32], smoothing: i32) {
    let mut mean = i64::from(row.first().copied().unwrap_or_default()) << 24;
    let rounded = |mean: i64| ((mean + (1 << 23)) >> 24) as i32;
    for value in row {
        let distance = *value - rounded(mean);
        mean += (i64::from(distance) * i64::from(smoothing)) >> 7;
        *value -= rounded(mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Vec<i32> {
        (0..50).map(|n| 3_000_000 + ((f64::from(n) * 0.7).sin() * 90_000.0) as i32).collect()
    }

    #[test]
    fn rows_have_no_mean_and_a_deviation_of_one() {
        for scale in [1, 30, 3000] {
            let mut row: Vec<i32> = row().into_iter().map(|value| value / scale).collect();
            let unit = 1.0 / 65_536.0;
            let exact: Vec<f64> = row.iter().map(|&value| f64::from(value)).collect();
            let mean = exact.iter().sum::<f64>() / 50.0;
            let squares = exact.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
            let deviation = (squares / 50.0).sqrt().max(65.536);
            FixedNormalisation::new(ClipNormalisation::MeanVariance, None, unit).apply(&mut row);
            for (found, exact) in row.iter().zip(&exact) {
                let exact = (exact - mean) / deviation;
                // The mean is rounded to an integer, and factors to 15 bits.
                let tolerance = 0.5 / deviation + 3e-4;
                let found = f64::from(*found) / 16_384.0;
                assert!((found - exact).abs() < tolerance, "{scale}: {found}, not {exact}");
            }
        }
    }

    #[test]
    fn a_constant_row_becomes_zero() {
        for normalisation in [
            ClipNormalisation::Mean,
            ClipNormalisation::MeanVariance,
            ClipNormalisation::RunningMean,
        ] {
            let mut row = vec![-1_234_567; 9];
            FixedNormalisation::new(normalisation, Some(0.1), 1e-5).apply(&mut row);
            assert_eq!(row, [0; 9]);
        }
    }

    #[test]
    fn a_running_mean_follows_a_row() {
        let mut found = row();
        FixedNormalisation::new(ClipNormalisation::RunningMean, Some(0.01), 1.0).apply(&mut found);
        let mut mean = f64::from(row()[0]);
        for (found, value) in found.iter().zip(row()) {
            mean += 0.01 * (f64::from(value) - mean);
            assert!((f64::from(*found) - (f64::from(value) - mean)).abs() < 2.0);
        }
    }
}
