//! A space of audio granularities.

use std::{fmt::Debug, time::Duration};

use serde::{Deserialize, Serialize};

use super::axes::{AudioAxis, Choices, Values, front_end_with};
use crate::{
    audio::{AudioGranularity, Channels, ClipNormalisation, FrontEnd, Representation, SampleDepth},
    checks::distinct,
    data_space::{Axis, DataSpace},
    error::SpaceError,
    units::Hertz,
};

/// Space of audio granularities: sample rates × representations and, where there is a choice,
/// channels, sample depths, clip lengths, frame lengths, hop lengths and normalisations.
///
/// ```
/// use danas_space::{AudioSpace, Channels, DataSpace, SampleDepth};
/// use std::time::Duration;
///
/// let space = AudioSpace::builder()
///     .channels([Channels::Mix, Channels::Stereo])
///     .sample_depths([SampleDepth::Bits8, SampleDepth::Bits16])
///     .clips([Duration::from_secs(1), Duration::from_secs(2)])
///     .build()?;
/// let axes: Vec<_> = space.axes().iter().map(|axis| axis.name).collect();
/// assert_eq!(axes, ["sample_rate", "representation", "channels", "sample_depth", "seconds"]);
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AudioSpaceBuilder", into = "AudioSpaceBuilder")]
pub struct AudioSpace {
    choices: Choices,
    front_end: FrontEnd,
}

impl AudioSpace {
    /// Returns the space of the paper's Table 1: 375 Hz to 48 kHz in octaves, and three
    /// representations.
    #[must_use]
    pub fn paper() -> Self {
        let sample_rates = [375, 750, 1500, 3000, 6000, 12_000, 24_000, 48_000];
        let front_end = FrontEnd::paper();
        let choices = Choices {
            sample_rates: sample_rates.into_iter().filter_map(Hertz::new).collect(),
            representations: Representation::OF_FRAMES.to_vec(),
            channels: vec![Channels::Mix],
            sample_depths: vec![SampleDepth::Exact],
            clips: vec![front_end.clip()],
            frame_lengths: vec![front_end.frame_length()],
            hop_lengths: vec![front_end.hop_length()],
            normalisations: vec![ClipNormalisation::None],
        };
        Self { choices, front_end }
    }

    /// Returns a builder that starts from [`paper`](Self::paper).
    pub fn builder() -> AudioSpaceBuilder {
        AudioSpaceBuilder::from(Self::paper())
    }

    /// Returns the sample rates in ascending order.
    #[must_use]
    pub fn sample_rates(&self) -> &[Hertz] {
        &self.choices.sample_rates
    }

    /// Returns the representations.
    #[must_use]
    pub fn representations(&self) -> &[Representation] {
        &self.choices.representations
    }

    /// Returns the choices of channels.
    #[must_use]
    pub fn channels(&self) -> &[Channels] {
        &self.choices.channels
    }

    /// Returns the sample depths, coarsest first.
    #[must_use]
    pub fn sample_depths(&self) -> &[SampleDepth] {
        &self.choices.sample_depths
    }

    /// Returns the clip lengths in ascending order.
    #[must_use]
    pub fn clips(&self) -> &[Duration] {
        &self.choices.clips
    }

    /// Returns the frame lengths, in samples and ascending order.
    #[must_use]
    pub fn frame_lengths(&self) -> &[usize] {
        &self.choices.frame_lengths
    }

    /// Returns the hop lengths, in samples and ascending order.
    #[must_use]
    pub fn hop_lengths(&self) -> &[usize] {
        &self.choices.hop_lengths
    }

    /// Returns the normalisations of a clip's features.
    #[must_use]
    pub fn normalisations(&self) -> &[ClipNormalisation] {
        &self.choices.normalisations
    }

    /// Returns the preprocessing parameters that all granularities share. Parameters with an axis
    /// of their own may differ.
    #[must_use]
    pub const fn front_end(&self) -> FrontEnd {
        self.front_end
    }
}

