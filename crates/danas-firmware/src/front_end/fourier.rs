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
        8 * self.circle() as u64 + self.order_bytes()
    }

    /// Returns the bytes of the tables of [`order`](Self::order).
    pub(super) const fn order_bytes(&self) -> u64 {
        4 * self.radices.len() as u64
    }

    /// Returns the number of complex numbers in the table of the circle: half a turn, whose other
    /// half has the opposite signs, or a whole turn of an odd number of steps.
    const fn circle(&self) -> usize {
        if self.length.is_multiple_of(2) { self.length / 2 } else { self.length }
    }

    /// Returns whether there is a stage of radix 2.
    pub(super) fn has_two(&self) -> bool {
        self.radices.contains(&2)
    }

    /// Returns whether there is a stage of radix 4.
    pub(super) fn has_four(&self) -> bool {
        self.radices.contains(&4)
    }

    /// Returns whether there is a stage of an odd radix.
    pub(super) fn has_other(&self) -> bool {
        self.largest().is_some()
    }

    fn largest(&self) -> Option<usize> {
        self.radices.iter().copied().filter(|radix| radix % 2 == 1).max()
    }

    /// Returns the constants, tables and functions. `fft_transform` transforms a frame that
    /// `fft_next` has put into order, and `fft_power` takes its power.
    pub(super) fn text(&self) -> String {
        let mut text = self.constants();
        let circle = (0..self.circle()).flat_map(|step| {
            let angle = TAU * step as f64 / self.length as f64;
            [angle.cos(), -angle.sin()].map(|part| float(part as f32))
        });
        text += &table("float", "fft_circle", circle);
        text += &self.order();
        text += "\n";
        text += include_str!("../../c/fft.c");
        for (is_used, source) in [
            (self.has_two(), include_str!("../../c/fft_radix_2.c")),
            (self.has_four(), include_str!("../../c/fft_radix_4.c")),
            (self.has_other(), include_str!("../../c/fft_radix_any.c")),
        ] {
            if is_used {
                text += "\n";
                text += source;
            }
        }
        text += &self.stages("float");
        text += "\n";
        text += if self.length.is_multiple_of(2) {
            include_str!("../../c/fft_power_even.c")
        } else {
            include_str!("../../c/fft_power_odd.c")
        };
        text
    }

    /// Returns the constants.
    pub(super) fn constants(&self) -> String {
        let mut text = format!(
            "#define FFT_TURN {}U\n#define FFT_POINTS {}U\n#define FFT_STAGES {}U\n",
            self.length,
            points(self.length),
            self.radices.len().max(1)
        );
        if let Some(largest) = self.largest() {
            text += &format!("#define FFT_LARGEST_RADIX {largest}U\n");
        }
        text
    }

    /// Returns the radices, by how much each digit moves a point, and `fft_next`, which puts a frame
    /// into order.
    pub(super) fn order(&self) -> String {
        let radices = &self.radices;
        let stages = if radices.is_empty() { &[1][..] } else { radices };
        let mut text = table("uint16_t", "fft_radices", stages);
        let weight = |stage: usize| -> usize { stages[..stage].iter().product() };
        text += &table("uint16_t", "fft_weights", (0..stages.len()).map(weight));
        text += "\n";
        text += include_str!("../../c/fft_order.c");
        text
    }

    /// Returns `fft_transform`, which runs all stages on values of a type.
    pub(super) fn stages(&self, element: &str) -> String {
        let mut text = format!("\nstatic void fft_transform({element} *values)\n{{\n");
        if self.radices.is_empty() {
            text += "    (void)values;\n";
        }
        let mut length = 1;
        for radix in &self.radices {
            text += &match radix {
                2 => "    fft_stage_2(values);\n".to_owned(),
                4 => format!("    fft_stage_4(values, {length}U);\n"),
                _ => format!("    fft_stage_any(values, {length}U, {radix}U);\n"),
            };
            length *= radix;
        }
        text += "}\n";
        text
    }
}

/// Returns the number of complex points: pairs of neighbours of a frame of even length are taken as
/// one complex number, which halves the work.
const fn points(length: usize) -> usize {
    if length.is_multiple_of(2) { length / 2 } else { length }
}
