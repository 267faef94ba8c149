//! Per-channel energy normalisation in integers.

use danas_space::ClipNormalisation;

use super::arithmetic::{exp2, fixed, fraction_bits, log2, powers};

/// Fraction bits of values.
pub(super) const VALUE_BITS: i32 = 16;

/// Per-channel energy normalisation of the logarithms of energies: products and roots are sums and
/// halves of logarithms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedPcen {
    /// Fraction of each distance by which the smoothed energy moves: 16 bits.
    pub smoothing: u32,
    /// Fraction bits of `smoothing`, from 16 on.
    pub smoothing_bits: u32,
    /// Fraction bits of energies: 16, or fewer if they could then have more than 62 bits in all.
    pub bits: i32,
    /// The smoothed energy before the first frame.
    pub first: u64,
    /// Exponent of the smoothed energy, with 15 fraction bits.
    pub gain: i32,
    /// What is added before the root.
    pub bias: u32,
    /// The root of that, which is subtracted from the root of the sum.
    pub root: i32,
    /// Table of powers: 2^(i / 64) − 1 in 65536ths.
    pub powers: Vec<u16>,
}

impl FixedPcen {
    /// Largest ratio of an energy and the smoothed energy, with 16 fraction bits: values stay below 255,
    /// as levels do. No ratio is larger unless hops are shorter than 5 µs.
    pub const LARGEST_RATIO: u64 = 1 << 32;

    /// Plans the normalisation of energies up to a largest one.
    pub(super) fn new(smoothing: f64, largest: f64) -> Self {
        let smoothing_bits = fraction_bits(smoothing, 16).clamp(16, 60);
        let bits = fraction_bits(largest, 61).min(16);
        let powers = powers();
        let bias =
            fixed(ClipNormalisation::PCEN_BIAS.into(), VALUE_BITS, f64::from(i32::MAX)) as u32;
        let half = (ClipNormalisation::PCEN_BIAS.log2() / 2.0 * 65_536.0).round() as i32;
        Self {
            smoothing: fixed(smoothing, smoothing_bits, 65_535.0) as u32,
            smoothing_bits: smoothing_bits.cast_unsigned(),
            bits,
            first: exp2(0, bits, &powers),
            gain: fixed(ClipNormalisation::PCEN_GAIN.into(), 15, 32_767.0) as i32,
            bias,
            root: exp2(half, VALUE_BITS, &powers) as i32,
            powers,
        }
    }

    /// Replaces the logarithms of a row by normalised values.
    pub(super) fn apply(&self, row: &mut [i32], logarithms: &[u16]) {
        let mut smoothed = self.first;
        for value in row {
            let energy = exp2(*value, self.bits, &self.powers);
            // Energies have at most 62 bits, so that their distance has a sign, too.
            let distance = energy.cast_signed() - smoothed.cast_signed();
            let factor = i64::from(self.smoothing);
            let moved = (distance >> 16) * factor + (((distance & 0xFFFF) * factor) >> 16);
            smoothed = smoothed.wrapping_add_signed(moved >> (self.smoothing_bits - 16));
            let level = log2(smoothed, logarithms) - self.bits * 0x1_0000;
            let damping = super::arithmetic::scaled(level, self.gain);
            let ratio = exp2(*value - damping, VALUE_BITS, &self.powers).min(Self::LARGEST_RATIO);
            let sum = log2(ratio + u64::from(self.bias), logarithms) - VALUE_BITS * 0x1_0000;
            *value = exp2(sum / 2, VALUE_BITS, &self.powers) as i32 - self.root;
        }
    }
}
