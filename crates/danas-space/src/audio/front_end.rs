//! The preprocessing parameters of an audio granularity.

use std::{ops::RangeInclusive, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    Framing, Hertz, MelNorm, MelScale, Representation, ResamplingFilter, SpaceError, Window,
};

/// How audio is cut into clips and frames, and how many bands and coefficients describe a frame.
///
/// ```
/// use danas_space::FrontEnd;
/// use std::time::Duration;
///
/// let half_second = FrontEnd::builder()
///     .clip(Duration::from_millis(500))
///     .frame_length(256)
///     .hop_length(128)
///     .build()?;
/// assert_eq!(half_second.mel_bands(), FrontEnd::paper().mel_bands());
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "FrontEndBuilder", into = "FrontEndBuilder")]
pub struct FrontEnd(FrontEndBuilder);

impl FrontEnd {
    /// The values of the paper's Table 2: clips of 10 s, frames of 2048 samples every 512, 80 mel
    /// bands, 13 coefficients; what it leaves open as librosa has it.
    #[must_use]
    pub const fn paper() -> Self {
        Self(FrontEndBuilder {
            clip: Duration::from_secs(10),
            resampling: ResamplingFilter::SoxrHq,
            frame_length: 2048,
            window_length: None,
            hop_length: 512,
            window: Window::Hann,
            framing: Framing::Centred,
            mel_bands: 80,
            mel_scale: MelScale::Slaney,
            mel_norm: MelNorm::Area,
            lowest: 0,
            highest: None,
            floor: -100,
            dynamic_range: 80,
            coefficients: 13,
            lifter: 0,
            deltas: 2,
            delta_width: 9,
            running_mean: Duration::from_millis(500),
        })
    }

    /// A builder that starts from [`paper`](Self::paper).
    pub fn builder() -> FrontEndBuilder {
        Self::paper().to_builder()
    }

    /// A builder that starts from these values.
    pub const fn to_builder(self) -> FrontEndBuilder {
        self.0
    }

    /// The length that every clip is cut or zero-padded to.
    #[must_use]
    pub const fn clip(&self) -> Duration {
        self.0.clip
    }

    /// The low-pass filter of a lowered sample rate.
    #[must_use]
    pub const fn resampling(&self) -> ResamplingFilter {
        self.0.resampling
    }

    /// The samples of one frame: the FFT is this long.
    #[must_use]
    pub const fn frame_length(&self) -> usize {
        self.0.frame_length
    }

    /// The samples of the window in the middle of a frame; zeros weigh the others.
    #[must_use]
    pub const fn window_length(&self) -> usize {
        match self.0.window_length {
            Some(samples) => samples,
            None => self.0.frame_length,
        }
    }

    /// The samples from one frame to the next.
    #[must_use]
    pub const fn hop_length(&self) -> usize {
        self.0.hop_length
    }

    /// The weights of the samples of a frame.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.0.window
    }

    /// Where the frames of a clip lie.
    #[must_use]
    pub const fn framing(&self) -> Framing {
        self.0.framing
    }

    /// The bands of the mel filter bank, of the mel spectrogram and beneath the MFCC.
    #[must_use]
    pub const fn mel_bands(&self) -> usize {
        self.0.mel_bands
    }

    /// The scale on which the bands are evenly spaced.
    #[must_use]
    pub const fn mel_scale(&self) -> MelScale {
        self.0.mel_scale
    }

    /// How high the triangles of the bands are.
    #[must_use]
    pub const fn mel_norm(&self) -> MelNorm {
        self.0.mel_norm
    }

    /// Where the lowest band begins, in hertz.
    #[must_use]
    pub const fn lowest(&self) -> u32 {
        self.0.lowest
    }

    /// Where the highest band ends; at half the sample rate if it is `None`.
    #[must_use]
    pub const fn highest(&self) -> Option<Hertz> {
        self.0.highest
    }

    /// The least power that is told from silence, in decibels.
    #[must_use]
    pub const fn floor(&self) -> i32 {
        self.0.floor
    }

    /// How far below the loudest value of a clip its decibels may go.
    #[must_use]
    pub const fn dynamic_range(&self) -> u32 {
        self.0.dynamic_range
    }

    /// The cepstral coefficients, to which their derivatives are added.
    #[must_use]
    pub const fn coefficients(&self) -> usize {
        self.0.coefficients
    }

    /// The parameter of the sine that weighs the coefficients; none for 0.
    #[must_use]
    pub const fn lifter(&self) -> u32 {
        self.0.lifter
    }

    /// The derivatives of the coefficients: 0, 1 or 2.
    #[must_use]
    pub const fn deltas(&self) -> usize {
        self.0.deltas
    }

    /// The frames that a derivative is estimated from.
    #[must_use]
    pub const fn delta_width(&self) -> usize {
        self.0.delta_width
    }

    /// The time constant of a running mean: how long it takes to go 63 % (1 - 1/e) of the way to a
    /// new level.
    #[must_use]
    pub const fn running_mean(&self) -> Duration {
        self.0.running_mean
    }

    /// The frames of a clip of `samples` samples.
    #[must_use]
    pub const fn frames(&self, samples: usize) -> usize {
        match self.framing() {
            Framing::Centred => 1 + samples / self.hop_length(),
            Framing::Inside => match samples.checked_sub(self.frame_length()) {
                Some(room) => 1 + room / self.hop_length(),
                None => 0,
            },
        }
    }

    /// The rows of a representation: frequency bins, mel bands, coefficients with their
    /// derivatives, or 1 for a waveform.
    #[must_use]
    pub const fn rows(&self, representation: Representation) -> usize {
        match representation {
            Representation::Spectrogram => self.frame_length() / 2 + 1,
            Representation::MelSpectrogram => self.mel_bands(),
            Representation::Mfcc => (1 + self.deltas()) * self.coefficients(),
            Representation::Waveform => 1,
        }
    }
}

