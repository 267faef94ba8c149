//! The Fourier transform of a frame in integers.

use std::f64::consts::TAU;

use super::arithmetic::{bits_of, shifted, square, turned};

/// The transform of real frames of one length in integers: complex, in place, decimation in time.
///
/// Nothing is rescaled between its stages. Each value in between is a sum of the frame's values, all
/// turned by some angle, so that its magnitude is at most the sum of theirs. The frame is therefore
/// shifted once, by as many bits as this bound leaves: it cannot overflow, and a quiet frame keeps
/// as many bits as a loud one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedFourier {
    /// Number of samples of a frame.
    pub length: usize,
    /// Number of complex points: pairs of neighbours of a frame of even length, or else samples.
    pub points: usize,
    /// Radices of the stages, in the order in which they run.
    pub radices: Vec<usize>,
    /// Cosine and minus the sine of each step of half a turn, of which there are `length` in a turn,
    /// in 32768ths. A whole turn for an odd length.
    pub circle: Vec<[i16; 2]>,
    /// Bits, beside the sign, of the largest value of a frame before the transform.
    pub input_bits: i32,
    /// Place of each point before the transform.
    places: Vec<usize>,
}

/// Bits, beside the sign, of the largest number that power is computed from.
const POWER_INPUT_BITS: i32 = 29;

/// The power of the bins of a frame.
pub(super) struct Power {
    /// The power of each bin, in units that depend on the frame.
    pub(super) bins: Vec<u32>,
    /// Logarithm to base 2 of that unit, in units of the squared values of the frame.
    pub(super) exponent: i32,
}

impl FixedFourier {
    /// Exponent of the power of a silent frame, which is below every floor.
    pub const SILENT: i32 = -2000;

    /// Plans the transform of a length, from 2 on.
    pub(super) fn new(length: usize) -> Self {
        let is_even = length.is_multiple_of(2);
        let points = if is_even { length / 2 } else { length };
        let radices = radices(points);
        let entry = |step: usize| {
            let angle = TAU * step as f64 / length as f64;
            // 1 is the only part of the circle that 16 bits cannot hold.
            [angle.cos(), -angle.sin()].map(|part| (part * 32_768.0).round().min(32_767.0) as i16)
        };
        let entries = if is_even { length / 2 } else { length };
        // Two parts below 2^n have a magnitude below √2 · 2^n.
        let double = 2 * (points as u64).pow(2);
        let growth = (64 - (double - 1).leading_zeros()).div_ceil(2);
        Self {
            length,
            points,
            circle: (0..entries).map(entry).collect(),
            input_bits: POWER_INPUT_BITS - growth.cast_signed(),
            places: places(points, &radices),
            radices,
        }
    }

    /// Returns the power of a frame of `length` values.
    pub(super) fn power(&self, frame: &[i32]) -> Power {
        let bits = bits_of(frame.iter().fold(0, |mask, value| mask | value.unsigned_abs()));
        if bits == 0 {
            return Power { bins: vec![0; self.length / 2 + 1], exponent: Self::SILENT };
        }
        let shift = self.input_bits - bits;
        let mut values = vec![[0; 2]; self.points];
        for (point, &place) in self.places.iter().enumerate() {
            values[place] = match self.length.is_multiple_of(2) {
                true => [frame[2 * point], frame[2 * point + 1]].map(|it| shifted(it, shift)),
                false => [shifted(frame[point], shift), 0],
            };
        }
        self.transform(&mut values);
        let spectrum = self.spectrum(&values);
        let mask = spectrum.iter().flatten().fold(0, |mask, value| mask | value.unsigned_abs());
        let rise = POWER_INPUT_BITS - bits_of(mask);
        // Below 2²⁹, two squares that are divided by 2²⁷ stay below 2³². A larger part is halved, and
        // then both parts cannot be that large: the magnitude of a bin is at most 2³⁰.
        let power = |[re, im]: &[i32; 2]| square(shifted(*re, rise)) + square(shifted(*im, rise));
        // An even spectrum is doubled, and a square is divided by 2²⁷.
        let doubled = if self.length.is_multiple_of(2) { 1 } else { 0 };
        Power {
            bins: spectrum.iter().map(power).collect(),
            exponent: 27 - 2 * (shift + rise + doubled),
        }
    }