impl Default for AudioSpace {
    fn default() -> Self {
        Self::paper()
    }
}

impl DataSpace for AudioSpace {
    type Granularity = AudioGranularity;

    fn axes(&self) -> Vec<Axis> {
        AudioAxis::searched(&self.choices).map(|axis| axis.of(&self.choices)).collect()
    }

    fn at(&self, position: &[usize]) -> Option<AudioGranularity> {
        let mut values = Values::first(&self.choices)?;
        let mut indices = position.iter();
        for axis in AudioAxis::searched(&self.choices) {
            (axis.choose)(&self.choices, &mut values, *indices.next()?)?;
        }
        indices.next().is_none().then(|| values.granularity(&self.front_end))?
    }

    fn position(&self, granularity: &AudioGranularity) -> Option<Vec<usize>> {
        let values = Values::of(granularity);
        let position =
            AudioAxis::searched(&self.choices).map(|axis| (axis.index)(&self.choices, &values));
        let position: Vec<usize> = position.collect::<Option<_>>()?;
        // Parameters without an axis must match, too.
        (self.at(&position).as_ref() == Some(granularity)).then_some(position)
    }
}

/// Builder of an [`AudioSpace`], and its form in TOML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[must_use]
pub struct AudioSpaceBuilder {
    sample_rates: Vec<Hertz>,
    representations: Vec<Representation>,
    channels: Vec<Channels>,
    sample_depths: Vec<SampleDepth>,
    #[serde(
        rename = "seconds",
        with = "super::seconds::list",
        skip_serializing_if = "Vec::is_empty"
    )]
    clips: Vec<Duration>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    frame_lengths: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hop_lengths: Vec<usize>,
    normalisations: Vec<ClipNormalisation>,
    front_end: FrontEnd,
}

impl AudioSpaceBuilder {
    /// Sets the sample rates, in any order. Default: the paper's eight.
    pub fn sample_rates(mut self, rates: impl IntoIterator<Item = Hertz>) -> Self {
        self.sample_rates = rates.into_iter().collect();
        self
    }

    /// Sets the representations. Default: the paper's three.
    pub fn representations(mut self, kinds: impl IntoIterator<Item = Representation>) -> Self {
        self.representations = kinds.into_iter().collect();
        self
    }

    /// Sets the choices of channels. Default: the mean of all.
    pub fn channels(mut self, choices: impl IntoIterator<Item = Channels>) -> Self {
        self.channels = choices.into_iter().collect();
        self
    }

    /// Sets the sample depths, in any order. Default: exact samples.
    pub fn sample_depths(mut self, depths: impl IntoIterator<Item = SampleDepth>) -> Self {
        self.sample_depths = depths.into_iter().collect();
        self
    }

    /// Sets the clip lengths, in any order. Default: the front end's.
    pub fn clips(mut self, clips: impl IntoIterator<Item = Duration>) -> Self {
        self.clips = clips.into_iter().collect();
        self
    }

    /// Sets the frame lengths in samples, in any order. Default: the front end's.
    pub fn frame_lengths(mut self, lengths: impl IntoIterator<Item = usize>) -> Self {
        self.frame_lengths = lengths.into_iter().collect();
        self
    }

    /// Sets the hop lengths in samples, in any order. Default: the front end's.
    pub fn hop_lengths(mut self, lengths: impl IntoIterator<Item = usize>) -> Self {
        self.hop_lengths = lengths.into_iter().collect();
        self
    }

    /// Sets the normalisations of a clip's features. Default: none.
    pub fn normalisations(
        mut self,
        normalisations: impl IntoIterator<Item = ClipNormalisation>,
    ) -> Self {
        self.normalisations = normalisations.into_iter().collect();
        self
    }

    /// Sets the preprocessing parameters. Default: [`FrontEnd::paper`].
    pub fn front_end(mut self, front_end: FrontEnd) -> Self {
        self.front_end = front_end;
        self
    }

