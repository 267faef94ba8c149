//! The front end of motion, vibration and other series.

use danas_dsp::{DspError, MotionExtractor, MotionTables, lower_rates, ndarray::Array2};
use danas_space::{Granularity, MotionGranularity, MotionRepresentation, Rate, Shape};

use super::{
    code::FrontEndCode,
    fourier::Fourier,
    input::NetworkInput,
    raw::{Raw, SampleType},
    writer::Writer,
};
use crate::{error::FirmwareError, table::table};

/// The front end of a granularity of series that arrive at a native rate, as floats in the units of the
/// data. It computes the features of a [`MotionExtractor`] in single precision.
///
/// Samples that are not numbers, or beyond ±2⁴⁰, count as 0. A lower rate is made from the window
/// alone, with the filter of [`lower_rates`].
#[derive(Debug, Clone, PartialEq)]
pub struct MotionFrontEnd {
    tables: MotionTables,
    full_scales: Vec<f32>,
    shape: Shape,
    fourier: Option<Fourier>,
}

impl MotionFrontEnd {
    /// Plans the front end of a granularity for series at a native rate. `full_scales` are the largest
    /// magnitudes that the sensor of each channel tells apart; samples that are rounded to fewer bits are
    /// clipped there.
    ///
    /// # Errors
    /// [`FirmwareError::Features`] for a granularity without features, and for rates that cannot be
    /// converted; [`FirmwareError::Shape`] for another number of full scales than channels;
    /// [`FirmwareError::FullScale`] for one that is not positive; and [`FirmwareError::TooMany`] for
    /// windows that are too long to be counted.
    pub fn new(
        granularity: &MotionGranularity,
        native: Rate,
        full_scales: &[f32],
    ) -> Result<Self, FirmwareError> {
        let tables = MotionTables::new(granularity, native).map_err(refused)?;
        let shape = granularity.input_shape();
        let shape = shape.map_err(|reason| FirmwareError::Features(Box::new(reason)))?;
        let (expected, actual) = (granularity.channels.names().len(), full_scales.len());
        if expected != actual {
            return Err(FirmwareError::Shape { what: "full scales", expected, actual });
        }
        let illegal = |&&full_scale: &&f32| !(full_scale > 0.0 && full_scale.is_finite());
        if let Some(&value) = full_scales.iter().find(illegal) {
            return Err(FirmwareError::FullScale { value });
        }
        let fourier = match granularity.representation {
            MotionRepresentation::Raw | MotionRepresentation::Statistics => None,
            MotionRepresentation::Spectrogram | MotionRepresentation::Bands => {
                Some(Fourier::new(granularity.frame_length())?)
            }
        };
        let steps = tables.decimation.as_ref().map_or(1, |decimation| decimation.to);
        let filter = tables.decimation.as_ref().map_or(0, |decimation| decimation.taps.len());
        // The largest index that the code computes, plus one.
        let samples = tables.window.saturating_mul(steps).saturating_add(filter);
        Writer::check_count("samples", samples)?;
        Writer::check_count("samples", tables.window.saturating_mul(expected))?;
        Writer::check_count("features", shape.elements().unwrap_or(usize::MAX))?;
        Ok(Self { tables, full_scales: full_scales.to_vec(), shape, fourier })
    }

    /// Returns the shape of the features.
    pub(super) const fn shape(&self) -> Shape {
        self.shape
    }

    /// Returns the raw data of an example.
    pub(super) const fn raw(&self) -> Raw {
        Raw {
            sample: SampleType::Float,
            moments: self.tables.window,
            channels: self.full_scales.len(),
            rate: Some(self.tables.native),
        }
    }

    /// Returns what a sample in the window is.
    pub(super) fn note(&self) -> String {
        let names = self.tables.granularity.channels.names().join(", ");
        let names = names.replace(char::is_control, " ").replace("*/", "* /").replace("/*", "/ *");
        format!(
            "The channels of a moment are [{names}], in the units of the\n * data. A sample that is NaN or \
             beyond 2^40 counts as 0."
        )
    }

