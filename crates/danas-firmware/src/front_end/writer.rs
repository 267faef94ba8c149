//! Code that is being written.

#[cfg(feature = "audio")]
use std::fmt::Display;

use danas_dsp::Decimation;

use crate::{error::FirmwareError, literal::float, table::table};

/// The text of a front end so far, and the bytes of its tables.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) text: String,
    pub(super) constant_bytes: u64,
}

impl Writer {
    /// Returns an error unless a number of values can be counted by the code, in 31 bits.
    pub(super) fn check_count(what: &'static str, count: usize) -> Result<(), FirmwareError> {
        if i32::try_from(count).is_ok() {
            return Ok(());
        }
        Err(FirmwareError::TooMany { what, count })
    }

    pub(super) fn define(&mut self, name: &str, value: usize) {
        self.text += &format!("#define {name} {value}U\n");
    }

    pub(super) fn define_float(&mut self, name: &str, value: f32) {
        self.text += &format!("#define {name} {}\n", float(value));
    }

    pub(super) fn floats(&mut self, name: &str, values: &[f32]) {
        self.text += &table("float", name, values.iter().map(float));
        self.constant_bytes += 4 * values.len() as u64;
    }

    pub(super) fn source(&mut self, source: &str) {
        self.text += "\n";
        self.text += source;
    }

    /// Writes `decimated_at`, which reads samples at a lower rate.
    pub(super) fn decimation(&mut self, decimation: &Decimation) {
        let Decimation { from, to, taps, computed } = decimation;
        self.text += "\n";
        self.define("RATE_FROM", *from);
        self.define("RATE_TO", *to);
        self.define("DECIMATED", *computed);
        self.define("DECIMATION_TAPS", taps.len());
        self.floats("decimation_taps", taps);
        self.source(match to {
            1 => include_str!("../../c/decimate_whole.c"),
            _ => include_str!("../../c/decimate_ratio.c"),
        });
    }

    /// Writes `rounded_sample`, which rounds samples to a depth.
    pub(super) fn rounding(&mut self, bits: u32) {
        self.text += "\n";
        self.define("DEPTH", bits as usize);
        self.source(include_str!("../../c/round_samples.c"));
    }

    /// Writes `frame_weight` for a window in the middle of a frame. A window is symmetric around its
    /// middle, so that half of it is enough.
    pub(super) fn window(&mut self, weights: &[f32], length: usize) {
        let first = (weights.len() - length) / 2;
        self.text += "\n";
        self.define("WINDOW_FIRST", first);
        self.define("WINDOW_LENGTH", length);
        self.floats("window_weights", &weights[first..=first + length / 2]);
        self.source(include_str!("../../c/window.c"));
        self.text += "\n";
    }

    /// Writes `frame_load`, which stores a frame of a length for its transform.
    pub(super) fn frame(&mut self, length: usize) {
        self.source(if length.is_multiple_of(2) {
            include_str!("../../c/frame_even.c")
        } else {
            include_str!("../../c/frame_odd.c")
        });
    }

    /// Writes `decibels`, which takes the logarithm of power above a floor.
    pub(super) fn decibels(&mut self, floor: f32) {
        self.define_float("POWER_FLOOR", floor);
        self.source(if floor.is_normal() {
            include_str!("../../c/decibels.c")
        } else {
            include_str!("../../c/decibels_exact.c")
        });
    }
}

#[cfg(feature = "audio")]
impl Writer {
    pub(super) fn define_integer(&mut self, name: &str, value: impl Display) {
        self.text += &format!("#define {name} ({value})\n");
    }

    /// Writes a table of integers, which take some bytes each.
    pub(super) fn integers<T: Display>(
        &mut self,
        element: &str,
        bytes: u64,
        name: &str,
        values: &[T],
    ) {
        self.text += &table(element, name, values);
        self.constant_bytes += bytes * values.len() as u64;
    }

    /// Writes a source of floats as one of 32-bit integers.
    pub(super) fn integer_source(&mut self, source: &str) {
        self.source(&source.replace("0.0F", "0").replace("float ", "int32_t "));
    }
}
