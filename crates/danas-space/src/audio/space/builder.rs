//! The builder of a space of audio granularities, and its form in TOML.

use std::{fmt::Debug, time::Duration};

use serde::{Deserialize, Serialize};

use super::AudioSpace;
use crate::{
    audio::{
        Channels, ClipNormalisation, FrontEnd, Representation, SampleDepth,
        axes::{Choices, front_end_with},
    },
    checks::distinct,
    error::SpaceError,
    units::Hertz,
};

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
        with = "crate::seconds::list",
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

    /// Sets the representations. Default: the paper's three. A waveform is a single row of samples,
    /// on which only kernels of height 1 or `H` fit.
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
    /// [`FrontEndBuilder::build`](crate::FrontEndBuilder::build) rejects.
    pub fn build(self) -> Result<AudioSpace, SpaceError> {
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
