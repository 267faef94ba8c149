//! The builder of a space of granularities of series, and its form in TOML.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::MotionSpace;
use crate::{
    audio::SampleDepth,
    checks::{distinct, positive},
    error::SpaceError,
    motion::{ChannelSet, MotionRepresentation},
    rate::Rate,
    seconds,
};

/// Builder of a [`MotionSpace`], and its form in TOML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[must_use]
pub struct MotionSpaceBuilder {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rates: Vec<Rate>,
    #[serde(rename = "seconds", with = "seconds::list", skip_serializing_if = "Vec::is_empty")]
    windows: Vec<Duration>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    channels: Vec<ChannelSet>,
    pub(super) representations: Vec<MotionRepresentation>,
    pub(super) depths: Vec<SampleDepth>,
    #[serde(rename = "frame_seconds", with = "seconds")]
    pub(super) frame: Duration,
    pub(super) bands: usize,
}

impl MotionSpaceBuilder {
    /// Sets the sample rates, in any order. Default: those that suit the data.
    pub fn rates(mut self, rates: impl IntoIterator<Item = Rate>) -> Self {
        self.rates = rates.into_iter().collect();
        self
    }

    /// Sets the lengths of the window, in any order. Default: those that suit the data.
    pub fn windows(mut self, windows: impl IntoIterator<Item = Duration>) -> Self {
        self.windows = windows.into_iter().collect();
        self
    }

    /// Sets the sets of channels. Default: those that suit the data.
    pub fn channels(mut self, channels: impl IntoIterator<Item = ChannelSet>) -> Self {
        self.channels = channels.into_iter().collect();
        self
    }

    /// Sets the representations. Default: all of them.
    pub fn representations(
        mut self,
        representations: impl IntoIterator<Item = MotionRepresentation>,
    ) -> Self {
        self.representations = representations.into_iter().collect();
        self
    }

    /// Sets the sample depths, in any order. Default: exact samples.
    pub fn depths(mut self, depths: impl IntoIterator<Item = SampleDepth>) -> Self {
        self.depths = depths.into_iter().collect();
        self
    }

    /// Sets the longest frame of the representations that have frequencies. Default: 1 s.
    pub fn frame(mut self, frame: Duration) -> Self {
        self.frame = frame;
        self
    }

    /// Sets the number of bands of [`MotionRepresentation::Bands`]. Default: 8.
    pub fn bands(mut self, bands: usize) -> Self {
        self.bands = bands;
        self
    }

    /// Checks the values and builds the space.
    ///
    /// # Errors
    /// [`SpaceError`] for a value that appears twice on its axis, for no representations or depths,
    /// for durations that are zero or above an hour, and for no bands.
    pub fn build(self) -> Result<MotionSpace, SpaceError> {
        let Self { mut rates, mut windows, channels, representations, mut depths, frame, bands } =
            self;
        rates.sort_unstable();
        windows.sort_unstable();
        depths.sort_unstable_by_key(|depth| depth.rounded_to().unwrap_or(u32::MAX));
        distinct_or_none("rates", &rates)?;
        distinct_or_none("seconds", &windows)?;
        distinct_or_none("channels", &channels)?;
        distinct("representations", &representations)?;
        distinct("depths", &depths)?;
        let is_illegal = |it: &&Duration| it.is_zero() || **it > Duration::from_secs(3600);
        if let Some(illegal) = windows.iter().chain([&frame]).find(is_illegal) {
            return Err(seconds::out_of_range(illegal.as_secs_f64()));
        }
        positive("bands", u32::try_from(bands).unwrap_or(u32::MAX))?;
        Ok(MotionSpace { rates, windows, channels, representations, depths, frame, bands })
    }
}

/// Rejects an axis that has a value twice. It may be empty: its values then suit the data.
fn distinct_or_none<T: PartialEq + std::fmt::Debug>(
    axis: &'static str,
    values: &[T],
) -> Result<(), SpaceError> {
    if values.is_empty() { Ok(()) } else { distinct(axis, values) }
}

impl Default for MotionSpaceBuilder {
    fn default() -> Self {
        Self {
            rates: Vec::new(),
            windows: Vec::new(),
            channels: Vec::new(),
            representations: MotionRepresentation::ALL.to_vec(),
            depths: vec![SampleDepth::default()],
            frame: Duration::from_secs(1),
            bands: 8,
        }
    }
}

impl From<MotionSpace> for MotionSpaceBuilder {
    fn from(space: MotionSpace) -> Self {
        let MotionSpace { rates, windows, channels, representations, depths, frame, bands } = space;
        Self { rates, windows, channels, representations, depths, frame, bands }
    }
}

impl TryFrom<MotionSpaceBuilder> for MotionSpace {
    type Error = SpaceError;

    fn try_from(builder: MotionSpaceBuilder) -> Result<Self, SpaceError> {
        builder.build()
    }
}