    fn transform(&self, values: &mut [[i32; 2]]) {
        let mut length = 1;
        for &radix in &self.radices {
            match radix {
                4 => self.fours(values, length),
                _ => self.others(values, length, radix),
            }
            length *= radix;
        }
    }

    /// Joins transforms of `length` points, four by four.
    fn fours(&self, values: &mut [[i32; 2]], length: usize) {
        let step = self.length / (4 * length);
        for group in values.chunks_exact_mut(4 * length) {
            for point in 0..length {
                let [a, b, c, d] = std::array::from_fn(|part| {
                    self.turn(group[part * length + point], part * point * step)
                });
                let even = [a[0] + c[0], a[1] + c[1]];
                let odd = [a[0] - c[0], a[1] - c[1]];
                let sum = [b[0] + d[0], b[1] + d[1]];
                let difference = [b[0] - d[0], b[1] - d[1]];
                group[point] = [even[0] + sum[0], even[1] + sum[1]];
                group[length + point] = [odd[0] + difference[1], odd[1] - difference[0]];
                group[2 * length + point] = [even[0] - sum[0], even[1] - sum[1]];
                group[3 * length + point] = [odd[0] - difference[1], odd[1] + difference[0]];
            }
        }
    }

    /// Joins transforms of `length` points by the definition of the transform.
    fn others(&self, values: &mut [[i32; 2]], length: usize, radix: usize) {
        let step = self.length / (radix * length);
        let mut parts = vec![[0; 2]; radix];
        for group in values.chunks_exact_mut(radix * length) {
            for point in 0..length {
                for (part, to) in parts.iter_mut().enumerate() {
                    *to = self.turn(group[part * length + point], part * point * step);
                }
                for bin in 0..radix {
                    let mut sum = [0; 2];
                    for (part, &value) in parts.iter().enumerate() {
                        let turned = self.turn(value, part * bin % radix * (self.length / radix));
                        sum = [sum[0] + turned[0], sum[1] + turned[1]];
                    }
                    group[bin * length + point] = sum;
                }
            }
        }
    }

    /// Returns a number turned by some steps, of which there are `length` in a turn.
    fn turn(&self, value: [i32; 2], index: usize) -> [i32; 2] {
        let half = self.length / 2;
        if index == 0 {
            return value;
        }
        if !self.length.is_multiple_of(2) || index < half {
            return turned(value, self.circle[index].map(i32::from));
        }
        match index - half {
            0 => value.map(|part| -part),
            index => turned(value, self.circle[index].map(|part| -i32::from(part))),
        }
    }

    /// Returns the bins of a frame from its transform. Those of an even length are doubled.
    fn spectrum(&self, values: &[[i32; 2]]) -> Vec<[i32; 2]> {
        if !self.length.is_multiple_of(2) {
            return values[..=self.points / 2].to_vec();
        }
        let mut bins = vec![[0; 2]; self.points + 1];
        let [re, im] = values[0];
        bins[0] = [2 * (re + im), 0];
        bins[self.points] = [2 * (re - im), 0];
        for bin in 1..=self.points / 2 {
            let (a, b) = (values[bin], values[self.points - bin]);
            let even = [a[0] + b[0], a[1] - b[1]];
            let odd = self.turn([a[1] + b[1], b[0] - a[0]], bin);
            bins[bin] = [even[0] + odd[0], even[1] + odd[1]];
            // The sign of its second part is of no account for its power.
            bins[self.points - bin] = [even[0] - odd[0], even[1] - odd[1]];
        }
        bins
    }
}

