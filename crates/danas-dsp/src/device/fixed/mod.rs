//! Features of sound in integers, for devices without a floating-point unit.

mod arithmetic;
mod cepstrum;
mod decimation;
mod fourier;
mod levels;
mod normalisation;
mod pcen;

use std::f64::consts::LOG10_2;

use danas_space::{
    AudioGranularity, ClipNormalisation, Framing, Hertz, Representation, SampleDepth,
};

use self::arithmetic::scaled;
pub use self::{
    cepstrum::{FixedCepstrum, FixedDerivative},
    decimation::FixedDecimation,
    fourier::FixedFourier,
    levels::{FixedBand, FixedLevels},
    normalisation::FixedNormalisation,
    pcen::FixedPcen,
};
use super::AudioTables;
use crate::error::DspError;

/// The features of an [`Extractor`](crate::Extractor) in integers: the tables, and the computation.
///
/// Between 16-bit samples and features there are only integers of 32 bits, and sums of 64. What a
/// device computes from these tables is the same, bit by bit. A feature is an integer times
/// [`unit`](Self::unit). Features differ from the extractor's by rounding:
///
/// - Windows, filters and the circle of the transform have 16 bits, mel bands 16 and cosines 14.
/// - Power has 32 bits. In a frame, bins that are 87 to 96 dB below the loudest one are lost: they
///   count as if they were there. With a dynamic range above 87 dB, this shows.
/// - Logarithms are exact to 2·10⁻⁴ dB.
///
/// ```
/// use danas_dsp::FixedAudio;
/// use danas_space::{AudioGranularity, FrontEnd, Hertz, Representation};
/// use std::time::Duration;
///
/// let rate = Hertz::new(8_000).ok_or("a rate is never zero")?;
/// let front_end = FrontEnd::builder().clip(Duration::from_millis(100)).frame_length(256).build()?;
/// let granularity = AudioGranularity::new(rate, Representation::MelSpectrogram, front_end);
/// let fixed = FixedAudio::new(&granularity, rate)?;
/// let silence = fixed.features(&[0; 800]);
/// assert_eq!(silence.len(), 80 * granularity.frames());
/// let decibels = f64::from(silence[0]) * fixed.unit();
/// assert!((decibels + 100.0).abs() < 1e-4); // the floor
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FixedAudio {
    /// The granularity.
    pub granularity: AudioGranularity,
    /// Number of samples of a clip of one channel at the native rate.
    pub clip: usize,
    /// How the rate is lowered, or `None` if the native rate is that of the granularity.
    pub decimation: Option<FixedDecimation>,
    /// What is computed from frames; `None` for a waveform, whose features are its samples.
    pub frames: Option<FixedFrames>,
}

/// The tables of features of frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedFrames {
    /// Whether samples were filtered, so that they have more than 16 bits.
    pub is_lowered: bool,
    /// Weights of the samples of a frame in 32768ths.
    pub window: Vec<u16>,
    /// The transform of a frame.
    pub fourier: FixedFourier,
    /// Levels of bins or bands.
    pub levels: FixedLevels,
    /// Coefficients of levels.
    pub cepstrum: Option<FixedCepstrum>,
    /// Normalisation of rows.
    pub normalisation: FixedNormalisation,
    /// Normalisation in place of decibels.
    pub pcen: Option<FixedPcen>,
    /// Derivatives of coefficients.
    pub derivatives: Vec<FixedDerivative>,
}

/// Fraction bits of a sample at the native rate.
const SAMPLE_BITS: i32 = 15;

/// Fraction bits of the samples of a waveform.
const WAVEFORM_BITS: i32 = 23;

/// Logarithms to base 2 in a bel, times ten: decibels in an octave of power.
const DECIBELS: f64 = 10.0 * LOG10_2;

impl FixedAudio {
    /// Plans the features of a granularity for sound that arrives at a native rate.
    ///
    /// # Errors
    /// The errors of [`AudioTables::new`].
    pub fn new(granularity: &AudioGranularity, native: Hertz) -> Result<Self, DspError> {
        let tables = AudioTables::new(granularity, native)?;
        let decimation = tables.decimation.as_ref().map(FixedDecimation::new);
        let bits = decimation.as_ref().map_or(SAMPLE_BITS, |decimation| decimation.bits);
        let frames = (granularity.representation != Representation::Waveform)
            .then(|| FixedFrames::new(&tables, decimation.is_some(), bits));
        Ok(Self { granularity: *granularity, clip: tables.clip, decimation, frames })
    }

