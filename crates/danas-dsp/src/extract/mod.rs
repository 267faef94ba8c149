//! From recordings to features.

mod plan;
mod pool;
mod spectral;

use std::{borrow::Cow, sync::Arc};

use danas_space::{AudioGranularity, ClipNormalisation, Representation};

use self::plan::Plan;
use crate::{
    Digest, DspError, FeatureKey, Features, NoiseKey, Recording,
    recording::{check_len, check_rate},
    stft::check_size,
};

/// Raised whenever the same granularity begins to give other features, so that no cache serves the
/// former ones.
const VERSION: u32 = 2;

/// Turns recordings into the features of one [`AudioGranularity`].
///
/// Plans, windows, filter banks and bases are made once, and those of the resampling once for each
/// native rate. An extractor can be shared by threads; a clone shares the plans. For several
/// granularities of the same recordings, a [`BatchExtractor`] takes a fraction of the time.
///
/// # Features
/// | representation | rows |
/// |---|---|
/// | spectrogram | power in decibels, a row a frequency bin |
/// | mel spectrogram | mel energies in decibels, a row a band |
/// | MFCC | the coefficients, then their first, then their second derivatives |
/// | waveform | the samples, in one row |
///
/// Rows are normalised as the granularity's
/// [`ClipNormalisation`] says, coefficients before their derivatives are taken. Decibels go down to 80
/// below the clip's maximum, over all channels, unless the front end or the normalisation says
/// otherwise: see [`power_to_db`](crate::power_to_db). For linear power and energies use
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
    /// [`DspError::TooLong`] and [`DspError::TooLarge`] where a clip or its features would take an
    /// absurd amount of memory, [`DspError::Rate`] for a rate above [`Recording::MAX_RATE`],
    /// [`DspError::Parameter`] where the mel bands would begin above half the rate, and
    /// [`DspError::NormalisedWaveform`] for a waveform with a normalisation.
    pub fn new(granularity: &AudioGranularity) -> Result<Self, DspError> {
        check(granularity)?;
        let plan = Arc::new(Plan::new(&[*granularity])?);
        Ok(Self { granularity: *granularity, plan })
    }

    /// The granularity that this was made for.
    #[must_use]
    pub const fn granularity(&self) -> &AudioGranularity {
        &self.granularity
    }

    /// The features of a recording, of the granularity's rows, frames and channels.
    ///
    /// The granularity's channels are taken, cut or zero-padded to the front end's clip length at
    /// their native rate, then resampled, then fitted to exactly
    /// [`granularity.samples()`](AudioGranularity::samples) samples, and rounded to its sample
    /// depth.
    ///
    /// # Errors
    /// [`DspError::MissingChannel`] where the recording has too few channels,
    /// [`DspError::Upsampling`] where it has a lower rate than the granularity, and those of
    /// [`Recording::fitted`] and [`resample`](crate::resample).
    pub fn extract(&self, recording: &Recording) -> Result<Features, DspError> {
        only(self.plan.extract(recording)?)
    }

    /// The features of a recording that is at the granularity's rate already, and as long as it is
    /// to be: neither resampled nor fitted. There are as many frames as its length gives.
    ///
    /// # Errors
    /// [`DspError::WrongRate`] where the recording has another rate, [`DspError::MissingChannel`]
    /// where it has too few channels, and [`DspError::TooLarge`] for too many frames.
    pub fn extract_as_is(&self, recording: &Recording) -> Result<Features, DspError> {
        let (expected, found) = (self.granularity.sample_rate, recording.rate());
        if expected != found {
            return Err(DspError::WrongRate { expected, found });
        }
        let channels = recording.select(self.granularity.channels)?.into_channels();
        only(self.plan.of_samples(channels.into_iter().map(Cow::Owned).collect())?)
    }

    /// What the features of a recording are kept under in a [`FeatureCache`](crate::FeatureCache):
    /// a hash of the recording, the noise that was mixed in, and every parameter.
    #[must_use]
    pub fn key(&self, recording: Digest, noise: Option<NoiseKey>) -> FeatureKey {
        key(&self.granularity, recording, noise)
    }
}

/// Turns recordings into the features of several granularities at once.
///
/// What these have in common is done once: the clip's spectrum for all sample rates, the short-time
/// Fourier transform for all representations and normalisations, the mel energies for mel spectrogram
/// and MFCC. The
/// features are those of an [`Extractor`] of each granularity, bit by bit.
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
    /// Those of [`Extractor::new`], of any of them.
    pub fn new(granularities: &[AudioGranularity]) -> Result<Self, DspError> {
        granularities.iter().try_for_each(check)?;
        let plan = Arc::new(Plan::new(granularities)?);
        Ok(Self { granularities: granularities.to_vec(), plan })
    }

    /// The granularities that this was made for.
    #[must_use]
    pub fn granularities(&self) -> &[AudioGranularity] {
        &self.granularities
    }

    /// The features of a recording at each of the granularities, in their order: see
    /// [`Extractor::extract`].
    ///
    /// # Errors
    /// Those of [`Extractor::extract`], of any of them.
    pub fn extract(&self, recording: &Recording) -> Result<Vec<Features>, DspError> {
        self.plan.extract(recording)
    }

    /// What the features of a recording are kept under, as [`Extractor::key`], at each of the
    /// granularities, in their order.
    pub fn keys(
        &self,
        recording: Digest,
        noise: Option<NoiseKey>,
    ) -> impl ExactSizeIterator<Item = FeatureKey> {
        self.granularities.iter().map(move |granularity| key(granularity, recording, noise))
    }
}

/// Refuses what would take an absurd amount of memory, and what is not defined.
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

fn key(granularity: &AudioGranularity, recording: Digest, noise: Option<NoiseKey>) -> FeatureKey {
    // The derived text names every field with its value.
    FeatureKey::new(recording, noise, &format!("{VERSION} {granularity:?}"))
}

/// The features of the only granularity of a plan.
fn only(features: Vec<Features>) -> Result<Features, DspError> {
    features.into_iter().next().ok_or(DspError::Empty)
}
