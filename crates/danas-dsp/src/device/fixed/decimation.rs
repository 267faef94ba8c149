//! Lower sample rates in integers.

use super::arithmetic::fraction_bits;
use crate::device::Decimation;

/// A [`Decimation`] in integers. Samples have 15 fraction bits, those at the lower rate have
/// [`bits`](Self::bits).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedDecimation {
    /// Ratio of the rates in lowest terms: `from` samples become `to` samples.
    pub from: usize,
    /// See [`from`](Self::from).
    pub to: usize,
    /// The right half of the filter, from its middle on, as integers of at most 15 bits and a sign.
    pub taps: Vec<i16>,
    /// Number of samples at the lower rate that the sum gives. Zeros follow.
    pub computed: usize,
    /// Fraction bits that the sum has beyond those of the result.
    pub shift: u32,
    /// Fraction bits of a sample at the lower rate: 23, or fewer if it could then have more than 29
    /// bits in all.
    pub bits: i32,
}

impl FixedDecimation {
    pub(super) fn new(exact: &Decimation) -> Self {
        let Decimation { from, to, taps, computed } = exact;
        let largest = taps.iter().fold(0.0_f64, |largest, tap| largest.max(f64::from(tap.abs())));
        // Pairs of samples have 16 bits and a sign: their product with a tap still fits 32 bits.
        let tap_bits = fraction_bits(largest, 15);
        let fixed =
            |tap: &f32| super::arithmetic::fixed(f64::from(*tap), tap_bits, 32_767.0) as i16;
        let taps_of = |phase: usize| {
            // The filter reaches to both sides of its middle.
            let right = taps.iter().skip(phase).step_by(*to);
            let left = taps.iter().skip(to - phase).step_by(*to);
            right.chain(left).map(|tap| f64::from(tap.abs())).sum::<f64>()
        };
        let gain = (0..*to).map(taps_of).fold(1.0, f64::max);
        let bits = fraction_bits(gain, 29).min(23).min(tap_bits + 14);
        Self {
            from: *from,
            to: *to,
            taps: taps.iter().map(fixed).collect(),
            computed: *computed,
            shift: (15 + tap_bits - bits).cast_unsigned(),
            bits,
        }
    }

    /// Returns the samples at the lower rate.
    pub(super) fn lowered(&self, clip: &[i16]) -> Vec<i32> {
        (0..self.computed).map(|index| self.at(clip, index)).collect()
    }

    /// Returns a sample at the lower rate. The sum has 64 bits: as many products of 31 bits as there
    /// are samples in an hour fit into it.
    fn at(&self, clip: &[i16], index: usize) -> i32 {
        let (centre, reach) = (index * self.from, self.taps.len() - 1);
        let first = centre.saturating_sub(reach).div_ceil(self.to);
        let end = ((centre + reach) / self.to + 1).min(clip.len());
        let sum: i64 = (first..end)
            .map(|n| {
                let tap = self.taps[centre.abs_diff(n * self.to)];
                i64::from(tap) * i64::from(clip[n])
            })
            .sum();
        ((sum + (1 << (self.shift - 1))) >> self.shift) as i32
    }
}
