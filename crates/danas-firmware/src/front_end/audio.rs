//! The front end of sound.

use danas_dsp::{AudioTables, DspError, Extractor, Recording};
use danas_space::{
    AudioGranularity, Channels, ClipNormalisation, Framing, FrontEnd, Hertz, Rate, Representation,
    SampleDepth, Shape,
};

use super::{
    code::FrontEndCode,
    fourier::Fourier,
    input::NetworkInput,
    raw::{Raw, SampleType},
    writer::Writer,
};
use crate::{error::FirmwareError, table::table};

/// The integer of 16 bits that stands for full scale.
const FULL_SCALE: f32 = 32_768.0;

/// The front end of a granularity of sound that arrives at a native rate. It computes the features
/// of an [`Extractor`](danas_dsp::Extractor) in single precision.
#[derive(Debug, Clone, PartialEq)]
pub struct AudioFrontEnd {
    tables: AudioTables,
    fourier: Option<Fourier>,
}

impl AudioFrontEnd {
    /// Plans the front end of a granularity for sound that arrives at a native rate.
    ///
    /// # Errors
    /// [`FirmwareError::Features`] for a granularity without features, for a native rate below its
    /// rate, and for a filter that needs blocks of the signal. [`FirmwareError::FrameLength`] for
    /// frames whose length has a large prime factor, and [`FirmwareError::TooMany`] for clips that
    /// are too long to be counted.
    pub fn new(granularity: &AudioGranularity, native: Hertz) -> Result<Self, FirmwareError> {
        let refused = |error: DspError| FirmwareError::Features(Box::new(error));
        let tables = AudioTables::new(granularity, native).map_err(refused)?;
        let fourier = match granularity.representation {
            Representation::Waveform => None,
            _ => Some(Fourier::new(granularity.front_end.frame_length())?),
        };
        let steps = tables.decimation.as_ref().map_or(1, |decimation| decimation.to);
        let filter = tables.decimation.as_ref().map_or(0, |decimation| decimation.taps.len());
        // The largest index that the code computes, plus one.
        Writer::check_count("samples", tables.clip.saturating_mul(steps).saturating_add(filter))?;
        let values = granularity.rows().saturating_mul(granularity.frames());
        Writer::check_count("features", values.saturating_mul(granularity.channels.count()))?;
        Ok(Self { tables, fourier })
    }

    /// Returns the granularity.
    pub(super) const fn granularity(&self) -> &AudioGranularity {
        &self.tables.granularity
    }

    /// Returns the native rate.
    pub(super) const fn native(&self) -> Hertz {
        self.tables.native
    }

    /// Returns the shape of the features: rows, frames, channels.
    pub(super) fn shape(&self) -> Shape {
        let granularity = &self.tables.granularity;
        Shape::new(granularity.rows(), granularity.frames(), granularity.channels.count())
    }

    /// Returns the raw data of an example. Samples that are rounded to 8 bits at their native rate
    /// are kept as such.
    pub(super) fn raw(&self) -> Raw {
        let AudioTables { granularity, native, clip, decimation, .. } = &self.tables;
        let is_small = granularity.sample_depth == SampleDepth::Bits8 && decimation.is_none();
        let sample = if is_small { SampleType::Int8 } else { SampleType::Int16 };
        let channels = granularity.channels.count();
        Raw { sample, moments: *clip, channels, rate: Some(Rate::from(*native)) }
    }

    /// Returns what a sample in the window is.
    pub(super) fn note(&self) -> String {
        match self.raw().sample {
            SampleType::Int8 => "The 16 bits of a pushed sample are rounded to 8.",
            _ => "32768 stands for full scale.",
        }
        .to_owned()
    }