    /// Returns the features of a window.
    pub(super) fn features(&self, samples: &[f32]) -> Result<Vec<f32>, FirmwareError> {
        let MotionTables { granularity, native, window, .. } = &self.tables;
        let channels = self.full_scales.len();
        let legal = |index: usize| {
            let sample = samples.get(index).copied().unwrap_or(0.0);
            if sample.abs() <= MotionTables::MAX_AMPLITUDE { sample } else { 0.0 }
        };
        let window = Array2::from_shape_fn((*window, channels), |(moment, channel)| {
            legal(moment * channels + channel)
        });
        let lowered = lower_rates(window.view(), *native, &[granularity.rate]).map_err(refused)?;
        let lowered = lowered.into_iter().next().unwrap_or_default();
        // There may be one more sample than in the window of the granularity.
        let kept = lowered.outer_iter().take(granularity.samples()).flatten().copied();
        let dimensions = (granularity.samples(), channels);
        let window = Array2::from_shape_vec(dimensions, kept.collect());
        let window = window.map_err(|error| FirmwareError::Features(Box::new(error)))?;
        let extractor = MotionExtractor::new(granularity).map_err(refused)?;
        let features = extractor.extract(window.view(), &self.full_scales).map_err(refused)?;
        Ok(features.into_iter().collect())
    }

    pub(super) fn code(&self, input: &NetworkInput<'_>) -> FrontEndCode {
        let mut code = Writer::default();
        self.samples(&mut code);
        let Shape { height, width, channels: planes } = self.shape;
        code.text += &format!("\n#define INPUT {}\n", input.element());
        code.define("ROWS", height);
        code.define("COLUMNS", width * planes);
        let words = match (&self.fourier, self.tables.granularity.representation) {
            (Some(fourier), _) => {
                code.source(&input.text());
                self.frames(fourier, &mut code)
            }
            (None, MotionRepresentation::Statistics) => {
                let samples = self.tables.granularity.samples();
                code.define("PAIRS", samples.saturating_sub(1).max(1));
                code.define("TRIPLES", samples.saturating_sub(2).max(1));
                code.source(&input.text());
                code.source(include_str!("../../c/motion_statistics.c"));
                0
            }
            (None, _) => {
                code.source(&input.text());
                code.source(include_str!("../../c/motion_raw.c"));
                0
            }
        };
        let Writer { text, constant_bytes } = code;
        FrontEndCode { text, words, constant_bytes: constant_bytes + input.constant_bytes() }
    }

    /// Writes `sample_at`, which reads samples of the window at the rate of the features.
    fn samples(&self, code: &mut Writer) {
        let MotionTables { granularity, window, decimation, .. } = &self.tables;
        code.text += &format!("#define SAMPLE {}\n", SampleType::Float.name());
        code.define_float("LARGEST_SAMPLE", MotionTables::MAX_AMPLITUDE);
        code.define("CLIP", *window);
        code.define("CHANNELS", self.full_scales.len());
        code.define("SAMPLES", granularity.samples());
        let sample = match decimation {
            None => {
                code.source(include_str!("../../c/motion_native.c"));
                "clip_at(from, (uint32_t)index)"
            }
            Some(decimation) => {
                code.source(include_str!("../../c/motion_lowered.c"));
                code.decimation(decimation);
                code.source(include_str!("../../c/motion_lowered_at.c"));
                "lowered_at(from, index)"
            }
        };
        let rounded = granularity.depth.rounded_to();
        if let Some(bits) = rounded {
            code.rounding(bits);
            code.text += "\n";
            code.floats("full_scales", &self.full_scales);
        }
        let value = match rounded {
            None => format!("    return {sample};\n"),
            Some(_) => format!(
                "    const float full_scale = full_scales[from->channel];\n    \
                 return rounded_sample({sample} / full_scale) * full_scale;\n"
            ),
        };
        code.text += &format!(
            "
/* A sample at the rate of the features, for an index from 0 to SAMPLES - 1. */
static float sample_at(const clip *from, int32_t index)
{{
{value}}}
"
        );
    }

