//! The code of a front end of sound in integers.

use danas_dsp::{
    FixedAudio, FixedCepstrum, FixedFourier, FixedFrames, FixedLevels, FixedNormalisation,
    FixedPcen,
};
use danas_space::{ClipNormalisation, Framing};

use super::{
    super::{fourier::Fourier, raw::Raw, raw::SampleType, writer::Writer},
    input::FixedInput,
};

/// Code that is being written.
pub(super) struct Code<'a> {
    audio: &'a FixedAudio,
    raw: Raw,
    input: &'a FixedInput,
    code: Writer,
}

impl<'a> Code<'a> {
    pub(super) fn new(audio: &'a FixedAudio, raw: Raw, input: &'a FixedInput) -> Self {
        Self { audio, raw, input, code: Writer::default() }
    }

    /// Writes the code, and returns it with the number of integers that it works in, and the bytes of
    /// its tables.
    pub(super) fn written(mut self, fourier: Option<&Fourier>) -> (String, usize, u64) {
        self.sound();
        let words = match (&self.audio.frames, fourier) {
            (Some(frames), Some(fourier)) => self.frames(frames, fourier),
            _ => {
                self.waveform();
                0
            }
        };
        (self.code.text, words, self.code.constant_bytes)
    }

    /// Writes what reads samples of the clip, at the rate of the features.
    fn sound(&mut self) {
        let code = &mut self.code;
        code.text += &format!("#define SAMPLE {}\n", self.raw.sample.name());
        let step = if self.raw.sample == SampleType::Int8 { 256 } else { 1 };
        code.define_integer("SAMPLE_STEP", step);
        code.define("CLIP", self.raw.moments);
        code.define("CHANNELS", self.raw.channels);
        code.source(include_str!("../../../c/fixed/sound.c"));
        let Some(decimation) = &self.audio.decimation else { return };
        code.text += "\n";
        code.define("RATE_FROM", decimation.from);
        code.define("RATE_TO", decimation.to);
        code.define("DECIMATED", decimation.computed);
        code.define("DECIMATION_TAPS", decimation.taps.len());
        code.define("DECIMATION_SHIFT", decimation.shift as usize);
        code.integers("int16_t", 2, "decimation_taps", &decimation.taps);
        code.source(match decimation.to {
            1 => include_str!("../../../c/fixed/decimate_whole.c"),
            _ => include_str!("../../../c/fixed/decimate_ratio.c"),
        });
        let Some(depth) = self.audio.granularity.sample_depth.rounded_to() else {
            code.text += "\n#define LOWERED(from, index) decimated_at(from, index)\n";
            return;
        };
        code.text += "\n";
        code.define("DEPTH", depth as usize);
        code.define_integer("DEPTH_SHIFT", decimation.bits + 1 - depth.cast_signed());
        code.source(include_str!("../../../c/fixed/round_samples.c"));
        code.text += "\n#define LOWERED(from, index) rounded_sample(decimated_at(from, index))\n";
    }

