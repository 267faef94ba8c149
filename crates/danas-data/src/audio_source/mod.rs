//! Recordings as a source of data: their features at any audio granularity.

mod batches;
mod error;
mod extraction;
mod key;
mod noise;
mod reopening;
mod sound;
#[cfg(test)]
mod tests;
mod versions;

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
    sync::{Arc, Mutex},
};

use danas_dsp::{EXTRACTION_VERSION, Extractor, check_resampling, ndarray::Array4};
use danas_firmware::{AudioFrontEnd, FrontEnd, RawExample};
use danas_space::{AudioGranularity, Digest, Hertz, Infeasible};

use crate::{
    cache::FeatureCache,
    dataset::Dataset,
    distinct::Distinct,
    index::{FileIndex, Opening, open_unknown},
    opening::{self, Broken, Count, Opened},
    part::Part,
    placement,
    repeated::Repeated,
    skipped::Skipped,
    source::DataSource,
    span::Span,
};
use batches::Batches;
pub use error::AudioError;
pub use noise::Noise;
use sound::Sound;
use versions::OpenVersions;
pub use versions::Versions;

/// The recordings of a [`Dataset`] as a [`DataSource`].
///
/// A recording is decoded, cut or zero-padded to the granularity's clip length, mixed with noise if
/// there is any, reduced to the granularity's channels, resampled and turned into features, in this
/// order.
///
/// The clip of a whole recording begins where the recording begins. The clip of a
/// [span](Dataset::with_spans) is the part of the recording whose centre is the centre of the span,
/// so a short event is surrounded by real sound, and a long one is cut at both ends. The clip is
/// zero-padded only beyond the ends of the recording.
///
/// Each thread of rayon's pool processes one recording at a time and holds only that one, so
/// recordings are decoded again whenever they are needed. Spans of a recording that are needed
/// together share one decoding on each thread. With a [cache](Self::with_cache), decoding is rare:
/// features in the cache are not computed again, and features at granularities that differ only in
/// rate, representation and normalisation are computed together.
#[derive(Debug, Clone)]
pub struct AudioSource {
    dataset: Dataset,
    labels: Vec<usize>,
    groups: Option<Vec<String>>,
    /// The file of each example, as a number that examples of the same file share.
    files: Vec<usize>,
    noise: Option<Noise>,
    /// The noise of each example, if there is noise.
    noises: Vec<usize>,
    digests: Digests,
    cache: Option<Arc<FeatureCache>>,
    batches: Batches,
    /// The extractors that were created last, the newest first.
    extractors: Arc<Mutex<VecDeque<Extractor>>>,
    /// The lowest native rate.
    native: Hertz,
    /// All native rates, ascending.
    rates: BTreeSet<Hertz>,
    channels: usize,
    skipped: Vec<Skipped>,
    repeated: Vec<Repeated>,
    versions: Option<OpenVersions>,
    /// What is known of the recordings beyond this program.
    index: Option<FileIndex>,
}

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
    /// Of recordings of a class with the same rate and samples, and the same span if they have one,
    /// only the first is used: its copies could otherwise judge networks that were trained on it.
    /// They are [listed](Self::repeated), and reported with a warning.
    ///
    /// # Errors
    /// [`AudioError`] for recordings that cannot be decoded, and for the same recording in several
    /// classes, unless such recordings are to be skipped; for too few recordings after skipping; for
    /// spans that end after their recording; for copies of a recording in different groups, if there
    /// are spans; and for noise that is missing or has a lower rate than a recording.
    pub fn open(
        dataset: Dataset,
        noise: Option<Noise>,
        broken: Broken,
    ) -> Result<Self, AudioError> {
        Self::open_with(dataset, noise, &Opening { broken, ..Opening::default() })
    }

    /// Opens a dataset as [`open`](Self::open) does, and reports the progress. `progress` is called
    /// after each recording, in any order and on any thread, with the number of recordings
    /// processed so far and the total, noise included. A recording with several spans counts once.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub fn open_with_progress(
        dataset: Dataset,
        noise: Option<Noise>,
        broken: Broken,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, AudioError> {
        let progress = Some(progress);
        Self::open_with(dataset, noise, &Opening { broken, progress, ..Opening::default() })
    }

    /// Opens a dataset as [`open`](Self::open) does, with more settings. Recordings that are in the
    /// index are not decoded.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub fn open_with(
        dataset: Dataset,
        noise: Option<Noise>,
        opening: &Opening<'_>,
    ) -> Result<Self, AudioError> {
        let &Opening { broken, index, progress } = opening;
        if noise.as_ref().is_some_and(|noise| noise.paths.is_empty()) {
            return Err(AudioError::NoNoise);
        }
        let noises = noise.as_ref().map_or(0, |noise| noise.paths.len());
        let (paths, files) = dataset.files();
        let count = Count::new(paths.len() + noises, progress);
        let opened = || count.another();
        let recordings = open_unknown(paths.into_iter(), index, broken, Sound::open, &opened)
            .map_err(|recordings| AudioError::Broken { recordings })?;
        let of_example = |&file: &usize| Some((recordings.found[file]?, file));
        let found: Vec<Option<(Sound, usize)>> = files.iter().map(of_example).collect();
        let extents: Vec<_> =
            found.iter().map(|one| one.map(|(sound, _)| sound.extent())).collect();
        placement::check(&dataset, &extents)?;
        let recordings = Opened { found, skipped: recordings.skipped };
        let Distinct { dataset, found, mut skipped, repeated } =
            Distinct::of(&dataset, recordings, broken, |(sound, _)| sound.content)?;
        let (clips, files): (Vec<Sound>, Vec<usize>) = found.into_iter().unzip();

        let noise_paths = noise.iter().flat_map(|noise| &noise.paths);
        let opened = open_unknown(noise_paths, index, broken, Sound::open, &opened)
            .map_err(|recordings| AudioError::Broken { recordings })?;
        opening::report(&opened.skipped);
        skipped.extend(opened.skipped);
        let noise = noise.map(|noise| {
            let kept = noise.paths.into_iter().zip(&opened.found).filter(|(_, it)| it.is_some());
            Noise { paths: kept.map(|(path, _)| path).collect(), ..noise }
        });
        let noises: Vec<_> = opened.found.into_iter().flatten().collect();
        if noise.as_ref().is_some_and(|noise| noise.paths.is_empty()) {
            return Err(AudioError::NoNoise);
        }

        let rates: BTreeSet<Hertz> = clips.iter().map(|clip| clip.rate).collect();
        let native = rates.first().copied().ok_or(AudioError::NoRecordings)?;
        if let Some(noise) = &noise {
            noise::check_rates(&noise.paths, &noises, &rates)?;
        }
        let channels = clips.iter().map(|clip| clip.channels).min().unwrap_or(0);
        let digests = |sounds: Vec<Sound>| sounds.iter().map(|one| one.digest).collect();
        let in_turn = noise::in_turn(noises.len(), clips.len());
        let digests = Digests { clips: digests(clips), noises: digests(noises) };
        Ok(Self {
            labels: dataset.labels(),
            groups: dataset.groups(),
            files,
            noises: in_turn,
            dataset,
            noise,
            digests,
            cache: None,
            batches: Batches::default(),
            extractors: Arc::default(),
            native,
            rates,
            channels,
            skipped,
            repeated,
            versions: None,
            index: index.cloned(),
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
    /// cannot be decoded, and [`AudioError::NoiseRate`] for noise with a lower rate than a
    /// recording.
    pub fn with_versions(self, versions: Versions) -> Result<Self, AudioError> {
        let versions = Some(OpenVersions::new(versions, &self.rates, self.index.as_ref())?);
        Ok(Self { versions, ..self })
    }

    /// Returns an error of computing features. If a file has changed, the index forgets it, so that it
    /// is decoded when the dataset is opened again.
    fn forgotten(&self, error: AudioError) -> AudioError {
        if let (AudioError::Changed { path }, Some(index)) = (&error, &self.index) {
            index.forget::<Sound>(path);
        }
        error
    }

    /// Returns the recordings that were [skipped](Broken::Skip), noise included, because they could
    /// not be decoded or are the same as one of another class.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Returns the recordings that are not used, because they are the same as an earlier one of
    /// their class.
    #[must_use]
    pub fn repeated(&self) -> &[Repeated] {
        &self.repeated
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

    fn parts(&self) -> Option<&[Part]> {
        self.dataset.parts()
    }

    fn path(&self, example: usize) -> Option<&Path> {
        Some(self.dataset.clips().get(example)?.path.as_path())
    }

    fn span(&self, example: usize) -> Option<Span> {
        self.dataset.span(example)
    }

    fn check(&self, granularity: &AudioGranularity) -> Result<(), Infeasible> {
        let (wanted, native) = (granularity.sample_rate, self.native);
        if wanted > native {
            let (wanted, native) = (wanted.into(), native.into());
            return Err(Infeasible::AboveNativeRate { wanted, native });
        }
        let (wanted, available) = (granularity.channels.needed(), self.channels);
        if wanted > available {
            return Err(Infeasible::MissingChannels { wanted, available });
        }
        let (rate, filter) = (granularity.sample_rate, granularity.front_end.resampling());
        let check = |&native: &Hertz| check_resampling(native, rate, filter);
        self.rates.iter().try_for_each(check).map_err(|error| Infeasible::Data(error.to_string()))
    }

    fn divide(&mut self, sections: &[usize]) {
        if self.noise.is_some() {
            self.noises = noise::divided(self.digests.noises.len(), sections);
        }
    }

    fn mixed_in(&self) -> usize {
        self.noise.as_ref().map_or(0, |_| self.digests.noises.len())
    }

    fn fingerprint(&self) -> String {
        let digests =
            |all: &[Digest]| -> Vec<u8> { all.iter().flat_map(|one| *one.as_bytes()).collect() };
        let numbers = |all: &[usize]| -> Vec<u8> {
            all.iter().flat_map(|&number| (number as u64).to_le_bytes()).collect()
        };
        let mut parts = self.dataset.fingerprint_parts(&self.digests.clips);
        if let Some(noise) = &self.noise {
            let gains = [noise.sound_gain, noise.noise_gain].map(f32::to_le_bytes).concat();
            parts.extend([digests(&self.digests.noises), numbers(&self.noises), gains]);
        }
        parts.push(Vec::new());
        parts.extend(self.versions.as_ref().map(OpenVersions::fingerprint));
        let recordings = Digest::of_parts(parts.iter().map(Vec::as_slice));
        // JSON, so that the error of a journal says which of the two differs.
        format!(r#"{{"extraction":{EXTRACTION_VERSION},"recordings":"{recordings}"}}"#)
    }

    fn features(
        &self,
        granularity: &AudioGranularity,
        examples: &[usize],
    ) -> Result<Array4<f32>, AudioError> {
        self.stacked(granularity, examples, |extractor, file, example, fill| {
            match &self.cache {
                Some(cache) => fill(self.cached(cache, extractor, file, example)?.view()),
                None => fill(self.example(extractor, file, example)?.values()),
            }
            Ok(())
        })
    }

    fn front_end(&self, granularity: &AudioGranularity) -> Option<FrontEnd> {
        let front_end = AudioFrontEnd::new(granularity, self.native).ok()?;
        Some(FrontEnd::Audio(Box::new(front_end)))
    }

    fn raw(
        &self,
        granularity: &AudioGranularity,
        example: usize,
    ) -> Result<Option<RawExample>, AudioError> {
        Ok(self.samples(granularity, example)?.map(RawExample::Int16))
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
        self.stacked(granularity, examples, |extractor, file, example, fill| {
            fill(self.version(versions, extractor, file, (version, example))?.values());
            Ok(())
        })
    }
}
