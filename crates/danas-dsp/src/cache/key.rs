//! Keys of cache entries: hashes of everything that determines the features.

use std::fmt;

use danas_space::Digest;

use super::version::VERSION;

/// Noise that was mixed into a recording, as in [`Recording::mixed`](crate::Recording::mixed).
///
/// Gains are hashed by their bits. `0.0` and `-0.0` give different keys, but different mixtures
/// never share a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoiseKey {
    /// Hash of the content of the noise.
    pub noise: Digest,
    /// Gain of the recording.
    pub sound_gain: f32,
    /// Gain of the noise.
    pub noise_gain: f32,
}

/// The key of features in a [`FeatureCache`](super::FeatureCache): a hash of everything that
/// determines them.
///
/// It is displayed as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FeatureKey(Digest);

impl FeatureKey {
    /// Creates the key of a recording's features, with or without noise.
    ///
    /// `parameters` is the canonical text of a granularity, written by the code that extracts
    /// features. It must state everything else that the features depend on: each parameter, and a
    /// version of the algorithm. The version must be raised whenever the same parameters begin to
    /// give different features.
    ///
    /// The version of the entry files is hashed, too, so that files of different formats never have
    /// the same name.
    #[must_use]
    pub fn new(recording: Digest, noise: Option<NoiseKey>, parameters: &str) -> Self {
        let noise = noise.map_or_else(Vec::new, |key| {
            let gains = [key.sound_gain.to_bits(), key.noise_gain.to_bits()];
            [key.noise.as_bytes().as_slice(), &gains.map(u32::to_le_bytes).concat()].concat()
        });
        Self(Digest::of_parts([
            b"danas feature key".as_slice(),
            &VERSION.to_le_bytes(),
            recording.as_bytes(),
            &noise,
            parameters.as_bytes(),
        ]))
    }

    /// Returns the hash that the key consists of.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.0
    }
}

impl fmt::Display for FeatureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_key_counts() {
        let [sound, hum] = [b"sound", b"hum  "].map(|content| Digest::of(content));
        let noise =
            |noise, sound_gain, noise_gain| Some(NoiseKey { noise, sound_gain, noise_gain });
        let keys = [
            FeatureKey::new(sound, None, "mfcc 13"),
            FeatureKey::new(hum, None, "mfcc 13"),
            FeatureKey::new(sound, None, "mfcc 12"),
            FeatureKey::new(sound, None, ""),
            FeatureKey::new(sound, noise(hum, 1.0, 0.5), "mfcc 13"),
            FeatureKey::new(sound, noise(sound, 1.0, 0.5), "mfcc 13"),
            FeatureKey::new(sound, noise(hum, 0.5, 1.0), "mfcc 13"),
            FeatureKey::new(sound, noise(hum, 1.0, 0.0), "mfcc 13"),
            FeatureKey::new(sound, noise(hum, 1.0, -0.0), "mfcc 13"),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "key {index} equals an earlier one");
        }
    }

    #[test]
    fn text_does_not_pass_for_a_noise() {
        // Apart from the lengths, both keys hash the same bytes after the recording.
        let noise = Digest::from_hex(&"0".repeat(64)).unwrap();
        let noise = NoiseKey { noise, sound_gain: 0.0, noise_gain: 0.0 };
        let sound = Digest::of(b"sound");
        let mixed = FeatureKey::new(sound, Some(noise), "");
        assert_ne!(mixed, FeatureKey::new(sound, None, &"\0".repeat(40)));
    }

    #[test]
    fn keys_stay_the_same_from_release_to_release() {
        let noise = NoiseKey { noise: Digest::of(b"hum"), sound_gain: 1.0, noise_gain: 0.25 };
        let key = FeatureKey::new(Digest::of(b"sound"), Some(noise), "mfcc 13");
        assert_eq!(
            key.to_string(),
            "bf14b4a174f1b648633eccad398f316d273ee1b81156f59ebfe8fe91007d375c"
        );
    }
}
