//! Classifying recordings with a saved candidate.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use danas_dsp::{DspError, Extractor, Recording, ndarray::Axis};
use danas_model::{Engine, ModelError};
use danas_nas::{LoadError, SavedCandidate};
use danas_space::AudioGranularity;

/// A trained network and the preprocessing that it was trained with: from recordings to the
/// probabilities of classes.
///
/// The preprocessing is that of the search. Of a recording longer than the clip that the network
/// reads, the beginning counts. A shorter one is padded with zeros.
///
/// ```no_run
/// use danas::{Classifier, default_engine};
///
/// let classifier = Classifier::load("out/front/evaluation_12/model.safetensors", default_engine())?;
/// let answer = classifier.classify_file("door.wav")?;
/// println!("{}: {:.0} %", answer.class, 100.0 * answer.probability());
/// # Ok::<(), danas::ClassifierError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Classifier {
    candidate: SavedCandidate<AudioGranularity>,
    extractor: Extractor,
    engine: Arc<dyn Engine>,
}

/// What a [`Classifier`] answers for a recording.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Classification<'a> {
    /// The most likely class.
    pub class: &'a str,
    /// Its index.
    pub label: usize,
    /// The probability of each class, in the order of the classes.
    pub probabilities: Vec<f32>,
}

impl Classification<'_> {
    /// Returns the probability of the most likely class.
    #[must_use]
    pub fn probability(&self) -> f32 {
        self.probabilities.get(self.label).copied().unwrap_or(0.0)
    }
}

impl Classifier {
    /// Sets up the preprocessing of a candidate, whose network `engine` will run.
    ///
    /// # Errors
    /// [`ClassifierError::Granularity`] if its granularity has no features.
    pub fn new(
        candidate: SavedCandidate<AudioGranularity>,
        engine: Arc<dyn Engine>,
    ) -> Result<Self, ClassifierError> {
        let extractor = Extractor::new(&candidate.candidate.granularity)
            .map_err(ClassifierError::Granularity)?;
        Ok(Self { candidate, extractor, engine })
    }

    /// Loads a candidate from a file that [`TrainedCandidate::save`](danas_nas::TrainedCandidate::save)
    /// or an export wrote.
    ///
    /// # Errors
    /// [`ClassifierError::Load`] for a file that is not a saved candidate, and the errors of
    /// [`new`](Self::new).
    pub fn load(path: impl AsRef<Path>, engine: Arc<dyn Engine>) -> Result<Self, ClassifierError> {
        Self::new(SavedCandidate::load(path)?, engine)
    }

    /// Returns the candidate.
    #[must_use]
    pub const fn candidate(&self) -> &SavedCandidate<AudioGranularity> {
        &self.candidate
    }

    /// Returns the names of the classes, in the order of the network's outputs.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.candidate.classes
    }

    /// Classifies a recording.
    ///
    /// # Errors
    /// [`ClassifierError::Recording`] for a recording with a lower rate or fewer channels than the
    /// network needs, and [`ClassifierError::Model`] if the engine fails.
    pub fn classify(&self, recording: &Recording) -> Result<Classification<'_>, ClassifierError> {
        let features = self.extractor.extract(recording).map_err(ClassifierError::Recording)?;
        let features = features.values().insert_axis(Axis(0));
        let predicted = self.engine.predict(&self.candidate.model, features)?;
        let probabilities: Vec<f32> = predicted.into_iter().collect();
        let most_likely = (0..probabilities.len())
            .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]).then(b.cmp(&a)));
        let label = most_likely.unwrap_or(0);
        let class = self.classes().get(label).map_or("", String::as_str);
        Ok(Classification { class, label, probabilities })
    }

    /// Decodes a file and classifies it.
    ///
    /// # Errors
    /// [`ClassifierError::File`] for a file that cannot be decoded or that
    /// [`classify`](Self::classify) refuses, and [`ClassifierError::Model`] if the engine fails.
    pub fn classify_file(
        &self,
        path: impl AsRef<Path>,
    ) -> Result<Classification<'_>, ClassifierError> {
        let path = path.as_ref();
        let file = |source| ClassifierError::File { path: path.to_owned(), source };
        let recording = danas_dsp::decode(path).map_err(file)?;
        self.classify(&recording).map_err(|error| match error {
            ClassifierError::Recording(source) => file(source),
            other => other,
        })
    }
}

/// The reason why a recording cannot be classified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClassifierError {
    /// The candidate cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The granularity of the candidate has no features.
    #[error("cannot set up the preprocessing")]
    Granularity(#[source] DspError),
    /// The recording cannot be turned into the features that the network reads.
    #[error("cannot classify the recording")]
    Recording(#[source] DspError),
    /// The file cannot be decoded, or turned into the features that the network reads.
    #[error("cannot classify {}", path.display())]
    File {
        /// The file as it was given.
        path: PathBuf,
        /// The cause.
        #[source]
        source: DspError,
    },
    /// The engine cannot run the network.
    #[error(transparent)]
    Model(#[from] ModelError),
}
