//! The integer arithmetic that all steps share. The generated C computes the same, bit by bit.

/// Bits of the index into the tables of logarithms and powers.
const INDEX_BITS: u32 = 6;

/// Number of entries of these tables.
const ENTRIES: usize = 1 << INDEX_BITS;

/// Fraction bits of a logarithm to base 2.
pub(super) const LOG_BITS: u32 = 16;

/// Returns the table of logarithms: log₂(1 + i / 64) in 65536ths.
pub(super) fn logarithms() -> Vec<u16> {
    let entry = |index| ((1.0 + index as f64 / ENTRIES as f64).log2() * 65_536.0).round() as u16;
    (0..ENTRIES).map(entry).collect()
}

/// Returns the table of powers: 2^(i / 64) − 1 in 65536ths.
pub(super) fn powers() -> Vec<u16> {
    let entry = |index| (((index as f64 / ENTRIES as f64).exp2() - 1.0) * 65_536.0).round() as u16;
    (0..ENTRIES).map(entry).collect()
}

/// Returns the logarithm to base 2 of a number from 1 on, in 65536ths, to 7e-5. A line goes from
/// each entry of the table to the next one.
pub(super) fn log2(number: u64, table: &[u16]) -> i32 {
    let number = number.max(1);
    let exponent = 63 - number.leading_zeros();
    // The highest bit is the 32nd.
    let mantissa = match exponent.checked_sub(31) {
        Some(excess) => (number >> excess) as u32,
        None => (number as u32) << (31 - exponent),
    };
    let index = (mantissa >> 25) as usize % ENTRIES;
    let fraction = (mantissa >> 9) & 0xFFFF;
    (exponent << LOG_BITS).cast_signed() + (line(table, index, fraction, 16)).cast_signed()
}

/// Returns 2 to the power of a number of 65536ths, with some fraction bits; less than 2⁶³, whatever the
/// number. It is exact to 3e-5 of its value: half of that is the distance of a line from the curve,
/// (ln 2 / 64)² / 8, and 16 bits are rounded twice.
pub(super) fn exp2(number: i32, bits: i32, table: &[u16]) -> u64 {
    let index = ((number >> 10) & 0x3F) as usize;
    let fraction = (number & 0x3FF).cast_unsigned();
    let mantissa = u64::from(0x1_0000 + line(table, index, fraction, 10));
    let shift = (number >> LOG_BITS) + bits - 16;
    match shift {
        0.. => mantissa << shift.min(46),
        -17..0 => mantissa >> -shift,
        _ => 0,
    }
}

/// Returns the value of a table between two entries. After the last entry follows 65536.
fn line(table: &[u16], index: usize, fraction: u32, bits: u32) -> u32 {
    let low = table[index];
    let step = table[(index + 1) % ENTRIES].wrapping_sub(low);
    u32::from(low) + ((u32::from(step) * fraction + (1 << (bits - 1))) >> bits)
}

/// Returns the square root of a number above 0 as a number from 2¹⁵ to 2¹⁶, and how often it is
/// doubled: √n = root / 2^doublings.
pub(super) fn root(number: u32) -> (u32, u32) {
    let doublings = number.leading_zeros() / 2;
    ((number << (2 * doublings)).isqrt(), doublings)
}

/// Returns the square of a number of at most 29 bits and a sign, divided by 2²⁷.
pub(super) const fn square(number: i32) -> u32 {
    let (high, low) = (number >> 15, number & 0x7FFF);
    let rest = (high * low + ((low * low) >> 16) + 0x400) >> 11;
    ((high * high).cast_unsigned() << 3).wrapping_add_signed(rest)
}

/// Returns the product of a number of at most 30 bits and a sign with a weight in 32768ths from −1
/// to 1.
pub(super) const fn scaled(number: i32, weight: i32) -> i32 {
    (number >> 15) * weight + (((number & 0x7FFF) * weight) >> 15)
}

/// Returns the product of two complex numbers. The second one has a magnitude of at most 1, in
/// 32768ths, the first one of at most 2³⁰.
pub(super) const fn turned([re, im]: [i32; 2], [cosine, sine]: [i32; 2]) -> [i32; 2] {
    let (re_high, re_low) = (re >> 15, re & 0x7FFF);
    let (im_high, im_low) = (im >> 15, im & 0x7FFF);
    [
        re_high * cosine - im_high * sine + ((re_low * cosine - im_low * sine) >> 15),
        re_high * sine + im_high * cosine + ((re_low * sine + im_low * cosine) >> 15),
    ]
}

