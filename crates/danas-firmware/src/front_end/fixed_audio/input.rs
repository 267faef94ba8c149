//! How features in integers become the input of a network.

use danas_size::Affine;

use super::super::writer::Writer;
use crate::error::FirmwareError;

/// Standardisation and quantisation of features in integers, as one multiplication:
/// `(feature − mean) · factor / 2^(32 + shift)`, rounded, plus the zero point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FixedInput {
    /// For each row and channel, or a single one for all.
    rows: Vec<Row>,
    zero_point: i8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    mean: i32,
    /// 31 bits, or fewer for a factor below 2⁻³¹.
    factor: i32,
    /// From 1 to 30.
    shift: u8,
}

/// Largest mean: a feature has at most 30 bits, so that the difference has 32 and its product 62.
const LARGEST_MEAN: f64 = (1 << 30) as f64;

/// Smallest number of quanta that one unit of a feature must not reach: a quarter, for which `shift`
/// is 1.
const COARSEST: f64 = 0.25;

impl FixedInput {
    /// Plans the input of features whose unit is known.
    pub(super) fn new(
        unit: f64,
        standardisation: Option<[&[f32]; 2]>,
        quantisation: Affine,
    ) -> Result<Self, FirmwareError> {
        let row = |(row, (&mean, &deviation)): (usize, (&f32, &f32))| {
            let quanta = unit / (f64::from(deviation) * f64::from(quantisation.scale));
            if !(quanta > 0.0 && quanta < COARSEST) {
                return Err(FirmwareError::Deviation { row, deviation });
            }
            // The factor is from 2³⁰ to 2³¹, unless the shift would be too large.
            let shift = (-2.0 - quanta.log2().floor()).clamp(1.0, 30.0);
            let factor = (quanta * (32.0 + shift).exp2()).round().min(f64::from(i32::MAX));
            let mean = (f64::from(mean) / unit).round().clamp(-LARGEST_MEAN, LARGEST_MEAN);
            Ok(Row { mean: mean as i32, factor: factor as i32, shift: shift as u8 })
        };
        let [means, deviations] = standardisation.unwrap_or([&[0.0], &[1.0]]);
        let rows = means.iter().zip(deviations).enumerate().map(row).collect::<Result<_, _>>()?;
        Ok(Self { rows, zero_point: quantisation.zero_point })
    }

    /// Returns the input for a feature of a row and channel.
    pub(super) fn of(&self, feature: i32, row: usize) -> i8 {
        let index = if self.rows.len() == 1 { 0 } else { row };
        let Some(&Row { mean, factor, shift }) = self.rows.get(index) else { return 0 };
        let high = ((i64::from(feature - mean) * i64::from(factor)) >> 32) as i32;
        let rounded = (high + (1 << (shift - 1))) >> shift;
        (rounded + i32::from(self.zero_point)).clamp(-128, 127) as i8
    }

    /// Writes the function `input_of`, which makes the input of a feature and the index of its row and
    /// channel.
    pub(super) fn write(&self, code: &mut Writer) {
        let column = |of: fn(&Row) -> i64| self.rows.iter().map(of).collect::<Vec<i64>>();
        code.integers("int32_t", 4, "input_mean", &column(|row| row.mean.into()));
        code.integers("int32_t", 4, "input_factor", &column(|row| row.factor.into()));
        code.integers("uint8_t", 1, "input_shift", &column(|row| row.shift.into()));
        code.text += &format!("#define INPUT_ZERO_POINT ({})\n", self.zero_point);
        code.define("INPUT_ROWS", self.rows.len());
        code.source(include_str!("../../../c/fixed/input.c"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_those_of_floats() {
        let unit = 3.0 / 65_536.0;
        let quantisation = Affine { scale: 0.037, zero_point: 11 };
        let (means, deviations) = ([-37.5_f32, 2.0, 0.0], [14.0_f32, 0.3, 70.0]);
        let input = FixedInput::new(unit, Some([&means, &deviations]), quantisation).unwrap();
        for row in 0..3 {
            for feature in (-3_000_000..3_000_000).step_by(777) {
                let exact = (f64::from(feature) * unit - f64::from(means[row]))
                    / (f64::from(deviations[row]) * f64::from(quantisation.scale));
                let found = f64::from(input.of(feature, row));
                assert!(
                    (found - (exact + 11.0).clamp(-128.0, 127.0)).abs() < 0.501,
                    "{row} {feature}"
                );
            }
        }
    }

    #[test]
    fn extreme_features_saturate_and_fine_ones_are_refused() {
        let quantisation = Affine { scale: 1e-3, zero_point: 0 };
        let input = FixedInput::new(1e-4, None, quantisation).unwrap();
        assert_eq!([i32::MIN / 2, 0, i32::MAX / 2].map(|it| input.of(it, 5)), [-128, 0, 127]);
        for deviation in [1e-3_f32, 0.0, f32::NAN] {
            let refused = FixedInput::new(1e-4, Some([&[0.0], &[deviation]]), quantisation);
            assert!(matches!(refused, Err(FirmwareError::Deviation { row: 0, .. })));
        }
    }
}