    /// Returns the features of a clip of 16-bit samples.
    pub(super) fn features(&self, samples: &[i16]) -> Result<Vec<f32>, FirmwareError> {
        let refused = |error: DspError| FirmwareError::Features(Box::new(error));
        let AudioTables { granularity, native, .. } = &self.tables;
        let channels = granularity.channels.count();
        let channel = |channel: usize| -> Vec<f32> {
            let samples = samples.iter().skip(channel).step_by(channels);
            samples.map(|&sample| f32::from(sample) / FULL_SCALE).collect()
        };
        // The samples are of the channels that the granularity selects.
        let chosen = match granularity.channels {
            Channels::Single(_) => AudioGranularity { channels: Channels::Mix, ..*granularity },
            Channels::Mix | Channels::Stereo => *granularity,
        };
        let clip = Recording::from_channels((0..channels).map(channel).collect(), *native)
            .map_err(refused)?;
        let extractor = Extractor::new(&chosen).map_err(refused)?;
        let features = extractor.extract(&clip).map_err(refused)?;
        Ok(features.into_values().into_iter().collect())
    }

    pub(super) fn code(&self, input: &NetworkInput<'_>) -> FrontEndCode {
        let mut code = Code { tables: &self.tables, code: Writer::default() };
        let raw = self.raw();
        code.sound(raw);
        let words = match &self.fourier {
            None => {
                code.waveform(input);
                0
            }
            Some(fourier) => code.frames(fourier, input),
        };
        let Writer { text, constant_bytes } = code.code;
        FrontEndCode { text, words, constant_bytes: constant_bytes + input.constant_bytes() }
    }
}

/// Code that is being written.
struct Code<'a> {
    tables: &'a AudioTables,
    code: Writer,
}