    /// Writes the front end of features that are made of frames, and returns the number of floats that
    /// it works in.
    fn frames(&self, fourier: &Fourier, code: &mut Writer) -> usize {
        let MotionTables { granularity, decimation, weights, power_scale, bands, .. } =
            &self.tables;
        let (length, frames) = (granularity.frame_length(), granularity.frames());
        code.text += "\n";
        code.define("FRAME_LENGTH", length);
        code.define("HOP_LENGTH", granularity.hop_length());
        code.define("FRAMES", frames);
        match decimation {
            None => code.source(include_str!("../../c/motion_frames_native.c")),
            Some(_) => {
                code.text += "\n#define LOWERED(from, index) sample_at(from, index)\n";
                code.source(include_str!("../../c/frames_decimated.c"));
            }
        }
        code.text += "\n";
        code.text += &fourier.text();
        code.constant_bytes += fourier.constant_bytes();
        code.window(weights, length);
        code.frame(length);
        code.text += "\n";
        let is_banded = !bands.is_empty();
        let divisor = if is_banded { frames as f32 } else { 1.0 };
        code.define_float("POWER_SCALE", power_scale / divisor);
        code.text += "#define LEVEL(power) decibels((power) * POWER_SCALE)\n";
        code.decibels(MotionGranularity::FLOOR);
        if is_banded {
            code.text += "\n";
            code.text += &table("uint32_t", "band_edges", bands);
            code.constant_bytes += 4 * bands.len() as u64;
            code.source(include_str!("../../c/band_rows.c"));
        } else {
            code.text += "\n#define LEVELS ROWS\n";
            code.source(include_str!("../../c/spectrum_rows.c"));
        }
        let held = self.shape.elements().unwrap_or(usize::MAX);
        let work = fourier.floats();
        let (source, step, part) = match decimation {
            None => ("clip_of(ring, start, channel)".to_owned(), "", 0),
            Some(_) => (
                format!("{{clip_of(ring, start, channel), NO_PART, &work[{work}]}}"),
                "            frame_source_move(&from, first);\n",
                length,
            ),
        };
        let [clear, store, finish] = if is_banded {
            [
                "        for (uint32_t row = 0U; row < ROWS; row++) {
            memory[row * COLUMNS + channel] = 0.0F;
        }\n",
                "add_bands(work, &memory[channel])",
                "LEVEL(memory[index])",
            ]
        } else {
            ["", "store_rows(work, &memory[frame * CHANNELS + channel])", "memory[index]"]
        };
        code.text += &format!(
            "
/* Computes the features of a window, and leaves the network's input at the beginning of the memory. */
static void front_end(const SAMPLE *ring, uint32_t start, float *memory)
{{
    float *work = &memory[{held}];
    for (uint32_t channel = 0U; channel < CHANNELS; channel++) {{
        frame_source from = {source};
{clear}        for (uint32_t frame = 0U; frame < FRAMES; frame++) {{
            const int32_t first = (int32_t)(frame * HOP_LENGTH);
{step}            frame_load(&from, first, work);
            fft_transform(work);
            fft_power(work);
            {store};
        }}
    }}
    /* No value of the input lies behind the feature that it is made of. */
    INPUT *input = (INPUT *)memory;
    uint32_t index = 0U;
    for (uint32_t row = 0U; row < ROWS; row++) {{
        for (uint32_t column = 0U; column < COLUMNS; column++) {{
            input[index] = input_of({finish}, row * CHANNELS + column % CHANNELS);
            index++;
        }}
    }}
}}
"
        );
        held + work + part
    }
}

fn refused(error: DspError) -> FirmwareError {
    FirmwareError::Features(Box::new(error))
}

#[cfg(test)]
mod tests;
