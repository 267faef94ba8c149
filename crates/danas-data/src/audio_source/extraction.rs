//! The features of recordings: one example at a time, and many of them as one array.

use std::{
    path::Path,
    sync::{Arc, PoisonError},
    time::Duration,
};

use danas_dsp::{
    Alteration, Extractor, Features, Recording,
    ndarray::{Array3, Array4, ArrayView3},
};
use danas_space::{AudioGranularity, Digest, ResamplingFilter};

use super::{
    AudioSource,
    error::{AudioError, unusable},
    key::{NoiseKey, key_of},
    noise::Noise,
    reopening::{Reopened, reopen},
    versions::OpenVersions,
};
use crate::{
    cache::FeatureCache,
    stacked::{StackError, stacked_by_file},
};

/// Receives the features of one example.
pub(super) type Fill<'a> = &'a mut dyn FnMut(ArrayView3<'_, f32>);

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

    /// Returns the sound of one example, cut or padded and mixed with its noise, ready for extraction.
    /// `file` is its recording.
    fn sound(
        &self,
        file: &Reopened<'_>,
        clip: Duration,
        example: usize,
    ) -> Result<Recording, AudioError> {
        let sound = file.sound()?;
        let cut = match self.dataset.span(example) {
            Some(span) => sound.around(span.centre(), clip),
            None => sound.fitted(clip),
        };
        self.with_noise(cut.map_err(unusable(self.path_of(example)))?, example)
    }

    /// Returns the clip of one example, with its noise, as samples of 16 bits of all channels of a
    /// moment and then of the next one. `None` for a recording above the lowest native rate, which is
    /// that of a device.
    pub(super) fn samples(
        &self,
        granularity: &AudioGranularity,
        example: usize,
    ) -> Result<Option<Vec<i16>>, AudioError> {
        let file = Reopened::new(self.path_of(example), self.digests.clips[example]);
        let sound = self.sound(&file, granularity.front_end.clip(), example)?;
        if sound.rate() != self.native {
            return Ok(None);
        }
        let chosen = sound.select(granularity.channels).map_err(unusable(self.path_of(example)))?;
        let channels = chosen.channels();
        let moments = 0..chosen.samples_per_channel();
        let samples = moments.flat_map(|moment| channels.iter().map(move |it| it[moment]));
        // The cast saturates.
        Ok(Some(samples.map(|sample| (sample * 32_768.0).round_ties_even() as i16).collect()))
    }

    /// Mixes a clip of an example with the example's noise.
    fn with_noise(&self, clip: Recording, example: usize) -> Result<Recording, AudioError> {
        let Some((index, noise)) = self.noise_of(example) else {
            return Ok(clip);
        };
        let noise_path = &noise.paths[index];
        let background = reopen(noise_path, self.digests.noises[index])?
            .resampled(clip.rate(), ResamplingFilter::SoxrHq)
            .map_err(unusable(noise_path))?;
        let mixed = clip.mixed(noise.sound_gain, &background, noise.noise_gain);
        mixed.map_err(unusable(self.path_of(example)))
    }

    /// Returns the recording of an example.
    fn path_of(&self, example: usize) -> &Path {
        &self.dataset.clips()[example].path
    }

    /// Computes the features of an altered version of one example. `file` is its recording.
    pub(super) fn version(
        &self,
        versions: &OpenVersions,
        extractor: &Extractor,
        file: &Reopened<'_>,
        (version, example): (usize, usize),
    ) -> Result<Features, AudioError> {
        let unusable = || unusable(self.path_of(example));
        let draw = versions.draw(version, example);
        let (sound, clip) = (file.sound()?, extractor.granularity().front_end.clip());
        let moved = match self.dataset.span(example) {
            Some(span) => draw.of_span(sound, span, clip),
            None => draw.of_whole(sound, clip),
        };
        let clip = self.with_noise(moved.map_err(unusable())?, example)?;
        let clip = versions.with_noise(clip, &draw)?;
        let mut louder = Alteration::default();
        louder.gain = draw.gain;
        let clip = clip.altered(&louder).map_err(unusable())?;
        extractor.extract(&clip).map_err(unusable())
    }

    /// Computes the features of several examples with `make`, and stacks them in the given order. Each
    /// thread holds one recording at a time, and decodes it once for the examples that it computes.
    pub(super) fn stacked(
        &self,
        granularity: &AudioGranularity,
        examples: &[usize],
        make: impl Fn(&Extractor, &Reopened<'_>, usize, Fill<'_>) -> Result<(), AudioError> + Sync,
    ) -> Result<Array4<f32>, AudioError> {
        let extractor = self.extractor(granularity)?;
        let file_of = |example: usize| self.files[example];
        let open = |example| Reopened::new(self.path_of(example), self.digests.clips[example]);
        let stacked =
            stacked_by_file(granularity, examples, file_of, open, |file, example, values| {
                make(&extractor, file, example, &mut |features: ArrayView3<'_, f32>| {
                    values.iter_mut().zip(features).for_each(|(to, &from)| *to = from);
                })
            });
        stacked.map_err(|error| match error {
            StackError::TooLarge => AudioError::TooLarge { granularity: Box::new(*granularity) },
            StackError::Example(error) => self.forgotten(error),
        })
    }

    /// Computes the features of one example. `file` is its recording.
    pub(super) fn example(
        &self,
        extractor: &Extractor,
        file: &Reopened<'_>,
        example: usize,
    ) -> Result<Features, AudioError> {
        let sound = self.sound(file, extractor.granularity().front_end.clip(), example)?;
        extractor.extract(&sound).map_err(unusable(self.path_of(example)))
    }

    /// Returns what the key of an example's features in a cache is made of: the digest of its file,
    /// and the centre of its span, on which alone its clip depends.
    fn digest_of(&self, example: usize) -> Digest {
        let file = self.digests.clips[example];
        match self.dataset.span(example) {
            Some(span) => Digest::of_parts([file.as_bytes(), &span.centre().to_le_bytes()[..]]),
            None => file,
        }
    }

    /// Returns the features of one example from a cache. If they have to be computed, those of the
    /// granularity's siblings are computed and cached as well.
    pub(super) fn cached(
        &self,
        cache: &FeatureCache,
        extractor: &Extractor,
        file: &Reopened<'_>,
        example: usize,
    ) -> Result<Arc<Array3<f32>>, AudioError> {
        let noise = self.noise_of(example).map(|(index, noise)| NoiseKey {
            noise: self.digests.noises[index],
            sound_gain: noise.sound_gain,
            noise_gain: noise.noise_gain,
        });
        let digest = self.digest_of(example);
        let key = |granularity: &AudioGranularity| key_of(granularity, digest, noise);
        let wanted = key(extractor.granularity());
        let alone = || Ok(self.example(extractor, file, example)?.into_values());
        let Some(batch) = self.batches.of(extractor.granularity()) else {
            return cache.get_or_try_insert_with(wanted, alone);
        };
        if let Some(found) = cache.get(wanted) {
            return Ok(found);
        }
        // The first sibling's key is that of all siblings: a thread that needs any of them waits
        // for the thread that computes them.
        let mut keys = batch.granularities().iter().map(key);
        let Some(first) = keys.next() else {
            return cache.get_or_try_insert_with(wanted, alone);
        };
        let found = cache.get_or_try_insert_with(first, || {
            let sound = self.sound(file, extractor.granularity().front_end.clip(), example)?;
            let made = batch.extract(&sound);
            let mut made = made.map_err(unusable(self.path_of(example)))?.into_iter();
            let features = made.next().map_or_else(alone, |first| Ok(first.into_values()))?;
            for (key, features) in keys.zip(made) {
                cache.insert(key, Arc::new(features.into_values()));
            }
            Ok::<_, AudioError>(features)
        })?;
        if wanted == first { Ok(found) } else { cache.get_or_try_insert_with(wanted, alone) }
    }
}
