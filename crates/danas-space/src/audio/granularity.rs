//! The granularity of audio.

use serde::{Deserialize, Serialize};

use crate::{
    audio::{Channels, ClipNormalisation, FrontEnd, Representation, SampleDepth},
    units::Hertz,
};

/// Data granularity of audio: the form and resolution in which a network receives sound.
///
/// As text, it is the sample rate and the representation, followed by everything that differs from
/// the paper's: the channels, the depth, the normalisation, the length of clips in seconds, and the
/// lengths of frames and hops in samples, which a waveform does not have. The other parameters of the front end are not in the text,
/// and are the paper's when it is parsed.
///
/// ```
/// use danas_space::AudioGranularity;
///
/// let text = "8000 Hz mfcc stereo mean 0.5 s 256/128";
/// let granularity: AudioGranularity = text.parse()?;
/// assert_eq!((granularity.samples(), granularity.front_end.frame_length()), (4000, 256));
/// assert_eq!(granularity.to_string(), text);
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AudioGranularity {
    /// Sample rate that recordings are resampled to.
    pub sample_rate: Hertz,
    /// Channels of the recordings that are used.
    pub channels: Channels,
    /// Depth that the samples are rounded to.
    pub sample_depth: SampleDepth,
    /// Kind of features that the samples are turned into.
    pub representation: Representation,
    /// Normalisation of the features over the clip.
    #[serde(default)]
    pub normalisation: ClipNormalisation,
    /// Parameters of the preprocessing.
    pub front_end: FrontEnd,
}

impl AudioGranularity {
    /// Creates a granularity as in the paper: a single channel, which is the mean of all, without
    /// rounding or normalisation.
    #[must_use]
    pub const fn new(
        sample_rate: Hertz,
        representation: Representation,
        front_end: FrontEnd,
    ) -> Self {
        let (channels, sample_depth) = (Channels::Mix, SampleDepth::Exact);
        let normalisation = ClipNormalisation::None;
        Self { sample_rate, channels, sample_depth, representation, normalisation, front_end }
    }

    /// Returns the number of samples in one channel of a clip: its length times the rate, rounded
    /// up.
    #[must_use]
    pub fn samples(&self) -> usize {
        let nanos = self.front_end.clip().as_nanos() * u128::from(self.sample_rate.get());
        // An hour at the highest rate is 1.5e13 samples: more than a 32-bit machine can address.
        usize::try_from(nanos.div_ceil(1_000_000_000)).unwrap_or(usize::MAX)
    }

    /// Returns the number of columns: the frames of one clip, or the samples of a waveform.
    #[must_use]
    pub fn frames(&self) -> usize {
        match self.representation {
            Representation::Waveform => self.samples(),
            _ => self.front_end.frames(self.samples()),
        }
    }