    /// Checks the values and builds the space.
    ///
    /// # Errors
    /// [`SpaceError`] for an axis that is empty or has a value twice, and for a value that
    /// [`FrontEndBuilder::build`](crate::FrontEndBuilder::build) rejects. Waveforms are rejected as
    /// well: they have a single row, which needs one-dimensional convolutions.
    pub fn build(self) -> Result<AudioSpace, SpaceError> {
        if self.representations.contains(&Representation::Waveform) {
            return Err(SpaceError::OutOfRange {
                name: "representations",
                value: Representation::Waveform.to_string(),
                expected: "one of spectrogram, mel-spectrogram, mfcc",
            });
        }
        let front_end = self.front_end;
        let mut sample_depths = self.sample_depths;
        sample_depths.sort_unstable_by_key(|depth| depth.rounded_to().unwrap_or(u32::MAX));
        let choices = Choices {
            sample_rates: ascending("sample_rates", self.sample_rates)?,
            representations: checked("representations", self.representations)?,
            channels: checked("channels", self.channels)?,
            sample_depths: checked("sample_depths", sample_depths)?,
            clips: ascending("seconds", or(self.clips, front_end.clip()))?,
            frame_lengths: ascending(
                "frame_lengths",
                or(self.frame_lengths, front_end.frame_length()),
            )?,
            hop_lengths: ascending("hop_lengths", or(self.hop_lengths, front_end.hop_length()))?,
            normalisations: checked("normalisations", self.normalisations)?,
        };
        for &clip in &choices.clips {
            for &frame_length in &choices.frame_lengths {
                for &hop_length in &choices.hop_lengths {
                    front_end_with(&front_end, clip, frame_length, hop_length)?;
                }
            }
        }
        Ok(AudioSpace { choices, front_end })
    }
}

/// Returns the values, or the front end's value if there are none.
fn or<T>(values: Vec<T>, of_front_end: T) -> Vec<T> {
    if values.is_empty() { vec![of_front_end] } else { values }
}

fn checked<T: PartialEq + Debug>(axis: &'static str, values: Vec<T>) -> Result<Vec<T>, SpaceError> {
    distinct(axis, &values)?;
    Ok(values)
}

fn ascending<T: Ord + Debug>(axis: &'static str, mut values: Vec<T>) -> Result<Vec<T>, SpaceError> {
    values.sort_unstable();
    checked(axis, values)
}

impl Default for AudioSpaceBuilder {
    fn default() -> Self {
        AudioSpace::builder()
    }
}

impl From<AudioSpace> for AudioSpaceBuilder {
    fn from(space: AudioSpace) -> Self {
        // Leave out an axis that only repeats the front end's value, so that a change of the front
        // end also changes the space.
        let axis = |values: Vec<usize>, value| if values == [value] { Vec::new() } else { values };
        let front_end = space.front_end;
        Self {
            sample_rates: space.choices.sample_rates,
            representations: space.choices.representations,
            channels: space.choices.channels,
            sample_depths: space.choices.sample_depths,
            clips: if space.choices.clips == [front_end.clip()] {
                Vec::new()
            } else {
                space.choices.clips
            },
            frame_lengths: axis(space.choices.frame_lengths, front_end.frame_length()),
            hop_lengths: axis(space.choices.hop_lengths, front_end.hop_length()),
            normalisations: space.choices.normalisations,
            front_end,
        }
    }
}

impl TryFrom<AudioSpaceBuilder> for AudioSpace {
    type Error = SpaceError;

