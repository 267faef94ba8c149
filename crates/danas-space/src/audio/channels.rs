//! The channels of a recording that a device listens to.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::error::SpaceError;

/// Channels of a recording that a device listens to.
///
/// ```
/// use danas_space::Channels;
///
/// for channels in [Channels::Mix, Channels::Single(0), Channels::Stereo] {
///     assert_eq!(channels.to_string().parse(), Ok(channels));
/// }
/// assert_eq!(Channels::Single(3).to_string(), "channel-3");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Channels {
    /// The mean of all channels, as a single channel. Written `mix`.
    #[default]
    Mix,
    /// One channel, counted from 0. Written `channel-0`.
    Single(u8),
    /// The first two channels, each as a channel of the network's input. Written `stereo`.
    Stereo,
}

impl Channels {
    /// Returns the number of channels of the network's input.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Mix | Self::Single(_) => 1,
            Self::Stereo => 2,
        }
    }

    /// Returns the smallest number of channels that a recording must have.
    #[must_use]
    pub const fn needed(self) -> usize {
        match self {
            Self::Mix => 1,
            Self::Single(index) => index as usize + 1,
            Self::Stereo => 2,
        }
    }
}

impl fmt::Display for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mix => f.write_str("mix"),
            Self::Single(index) => write!(f, "channel-{index}"),
            Self::Stereo => f.write_str("stereo"),
        }
    }
}

impl FromStr for Channels {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let single = || text.strip_prefix("channel-")?.parse().ok().map(Self::Single);
        match text {
            "mix" => Ok(Self::Mix),
            "stereo" => Ok(Self::Stereo),
            _ => single().ok_or_else(|| SpaceError::UnknownName {
                kind: "choice of channels",
                text: text.to_owned(),
                expected: "mix, stereo, channel-0 to channel-255",
            }),
        }
    }
}

impl TryFrom<String> for Channels {
    type Error = SpaceError;

    fn try_from(text: String) -> Result<Self, SpaceError> {
        text.parse()
    }
}

impl From<Channels> for String {
    fn from(channels: Channels) -> Self {
        channels.to_string()
    }
}
