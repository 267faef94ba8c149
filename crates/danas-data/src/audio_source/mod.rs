//! Recordings as a source of data: their features at any audio granularity.

mod batches;
mod error;
mod noise;
mod opening;
mod versions;

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use danas_dsp::{
    Alteration, Digest, DspError, Extractor, FeatureCache, Features, NoiseKey, Recording,
    SoundFile,
    ndarray::{Array3, Array4, ArrayView3},
};
use danas_space::{AudioGranularity, Granularity, Hertz, Infeasible, ResamplingFilter};
use rayon::prelude::*;

use crate::{dataset::Dataset, source::DataSource};
use batches::Batches;
pub use error::AudioError;
pub use noise::Noise;
pub use opening::{Broken, Skipped};
use opening::{Count, Opened};
use versions::OpenVersions;
pub use versions::Versions;

/// The recordings of a [`Dataset`] as a [`DataSource`].
///
/// A recording is decoded, cut or zero-padded to the granularity's clip length, mixed with noise if
/// there is any, reduced to the granularity's channels, resampled and turned into features, in this
/// order. Each thread of rayon's pool processes one recording at a time and holds only that one, so
/// recordings are decoded again whenever they are needed. With a [cache](Self::with_cache) this is
/// rare: features in the cache are not computed again, and features at granularities that differ
/// only in rate, representation and normalisation are computed together.
#[derive(Debug, Clone)]
pub struct AudioSource {
    dataset: Dataset,
    labels: Vec<usize>,
    groups: Option<Vec<String>>,
    noise: Option<Noise>,
    digests: Digests,
    cache: Option<Arc<FeatureCache>>,
    batches: Batches,
    /// The extractors that were created last, the newest first.
    extractors: Arc<Mutex<VecDeque<Extractor>>>,
    native: Hertz,
    highest: Hertz,
    channels: usize,
    skipped: Vec<Skipped>,
    versions: Option<OpenVersions>,
}

/// Maximum number of extractors that are kept.
const EXTRACTORS: usize = 4;

/// Digests of the files, as they were when they were opened.
#[derive(Debug, Clone)]
struct Digests {
    clips: Vec<Digest>,
    noises: Vec<Digest>,
}

impl AudioSource {
    /// Opens a dataset. Every recording is decoded once, so that broken ones are found before a
    /// search begins.
    ///
    /// # Errors
    /// [`AudioError`] for a recording that cannot be decoded, unless such recordings are to be
    /// skipped; for too few recordings after skipping; and for noise that is missing or has a lower
    /// rate than a recording that it is mixed into.
    pub fn open(
        dataset: Dataset,
        noise: Option<Noise>,
        broken: Broken,
    ) -> Result<Self, AudioError> {
        Self::open_with_progress(dataset, noise, broken, &|_, _| {})
    }

    /// Opens a dataset as [`open`](Self::open) does, and reports the progress. `progress` is called
    /// after each recording, in any order and on any thread, with the number of recordings
    /// processed so far and the total, noise included.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub fn open_with_progress(
        dataset: Dataset,
        noise: Option<Noise>,
        broken: Broken,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, AudioError> {
        if noise.as_ref().is_some_and(|noise| noise.paths.is_empty()) {
            return Err(AudioError::NoNoise);
        }
        let noises = noise.as_ref().map_or(0, |noise| noise.paths.len());
        let count = Count::new(dataset.clips().len() + noises, progress);
        let opened = || count.another();
        let paths = dataset.clips().iter().map(|clip| &clip.path);
        let Opened { found: clips, mut skipped } = opening::open_all(paths, broken, &opened)?;
        let dataset = dataset.keeping(|index| clips[index].is_some());
        let dataset =
            dataset.map_err(|source| AudioError::Skipped { skipped: skipped.len(), source })?;
        let clips: Vec<_> = clips.into_iter().flatten().collect();

        let noise_paths = noise.iter().flat_map(|noise| &noise.paths);
        let opened = opening::open_all(noise_paths, broken, &opened)?;
        skipped.extend(opened.skipped);
        let noise = noise.map(|noise| {
            let kept = noise.paths.into_iter().zip(&opened.found).filter(|(_, it)| it.is_some());
            Noise { paths: kept.map(|(path, _)| path).collect(), ..noise }
        });
        let noises: Vec<_> = opened.found.into_iter().flatten().collect();
        if noise.as_ref().is_some_and(|noise| noise.paths.is_empty()) {
            return Err(AudioError::NoNoise);
        }

        for (example, clip) in clips.iter().enumerate() {
            let Some((index, noise)) = Noise::of(noise.as_ref(), example) else { break };
            let (rate, noise_rate) = (clip.rate, noises[index].rate);
            if noise_rate < rate {
                let path = dataset.clips()[example].path.clone();
                let noise = noise.paths[index].clone();
                return Err(AudioError::NoiseRate { path, rate, noise, noise_rate });
            }
        }
        let native = clips.iter().map(|clip| clip.rate).min().ok_or(AudioError::NoRecordings)?;
        let highest = clips.iter().map(|clip| clip.rate).max().unwrap_or(native);
        let channels = clips.iter().map(|clip| clip.channels).min().unwrap_or(0);
        let digests = |sounds: Vec<opening::Sound>| sounds.iter().map(|one| one.digest).collect();
        let digests = Digests { clips: digests(clips), noises: digests(noises) };
        let (labels, groups) = (dataset.labels(), dataset.groups());
        let (cache, batches, extractors) = (None, Batches::default(), Arc::default());
        Ok(Self {
            dataset,
            labels,
            groups,
            noise,
            digests,
            cache,
            batches,
            extractors,
            native,
            highest,
            channels,
            skipped,
            versions: None,
        })
    }