    fn try_from(builder: AudioSpaceBuilder) -> Result<Self, SpaceError> {
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_axes() -> AudioSpace {
        AudioSpace::builder()
            .channels([Channels::Stereo, Channels::Single(1)])
            .sample_depths([SampleDepth::Exact, SampleDepth::Bits16, SampleDepth::Bits8])
            .clips([2, 1].map(Duration::from_secs))
            .frame_lengths([1024, 512])
            .hop_lengths([256, 128, 512])
            .normalisations([ClipNormalisation::Mean, ClipNormalisation::None])
            .build()
            .unwrap()
    }

    #[test]
    fn every_position_leads_back_to_itself() {
        let space = all_axes();
        let lens: Vec<usize> = space.axes().iter().map(|axis| axis.len).collect();
        assert_eq!(lens, [8, 3, 2, 3, 2, 2, 3, 2]);
        for index in 0..lens.iter().product() {
            let mut rest: usize = index;
            let position: Vec<usize> = lens
                .iter()
                .map(|len| {
                    let value = rest % len;
                    rest /= len;
                    value
                })
                .collect();
            let granularity = space.at(&position).unwrap();
            assert_eq!(space.position(&granularity), Some(position));
        }
        assert_eq!(space.at(&[0; 7]), None);
        assert_eq!(space.at(&[8, 0, 0, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn all_granularities_are_listed_once_in_order() {
        let space = all_axes();
        let all: Vec<_> = space.granularities().collect();
        assert_eq!(all.len(), 8 * 3 * 2 * 3 * 2 * 2 * 3 * 2);
        let positions: Vec<_> = all.iter().map(|one| space.position(one).unwrap()).collect();
        assert!(positions.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn values_ascend_in_size() {
        let space = all_axes();
        let depths = [SampleDepth::Bits8, SampleDepth::Bits16, SampleDepth::Exact];
        assert_eq!(space.sample_depths(), depths);
        assert_eq!(space.clips(), [1, 2].map(Duration::from_secs));
        assert_eq!(space.hop_lengths(), [128, 256, 512]);
    }

    #[test]
    fn an_axis_of_one_value_is_none_and_follows_the_front_end() {
        let paper = AudioSpace::paper();
        assert_eq!(paper.axes().len(), 2);
        let front_end = FrontEnd::builder().hop_length(100).build().unwrap();
        let space = AudioSpace::builder().front_end(front_end).build().unwrap();
        assert_eq!(space.at(&[0, 0]).unwrap().front_end.hop_length(), 100);
        assert_eq!(paper.position(&space.at(&[0, 0]).unwrap()), None);
    }

    #[test]
    fn toml_reads_every_axis_and_writes_it_back() {
        let text = r#"
            channels = ["stereo", "channel-1"]
            sample_depths = ["8-bit", "16-bit", "exact"]
            seconds = [1.0, 2.0]
            frame_lengths = [512, 1024]
            hop_lengths = [128, 256, 512]
            normalisations = ["mean", "none"]
        "#;
        let space: AudioSpace = toml::from_str(text).unwrap();
        assert_eq!(space, all_axes());
        assert_eq!(toml::from_str::<AudioSpace>(&toml::to_string(&space).unwrap()).unwrap(), space);
        assert!(toml::from_str::<AudioSpace>("seconds = [-1.0]").is_err());
        assert!(toml::from_str::<AudioSpace>("frame_lengths = [1]").is_err());
        for wrong in [r#"["mean", "mean"]"#, r#"["cmvn"]"#, "[]"] {
            let text = format!("normalisations = {wrong}");
            assert!(toml::from_str::<AudioSpace>(&text).is_err(), "{wrong}");
        }
    }

    #[test]
    fn waveforms_and_impossible_combinations_are_refused() {
        let waveform = AudioSpace::builder().representations([Representation::Waveform]).build();
        assert!(matches!(waveform, Err(SpaceError::OutOfRange { name: "representations", .. })));
        let front_end = FrontEnd::builder().window_length(600).build().unwrap();
        let builder = AudioSpace::builder().front_end(front_end);
        assert!(builder.clone().frame_lengths([600, 2048]).build().is_ok());
        assert!(builder.frame_lengths([512, 2048]).build().is_err());
    }
}
