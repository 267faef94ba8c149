//! The channels that a device samples.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{checks::distinct, error::SpaceError};

/// The channels of a series that a device samples, by name and in the order of the network's rows.
///
/// ```
/// use danas_space::ChannelSet;
///
/// let set = ChannelSet::new(["ax", "ay"])?;
/// assert_eq!(set.to_string(), "ax+ay");
/// assert!(ChannelSet::new(["ax", "ax"]).is_err());
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct ChannelSet(Vec<String>);

impl ChannelSet {
    /// Creates a set of channels.
    ///
    /// # Errors
    /// [`SpaceError`] for no channels, and for one that is listed twice.
    pub fn new<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Result<Self, SpaceError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        distinct("channels", &names)?;
        Ok(Self(names))
    }

    /// Returns the names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Returns the sets that a device with these channels may sample: all of them, and those of each
    /// of its sensors if there are several. Channels whose names differ only in a last `x`, `y` or
    /// `z` belong to one sensor.
    #[must_use]
    pub fn of_sensors(names: &[String]) -> Vec<Self> {
        let mut sensors: Vec<(String, Vec<String>)> = Vec::new();
        for name in names {
            let sensor = sensor(name);
            match sensors.iter_mut().find(|(known, _)| *known == sensor) {
                Some((_, channels)) => channels.push(name.clone()),
                None => sensors.push((sensor, vec![name.clone()])),
            }
        }
        let mut sets = vec![Self(names.to_vec())];
        // Channels that have nothing in common do not make sensors.
        if sensors.len() > 1 && sensors.iter().any(|(_, channels)| channels.len() > 1) {
            sets.extend(sensors.into_iter().map(|(_, channels)| Self(channels)));
        }
        sets
    }
}

/// Returns the name of a channel's sensor.
fn sensor(name: &str) -> String {
    let lower = name.to_lowercase();
    let axis = lower.strip_suffix(['x', 'y', 'z']);
    axis.map_or(lower.as_str(), |sensor| sensor.trim_end_matches(['_', ' ', '-', '.'])).to_owned()
}

impl fmt::Display for ChannelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("+"))
    }
}

impl TryFrom<Vec<String>> for ChannelSet {
    type Error = SpaceError;

    fn try_from(names: Vec<String>) -> Result<Self, SpaceError> {
        Self::new(names)
    }
}

impl From<ChannelSet> for Vec<String> {
    fn from(set: ChannelSet) -> Self {
        set.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_grouped_into_sensors() {
        let sets = |names: &[&str]| {
            let names: Vec<String> = names.iter().copied().map(String::from).collect();
            ChannelSet::of_sensors(&names).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            sets(&["ax", "ay", "az", "wx", "wy", "wz"]),
            ["ax+ay+az+wx+wy+wz", "ax+ay+az", "wx+wy+wz"]
        );
        let watch = ["accel_X", "accel_Y", "heart_rate"];
        assert_eq!(sets(&watch), ["accel_X+accel_Y+heart_rate", "accel_X+accel_Y", "heart_rate"]);
        assert_eq!(sets(&["x", "y", "z"]), ["x+y+z"]);
        assert_eq!(sets(&["0", "1", "2"]), ["0+1+2"]);
        assert_eq!(sets(&["current"]), ["current"]);
    }
}