    /// Uses a cache: features are looked up in `cache` before they are computed, and kept there.
    ///
    /// `granularities` are those at which features will be needed. Those that differ only in sample
    /// rate, representation and normalisation are computed together when the first of them is
    /// missing, which takes a fraction of the time. This applies to the smallest granularities, as
    /// many as the cache's memory budget holds for all recordings. The features are the same in any
    /// case.
    ///
    /// # Errors
    /// [`AudioError::Granularity`] for a granularity without features. Granularities that the
    /// recordings do not allow are ignored.
    pub fn with_cache(
        mut self,
        cache: Arc<FeatureCache>,
        granularities: impl IntoIterator<Item = AudioGranularity>,
    ) -> Result<Self, AudioError> {
        let possible = granularities.into_iter().filter(|one| self.check(one).is_ok());
        let budget = cache.memory_budget().get() / self.labels.len().max(1) as u64;
        self.batches = Batches::new(possible, budget).map_err(AudioError::Granularity)?;
        self.cache = Some(cache);
        Ok(self)
    }

    /// Adds altered versions of the recordings, from which trainings learn as well.
    ///
    /// # Errors
    /// [`AudioError::VersionRange`] for an invalid range, [`AudioError::Decode`] for noise that
    /// cannot be decoded, and [`AudioError::VersionNoise`] for noise with a lower rate than a
    /// recording.
    pub fn with_versions(self, versions: Versions) -> Result<Self, AudioError> {
        let versions = Some(OpenVersions::new(versions, self.highest)?);
        Ok(Self { versions, ..self })
    }

    /// Returns the recordings that could not be decoded and were [skipped](Broken::Skip), noise
    /// included.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Returns the recordings.
    #[must_use]
    pub const fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// Returns the lowest native rate among the recordings. Granularities with a higher rate are
    /// infeasible.
    #[must_use]
    pub const fn native_rate(&self) -> Hertz {
        self.native
    }