impl Code<'_> {
    /// Writes what reads samples of the clip, at the rate of the features.
    fn sound(&mut self, raw: Raw) {
        self.code.text += &format!("#define SAMPLE {}\n", raw.sample.name());
        let narrowing = if raw.sample == SampleType::Int8 { 256.0 } else { 1.0 };
        self.code.define_float("FULL_SCALE", FULL_SCALE / narrowing);
        self.code.define("CLIP", raw.moments);
        self.code.define("CHANNELS", raw.channels);
        self.code.source(include_str!("../../c/sound.c"));
        let tables = self.tables;
        let Some(decimation) = &tables.decimation else { return };
        self.code.decimation(decimation);
        let rounded = tables.granularity.sample_depth.rounded_to();
        if let Some(bits) = rounded {
            self.code.rounding(bits);
        }
        self.code.text += match rounded {
            None => "\n#define LOWERED(from, index) decimated_at(from, index)\n",
            Some(_) => "\n#define LOWERED(from, index) rounded_sample(decimated_at(from, index))\n",
        };
    }

    /// Writes the front end of a waveform, whose samples are the input.
    fn waveform(&mut self, input: &NetworkInput<'_>) {
        let decimation = self.tables.decimation.as_ref();
        self.code.text += "\n";
        self.code.define("SAMPLES", self.tables.granularity.samples());
        self.code.source(&input.text());
        let sample = match decimation {
            None => "clip_at(&from, index)",
            Some(_) => "LOWERED(&from, (int32_t)index)",
        };
        let element = input.element();
        self.code.text += &format!(
            "
/* Reads the samples of all channels as the network's input. */
static void front_end(const SAMPLE *ring, uint32_t start, float *memory)
{{
    {element} *input = ({element} *)memory;
    clip from = {{ring, start, 0U}};
    for (uint32_t index = 0U; index < SAMPLES; index++) {{
        for (from.channel = 0U; from.channel < CHANNELS; from.channel++) {{
            *input = input_of({sample}, from.channel);
            input++;
        }}
    }}
}}
"
        );
    }

    /// Writes the front end of features that are made of frames, and returns the number of floats
    /// that it works in.
    fn frames(&mut self, fourier: &Fourier, input: &NetworkInput<'_>) -> usize {
        let AudioTables { granularity, window, bands, dct, deltas, decimation, .. } = self.tables;
        let AudioGranularity { front_end, normalisation, representation, .. } = granularity;
        let (normalisation, is_mfcc) = (*normalisation, *representation == Representation::Mfcc);
        let (length, frames) = (front_end.frame_length(), granularity.frames());
        let channels = granularity.channels.count();
        let bins = length / 2 + 1;
        let levels = if bands.is_empty() { bins } else { bands.len() };
        self.code.text += "\n";
        self.code.define("FRAME_LENGTH", length);
        self.code.define("HOP_LENGTH", front_end.hop_length());
        self.code.define("FRAMES", frames);
        self.code.define("BINS", bins);
        self.code.define("LEVELS", levels);
        self.code.define("NORMALISED", granularity.normalised_rows());
        self.code.define("ROWS", granularity.rows());
        self.code.define("COLUMNS", frames * channels);

        match decimation {
            None => self.code.source(include_str!("../../c/frames_native.c")),
            Some(_) => self.code.source(include_str!("../../c/frames_decimated.c")),
        }
        self.code.text += "\n";
        self.code.text += &fourier.text();
        self.code.constant_bytes += fourier.constant_bytes();
        self.code.window(window, front_end.window_length());
        self.code.frame(length);
        self.rows(front_end);
        if is_mfcc {
            self.code.text += "\n";
            self.code.floats("cosines", dct);
            self.code.source(include_str!("../../c/cepstrum.c"));
        }
        self.normalisation(normalisation);
        if let Some(width) = deltas.first().map(Vec::len) {
            self.code.text += "\n";
            self.code.define("DELTAS", deltas.len());
            self.code.define("DELTA_WIDTH", width);
            self.code.floats("delta_weights", &deltas.concat());
            self.code.source(include_str!("../../c/deltas.c"));
        }
        self.code.source(&input.text());
        let held = levels.max(granularity.rows()) * frames * channels;
        let part = if decimation.is_some() { length } else { 0 };
        let work = fourier.floats().max(if is_mfcc { levels } else { 0 });
        self.whole(input, held, work);
        held + work + part
    }

    /// Writes what turns the spectrum of a frame into levels.
    fn rows(&mut self, front_end: &FrontEnd) {
        self.code.text += "\n";
        if self.tables.of_magnitudes() {
            self.code.source(include_str!("../../c/magnitudes.c"));
            self.code.text += "\n#define LEVEL(power) (power)\n";
        } else {
            let least = 10.0_f64.powf(f64::from(front_end.floor()) / 10.0) as f32;
            self.code.text += "#define LEVEL(power) decibels(power)\n";
            self.code.decibels(least);
        }
        let bands = &self.tables.bands;
        if bands.is_empty() {
            self.code.source(include_str!("../../c/spectrum_rows.c"));
            return;
        }
        self.code.text += "\n";
        let ranges = bands.iter().flat_map(|band| [band.first, band.weights.len()]);
        let is_short = front_end.frame_length() <= usize::from(u16::MAX);
        let (element, bytes) = if is_short { ("uint16_t", 2) } else { ("uint32_t", 4) };
        self.code.text += &table(element, "mel_ranges", ranges);
        self.code.constant_bytes += 2 * bytes * bands.len() as u64;
        let mut weights: Vec<f32> =
            bands.iter().flat_map(|band| band.weights.iter().copied()).collect();
        if weights.is_empty() {
            weights.push(0.0); // C has no empty arrays
        }
        self.code.floats("mel_weights", &weights);
        self.code.source(include_str!("../../c/mel_rows.c"));
    }

    /// Writes what limits and normalises the levels of a clip.
    fn normalisation(&mut self, normalisation: ClipNormalisation) {
        use ClipNormalisation::{Level, Mean, MeanVariance, None, Pcen, RunningMean};
        self.code.text += "\n";
        if let Some(smoothing) = self.tables.granularity.smoothing() {
            self.code.define_float("SMOOTHING", smoothing as f32);
        }
        if normalisation == Pcen {
            self.code.define_float("PCEN_SCALE", ClipNormalisation::PCEN_SCALE);
            self.code.define_float("PCEN_GAIN", ClipNormalisation::PCEN_GAIN);
            self.code.define_float("PCEN_BIAS", ClipNormalisation::PCEN_BIAS);
            self.code.define_float("PCEN_EPSILON", ClipNormalisation::PCEN_EPSILON);
            self.code.source(include_str!("../../c/pcen.c"));
            return;
        }
        let range = self.tables.granularity.front_end.dynamic_range();
        self.code.define_float("DYNAMIC_RANGE", range as f32);
        self.code.source(match normalisation {
            RunningMean => include_str!("../../c/limit_so_far.c"),
            Level => include_str!("../../c/limit_relative.c"),
            None | Mean | MeanVariance | Pcen => include_str!("../../c/limit_clip.c"),
        });
        let row = match normalisation {
            Mean => include_str!("../../c/normalise_mean.c"),
            MeanVariance => {
                self.code.define_float("LEAST_DEVIATION", ClipNormalisation::LEAST_DEVIATION);
                include_str!("../../c/normalise_deviation.c")
            }
            RunningMean => include_str!("../../c/normalise_running_mean.c"),
            None | Level | Pcen => return,
        };
        self.code.source(row);
        self.code.source(include_str!("../../c/normalise_rows.c"));
    }

    /// Writes the function that calls all others. It keeps the features in the first `held` floats
    /// of its memory, and works in the `work` floats after them.
    fn whole(&mut self, input: &NetworkInput<'_>, held: usize, work: usize) {
        let tables = self.tables;
        let AudioGranularity { front_end, normalisation, representation, .. } = tables.granularity;
        let half = match front_end.framing() {
            Framing::Centred => front_end.frame_length() / 2,
            Framing::Inside => 0,
        };
        let (start, step) = match tables.decimation {
            None => ("{ring, start, channel}".to_owned(), ""),
            Some(_) => (
                format!("{{{{ring, start, channel}}, NO_PART, &work[{work}]}}"),
                "            frame_source_move(&from, first);\n",
            ),
        };
        let magnitudes =
            if tables.of_magnitudes() { "            to_magnitudes(work);\n" } else { "" };
        let mut calls = String::new();
        calls += match normalisation {
            ClipNormalisation::Pcen => "    compress_energies(memory);\n",
            _ => "    limit_levels(memory);\n",
        };
        if representation == Representation::Mfcc {
            calls += "    to_cepstra(memory, work);\n";
        }
        if matches!(
            normalisation,
            ClipNormalisation::Mean
                | ClipNormalisation::MeanVariance
                | ClipNormalisation::RunningMean
        ) {
            calls += "    normalise_rows(memory);\n";
        }
        if !tables.deltas.is_empty() {
            calls += "    append_deltas(memory);\n";
        }
        let element = input.element();
        self.code.text += &format!(
            "
/* Computes the features of a clip, and leaves the network's input at the beginning of the memory. */
static void front_end(const SAMPLE *ring, uint32_t start, float *memory)
{{
    float *work = &memory[{held}];
    for (uint32_t channel = 0U; channel < CHANNELS; channel++) {{
        frame_source from = {start};
        for (uint32_t frame = 0U; frame < FRAMES; frame++) {{
            const int32_t first = (int32_t)(frame * HOP_LENGTH) - {half};
{step}            frame_load(&from, first, work);
            fft_transform(work);
            fft_power(work);
{magnitudes}            store_rows(work, &memory[frame * CHANNELS + channel]);
        }}
    }}
{calls}    /* No value of the input lies behind the feature that it is made of. */
    {element} *input = ({element} *)memory;
    uint32_t index = 0U;
    for (uint32_t row = 0U; row < ROWS; row++) {{
        for (uint32_t column = 0U; column < COLUMNS; column++) {{
            input[index] = input_of(memory[index], row * CHANNELS + column % CHANNELS);
            index++;
        }}
    }}
}}
"
        );
    }
}

#[cfg(test)]
mod tests;