/// Builds a [`FrontEnd`]; also how one is written in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[must_use]
pub struct FrontEndBuilder {
    #[serde(rename = "seconds", with = "super::seconds")]
    clip: Duration,
    resampling: ResamplingFilter,
    frame_length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    window_length: Option<usize>,
    hop_length: usize,
    window: Window,
    framing: Framing,
    mel_bands: usize,
    mel_scale: MelScale,
    mel_norm: MelNorm,
    lowest: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    highest: Option<Hertz>,
    floor: i32,
    dynamic_range: u32,
    coefficients: usize,
    lifter: u32,
    deltas: usize,
    delta_width: usize,
    #[serde(rename = "running_mean_seconds", with = "super::seconds")]
    running_mean: Duration,
}

impl FrontEndBuilder {
    /// The length of a clip. Default: 10 s.
    pub fn clip(mut self, clip: Duration) -> Self {
        self.clip = clip;
        self
    }

    /// The low-pass filter of a lowered sample rate. Default: soxr's, as in librosa.
    pub fn resampling(mut self, filter: ResamplingFilter) -> Self {
        self.resampling = filter;
        self
    }

    /// The samples of a frame (librosa's `n_fft`). Default: 2048.
    pub fn frame_length(mut self, samples: usize) -> Self {
        self.frame_length = samples;
        self
    }

    /// The samples of the window in the middle of a frame (`win_length`). Default: the whole frame.
    pub fn window_length(mut self, samples: usize) -> Self {
        self.window_length = Some(samples);
        self
    }

    /// The samples from one frame to the next. Default: 512.
    pub fn hop_length(mut self, samples: usize) -> Self {
        self.hop_length = samples;
        self
    }

    /// The weights of the samples of a frame. Default: Hann.
    pub fn window(mut self, window: Window) -> Self {
        self.window = window;
        self
    }

    /// Where the frames lie (`center`). Default: centred.
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// The mel bands (`n_mels`). Default: 80.
    pub fn mel_bands(mut self, bands: usize) -> Self {
        self.mel_bands = bands;
        self
    }

    /// The mel scale (`htk`). Default: Slaney's.
    pub fn mel_scale(mut self, scale: MelScale) -> Self {
        self.mel_scale = scale;
        self
    }

    /// The height of the mel bands (`norm`). Default: of unit area.
    pub fn mel_norm(mut self, norm: MelNorm) -> Self {
        self.mel_norm = norm;
        self
    }

    /// Where the lowest mel band begins, in hertz (`fmin`). Default: 0.
    pub fn lowest(mut self, hertz: u32) -> Self {
        self.lowest = hertz;
        self
    }

    /// Where the highest mel band ends (`fmax`). Default: at half the sample rate.
    pub fn highest(mut self, frequency: Hertz) -> Self {
        self.highest = Some(frequency);
        self
    }

    /// The least power that is told from silence, in decibels (`amin`). Default: -100.
    pub fn floor(mut self, decibels: i32) -> Self {
        self.floor = decibels;
        self
    }

