//! Levels of bins and bands: logarithms of power.

use std::f64::consts::LOG2_10;

use danas_space::ClipNormalisation;

use super::arithmetic::{LOG_BITS, fixed, log2, root};
use crate::device::{AudioTables, MelTable};

/// Power that becomes logarithms to base 2, in 65536ths.
///
/// A level lies between −127 and 127, so that it has 24 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedLevels {
    /// The mel bands; empty for spectrograms.
    pub bands: Vec<FixedBand>,
    /// Logarithm of the unit of power, whose own unit is that of full scale.
    pub offset: i32,
    /// Whether levels are of magnitudes instead of power.
    pub of_magnitudes: bool,
    /// Lowest level.
    pub floor: i32,
    /// How far levels may lie below the loudest one.
    pub range: i32,
    /// Table of logarithms: log₂(1 + i / 64) in 65536ths.
    pub logarithms: Vec<u16>,
}

/// The weights of one mel band as integers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedBand {
    /// Frequency bin of the first weight.
    pub first: usize,
    /// Weights of consecutive bins, of which the largest has 16 bits.
    pub weights: Vec<u16>,
    /// Logarithm of the unit of the band's energy, in units of power.
    pub bits: i32,
}

/// Largest logarithm of a limit: far more than two levels can differ.
const LARGEST: f64 = (1 << 29) as f64;

/// Level of nothing where no floor is defined: 2 to its power is 0.
const NOTHING: i32 = -(1 << 30);

impl FixedLevels {
    /// Plans the levels of frames whose values have some fraction bits.
    pub(super) fn new(tables: &AudioTables, bits: i32) -> Self {
        let front_end = tables.granularity.front_end;
        // Fraction bits count twice in power.
        let of_decibels =
            |decibels: f64| fixed(decibels / 10.0 * LOG2_10, LOG_BITS as i32, LARGEST) as i32;
        let of_magnitudes = tables.granularity.normalisation == ClipNormalisation::Pcen;
        // Roots have 16 fraction bits, and PCEN multiplies them by 2³¹.
        let scale = ClipNormalisation::PCEN_SCALE.log2() as i32;
        let offset = match of_magnitudes {
            true if tables.bands.is_empty() => scale - bits,
            true => scale - bits - 16,
            false => -2 * bits,
        };
        Self {
            bands: tables.bands.iter().map(FixedBand::new).collect(),
            offset,
            of_magnitudes,
            floor: if of_magnitudes { NOTHING } else { of_decibels(front_end.floor().into()) },
            range: of_decibels(front_end.dynamic_range().into()),
            logarithms: super::arithmetic::logarithms(),
        }
    }

    /// Returns the levels of a frame from the power of its bins and the logarithm of its unit.
    pub(super) fn of(&self, power: &[u32], exponent: i32) -> Vec<i32> {
        if self.bands.is_empty() {
            return power.iter().map(|&power| self.level(power.into(), exponent, 0)).collect();
        }
        let values: Vec<u32> = match self.of_magnitudes {
            true => power.iter().map(|&power| magnitude(power)).collect(),
            false => power.to_vec(),
        };
        let level = |band: &FixedBand| {
            if band.weights.is_empty() {
                return self.floor;
            }
            let pairs = values[band.first..].iter().zip(&band.weights);
            // Each term has 32 bits, and there are at most 2¹⁵ + 1 bins.
            let energy = pairs.map(|(value, weight)| u64::from(weighted(*value, *weight))).sum();
            self.level(energy, exponent, band.bits)
        };
        self.bands.iter().map(level).collect()
    }

    /// Returns the level of an energy, of which the logarithm of the unit is known. Less than one unit
    /// counts as one, so that a weak band of a loud frame does not fall to the floor.
    fn level(&self, energy: u64, exponent: i32, bits: i32) -> i32 {
        let logarithm = log2(energy, &self.logarithms);
        // The unit of a magnitude is the root of that of power. Bins are squares of magnitudes; bands
        // sum magnitudes themselves.
        let (logarithm, halves) = match (self.of_magnitudes, self.bands.is_empty()) {
            (true, true) => (logarithm / 2, exponent),
            (true, false) => (logarithm, exponent),
            (false, _) => (logarithm, 2 * exponent),
        };
        self.floor.max(logarithm + halves * 0x8000 + (bits + self.offset) * 0x1_0000)
    }

    /// Limits the levels of a clip, in rows of some columns, from below.
    pub(super) fn limit(
        &self,
        normalisation: ClipNormalisation,
        levels: &mut [i32],
        columns: usize,
        channels: usize,
    ) {
        use ClipNormalisation::{Level, Mean, MeanVariance, None, Pcen, RunningMean};
        let loudest = levels.iter().copied().max().unwrap_or_default();
        match normalisation {
            None | Mean | MeanVariance => {
                levels.iter_mut().for_each(|level| *level = (*level).max(loudest - self.range));
            }
            Level => {
                levels.iter_mut().for_each(|level| *level = (*level - loudest).max(-self.range));
            }
            RunningMean => {
                let rows = levels.len() / columns.max(1);
                let mut loudest = i32::MIN / 2;
                for frame in (0..columns).step_by(channels.max(1)) {
                    let places = || {
                        (0..rows).flat_map(move |row| {
                            (0..channels).map(move |channel| row * columns + frame + channel)
                        })
                    };
                    loudest = places().map(|place| levels[place]).fold(loudest, i32::max);
                    places().for_each(|it| levels[it] = levels[it].max(loudest - self.range));
                }
            }
            Pcen => {}
        }
    }
}

impl FixedBand {
    fn new(exact: &MelTable) -> Self {
        let largest = exact.weights.iter().copied().fold(0.0_f32, f32::max);
        let bits = super::arithmetic::fraction_bits(largest.into(), 16);
        let weight = |weight: &f32| fixed(f64::from(*weight), bits, 65_535.0) as u16;
        // A term is divided by 2¹⁶.
        Self {
            first: exact.first,
            weights: exact.weights.iter().map(weight).collect(),
            bits: 16 - bits,
        }
    }
}

/// Returns the product of a value and a weight, divided by 2¹⁶ and rounded.
const fn weighted(value: u32, weight: u16) -> u32 {
    let weight = weight as u32;
    // 65535 · 65535 + 32768 is less than 2³².
    (value >> 16) * weight + (((value & 0xFFFF) * weight + 0x8000) >> 16)
}

/// Returns the square root of a power, with 16 fraction bits.
fn magnitude(power: u32) -> u32 {
    if power == 0 {
        return 0;
    }
    let (root, doublings) = root(power);
    root << (16 - doublings)
}
