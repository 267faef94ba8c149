//! The keys of recordings' features in a cache.

use danas_dsp::EXTRACTION_VERSION;
use danas_space::{AudioGranularity, Digest};

use crate::cache::FeatureKey;

/// Noise that was mixed into a recording.
///
/// Gains are hashed by their bits. `0.0` and `-0.0` give different keys, but different mixtures
/// never share a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct NoiseKey {
    /// Digest of the noise.
    pub(super) noise: Digest,
    /// Gain of the recording.
    pub(super) sound_gain: f32,
    /// Gain of the noise.
    pub(super) noise_gain: f32,
}

/// Returns the key of a recording's features: a hash of the recording, the noise mixed into it,
/// every parameter, and the version of the extraction.
pub(super) fn key_of(
    granularity: &AudioGranularity,
    recording: Digest,
    noise: Option<NoiseKey>,
) -> FeatureKey {
    let noise = noise.map_or_else(Vec::new, |key| {
        let gains = [key.sound_gain, key.noise_gain].map(f32::to_le_bytes).concat();
        [key.noise.as_bytes().as_slice(), &gains].concat()
    });
    // JSON does not depend on how a type is named or printed. A parameter that is added later must be
    // left out while it has the value that older versions had: their entries are then still found.
    let parameters = serde_json::to_string(granularity);
    // Every granularity has a JSON form; the text of another would still contain every parameter.
    let parameters = parameters.unwrap_or_else(|_| format!("{granularity:?}"));
    let settings = format!("{EXTRACTION_VERSION} {parameters}");
    FeatureKey::new([recording.as_bytes().as_slice(), &noise, settings.as_bytes()])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use danas_space::{ClipNormalisation, FrontEnd, Hertz, Representation, ResamplingFilter};

    use super::*;

    fn granularity(front_end: FrontEnd) -> AudioGranularity {
        AudioGranularity::new(Hertz::new(375).unwrap(), Representation::Mfcc, front_end)
    }

    fn noise(content: &[u8], sound_gain: f32, noise_gain: f32) -> Option<NoiseKey> {
        Some(NoiseKey { noise: Digest::of(content), sound_gain, noise_gain })
    }

    fn assert_distinct(keys: &[FeatureKey]) {
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "key {index} equals an earlier one");
        }
    }

    #[test]
    fn each_part_of_a_key_counts() {
        let [sound, hum] = [b"sound".as_slice(), b"hum"].map(Digest::of);
        let mfcc = granularity(FrontEnd::paper());
        let spectrogram = AudioGranularity { representation: Representation::Spectrogram, ..mfcc };
        assert_distinct(&[
            key_of(&mfcc, sound, None),
            key_of(&mfcc, hum, None),
            key_of(&spectrogram, sound, None),
            key_of(&mfcc, sound, noise(b"hum", 1.0, 0.5)),
            key_of(&mfcc, sound, noise(b"sound", 1.0, 0.5)),
            key_of(&mfcc, sound, noise(b"hum", 0.5, 1.0)),
            key_of(&mfcc, sound, noise(b"hum", 1.0, 0.0)),
            key_of(&mfcc, sound, noise(b"hum", 1.0, -0.0)),
        ]);
    }

    #[test]
    fn normalisations_and_resampling_filters_have_keys_of_their_own() {
        let mfcc = granularity(FrontEnd::paper());
        let key = |one: AudioGranularity| key_of(&one, Digest::of(b"sound"), None);
        let normalised =
            ClipNormalisation::ALL.map(|normalisation| AudioGranularity { normalisation, ..mfcc });
        let slower = FrontEnd::builder().running_mean(Duration::from_millis(300)).build().unwrap();
        let slower = AudioGranularity {
            normalisation: ClipNormalisation::RunningMean,
            ..granularity(slower)
        };
        assert_distinct(&normalised.into_iter().chain([slower]).map(key).collect::<Vec<_>>());
        let resampled = ResamplingFilter::ALL
            .map(|filter| granularity(FrontEnd::builder().resampling(filter).build().unwrap()));
        assert_distinct(&resampled.map(key));
    }

    #[test]
    fn keys_stay_the_same_from_release_to_release() {
        let (mfcc, sound) = (granularity(FrontEnd::paper()), Digest::of(b"sound"));
        let pcen = AudioGranularity { normalisation: ClipNormalisation::Pcen, ..mfcc };
        let keys = [
            key_of(&mfcc, sound, None),
            key_of(&mfcc, sound, noise(b"hum", 1.0, 0.25)),
            key_of(&pcen, sound, None),
        ];
        // If they change, but `EXTRACTION_VERSION` does not, all cache folders become useless.
        let expected = [
            "1a150bb7d5774d11ff3a7d6ad8663645c7fd1b53704fb51aa8d4e7858a7af89f",
            "dc342985f6b626a14c09f932e2ab43d3ce1ca2c895a16f6191dc78097b7bb89e",
            "603ac49f970425e13dd1414fa6711fc7bf175b6652a312eaec310511cb6e6c19",
        ];
        assert_eq!(keys.map(|key| key.to_string()), expected);
    }
}
