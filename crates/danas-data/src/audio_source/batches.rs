//! Granularities whose features are computed together.

use std::{collections::HashMap, sync::Arc};

use danas_dsp::{BatchExtractor, DspError};
use danas_space::{AudioGranularity, Channels, FrontEnd, Granularity, SampleDepth};

/// Granularities in families that differ only in sample rate, representation and normalisation.
/// Most of the work of computing features is common to a family.
#[derive(Debug, Clone, Default)]
pub(super) struct Batches {
    by_granularity: HashMap<AudioGranularity, Arc<BatchExtractor>>,
}

/// Properties that the granularities of a family have in common.
type Family = (FrontEnd, Channels, SampleDepth);

impl Batches {
    /// Groups the smallest of `granularities`, whose features together take no more than `budget`
    /// bytes.
    pub(super) fn new(
        granularities: impl Iterator<Item = AudioGranularity>,
        budget: u64,
    ) -> Result<Self, DspError> {
        let with_bytes = |granularity: AudioGranularity| {
            let values = granularity.input_shape().ok()?.elements()?;
            Some((values.saturating_mul(size_of::<f32>()) as u64, granularity))
        };
        let mut sized: Vec<_> = granularities.filter_map(with_bytes).collect();
        // The sort is stable, so granularities of equal size stay in the order of the space.
        sized.sort_by_key(|(bytes, _)| *bytes);
        let mut families: HashMap<Family, Vec<AudioGranularity>> = HashMap::new();
        let mut total = 0_u64;
        for (bytes, granularity) in sized {
            total = total.saturating_add(bytes);
            if total > budget {
                break;
            }
            let AudioGranularity { front_end, channels, sample_depth, .. } = granularity;
            let family = families.entry((front_end, channels, sample_depth)).or_default();
            if !family.contains(&granularity) {
                family.push(granularity);
            }
        }
        let mut by_granularity = HashMap::new();
        for family in families.into_values() {
            let batch = Arc::new(BatchExtractor::new(&family)?);
            by_granularity.extend(family.into_iter().map(|one| (one, Arc::clone(&batch))));
        }
        Ok(Self { by_granularity })
    }

    /// Returns the extractor that computes a granularity together with its family, if there is
    /// one.
    pub(super) fn of(&self, granularity: &AudioGranularity) -> Option<&BatchExtractor> {
        self.by_granularity.get(granularity).map(Arc::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{ClipNormalisation, Hertz, Representation};

    use super::*;

    fn granularity(hertz: u32, representation: Representation) -> AudioGranularity {
        AudioGranularity::new(Hertz::new(hertz).unwrap(), representation, FrontEnd::paper())
    }

    #[test]
    fn the_smallest_siblings_are_made_together() {
        let rates = [48_000, 375, 6000];
        let kinds = [Representation::Spectrogram, Representation::Mfcc];
        let all = rates.iter().flat_map(|&hertz| kinds.map(|kind| granularity(hertz, kind)));
        let stereo = AudioGranularity {
            channels: Channels::Stereo,
            ..granularity(375, Representation::Mfcc)
        };
        // 39 x (8 + 2 x 8 + 118) values of MFCC and 1025 x 8 of a spectrogram.
        let budget = 4 * (39 * (8 + 16 + 118) + 1025 * 8);
        let batches = Batches::new(all.chain([stereo]), budget).unwrap();
        let batch = batches.of(&granularity(6000, Representation::Mfcc)).unwrap();
        assert_eq!(batch.granularities().len(), 3);
        assert!(batch.granularities().contains(&granularity(375, Representation::Spectrogram)));
        assert_eq!(batches.of(&stereo).unwrap().granularities(), [stereo]);
        assert!(batches.of(&granularity(48_000, Representation::Mfcc)).is_none());
    }

    #[test]
    fn normalisations_are_made_together() {
        let mfcc = granularity(375, Representation::Mfcc);
        let all =
            ClipNormalisation::ALL.map(|normalisation| AudioGranularity { normalisation, ..mfcc });
        let batches = Batches::new(all.into_iter(), u64::MAX).unwrap();
        assert_eq!(batches.of(&mfcc).unwrap().granularities(), all);
    }
}
