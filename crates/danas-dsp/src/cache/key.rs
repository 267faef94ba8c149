//! What names an entry: the content that its features are made of.

use std::fmt;

use super::entry::VERSION;

/// A 256-bit BLAKE3 hash of some content. It is displayed as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The hash of `content`.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self(blake3::hash(content).into())
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash that is displayed as `hex`.
    pub(super) fn from_hex(hex: &str) -> Option<Self> {
        let digest = Self(blake3::Hash::from_hex(hex).ok()?.into());
        // The parser takes capitals, too; a file so named is none of ours.
        (digest.to_string() == hex).then_some(digest)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A noise that was mixed into a recording, as in [`Recording::mixed`](crate::Recording::mixed).
///
/// Gains are compared by their bits: `0.0` and `-0.0` lead to two keys, never two mixtures to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoiseKey {
    /// The content of the noise.
    pub noise: Digest,
    /// The factor of the recording.
    pub sound_gain: f32,
    /// The factor of the noise.
    pub noise_gain: f32,
}

/// What features are made of: their name in a [`FeatureCache`](super::FeatureCache).
///
/// It is displayed as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FeatureKey(Digest);

impl FeatureKey {
    /// The key of the features that `parameters` describe, of a recording with or without a noise.
    ///
    /// `parameters` is the canonical text of a granularity, written by the code that extracts
    /// features. It must state everything else that they depend on: each parameter, and a version
    /// of the algorithm that is raised when the same parameters begin to give other features.
    ///
    /// Each part is hashed with its length, so that parts of two keys cannot be shifted against
    /// each other. The version of the entry files is a part, too: a later format never meets the
    /// files of an earlier one under the same name.
    #[must_use]
    pub fn new(recording: Digest, noise: Option<NoiseKey>, parameters: &str) -> Self {
        let noise = noise.map_or_else(Vec::new, |key| {
            let gains = [key.sound_gain.to_bits(), key.noise_gain.to_bits()];
            [key.noise.0.as_slice(), &gains.map(u32::to_le_bytes).concat()].concat()
        });
        let mut hasher = blake3::Hasher::new();
        for part in [
            b"danas feature key".as_slice(),
            &VERSION.to_le_bytes(),
            &recording.0,
            &noise,
            parameters.as_bytes(),
        ] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(Digest(hasher.finalize().into()))
    }

    /// The hash that the key is.
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
    fn a_digest_is_blake3_and_reads_its_own_hexadecimals() {
        // https://github.com/BLAKE3-team/BLAKE3/blob/master/test_vectors/test_vectors.json
        let hex = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        assert_eq!(Digest::of(b"").to_string(), hex);
        assert_eq!(Digest::from_hex(hex), Some(Digest::of(b"")));
        for wrong in [&hex[1..], &hex.to_uppercase(), &hex.replace('a', "g"), ""] {
            assert_eq!(Digest::from_hex(wrong), None, "{wrong}");
        }
    }

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
            assert!(!keys[..index].contains(key), "key {index} is not new");
        }
    }

    #[test]
    fn text_does_not_pass_for_a_noise() {
        // The bytes that follow the recording are the same but for the lengths.
        let noise = NoiseKey { noise: Digest([0; 32]), sound_gain: 0.0, noise_gain: 0.0 };
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
