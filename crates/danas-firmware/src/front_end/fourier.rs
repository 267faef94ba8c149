//! The Fourier transform of a frame.

use std::f64::consts::TAU;

use crate::{error::FirmwareError, literal::float, table::table};

/// Largest prime factor of the length of a frame. A stage of radix `p` takes time in proportion to
/// `p` for each point.
const LARGEST_RADIX: usize = 31;

/// The transform of real frames of one length: the radices of its stages, in the order in which they
/// run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fourier {
    length: usize,
    radices: Vec<usize>,
}

impl Fourier {
    pub(super) fn new(length: usize) -> Result<Self, FirmwareError> {
        let mut radices = Vec::new();
        let mut rest = points(length);
        // Fours are the fastest; a single two comes first, where it needs no multiplications.
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
                if factor > LARGEST_RADIX {
                    let largest = LARGEST_RADIX;
                    return Err(FirmwareError::FrameLength { length, factor, largest });
                }
                radices.push(factor);
                rest /= factor;
            }
            factor += 2;
        }
        Ok(Self { length, radices })
    }

    /// Returns the number of floats that a frame takes.
    pub(super) const fn floats(&self) -> usize {
        2 * points(self.length)
    }

    /// Returns the bytes of the tables.
    pub(super) fn constant_bytes(&self) -> u64 {
        (8 * self.circle() + 2 * self.radices.len()) as u64
    }

    /// Returns the number of complex numbers in the table of the circle: half a turn, whose other
    /// half has the opposite signs, or a whole turn of an odd number of steps.
    const fn circle(&self) -> usize {
        if self.length.is_multiple_of(2) { self.length / 2 } else { self.length }
    }

    /// Returns the constants, tables and functions. `fft_transform` transforms a frame that
    /// `fft_next` has put into order, and `fft_power` takes its power.
    pub(super) fn text(&self) -> String {
        let radices = &self.radices;
        let mut text = format!(
            "#define FFT_TURN {}U\n#define FFT_POINTS {}U\n#define FFT_STAGES {}U\n",
            self.length,
            points(self.length),
            radices.len().max(1)
        );
        let largest = radices.iter().copied().filter(|radix| radix % 2 == 1).max();
        if let Some(largest) = largest {
            text += &format!("#define FFT_LARGEST_RADIX {largest}U\n");
        }
        let circle = (0..self.circle()).flat_map(|step| {
            let angle = TAU * step as f64 / self.length as f64;
            [angle.cos(), -angle.sin()].map(|part| float(part as f32))
        });
        text += &table("float", "fft_circle", circle);
        let stages = if radices.is_empty() { &[1][..] } else { radices };
        text += &table("uint16_t", "fft_radices", stages);
        text += "\n";
        text += include_str!("../../c/fft.c");
        for (is_used, source) in [
            (radices.contains(&2), include_str!("../../c/fft_radix_2.c")),
            (radices.contains(&4), include_str!("../../c/fft_radix_4.c")),
            (largest.is_some(), include_str!("../../c/fft_radix_any.c")),
        ] {
            if is_used {
                text += "\n";
                text += source;
            }
        }
        text += "\nstatic void fft_transform(float *values)\n{\n";
        if radices.is_empty() {
            text += "    (void)values;\n";
        }
        let mut length = 1;
        for radix in radices {
            text += &match radix {
                2 => "    fft_stage_2(values);\n".to_owned(),
                4 => format!("    fft_stage_4(values, {length}U);\n"),
                _ => format!("    fft_stage_any(values, {length}U, {radix}U);\n"),
            };
            length *= radix;
        }
        text += "}\n\n";
        text += if self.length.is_multiple_of(2) {
            include_str!("../../c/fft_power_even.c")
        } else {
            include_str!("../../c/fft_power_odd.c")
        };
        text
    }
}

/// Returns the number of complex points: pairs of neighbours of a frame of even length are taken as
/// one complex number, which halves the work.
const fn points(length: usize) -> usize {
    if length.is_multiple_of(2) { length / 2 } else { length }
}