    /// Returns the smallest number of channels among the recordings. Granularities that need more
    /// are infeasible.
    #[must_use]
    pub const fn channels(&self) -> usize {
        self.channels
    }

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
        let Some((index, noise)) = Noise::of(self.noise.as_ref(), example) else {
            return Ok(sound);
        };
        let noise_path = &noise.paths[index];
        let background = reopen(noise_path, self.digests.noises[index])?
            .resampled(sound.rate(), ResamplingFilter::SoxrHq)
            .map_err(unusable(noise_path))?;
        sound.mixed(noise.sound_gain, &background, noise.noise_gain).map_err(unusable(path))
    }

    /// Computes the features of an altered version of one example.
    fn version(
        &self,
        versions: &OpenVersions,
        extractor: &Extractor,
        (version, example): (usize, usize),
    ) -> Result<Features, AudioError> {
        let path = &self.dataset.clips()[example].path;
        let draw = versions.draw(version, example);
        let (mut moved, mut louder) = (Alteration::default(), Alteration::default());
        (moved.speed, moved.shift, louder.gain) = (draw.speed, draw.shift, draw.gain);
        let sound = reopen(path, self.digests.clips[example])?;
        let sound = sound.altered(&moved).map_err(unusable(path))?;
        let clip = self.clip(&sound, extractor.granularity().front_end.clip(), example)?;
        let clip = versions.with_noise(clip, &draw)?;
        let clip = clip.altered(&louder).map_err(unusable(path))?;
        extractor.extract(&clip).map_err(unusable(path))
    }

    /// Computes the features of several examples with `make`, and stacks them in the given order.
    fn stacked(
        &self,
        granularity: &AudioGranularity,
        examples: &[usize],
        make: impl Fn(&Extractor, usize, &mut dyn FnMut(ArrayView3<'_, f32>)) -> Result<(), AudioError>
        + Sync,
    ) -> Result<Array4<f32>, AudioError> {
        let extractor = self.extractor(granularity)?;
        let too_large = || AudioError::TooLarge { granularity: Box::new(*granularity) };
        let shape = granularity.input_shape().map_err(|_| too_large())?;
        let size = shape.elements().filter(|&size| size > 0).ok_or_else(too_large)?;
        let total = size.checked_mul(examples.len()).ok_or_else(too_large)?;
        let mut values = Vec::new();
        values.try_reserve_exact(total).map_err(|_| too_large())?;
        values.resize(total, 0.0_f32);
        values.par_chunks_mut(size).zip(examples).try_for_each(|(values, &example)| {
            make(&extractor, example, &mut |features: ArrayView3<'_, f32>| {
                values.iter_mut().zip(features).for_each(|(to, &from)| *to = from);
            })
        })?;
        let dimensions = (examples.len(), shape.height, shape.width, shape.channels);
        Array4::from_shape_vec(dimensions, values).map_err(|_| too_large())
    }

    /// Computes the features of one example.
    fn example(&self, extractor: &Extractor, example: usize) -> Result<Features, AudioError> {
        let sound = self.sound(extractor.granularity().front_end.clip(), example)?;
        extractor.extract(&sound).map_err(unusable(&self.dataset.clips()[example].path))
    }

    /// Returns the features of one example from a cache. If they have to be computed, those of the
    /// granularity's siblings are computed and cached as well.
    fn cached(
        &self,
        cache: &FeatureCache,
        extractor: &Extractor,
        example: usize,
    ) -> Result<Arc<Array3<f32>>, AudioError> {
        let noise = Noise::of(self.noise.as_ref(), example).map(|(index, noise)| NoiseKey {
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

/// Returns the error of a recording that can be decoded, but not processed.
fn unusable(path: &Path) -> impl FnOnce(DspError) -> AudioError {
    move |source| AudioError::Recording { path: path.to_owned(), source }
}

/// Decodes a recording again, and refuses it if the file has changed.
fn reopen(path: &Path, digest: Digest) -> Result<Recording, AudioError> {
    let file = SoundFile::read(path)?;
    if file.digest() != digest {
        return Err(AudioError::Changed { path: path.to_owned() });
    }
    Ok(file.decode()?)
}

impl DataSource for AudioSource {
    type Granularity = AudioGranularity;
    type Error = AudioError;

    fn classes(&self) -> &[String] {
        self.dataset.classes()
    }

    fn labels(&self) -> &[usize] {
        &self.labels
    }

    fn groups(&self) -> Option<&[String]> {
        self.groups.as_deref()
    }

    fn path(&self, example: usize) -> Option<&Path> {
        Some(self.dataset.clips().get(example)?.path.as_path())
    }

    fn check(&self, granularity: &AudioGranularity) -> Result<(), Infeasible> {
        let (wanted, native) = (granularity.sample_rate, self.native);
        if wanted > native {
            return Err(Infeasible::AboveNativeRate { wanted, native });
        }
        let (wanted, available) = (granularity.channels.needed(), self.channels);
        if wanted > available {
            return Err(Infeasible::MissingChannels { wanted, available });
        }
        Ok(())
    }

    fn fingerprint(&self) -> String {
        let Digests { clips, noises } = &self.digests;
        let gains = self.noise.as_ref().map(|noise| (noise.sound_gain, noise.noise_gain));
        let (classes, labels, groups) = (self.classes(), self.labels(), self.groups());
        let mut parts = format!("{clips:?} {noises:?} {gains:?} {classes:?} {labels:?} {groups:?}");
        if let Some(versions) = &self.versions {
            parts = format!("{parts} {}", versions.fingerprint());
        }
        Digest::of(parts.as_bytes()).to_string()
    }

    fn features(
        &self,
        granularity: &AudioGranularity,
        examples: &[usize],
    ) -> Result<Array4<f32>, AudioError> {
        self.stacked(granularity, examples, |extractor, example, fill| {
            match &self.cache {
                Some(cache) => fill(self.cached(cache, extractor, example)?.view()),
                None => fill(self.example(extractor, example)?.values()),
            }
            Ok(())
        })
    }

    fn versions(&self) -> usize {
        self.versions.as_ref().map_or(0, OpenVersions::count)
    }

    fn version_features(
        &self,
        granularity: &AudioGranularity,
        version: usize,
        examples: &[usize],
    ) -> Result<Array4<f32>, AudioError> {
        let Some(versions) = &self.versions else { return self.features(granularity, examples) };
        self.stacked(granularity, examples, |extractor, example, fill| {
            fill(self.version(versions, extractor, (version, example))?.values());
            Ok(())
        })
    }
}