    /// Returns the number of rows: frequency bins, mel bands, coefficients with their derivatives,
    /// or 1 for a waveform.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.front_end.rows(self.representation)
    }

    /// Returns the number of rows that a normalisation acts on: [`rows`](Self::rows) without
    /// derivatives.
    #[must_use]
    pub const fn normalised_rows(&self) -> usize {
        match self.representation {
            Representation::Mfcc => self.front_end.coefficients(),
            other => self.front_end.rows(other),
        }
    }

    /// Returns the fraction of the distance to each new value by which a running normalisation
    /// moves its smoothed value. `None` for the other normalisations.
    ///
    /// Frames are `h` samples apart, the sample rate is `r`, and the time constant `τ`. For a
    /// running mean, the fraction is `1 - e^(-h / (τ r))` with the `τ` of
    /// [`FrontEnd::running_mean`], which makes it a first-order low-pass. PCEN uses librosa's
    /// `(√(1 + 4T²) - 1) / 2T²` with `T = τ r / h` and `τ` = 0.4 s.
    ///
    /// ```
    /// use danas_space::{AudioGranularity, ClipNormalisation, FrontEnd, Hertz, Representation};
    ///
    /// let rate = Hertz::new(16_000).ok_or("a rate is never zero")?;
    /// let front_end = FrontEnd::builder().hop_length(160).build()?; // 10 ms
    /// let mfcc = AudioGranularity::new(rate, Representation::Mfcc, front_end);
    /// assert_eq!(mfcc.smoothing(), None);
    /// let running = AudioGranularity { normalisation: ClipNormalisation::RunningMean, ..mfcc };
    /// assert!(running.smoothing().is_some_and(|weight| (weight - 0.0198).abs() < 1e-4));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn smoothing(&self) -> Option<f64> {
        let frame = self.front_end.hop_length() as f64 / f64::from(self.sample_rate.get());
        match self.normalisation {
            ClipNormalisation::RunningMean => {
                let time_constant = self.front_end.running_mean().as_secs_f64();
                Some(-libm::expm1(-frame / time_constant))
            }
            ClipNormalisation::Pcen => {
                let frames = ClipNormalisation::PCEN_TIME_CONSTANT.as_secs_f64() / frame;
                // Equal to librosa's formula, but without the difference of nearly equal numbers.
                Some(2.0 / (1.0 + (1.0 + 4.0 * frames * frames).sqrt()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{audio::Framing, data_space::Granularity, shape::Shape, units::Bytes};

    fn granularity(hertz: u32, representation: Representation) -> AudioGranularity {
        AudioGranularity::new(Hertz::new(hertz).unwrap(), representation, FrontEnd::paper())
    }

    #[test]
    fn the_papers_clips_have_the_papers_shapes() {
        let frames = [375, 750, 1500, 3000, 6000, 12_000, 24_000, 48_000]
            .map(|hertz| granularity(hertz, Representation::Mfcc).frames());
        assert_eq!(frames, [8, 15, 30, 59, 118, 235, 469, 938]);
        let rows = Representation::OF_FRAMES.map(|kind| granularity(750, kind).rows());
        assert_eq!(rows, [1025, 80, 39]);
    }

    #[test]
    fn a_partial_sample_counts_as_one() {
        let front_end = FrontEnd::builder().clip(Duration::from_millis(500)).build().unwrap();
        let halved = AudioGranularity { front_end, ..granularity(375, Representation::Mfcc) };
        assert_eq!(halved.samples(), 188); // 187.5
        assert_eq!(halved.input_buffer(), Bytes(376));
    }

    #[test]
    fn channels_and_depth_show_in_shape_and_buffer() {
        let mono = granularity(6000, Representation::Mfcc);
        let stereo = AudioGranularity { channels: Channels::Stereo, ..mono };
        assert_eq!(stereo.input_shape(), Ok(Shape::new(39, 118, 2)));
        assert_eq!(stereo.input_buffer(), Bytes(240_000));
        let coarse = AudioGranularity { sample_depth: SampleDepth::Bits8, ..stereo };
        assert_eq!(coarse.input_buffer(), Bytes(120_000));
        assert_eq!(coarse.to_string(), "6000 Hz mfcc stereo 8-bit");
        assert_eq!(mono.to_string(), "6000 Hz mfcc");
        let normalised = AudioGranularity { normalisation: ClipNormalisation::Mean, ..coarse };
        assert_eq!(normalised.to_string(), "6000 Hz mfcc stereo 8-bit mean");
    }

    #[test]
    fn a_streaming_device_keeps_a_frame_or_a_waveform() {
        let mono = granularity(6000, Representation::Mfcc);
        assert_eq!(mono.streaming_buffer(), Bytes(2 * 2048));
        let (channels, sample_depth) = (Channels::Stereo, SampleDepth::Bits8);
        let coarse = AudioGranularity { channels, sample_depth, ..mono };
        assert_eq!(coarse.streaming_buffer(), Bytes(2 * 2048));
        let waveform = granularity(375, Representation::Waveform);
        assert_eq!(waveform.streaming_buffer(), waveform.input_buffer());
        let front_end = FrontEnd::builder().clip(Duration::from_secs(1)).build().unwrap();
        let short = AudioGranularity { front_end, ..granularity(375, Representation::Mfcc) };
        assert_eq!(short.streaming_buffer(), Bytes(2 * 375));
    }

    #[test]
    fn a_normalised_waveform_is_infeasible_and_says_why() {
        for normalisation in ClipNormalisation::ALL {
            for representation in Representation::ALL {
                let granularity =
                    AudioGranularity { normalisation, ..granularity(750, representation) };
                let is_refused = representation == Representation::Waveform
                    && normalisation != ClipNormalisation::None;
                match granularity.input_shape() {
                    Ok(_) => assert!(!is_refused, "{granularity}"),
                    Err(reason) => {
                        assert!(is_refused && reason.to_string().contains(normalisation.name()));
                    }
                }
            }
        }
    }

    #[test]
    fn smoothing_is_that_of_its_time_constant() {
        let of = |normalisation, hop_length| {
            let front_end = FrontEnd::builder().hop_length(hop_length).build().unwrap();
            let rate = Hertz::new(16_000).unwrap();
            let mel = AudioGranularity::new(rate, Representation::MelSpectrogram, front_end);
            AudioGranularity { normalisation, ..mel }.smoothing()
        };
        // librosa 0.11: T = 0.4 * 16000 / 160; (np.sqrt(1 + 4 * T**2) - 1) / (2 * T**2).
        let pcen = of(ClipNormalisation::Pcen, 160).unwrap();
        assert!((pcen - 0.024_689_453_1).abs() < 1e-9, "{pcen}");
        // After 50 frames of 10 ms each, 1/e of a step remains.
        let mean = of(ClipNormalisation::RunningMean, 160).unwrap();
        assert!(((1.0 - mean).powi(50) - (-1.0_f64).exp()).abs() < 1e-12, "{mean}");
        for running in [ClipNormalisation::Pcen, ClipNormalisation::RunningMean] {
            let longest = of(running, usize::MAX).unwrap();
            assert!(longest > 0.999 && longest <= 1.0, "{running}: {longest}");
        }
        assert_eq!(of(ClipNormalisation::Mean, 160), None);
    }

    #[test]
    fn a_granularity_of_an_earlier_version_has_no_normalisation() {
        let plain = granularity(750, Representation::Mfcc);
        let text = toml::to_string(&plain).unwrap();
        let without: Vec<&str> =
            text.lines().filter(|line| !line.starts_with("normalisation")).collect();
        assert!(without.len() < text.lines().count());
        assert_eq!(toml::from_str::<AudioGranularity>(&without.join("\n")), Ok(plain));
    }

    #[test]
    fn parameters_name_what_the_features_depend_on_once() {
        let all = Representation::ALL.into_iter().flat_map(|representation| {
            ClipNormalisation::ALL.map(|normalisation| (representation, normalisation))
        });
        for (representation, normalisation) in all {
            let plain = granularity(750, representation);
            let parameters = AudioGranularity { normalisation, ..plain }.parameters();
            let names: Vec<_> = parameters.iter().map(|&(name, _)| name).collect();
            let lower = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            assert!(names.iter().all(lower), "{names:?}");
            let mut distinct = names.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), names.len(), "{names:?}");
            assert_eq!(names.contains(&"mel_bands"), representation.to_string().starts_with('m'));
            let has_frames = representation != Representation::Waveform;
            let has_decibels = has_frames && normalisation != ClipNormalisation::Pcen;
            assert_eq!(names.contains(&"dynamic_range"), has_decibels);
            assert_eq!(names.contains(&"frame_length"), has_frames);
            assert_eq!(names.contains(&"hop_length"), has_frames);
            assert_eq!(names.contains(&"smoothing"), has_frames && normalisation.is_running());
        }
    }

    #[test]
    fn a_waveform_is_one_row_of_samples() {
        let waveform = granularity(375, Representation::Waveform);
        assert_eq!(waveform.input_shape(), Ok(Shape::new(1, 3750, 1)));
    }

    #[test]
    fn a_clip_shorter_than_a_frame_inside_of_it_is_infeasible() {
        let front_end = FrontEnd::builder().framing(Framing::Inside);
        let inside = |front_end| AudioGranularity {
            front_end,
            ..granularity(375, Representation::MelSpectrogram)
        };
        let ten_seconds = inside(front_end.build().unwrap());
        assert_eq!(ten_seconds.frames(), 1 + (3750 - 2048) / 512);
        let five_seconds = inside(front_end.clip(Duration::from_secs(5)).build().unwrap());
        assert!(five_seconds.input_shape().is_err());
    }
}