    /// How far below a clip's loudest value its decibels may go (`top_db`). Default: 80.
    pub fn dynamic_range(mut self, decibels: u32) -> Self {
        self.dynamic_range = decibels;
        self
    }

    /// The cepstral coefficients (`n_mfcc`). Default: 13.
    pub fn coefficients(mut self, coefficients: usize) -> Self {
        self.coefficients = coefficients;
        self
    }

    /// The parameter of the sine that weighs the coefficients (`lifter`). Default: 0, no weights.
    pub fn lifter(mut self, lifter: u32) -> Self {
        self.lifter = lifter;
        self
    }

    /// The derivatives that are added to the coefficients. Default: 2.
    pub fn deltas(mut self, orders: usize) -> Self {
        self.deltas = orders;
        self
    }

    /// The frames that a derivative is estimated from (`width`). Default: 9.
    pub fn delta_width(mut self, frames: usize) -> Self {
        self.delta_width = frames;
        self
    }

    /// The time constant of [`ClipNormalisation::RunningMean`](crate::ClipNormalisation). Default:
    /// 0.5 s.
    pub fn running_mean(mut self, time_constant: Duration) -> Self {
        self.running_mean = time_constant;
        self
    }

    /// Checks and builds.
    ///
    /// # Errors
    /// [`SpaceError::OutOfRange`] names the first parameter out of its range: a clip that is empty or
    /// longer than an hour, a frame shorter than 2 or longer than 65 536 samples, a window longer
    /// than the frame, a zero hop, no mel bands or more than 1024, bands that end where they begin,
    /// a floor beyond ±380 dB, a dynamic range of zero, no coefficients or more than bands, more
    /// than two derivatives, a width of these that is even, below 3 or above 255, and a running mean
    /// over no time or more than an hour.
    pub fn build(self) -> Result<FrontEnd, SpaceError> {
        let frames = |name, value, most, expected| within(name, value, 1..=most, expected);
        let is_time = |time: Duration| !time.is_zero() && time <= Duration::from_secs(3600);
        if !is_time(self.clip) {
            return Err(super::seconds::out_of_range(self.clip.as_secs_f64()));
        }
        within("frame_length", self.frame_length, 2..=65_536, "2 to 65536")?;
        if let Some(samples) = self.window_length {
            frames("window_length", samples, self.frame_length, "at least 1 and at most a frame")?;
        }
        frames("hop_length", self.hop_length, usize::MAX, "at least 1")?;
        frames("mel_bands", self.mel_bands, 1024, "1 to 1024")?;
        if let Some(highest) = self.highest.filter(|highest| highest.get() <= self.lowest) {
            return Err(out_of_range("highest", highest.get(), "above lowest"));
        }
        within("floor", self.floor, -380..=380, "-380 to 380")?;
        within("dynamic_range", self.dynamic_range, 1..=u32::MAX, "at least 1")?;
        let expected = "at least 1 and at most mel_bands";
        frames("coefficients", self.coefficients, self.mel_bands, expected)?;
        within("deltas", self.deltas, 0..=2, "0, 1 or 2")?;
        let expected = "odd, at least 3 and at most 255";
        within("delta_width", self.delta_width, 3..=255, expected)?;
        if self.delta_width.is_multiple_of(2) {
            return Err(out_of_range("delta_width", self.delta_width, expected));
        }
        if !is_time(self.running_mean) {
            let seconds = self.running_mean.as_secs_f64();
            let expected = "above 0 and at most 3600";
            return Err(out_of_range("running_mean_seconds", seconds, expected));
        }
        Ok(FrontEnd(self))
    }
}

impl Default for FrontEndBuilder {
    fn default() -> Self {
        FrontEnd::builder()
    }
}

impl From<FrontEnd> for FrontEndBuilder {
    fn from(front_end: FrontEnd) -> Self {
        front_end.to_builder()
    }
}

impl TryFrom<FrontEndBuilder> for FrontEnd {
    type Error = SpaceError;

    fn try_from(builder: FrontEndBuilder) -> Result<Self, SpaceError> {
        builder.build()
    }
}

fn within<T: PartialOrd + ToString>(
    name: &'static str,
    value: T,
    legal: RangeInclusive<T>,
    expected: &'static str,
) -> Result<(), SpaceError> {
    if legal.contains(&value) { Ok(()) } else { Err(out_of_range(name, value, expected)) }
}

fn out_of_range(name: &'static str, value: impl ToString, expected: &'static str) -> SpaceError {
    SpaceError::OutOfRange { name, value: value.to_string(), expected }
}
