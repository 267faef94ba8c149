//! Extraction of features from recordings.

mod found;
mod leaf;
mod plan;
mod pool;
mod spectral;

use std::{borrow::Cow, sync::Arc};

use danas_space::{AudioGranularity, ClipNormalisation, Representation};

use self::plan::Plan;
use crate::{
    error::DspError,
    features::Features,
    recording::{Recording, check_len, check_rate},
    stft::check_size,
};

/// Version of the extraction. It is raised whenever the features of a granularity change, so that
/// caches do not return outdated ones, and a search is not resumed with others.
pub const EXTRACTION_VERSION: u32 = 3;

/// Turns recordings into the features of one [`AudioGranularity`].
///
/// Plans, windows, filter banks and bases are made once; those for resampling are made once for
/// each native rate. Threads can share an extractor, and clones share its plans. For several
/// granularities of the same recordings, a [`BatchExtractor`] takes a fraction of the time.
///
/// # Features
/// | representation | rows |
/// |---|---|
/// | spectrogram | power in decibels, one row per frequency bin |
/// | mel spectrogram | mel energies in decibels, one row per band |
/// | MFCC | the coefficients, then their first, then their second derivatives |
/// | waveform | the samples, in one row |
///
/// Rows are normalised according to the granularity's [`ClipNormalisation`]. Coefficients are
/// normalised before their derivatives are computed. By default, decibels are limited to 80 below
/// the clip's maximum over all channels, as in [`power_to_db`](crate::power_to_db). The front end
/// and the normalisation can change this limit. For linear power and energies, use
/// [`Stft`](crate::Stft) and [`MelFilterBank`](crate::MelFilterBank) directly.
#[derive(Debug, Clone)]
pub struct Extractor {
    granularity: AudioGranularity,
    plan: Arc<Plan>,
}

impl Extractor {
    /// Plans the features of `granularity`.
    ///
    /// # Errors
    /// [`DspError::TooLong`] and [`DspError::TooLarge`] if a clip or its features would take an
    /// absurd amount of memory, [`DspError::Rate`] for a rate above [`Recording::MAX_RATE`],
    /// [`DspError::Parameter`] if the mel bands would begin at or above half the rate, and
    /// [`DspError::NormalisedWaveform`] for a waveform with a normalisation.
    pub fn new(granularity: &AudioGranularity) -> Result<Self, DspError> {
        check(granularity)?;
        let plan = Arc::new(Plan::new(&[*granularity])?);
        Ok(Self { granularity: *granularity, plan })
    }

    /// Returns the granularity of this extractor.
    #[must_use]
    pub const fn granularity(&self) -> &AudioGranularity {
        &self.granularity
    }

    /// Returns the features of a recording, with the rows, frames and channels of the granularity.
    ///
    /// The channels that the granularity selects are cut or zero-padded to the front end's clip
    /// length at their native rate. They are then resampled, fitted to exactly
    /// [`granularity.samples()`](AudioGranularity::samples) samples, and rounded to the sample
    /// depth.
    ///
    /// # Errors
    /// [`DspError::MissingChannel`] if the recording has too few channels, [`DspError::Upsampling`]
    /// if its rate is below that of the granularity, and the errors of [`Recording::fitted`] and
    /// [`resample`](crate::resample).
    pub fn extract(&self, recording: &Recording) -> Result<Features, DspError> {
        only(self.plan.extract(recording)?)
    }

    /// Returns the features of a recording that is already at the granularity's rate, without
    /// resampling or fitting it. The number of frames follows from the length of the recording.
    ///
    /// # Errors
    /// [`DspError::WrongRate`] if the recording has another rate, [`DspError::MissingChannel`] if
    /// it has too few channels, and [`DspError::TooLarge`] for too many frames.
    pub fn extract_as_is(&self, recording: &Recording) -> Result<Features, DspError> {
        let (expected, found) = (self.granularity.sample_rate, recording.rate());
        if expected != found {
            return Err(DspError::WrongRate { expected, found });
        }
        let channels = recording.select(self.granularity.channels)?.into_channels();
        only(self.plan.of_samples(channels.into_iter().map(Cow::Owned).collect())?)
    }
}

/// Turns recordings into the features of several granularities at once.
///
/// Steps that granularities have in common are done once: the clip's spectrum for all sample rates,
/// the short-time Fourier transform for all representations and normalisations, and the mel
/// energies for mel spectrograms and MFCCs. The features are bit by bit those of an [`Extractor`]
/// for each granularity.
///
/// ```
/// use danas_dsp::{BatchExtractor, Extractor, Recording};
/// use danas_space::{AudioGranularity, FrontEnd, Hertz, Representation};
/// use std::time::Duration;
///
/// let rates = [8_000, 4_000, 2_000].map(|hertz| Hertz::new(hertz).expect("a rate is never zero"));
/// let front_end = FrontEnd::builder().clip(Duration::from_millis(500)).build()?;
/// let granularities: Vec<AudioGranularity> = rates
///     .into_iter()
///     .flat_map(|rate| {
///         Representation::OF_FRAMES.map(|kind| AudioGranularity::new(rate, kind, front_end))
///     })
///     .collect();
///
/// let recording = Recording::new((0..4_000).map(|n| (n as f32 * 0.2).sin()).collect(), rates[0])?;
/// let features = BatchExtractor::new(&granularities)?.extract(&recording)?;
/// assert_eq!(features.len(), 9);
/// assert_eq!(features[7], Extractor::new(&granularities[7])?.extract(&recording)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct BatchExtractor {
    granularities: Vec<AudioGranularity>,
    plan: Arc<Plan>,
}

impl BatchExtractor {
    /// Plans the features of `granularities`.
    ///
    /// # Errors
    /// The errors of [`Extractor::new`], for any of the granularities.
    pub fn new(granularities: &[AudioGranularity]) -> Result<Self, DspError> {
        granularities.iter().try_for_each(check)?;
        let plan = Arc::new(Plan::new(granularities)?);
        Ok(Self { granularities: granularities.to_vec(), plan })
    }

    /// Returns the granularities of this extractor.
    #[must_use]
    pub fn granularities(&self) -> &[AudioGranularity] {
        &self.granularities
    }

    /// Returns the features of a recording at each granularity, in the order of the granularities:
    /// see [`Extractor::extract`].
    ///
    /// # Errors
    /// The errors of [`Extractor::extract`], for any of the granularities.
    pub fn extract(&self, recording: &Recording) -> Result<Vec<Features>, DspError> {
        self.plan.extract(recording)
    }
}

/// Rejects granularities that are undefined or would take an absurd amount of memory.
fn check(granularity: &AudioGranularity) -> Result<(), DspError> {
    let normalisation = granularity.normalisation;
    if granularity.representation == Representation::Waveform
        && normalisation != ClipNormalisation::None
    {
        return Err(DspError::NormalisedWaveform { normalisation });
    }
    check_rate(granularity.sample_rate)?;
    check_len(granularity.samples() as u64)?;
    check_size(granularity.rows(), granularity.frames())
}

/// Returns the features of a plan with a single granularity.
fn only(features: Vec<Features>) -> Result<Features, DspError> {
    features.into_iter().next().ok_or(DspError::Empty)
}
