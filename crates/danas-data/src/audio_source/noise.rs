//! Background noise of recordings.

use std::path::PathBuf;

/// Background noise to mix into every recording: sound × `sound_gain` + noise × `noise_gain`.
///
/// The noises are assigned to the recordings in turn. Each noise is used from its first sample on,
/// and repeated if it is shorter than the clip.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// The recordings of noise, at least one.
    pub paths: Vec<PathBuf>,
    /// Factor that the recording is multiplied by; 1 in the paper.
    pub sound_gain: f32,
    /// Factor that the noise is multiplied by; 1 in the paper.
    pub noise_gain: f32,
}

impl Noise {
    /// Returns the noise that is mixed into an example: its index, and all noises.
    pub(super) fn of(noise: Option<&Self>, example: usize) -> Option<(usize, &Self)> {
        let noise = noise?;
        Some((example.checked_rem(noise.paths.len())?, noise))
    }
}
