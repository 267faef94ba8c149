//! Conversion of durations to and from seconds in TOML.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::error::SpaceError;

/// Description of the legal durations, in seconds.
pub(crate) const LEGAL: &str = "above 0 and at most 3600";

pub(crate) fn serialize<S: Serializer>(clip: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    clip.as_secs_f64().serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    let illegal = |_| D::Error::custom(format!("{seconds} is not a number of seconds, {LEGAL}"));
    Duration::try_from_secs_f64(seconds).map_err(illegal)
}

/// Returns the error for a duration that is zero, too long, or not a valid number.
pub(crate) fn out_of_range(seconds: f64) -> SpaceError {
    SpaceError::OutOfRange { name: "seconds", value: seconds.to_string(), expected: LEGAL }
}

/// Conversion of lists of clip lengths.
pub(crate) mod list {
    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Clip(#[serde(with = "super")] Duration);

    pub(crate) fn serialize<S: Serializer>(
        clips: &[Duration],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(clips.iter().copied().map(Clip))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Duration>, D::Error> {
        let clips = Vec::<Clip>::deserialize(deserializer)?;
        Ok(clips.into_iter().map(|Clip(clip)| clip).collect())
    }
}
