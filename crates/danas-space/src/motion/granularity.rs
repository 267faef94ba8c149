//! The granularity of series.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{channel_set::ChannelSet, representation::MotionRepresentation};
use crate::{audio::SampleDepth, rate::Rate, seconds};

/// Data granularity of motion, vibration and other series: which channels are sampled, how often and
/// how finely, how long the window is that a network sees, and in which form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MotionGranularity {
    /// Sample rate that series are lowered to.
    pub rate: Rate,
    /// Length of the window, centred on an example.
    #[serde(rename = "seconds", with = "seconds")]
    pub window: Duration,
    /// The channels that are sampled.
    pub channels: ChannelSet,
    /// Depth that the samples are rounded to.
    pub depth: SampleDepth,
    /// Form of the window.
    pub representation: MotionRepresentation,
    /// Longest frame of the representations that have frequencies.
    #[serde(rename = "frame_seconds", with = "seconds")]
    pub frame: Duration,
    /// Number of bands of [`MotionRepresentation::Bands`].
    pub bands: usize,
}

impl MotionGranularity {
    /// The shortest frame, in samples.
    pub const LEAST_FRAME: usize = 4;

    /// Power below which decibels do not fall, in squared units of the data.
    pub const FLOOR: f32 = 1e-6;

    /// Returns the number of samples of one channel in a window: its length times the rate, rounded
    /// up.
    #[must_use]
    pub fn samples(&self) -> usize {
        let nanos = self.window.as_nanos().saturating_mul(u128::from(self.rate.millihertz()));
        usize::try_from(nanos.div_ceil(1_000_000_000_000)).unwrap_or(usize::MAX)
    }

    /// Returns the number of samples in a frame: the largest power of two that lasts no longer than
    /// [`frame`](Self::frame), but at least [`LEAST_FRAME`](Self::LEAST_FRAME).
    #[must_use]
    pub fn frame_length(&self) -> usize {
        let samples = self.frame.as_secs_f64() * self.rate.hertz();
        // A duration of at most an hour at the highest rate fits easily.
        let power = (samples as u64).max(1).ilog2();
        (1 << power.min(24)).max(Self::LEAST_FRAME)
    }

    /// Returns the number of samples from one frame to the next: half a frame.
    #[must_use]
    pub fn hop_length(&self) -> usize {
        self.frame_length() / 2
    }

    /// Returns the number of frames that lie inside of a window, or 0 if it is shorter than a frame.
    #[must_use]
    pub fn frames(&self) -> usize {
        let room = self.samples().checked_sub(self.frame_length());
        room.map_or(0, |room| 1 + room / self.hop_length())
    }

    /// Returns the number of frequency bins, from 0 to half the rate.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.frame_length() / 2 + 1
    }

    /// Returns the number of bands: [`bands`](Self::bands), but not more than there are
    /// [bins](Self::bins).
    #[must_use]
    pub fn distinct_bands(&self) -> usize {
        self.bands.min(self.bins())
    }
}