    /// Returns what a feature of 1 stands for: decibels, units of a coefficient, deviations, or full
    /// scale.
    #[must_use]
    pub fn unit(&self) -> f64 {
        match &self.frames {
            None => f64::from(-self.waveform_bits()).exp2(),
            Some(frames) => frames.unit(),
        }
    }

    /// Returns the fraction bits of the samples of a waveform.
    fn waveform_bits(&self) -> i32 {
        self.decimation.as_ref().map_or(WAVEFORM_BITS, |decimation| decimation.bits)
    }

    /// Returns the number of channels of a sample.
    fn channels(&self) -> usize {
        self.granularity.channels.count()
    }

    /// Returns the features of a clip of 16-bit samples, all channels of a moment after the other:
    /// rows, frames, channels. A clip that is too short is followed by silence.
    #[must_use]
    pub fn features(&self, samples: &[i16]) -> Vec<i32> {
        let channels = self.channels();
        let channel = |channel: usize| {
            let mut clip: Vec<i16> =
                samples.iter().skip(channel).step_by(channels).copied().collect();
            clip.resize(self.clip, 0);
            self.lowered(clip)
        };
        let clips: Vec<Vec<i32>> = (0..channels).map(channel).collect();
        match &self.frames {
            Some(frames) => frames.of(&clips, &self.granularity),
            None => {
                let sample = |index: usize| {
                    // Samples at the native rate have fewer fraction bits.
                    let shift =
                        if self.decimation.is_some() { 0 } else { WAVEFORM_BITS - SAMPLE_BITS };
                    let of = move |clip: &Vec<i32>| clip.get(index).map_or(0, |it| it << shift);
                    clips.iter().map(of)
                };
                (0..self.granularity.samples()).flat_map(sample).collect()
            }
        }
    }

    /// Returns a clip at the rate of the features, rounded to the depth of the granularity.
    fn lowered(&self, mut clip: Vec<i16>) -> Vec<i32> {
        let depth = self.granularity.sample_depth;
        let Some(decimation) = &self.decimation else {
            if depth == SampleDepth::Bits8 {
                clip.iter_mut().for_each(|sample| *sample = narrowed(*sample) * 256);
            }
            return clip.into_iter().map(i32::from).collect();
        };
        let mut lowered = decimation.lowered(&clip);
        if let Some(bits) = depth.rounded_to() {
            lowered.iter_mut().for_each(|it| *it = rounded(*it, decimation.bits, bits));
        }
        lowered
    }
}

impl FixedFrames {
    fn new(tables: &AudioTables, is_lowered: bool, bits: i32) -> Self {
        let granularity = &tables.granularity;
        let weight =
            |weight: &f32| arithmetic::fixed(f64::from(*weight), 15, 32_768.0).max(0.0) as u16;
        let levels = FixedLevels::new(tables, if is_lowered { bits } else { bits + 15 });
        let cepstrum = FixedCepstrum::new(tables);
        let bits = cepstrum.as_ref().map_or(16, |cepstrum| cepstrum.bits);
        let unit = DECIBELS * f64::from(-bits).exp2();
        let pcen = levels.of_magnitudes.then(|| {
            let window: f64 = tables.window.iter().map(|&weight| f64::from(weight)).sum();
            let band = |band: &super::MelTable| band.weights.iter().map(|&it| f64::from(it)).sum();
            let gain = tables.bands.iter().map(band).fold(0.0, f64::max);
            let gain = if tables.bands.is_empty() { 1.0 } else { gain };
            let largest = window * gain * f64::from(ClipNormalisation::PCEN_SCALE);
            FixedPcen::new(granularity.smoothing().unwrap_or(1.0), largest)
        });
        Self {
            is_lowered,
            window: tables.window.iter().map(weight).collect(),
            fourier: FixedFourier::new(granularity.front_end.frame_length()),
            levels,
            cepstrum,
            normalisation: FixedNormalisation::new(
                granularity.normalisation,
                granularity.smoothing(),
                unit,
            ),
            pcen,
            derivatives: tables.deltas.iter().map(|it| FixedDerivative::new(it)).collect(),
        }
    }