    /// Writes the front end of a waveform, whose samples are the input.
    fn waveform(&mut self) {
        self.code.text += "\n";
        self.code.define("SAMPLES", self.audio.granularity.samples());
        self.code.text += "\n";
        self.input.write(&mut self.code);
        let sample = match self.audio.decimation {
            None => "clip_at(&from, index) * 0x100",
            Some(_) => "LOWERED(&from, (int32_t)index)",
        };
        self.code.text += &format!(
            "
/* Reads the samples of all channels as the network's input. */
static void front_end(const SAMPLE *ring, uint32_t start, int32_t *memory)
{{
    int8_t *input = (int8_t *)memory;
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

    /// Writes the front end of features that are made of frames, and returns the number of integers
    /// that it works in.
    fn frames(&mut self, frames: &FixedFrames, fourier: &Fourier) -> usize {
        let granularity = &self.audio.granularity;
        let front_end = &granularity.front_end;
        let (length, count) = (front_end.frame_length(), granularity.frames());
        let channels = granularity.channels.count();
        let bins = length / 2 + 1;
        let bands = &frames.levels.bands;
        let levels = if bands.is_empty() { bins } else { bands.len() };
        let code = &mut self.code;
        code.text += "\n";
        code.define("FRAME_LENGTH", length);
        code.define("HOP_LENGTH", front_end.hop_length());
        code.define("FRAMES", count);
        code.define("BINS", bins);
        code.define("LEVELS", levels);
        code.define("NORMALISED", granularity.normalised_rows());
        code.define("ROWS", granularity.rows());
        code.define("COLUMNS", count * channels);
        code.source(include_str!("../../../c/fixed/bits.c"));
        if frames.is_lowered || frames.pcen.is_some() {
            code.source(include_str!("../../../c/fixed/scaled.c"));
        }
        if frames.is_lowered {
            code.integer_source(include_str!("../../../c/frames_decimated.c"));
            code.text += "\n#define WEIGHTED(sample, weight) scaled(sample, weight)\n";
        } else {
            code.source(include_str!("../../../c/fixed/frames_native.c"));
            code.text += "\n#define WEIGHTED(sample, weight) ((sample) * (weight))\n";
        }
        code.text += "\n";
        write_fourier(code, &frames.fourier, fourier);
        write_window(code, &frames.window, front_end.window_length());
        code.source(if length.is_multiple_of(2) {
            include_str!("../../../c/fixed/frame_even.c")
        } else {
            include_str!("../../../c/fixed/frame_odd.c")
        });
        write_levels(code, &frames.levels);
        match &frames.pcen {
            Some(pcen) => write_pcen(code, pcen),
            None => write_limit(code, &frames.levels, granularity.normalisation),
        }
        if let Some(cepstrum) = &frames.cepstrum {
            write_cepstrum(code, cepstrum);
        }
        write_normalisation(code, frames.normalisation);
        if let Some(first) = frames.derivatives.first() {
            code.text += "\n";
            code.define("DELTAS", frames.derivatives.len());
            code.define("DELTA_WIDTH", first.weights.len());
            let weights: Vec<i16> =
                frames.derivatives.iter().flat_map(|it| it.weights.iter().copied()).collect();
            code.integers("int16_t", 2, "delta_weights", &weights);
            let bits: Vec<u32> = frames.derivatives.iter().map(|it| it.bits).collect();
            code.integers("uint8_t", 1, "delta_bits", &bits);
            code.source(include_str!("../../../c/fixed/deltas.c"));
        }
        code.text += "\n";
        self.input.write(code);
        let held = levels.max(granularity.rows()) * count * channels;
        let part = if frames.is_lowered { length } else { 0 };
        let work = fourier.floats().max(if frames.cepstrum.is_some() { levels } else { 0 });
        self.whole(frames, held, work);
        held + work + part
    }

    /// Writes the function that calls all others. It keeps the features in the first `held` integers
    /// of its memory, and works in the `work` integers after them.
    fn whole(&mut self, frames: &FixedFrames, held: usize, work: usize) {
        let front_end = &self.audio.granularity.front_end;
        let half = match front_end.framing() {
            Framing::Centred => front_end.frame_length() / 2,
            Framing::Inside => 0,
        };
        let (start, step) = if frames.is_lowered {
            (
                format!("{{{{ring, start, channel}}, NO_PART, &work[{work}]}}"),
                "            frame_source_move(&from, first);\n",
            )
        } else {
            ("{ring, start, channel}".to_owned(), "")
        };
        let magnitudes = match frames.levels.of_magnitudes && !frames.levels.bands.is_empty() {
            true => "            to_magnitudes(bins);\n",
            false => "",
        };
        let mut calls = String::new();
        calls += match &frames.pcen {
            Some(_) => "    compress_energies(memory);\n",
            None => "    limit_levels(memory);\n",
        };
        if frames.cepstrum.is_some() {
            calls += "    to_cepstra(memory, work);\n";
        }
        if frames.normalisation != FixedNormalisation::None {
            calls += "    normalise_rows(memory);\n";
        }
        if !frames.derivatives.is_empty() {
            calls += "    append_deltas(memory);\n";
        }
        self.code.text += &format!(
            "
/* Computes the features of a clip, and leaves the network's input at the beginning of the memory. */
static void front_end(const SAMPLE *ring, uint32_t start, int32_t *memory)
{{
    int32_t *work = &memory[{held}];
    uint32_t *bins = (uint32_t *)work;
    for (uint32_t channel = 0U; channel < CHANNELS; channel++) {{
        frame_source from = {start};
        for (uint32_t frame = 0U; frame < FRAMES; frame++) {{
            const int32_t first = (int32_t)(frame * HOP_LENGTH) - {half};
{step}            const uint32_t mask = frame_load(&from, first, work);
            const int32_t exponent = frame_power(work, mask);
{magnitudes}            store_rows(bins, exponent, &memory[frame * CHANNELS + channel]);
        }}
    }}
{calls}    /* No value of the input lies behind the feature that it is made of. */
    int8_t *input = (int8_t *)memory;
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

/// Writes `frame_power`, which replaces a frame by the power of its bins.
fn write_fourier(code: &mut Writer, fixed: &FixedFourier, fourier: &Fourier) {
    let is_even = fixed.length.is_multiple_of(2);
    code.text += &fourier.constants();
    code.define_integer("FFT_INPUT_BITS", fixed.input_bits);
    // A square is divided by 2²⁷, and the bins of an even length are doubled.
    code.define_integer("FFT_UNIT", if is_even { 25 } else { 27 });
    code.define_integer("SILENT", FixedFourier::SILENT);
    let circle: Vec<i16> = fixed.circle.iter().flatten().copied().collect();
    code.integers("int16_t", 2, "fft_circle", &circle);
    code.constant_bytes += fourier.order_bytes();
    code.text += &fourier.order();
    code.source(include_str!("../../../c/fixed/fft_product.c"));
    for (is_used, source) in [
        (fourier.has_two(), include_str!("../../../c/fft_radix_2.c")),
        (fourier.has_four(), include_str!("../../../c/fixed/fft_radix_4.c")),
        (fourier.has_other(), include_str!("../../../c/fixed/fft_radix_any.c")),
    ] {
        if is_used {
            code.integer_source(source);
        }
    }
    code.text += &fourier.stages("int32_t");
    code.source(include_str!("../../../c/fixed/fft_square.c"));
    code.source(if is_even {
        include_str!("../../../c/fixed/fft_power_even.c")
    } else {
        include_str!("../../../c/fixed/fft_power_odd.c")
    });
    code.source(include_str!("../../../c/fixed/frame_power.c"));
}

/// Writes `frame_weight` for a window in the middle of a frame.
fn write_window(code: &mut Writer, weights: &[u16], length: usize) {
    let first = (weights.len() - length) / 2;
    code.text += "\n";
    code.define("WINDOW_FIRST", first);
    code.define("WINDOW_LENGTH", length);
    code.integers("uint16_t", 2, "window_weights", &weights[first..=first + length / 2]);
    code.integer_source(include_str!("../../../c/window.c"));
}

/// Writes what turns the power of a frame into levels.
fn write_levels(code: &mut Writer, levels: &FixedLevels) {
    let is_bins = levels.bands.is_empty();
    code.text += "\n";
    code.integers("uint16_t", 2, "log2_table", &levels.logarithms);
    code.source(include_str!("../../../c/fixed/log2.c"));
    code.text += "\n";
    let is_halved = levels.of_magnitudes && is_bins;
    code.define_integer("LOGARITHM_DIVISOR", if is_halved { 2 } else { 1 });
    code.define_integer("EXPONENT_UNIT", if levels.of_magnitudes { 0x8000 } else { 0x1_0000 });
    code.define_integer("LEVEL_OFFSET", levels.offset * 0x1_0000);
    code.define_integer("LEVEL_FLOOR", levels.floor);
    code.source(include_str!("../../../c/fixed/level.c"));
    if is_bins {
        code.source(include_str!("../../../c/fixed/spectrum_rows.c"));
        return;
    }
    if levels.of_magnitudes {
        code.source(include_str!("../../../c/fixed/root.c"));
        code.source(include_str!("../../../c/fixed/magnitudes.c"));
    }
    code.text += "\n";
    let ranges: Vec<usize> =
        levels.bands.iter().flat_map(|band| [band.first, band.weights.len()]).collect();
    // Frames have at most 65536 samples, and bands at most half as many bins and one.
    code.integers("uint16_t", 2, "mel_ranges", &ranges);
    let mut weights: Vec<u16> =
        levels.bands.iter().flat_map(|band| band.weights.iter().copied()).collect();
    if weights.is_empty() {
        weights.push(0); // C has no empty arrays
    }
    code.integers("uint16_t", 2, "mel_weights", &weights);
    let units: Vec<i32> = levels.bands.iter().map(|band| band.bits).collect();
    code.integers("int8_t", 1, "mel_units", &units);
    code.source(include_str!("../../../c/fixed/mel_rows.c"));
}

/// Writes what limits the levels of a clip.
fn write_limit(code: &mut Writer, levels: &FixedLevels, normalisation: ClipNormalisation) {
    code.text += "\n";
    code.define_integer("DYNAMIC_RANGE", levels.range);
    code.integer_source(match normalisation {
        ClipNormalisation::RunningMean => include_str!("../../../c/limit_so_far.c"),
        ClipNormalisation::Level => include_str!("../../../c/limit_relative.c"),
        _ => include_str!("../../../c/limit_clip.c"),
    });
}

fn write_cepstrum(code: &mut Writer, cepstrum: &FixedCepstrum) {
    code.text += "\n";
    code.define("CEPSTRUM_SHIFT", cepstrum.shift as usize);
    code.integers("int16_t", 2, "cosines", &cepstrum.cosines);
    code.source(include_str!("../../../c/fixed/cepstrum.c"));
}

fn write_pcen(code: &mut Writer, pcen: &FixedPcen) {
    code.text += "\n";
    code.define_integer("SMOOTHING", pcen.smoothing);
    code.define("SMOOTHING_SHIFT", pcen.smoothing_bits as usize - 16);
    code.define_integer("PCEN_BITS", pcen.bits);
    code.text += &format!("#define PCEN_FIRST INT64_C({})\n", pcen.first);
    code.define_integer("PCEN_GAIN", pcen.gain);
    code.define("PCEN_BIAS", pcen.bias as usize);
    code.define_integer("PCEN_ROOT", pcen.root);
    code.text += &format!("#define PCEN_LARGEST UINT64_C({})\n", FixedPcen::LARGEST_RATIO);
    code.integers("uint16_t", 2, "exp2_table", &pcen.powers);
    code.source(include_str!("../../../c/fixed/exp2.c"));
    code.source(include_str!("../../../c/fixed/pcen.c"));
}

/// Writes the normalisation of rows over time.
fn write_normalisation(code: &mut Writer, normalisation: FixedNormalisation) {
    code.text += "\n";
    let row = match normalisation {
        FixedNormalisation::Mean => include_str!("../../../c/fixed/normalise_mean.c"),
        FixedNormalisation::MeanVariance { least, factor } => {
            code.define("LEAST_DEVIATION", least as usize);
            code.define_integer("LEAST_FACTOR", factor);
            code.source(include_str!("../../../c/fixed/root.c"));
            code.source(include_str!("../../../c/fixed/shifted.c"));
            include_str!("../../../c/fixed/normalise_deviation.c")
        }
        FixedNormalisation::RunningMean { smoothing } => {
            code.define_integer("SMOOTHING", smoothing);
            include_str!("../../../c/fixed/normalise_running_mean.c")
        }
        _ => return,
    };
    if !matches!(normalisation, FixedNormalisation::RunningMean { .. }) {
        code.source(include_str!("../../../c/fixed/divided.c"));
    }
    code.source(row);
    code.integer_source(include_str!("../../../c/normalise_rows.c"));
}
