//! The features of recordings: one example at a time, and many of them as one array.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use danas_dsp::{
    Alteration, Extractor, FeatureCache, Features, NoiseKey, Recording,
    ndarray::{Array3, Array4, ArrayView3},
};
use danas_space::{AudioGranularity, ResamplingFilter};

use super::{
    AudioSource,
    error::{AudioError, unusable},
    noise::Noise,
    reopening::reopen,
    versions::OpenVersions,
};
use crate::stacked::{StackError, stacked};

/// Maximum number of extractors that are kept.
const EXTRACTORS: usize = 4;

impl AudioSource {
    /// Returns the extractor of a granularity. The last ones are kept, because the parts of a split
    /// ask for the same one in succession.
    fn extractor(&self, granularity: &AudioGranularity) -> Result<Extractor, AudioError> {
        let kept = || self.extractors.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().iter().find(|one| one.granularity() == granularity).cloned();
        if let Some(extractor) = known {
            return Ok(extractor);
        }
        let extractor = Extractor::new(granularity).map_err(AudioError::Granularity)?;
        let mut kept = kept();
        kept.truncate(EXTRACTORS - 1);
        kept.push_front(extractor.clone());
        Ok(extractor)
    }

    /// Returns the noise that is mixed into an example: its index, and all noises.
    fn noise_of(&self, example: usize) -> Option<(usize, &Noise)> {
        Some((*self.noises.get(example)?, self.noise.as_ref()?))
    }

    /// Decodes one example, cuts or pads it, and mixes it with its noise, ready for extraction.
    fn sound(&self, clip: Duration, example: usize) -> Result<Recording, AudioError> {
        let path = &self.dataset.clips()[example].path;
        let sound = reopen(path, self.digests.clips[example])?;
        self.clip(&sound, clip, example)
    }

    /// Cuts or pads a recording of an example, and mixes it with the example's noise.
    fn clip(
        &self,
        sound: &Recording,
        clip: Duration,
        example: usize,
    ) -> Result<Recording, AudioError> {
        let path = &self.dataset.clips()[example].path;
        let sound = sound.fitted(clip).map_err(unusable(path))?;
        let Some((index, noise)) = self.noise_of(example) else {
            return Ok(sound);
        };
        let noise_path = &noise.paths[index];
        let background = reopen(noise_path, self.digests.noises[index])?
            .resampled(sound.rate(), ResamplingFilter::SoxrHq)
            .map_err(unusable(noise_path))?;
        sound.mixed(noise.sound_gain, &background, noise.noise_gain).map_err(unusable(path))
    }

    /// Computes the features of an altered version of one example.
    pub(super) fn version(
        &self,
        versions: &OpenVersions,
        extractor: &Extractor,
        (version, example): (usize, usize),
    ) -> Result<Features, AudioError> {
        let path = &self.dataset.clips()[example].path;
        let draw = versions.draw(version, example);
        let mut moved = Alteration::default();
        moved.speed = draw.speed;
        moved.shift = draw.shift;
        let mut louder = Alteration::default();
        louder.gain = draw.gain;
        let sound = reopen(path, self.digests.clips[example])?;
        let sound = sound.altered(&moved).map_err(unusable(path))?;
        let clip = self.clip(&sound, extractor.granularity().front_end.clip(), example)?;
        let clip = versions.with_noise(clip, &draw)?;
        let clip = clip.altered(&louder).map_err(unusable(path))?;
        extractor.extract(&clip).map_err(unusable(path))
    }

    /// Computes the features of several examples with `make`, and stacks them in the given order.
    pub(super) fn stacked(
        &self,
        granularity: &AudioGranularity,
        examples: &[usize],
        make: impl Fn(&Extractor, usize, &mut dyn FnMut(ArrayView3<'_, f32>)) -> Result<(), AudioError>
        + Sync,
    ) -> Result<Array4<f32>, AudioError> {
        let extractor = self.extractor(granularity)?;
        stacked(granularity, examples, |example, values| {
            make(&extractor, example, &mut |features: ArrayView3<'_, f32>| {
                values.iter_mut().zip(features).for_each(|(to, &from)| *to = from);
            })
        })
        .map_err(|error| match error {
            StackError::TooLarge => AudioError::TooLarge { granularity: Box::new(*granularity) },
            StackError::Example(error) => error,
        })
    }

    /// Computes the features of one example.
    pub(super) fn example(
        &self,
        extractor: &Extractor,
        example: usize,
    ) -> Result<Features, AudioError> {
        let sound = self.sound(extractor.granularity().front_end.clip(), example)?;
        extractor.extract(&sound).map_err(unusable(&self.dataset.clips()[example].path))
    }

    /// Returns the features of one example from a cache. If they have to be computed, those of the
    /// granularity's siblings are computed and cached as well.
    pub(super) fn cached(
        &self,
        cache: &FeatureCache,
        extractor: &Extractor,
        example: usize,
    ) -> Result<Arc<Array3<f32>>, AudioError> {
        let noise = self.noise_of(example).map(|(index, noise)| NoiseKey {
            noise: self.digests.noises[index],
            sound_gain: noise.sound_gain,
            noise_gain: noise.noise_gain,
        });
        let digest = self.digests.clips[example];
        let wanted = extractor.key(digest, noise);
        let alone = || Ok(self.example(extractor, example)?.into_values());
        let Some(batch) = self.batches.of(extractor.granularity()) else {
            return cache.get_or_try_insert_with(wanted, alone);
        };
        if let Some(found) = cache.get(wanted) {
            return Ok(found);
        }
        // The first sibling's key is that of all siblings: a thread that needs any of them waits
        // for the thread that computes them.
        let mut keys = batch.keys(digest, noise);
        let Some(first) = keys.next() else {
            return cache.get_or_try_insert_with(wanted, alone);
        };
        let found = cache.get_or_try_insert_with(first, || {
            let sound = self.sound(extractor.granularity().front_end.clip(), example)?;
            let made = batch.extract(&sound);
            let mut made = made.map_err(unusable(&self.dataset.clips()[example].path))?.into_iter();
            let features = made.next().map_or_else(alone, |first| Ok(first.into_values()))?;
            for (key, features) in keys.zip(made) {
                cache.insert(key, Arc::new(features.into_values()));
            }
            Ok::<_, AudioError>(features)
        })?;
        if wanted == first { Ok(found) } else { cache.get_or_try_insert_with(wanted, alone) }
    }
}