/// Returns the radices of a transform: fours are the fastest, and a single two comes first, where it
/// needs no multiplications.
fn radices(points: usize) -> Vec<usize> {
    let (mut radices, mut rest) = (Vec::new(), points);
    while rest.is_multiple_of(4) {
        radices.push(4);
        rest /= 4;
    }
    if rest.is_multiple_of(2) {
        radices.insert(0, 2);
        rest /= 2;
    }
    let mut factor = 3;
    while rest > 1 {
        while rest.is_multiple_of(factor) {
            radices.push(factor);
            rest /= factor;
        }
        factor += 2;
    }
    radices
}

/// Returns the place of each point: its digits, whose bases are the radices, in reverse.
fn places(points: usize, radices: &[usize]) -> Vec<usize> {
    let place = |point: usize| {
        let (mut rest, mut place, mut weight) = (point, 0, points);
        for &radix in radices.iter().rev() {
            weight /= radix;
            place += rest % radix * weight;
            rest /= radix;
        }
        place
    };
    (0..points).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the power of a frame by the definition of the transform.
    fn exact(frame: &[i32]) -> Vec<f64> {
        let length = frame.len();
        let bin = |bin: usize| {
            let angle = |n: usize| -TAU * (bin * n % length) as f64 / length as f64;
            let sum = |part: fn(f64) -> f64| -> f64 {
                frame.iter().enumerate().map(|(n, &value)| f64::from(value) * part(angle(n))).sum()
            };
            sum(f64::cos).powi(2) + sum(f64::sin).powi(2)
        };
        (0..=length / 2).map(bin).collect()
    }

    #[test]
    fn power_is_that_of_the_definition() {
        let mut state = 7_u32;
        for length in [2, 3, 4, 5, 8, 17, 64, 96, 124, 128, 250, 256, 315, 480, 512, 961] {
            let fourier = FixedFourier::new(length);
            for loudness in [3, 1 << 12, 1 << 30] {
                let frame: Vec<i32> = (0..length)
                    .map(|n| {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        let tone = (n as f64 * 0.7).sin();
                        let noise = f64::from(state) / f64::from(u32::MAX) - 0.5;
                        (f64::from(loudness) * (0.4 * tone + 0.01 * noise)).round() as i32
                    })
                    .collect();
                let exact = exact(&frame);
                let loudest = exact.iter().copied().fold(0.0, f64::max);
                let Power { bins, exponent } = fourier.power(&frame);
                for (found, exact) in bins.iter().zip(&exact) {
                    let found = f64::from(*found) * f64::from(exponent).exp2();
                    let error = (found.sqrt() - exact.sqrt()).abs() / loudest.sqrt();
                    assert!(error < 5e-5, "{length}, {loudness}: {found}, not {exact}");
                }
            }
        }
    }

    #[test]
    fn the_loudest_frames_do_not_overflow() {
        for length in [2, 3, 16, 31, 512, 1024, 2187] {
            let fourier = FixedFourier::new(length);
            for frequency in [0.0, 0.5, 0.25, 1.0 / 3.0, 2.0 / length as f64] {
                let loud = |n: usize| {
                    let is_up = (TAU * frequency * (n as f64 + 0.1)).cos() >= 0.0;
                    if is_up { i32::from(i16::MAX) << 15 } else { -(1 << 30) }
                };
                let frame: Vec<i32> = (0..length).map(loud).collect();
                let exact = exact(&frame).into_iter().fold(0.0, f64::max);
                let Power { bins, exponent } = fourier.power(&frame);
                let found = f64::from(bins.into_iter().max().unwrap()) * f64::from(exponent).exp2();
                assert!((found / exact - 1.0).abs() < 1e-3, "{length}: {found}, not {exact}");
            }
        }
    }

    #[test]
    fn a_silent_frame_has_no_power() {
        let power = FixedFourier::new(8).power(&[0; 8]);
        assert_eq!((power.bins, power.exponent), (vec![0; 5], FixedFourier::SILENT));
    }
}
