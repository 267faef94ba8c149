//! A space of audio granularities.

mod builder;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::axes::{AudioAxis, Choices, Values};
use crate::{
    audio::{AudioGranularity, Channels, ClipNormalisation, FrontEnd, Representation, SampleDepth},
    data_space::{Axis, DataSpace},
    units::Hertz,
};
pub use builder::AudioSpaceBuilder;

/// Space of audio granularities: sample rates × representations and, where there is a choice,
/// channels, sample depths, clip lengths, frame lengths, hop lengths and normalisations.
///
/// Frame lengths, hop lengths and normalisations mean nothing for
/// [waveforms](Representation::Waveform). There is one waveform for each combination of the other
/// values, whatever these axes list.
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
        indices.next().is_none().then_some(())?;
        values.canonical(&self.choices)?.granularity(&self.front_end)
    }

    fn position(&self, granularity: &AudioGranularity) -> Option<Vec<usize>> {
        let values = Values::of(granularity);
        let index = |axis: &AudioAxis| match axis.applies(granularity.representation) {
            true => (axis.index)(&self.choices, &values),
            false => Some(0),
        };
        let position: Vec<usize> =
            AudioAxis::searched(&self.choices).map(index).collect::<Option<_>>()?;
        // Parameters without an axis must match, too.
        (self.at(&position).as_ref() == Some(granularity)).then_some(position)
    }

    fn applies(&self, axis: usize, granularity: &AudioGranularity) -> bool {
        let axis = AudioAxis::searched(&self.choices).nth(axis);
        axis.is_none_or(|axis| axis.applies(granularity.representation))
    }

    fn cardinality(&self) -> Option<u128> {
        self.choices.cardinality()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_space::Granularity;

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
    fn impossible_combinations_are_refused() {
        let front_end = FrontEnd::builder().window_length(600).build().unwrap();
        let builder = AudioSpace::builder().front_end(front_end);
        assert!(builder.clone().frame_lengths([600, 2048]).build().is_ok());
        assert!(builder.frame_lengths([512, 2048]).build().is_err());
    }

    #[test]
    fn a_waveform_has_one_place_whatever_the_axes_of_frames_list() {
        let all = [Representation::Mfcc, Representation::Waveform];
        let builder = AudioSpace::builder().representations(all).frame_lengths([512, 1024]);
        let with = |normalisations: &[ClipNormalisation]| {
            builder.clone().normalisations(normalisations.to_vec()).build().unwrap()
        };
        // The axis of normalisations lacks `none`, is of one value, or is the default.
        for normalisations in [
            &[ClipNormalisation::Pcen, ClipNormalisation::Mean][..],
            &[ClipNormalisation::Mean],
            &[ClipNormalisation::None],
        ] {
            let space = with(normalisations);
            let all: Vec<AudioGranularity> = space.granularities().collect();
            assert_eq!(all.len(), 8 * (2 * normalisations.len() + 1));
            assert_eq!(space.cardinality(), Some(all.len() as u128));
            for (index, one) in all.iter().enumerate() {
                let position = space.position(one).unwrap();
                assert_eq!(space.at(&position).as_ref(), Some(one));
                assert!(!all[..index].contains(one), "{one}");
                assert!(one.input_shape().is_ok(), "{one}");
            }
        }
        let space = with(&[ClipNormalisation::Pcen, ClipNormalisation::Mean]);
        let waveform = space.at(&[3, 1, 1, 1]).unwrap();
        assert_eq!(waveform.normalisation, ClipNormalisation::None);
        assert_eq!(space.position(&waveform), Some(vec![3, 1, 0, 0]));
        let applies = |granularity| [0, 1, 2, 3].map(|axis| space.applies(axis, granularity));
        assert_eq!(applies(&waveform), [true, true, false, false]);
        assert_eq!(applies(&space.at(&[3, 0, 1, 1]).unwrap()), [true; 4]);
    }
}