    /// Returns what a feature of 1 stands for.
    fn unit(&self) -> f64 {
        if self.pcen.is_some() && self.cepstrum.is_none() {
            return f64::from(-pcen::VALUE_BITS).exp2();
        }
        if let FixedNormalisation::MeanVariance { .. } = self.normalisation {
            return f64::from(-normalisation::DEVIATION_BITS).exp2();
        }
        let bits = self.cepstrum.as_ref().map_or(16, |cepstrum| cepstrum.bits);
        let of_level = if self.pcen.is_some() { 1.0 } else { DECIBELS };
        of_level * f64::from(-bits).exp2()
    }

    /// Returns the features of channels of equal length.
    fn of(&self, clips: &[Vec<i32>], granularity: &AudioGranularity) -> Vec<i32> {
        let (frames, channels) = (granularity.frames(), clips.len());
        let columns = frames * channels;
        let rows = match self.levels.bands.len() {
            0 => self.fourier.length / 2 + 1,
            bands => bands,
        };
        let mut values = vec![0; rows * columns];
        for (channel, clip) in clips.iter().enumerate() {
            for frame in 0..frames {
                let power = self.fourier.power(&self.frame(clip, frame, granularity));
                let levels = self.levels.of(&power.bins, power.exponent);
                for (row, level) in levels.into_iter().enumerate() {
                    values[row * columns + frame * channels + channel] = level;
                }
            }
        }
        let each_row = |values: &mut [i32], apply: &dyn Fn(&mut [i32])| {
            for row in values.chunks_exact_mut(columns.max(1)) {
                for channel in 0..channels {
                    let places = (channel..columns).step_by(channels);
                    let mut one: Vec<i32> = places.clone().map(|place| row[place]).collect();
                    apply(&mut one);
                    places.zip(one).for_each(|(place, value)| row[place] = value);
                }
            }
        };
        match &self.pcen {
            Some(pcen) => {
                each_row(&mut values, &|row| pcen.apply(row, &self.levels.logarithms));
            }
            None => self.levels.limit(granularity.normalisation, &mut values, columns, channels),
        }
        if let Some(cepstrum) = &self.cepstrum {
            values = cepstrum.of(&values, columns);
        }
        each_row(&mut values, &|row| self.normalisation.apply(row));
        let derivatives: Vec<i32> =
            self.derivatives.iter().flat_map(|it| it.of(&values, frames, channels)).collect();
        values.extend(derivatives);
        values
    }

    /// Returns a frame, weighted by the window. Silence lies beyond the ends of the clip.
    fn frame(&self, clip: &[i32], frame: usize, granularity: &AudioGranularity) -> Vec<i32> {
        let half = match granularity.front_end.framing() {
            Framing::Centred => self.fourier.length / 2,
            Framing::Inside => 0,
        };
        let first = frame * granularity.front_end.hop_length();
        let value = |(index, &weight): (usize, &u16)| {
            let place = (first + index).checked_sub(half);
            let sample = place.and_then(|place| clip.get(place)).copied().unwrap_or_default();
            let weight = i32::from(weight);
            // The product of 16 bits and a weight of at most 2¹⁵ is kept as it is.
            if self.is_lowered { scaled(sample, weight) } else { sample * weight }
        };
        self.window.iter().enumerate().map(value).collect()
    }
}

/// Rounds a sample of 16 bits to 8, halves to the even number.
fn narrowed(sample: i16) -> i16 {
    let up = i32::from(sample) + 0x8000;
    ((up + 0x7F + ((up >> 8) & 1)) >> 8).min(0xFF) as i16 - 0x80
}

/// Rounds a sample of some fraction bits to a depth, halves to the even number, and limits it to what
/// that depth can hold.
fn rounded(sample: i32, bits: i32, depth: u32) -> i32 {
    let shift = bits + 1 - depth.cast_signed();
    let half = (1 << (shift - 1)) - 1 + ((sample >> shift) & 1);
    let largest = 1 << (depth - 1);
    ((sample + half) >> shift).clamp(-largest, largest - 1) << shift
}