/// Returns the number of bits that numbers need beside their sign. The mask joins the bits of their
/// magnitudes.
pub(super) const fn bits_of(mask: u32) -> i32 {
    32 - mask.leading_zeros().cast_signed()
}

/// Returns a number with more or, if `shift` is negative, fewer fraction bits, rounded.
pub(super) const fn shifted(number: i32, shift: i32) -> i32 {
    if shift >= 0 { number << shift } else { (number + (1 << (-shift - 1))) >> -shift }
}

/// Returns a quotient rounded to the nearest integer, halves away from zero.
pub(super) fn quotient(sum: i64, count: u32) -> i64 {
    let magnitude = (sum.unsigned_abs() + u64::from(count / 2)) / u64::from(count.max(1));
    if sum < 0 { -magnitude.cast_signed() } else { magnitude.cast_signed() }
}

/// Returns a number in fixed point, limited to a largest magnitude.
pub(super) fn fixed(value: f64, bits: i32, largest: f64) -> f64 {
    (value * f64::from(bits).exp2()).round().clamp(-largest, largest)
}

/// Returns the most fraction bits with which a magnitude stays below 2^`bits`.
pub(super) fn fraction_bits(magnitude: f64, bits: i32) -> i32 {
    if magnitude > 0.0 { bits - 1 - magnitude.log2().floor() as i32 } else { bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_and_powers_are_exact_to_their_tables() {
        let (logarithms, powers) = (logarithms(), powers());
        for number in
            (1..400_u64).chain((9..63).flat_map(|bit| [(1 << bit) - 1, 1 << bit, 5 << (bit - 3)]))
        {
            let exact = (number as f64).log2();
            let found = log2(number, &logarithms);
            assert!((f64::from(found) / 65_536.0 - exact).abs() < 7e-5, "{number}: {found}");
        }
        for number in (-40_000..900_000).step_by(977) {
            let exact = (f64::from(number) / 65_536.0).exp2() * f64::from(1 << 20);
            let found = exp2(number, 20, &powers) as f64;
            assert!((found / exact - 1.0).abs() < 3e-5, "{number}: {found}, not {exact}");
        }
        assert_eq!(exp2(-(1 << 30), 16, &powers), 0);
        assert_eq!(exp2(1 << 30, 16, &powers), 1 << 62);
    }

    #[test]
    fn products_are_exact_to_their_last_bit() {
        let numbers =
            [0, 1, -1, 2, 32_767, -32_768, 123_456_789, -76_543_210, (1 << 29) - 1, 1 - (1 << 29)];
        for number in numbers {
            let exact = f64::from(number).powi(2) / f64::from(1 << 27);
            assert!((f64::from(square(number)) - exact).abs() <= 1.0, "{number}");
            for weight in [1, -1, 32_767, -32_768, 12_345] {
                let exact = f64::from(number) * f64::from(weight) / 32_768.0;
                assert_eq!(f64::from(scaled(number, weight)), exact.floor(), "{number} · {weight}");
            }
        }
        // The largest magnitudes: neither sum overflows.
        let largest = 759_250_124; // 2³⁰ / √2
        let (re, im) = (23_170, -23_170);
        for first in [[largest, largest], [-largest, largest], [1 << 30, 0], [0, -(1 << 30)]] {
            let [a, b] = first.map(f64::from);
            let [c, d] = [re, im].map(|part| f64::from(part) / 32_768.0);
            let found = turned(first, [re, im]).map(f64::from);
            assert!((found[0] - (a * c - b * d)).abs() < 2.0);
            assert!((found[1] - (a * d + b * c)).abs() < 2.0);
        }
    }

    #[test]
    fn roots_have_sixteen_bits() {
        for number in [1, 2, 3, 4, 5, 99, 65_535, 65_536, 1 << 30, u32::MAX] {
            let (root, doublings) = root(number);
            assert!((1 << 15..1 << 16).contains(&root), "{number}");
            let found = f64::from(root) / f64::from(1_u32 << doublings);
            assert!((found / f64::from(number).sqrt() - 1.0).abs() < 1.0 / 32_768.0, "{number}");
        }
    }

    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        assert_eq!([5, -5, 6].map(|number| shifted(number, -2)), [1, -1, 2]);
        assert_eq!(shifted(-5, 3), -40);
        assert_eq!([7, -7, 9].map(|sum| quotient(sum, 3)), [2, -2, 3]);
        assert_eq!([0, 1, 255, 256].map(bits_of), [0, 1, 8, 9]);
        assert_eq!(
            [0.9, 1.0, 1.9, 0.0].map(|magnitude| fraction_bits(magnitude, 15)),
            [15, 14, 14, 15]
        );
    }
}
