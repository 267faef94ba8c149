//! Cepstral coefficients and their derivatives in integers.

use super::arithmetic::{fixed, fraction_bits, shifted};
use crate::device::AudioTables;

/// The cosine transform that turns levels into coefficients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedCepstrum {
    /// Number of bands.
    pub bands: usize,
    /// Basis of the transform, `[coefficients, bands]`, as integers of at most 13 bits and a sign.
    pub cosines: Vec<i16>,
    /// Fraction bits that a sum has beyond those of a coefficient.
    pub shift: u32,
    /// Fraction bits of a coefficient: 16, or fewer if it could then have more than 27 bits in all.
    pub bits: i32,
}

/// Fraction bits of levels in the transform.
const LEVEL_BITS: i32 = 10;

/// Largest distance of two levels, in powers of two.
const LARGEST_LEVEL: f64 = 255.0;

impl FixedCepstrum {
    pub(super) fn new(tables: &AudioTables) -> Option<Self> {
        let bands = tables.bands.len();
        let largest = tables.dct.iter().fold(0.0_f64, |most, it| most.max(f64::from(it.abs())));
        // A level of 18 bits and a sign times 13 bits stays below 2³¹.
        let cosine_bits = fraction_bits(largest, 13);
        let fixed = |cosine: &f32| fixed(f64::from(*cosine), cosine_bits, 8191.0) as i16;
        let row = |row: &[f32]| row.iter().map(|it| f64::from(it.abs())).sum::<f64>();
        let gain = tables.dct.chunks_exact(bands.max(1)).map(row).fold(0.0, f64::max);
        // Later steps at most double a coefficient and multiply it by four.
        let bits = fraction_bits(LARGEST_LEVEL * gain, 27).min(16);
        (!tables.dct.is_empty()).then(|| Self {
            bands,
            cosines: tables.dct.iter().map(fixed).collect(),
            shift: (LEVEL_BITS + cosine_bits - bits).cast_unsigned(),
            bits,
        })
    }

    /// Returns the coefficients of levels, in rows of some columns.
    pub(super) fn of(&self, levels: &[i32], columns: usize) -> Vec<i32> {
        let rows = self.cosines.len() / self.bands.max(1);
        let mut coefficients = vec![0; rows * columns];
        for column in 0..columns {
            let levels: Vec<i32> = (0..self.bands)
                .map(|band| shifted(levels[band * columns + column], LEVEL_BITS - 16))
                .collect();
            for (row, cosines) in self.cosines.chunks_exact(self.bands).enumerate() {
                let products = cosines
                    .iter()
                    .zip(&levels)
                    .map(|(cosine, level)| i64::from(i32::from(*cosine) * level));
                let sum: i64 = products.sum();
                let rounded = (sum + (1 << (self.shift - 1))) >> self.shift;
                coefficients[row * columns + column] = rounded as i32;
            }
        }
        coefficients
    }
}

/// The weights of a derivative over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedDerivative {
    /// Weights of the neighbours of a frame. Their magnitudes sum to less than 2¹⁵, and they sum to
    /// 0, so that a constant has no derivative.
    pub weights: Vec<i16>,
    /// Fraction bits of the weights.
    pub bits: u32,
}

impl FixedDerivative {
    pub(super) fn new(exact: &[f32]) -> Self {
        let sum: f64 = exact.iter().map(|weight| f64::from(weight.abs())).sum();
        // A bit is left for the weights' rounding.
        let bits = fraction_bits(sum, 15).min(30);
        let mut weights: Vec<i16> =
            exact.iter().map(|weight| fixed(f64::from(*weight), bits, 32_767.0) as i16).collect();
        let rest: i16 = weights.iter().sum();
        if let Some(middle) = weights.get_mut(exact.len() / 2) {
            *middle -= rest;
        }
        Self { weights, bits: bits.cast_unsigned() }
    }

    /// Returns the derivative of rows of frames of some channels.
    pub(super) fn of(&self, rows: &[i32], frames: usize, channels: usize) -> Vec<i32> {
        let (reach, columns) = (self.weights.len() / 2, frames * channels);
        let derivative = |index: usize| {
            let (row, column) = (index / columns * columns, index % columns);
            let (mut high, mut low) = (0, 0);
            for (near, weight) in self.weights.iter().enumerate() {
                let other = (column / channels + near).saturating_sub(reach).min(frames - 1);
                let value = rows[row + other * channels + column % channels];
                // The value has 28 bits and a sign, so that both sums stay below 2³¹.
                high += (value >> 15) * i32::from(*weight);
                low += (value & 0x7FFF) * i32::from(*weight);
            }
            let sum = i64::from(high) * 0x8000 + i64::from(low);
            ((sum + (1 << (self.bits - 1))) >> self.bits) as i32
        };
        (0..rows.len()).map(derivative).collect()
    }
}
