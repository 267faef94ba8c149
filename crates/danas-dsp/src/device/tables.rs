//! The constant tables of audio features.

use danas_space::{AudioGranularity, ClipNormalisation, Hertz, Representation};

use super::decimation::Decimation;
use crate::{
    dct::Dct, delta::DeltaOrder, error::DspError, extract::Extractor, mel::MelFilterBank,
    recording::clip_len, stft::Stft,
};

/// The constants with which an [`Extractor`] computes its features, for code that computes them on
/// a device.
///
/// ```
/// use danas_dsp::AudioTables;
/// use danas_space::{AudioGranularity, FrontEnd, Hertz, Representation};
///
/// let [native, rate] = [16_000, 8_000].map(|hertz| Hertz::new(hertz).expect("not zero"));
/// let granularity = AudioGranularity::new(rate, Representation::Mfcc, FrontEnd::paper());
/// let tables = AudioTables::new(&granularity, native)?;
/// assert_eq!(tables.window.len(), 2048);
/// assert_eq!(tables.clip, 160_000); // ten seconds
/// let decimation = tables.decimation.ok_or("the rates differ")?;
/// assert_eq!((decimation.from, decimation.to), (2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AudioTables {
    /// The granularity.
    pub granularity: AudioGranularity,
    /// The native rate.
    pub native: Hertz,
    /// Number of samples of a clip of one channel at the native rate.
    pub clip: usize,
    /// How the rate is lowered, or `None` if the native rate is that of the granularity.
    pub decimation: Option<Decimation>,
    /// Weights of the samples of a frame. Empty for waveforms, which have no frames.
    pub window: Vec<f32>,
    /// The mel bands; empty for waveforms and spectrograms.
    pub bands: Vec<MelTable>,
    /// Basis of the cosine transform, `[coefficients, bands]`, or empty without coefficients.
    pub dct: Vec<f32>,
    /// Weights of the neighbours of a frame, from the first to the last one, for each derivative.
    pub deltas: Vec<Vec<f32>>,
}

/// The weights of one mel band.
#[derive(Debug, Clone, PartialEq)]
pub struct MelTable {
    /// Frequency bin of the first weight.
    pub first: usize,
    /// Weights of consecutive bins.
    pub weights: Vec<f32>,
}

impl AudioTables {
    /// Computes the tables of a granularity for sound that arrives at a native rate.
    ///
    /// # Errors
    /// The errors of [`Extractor::new`] and [`resample`](crate::resample), and
    /// [`DspError::BlockFilter`] for a filter that needs blocks of the signal.
    pub fn new(granularity: &AudioGranularity, native: Hertz) -> Result<Self, DspError> {
        // Refuses what has no features.
        Extractor::new(granularity)?;
        let AudioGranularity { sample_rate, representation, channels, front_end, .. } =
            *granularity;
        let clip = clip_len(front_end.clip(), native, channels.count())?;
        let decimation = (native != sample_rate)
            .then(|| Decimation::new(clip, [native, sample_rate], front_end.resampling()))
            .transpose()?;
        let is_mfcc = representation == Representation::Mfcc;
        let bands = match representation {
            Representation::MelSpectrogram | Representation::Mfcc => {
                let bank = MelFilterBank::of(&front_end, sample_rate)?;
                let table = |(first, weights): (usize, &[f32])| MelTable {
                    first,
                    weights: weights.to_vec(),
                };
                bank.sparse().map(table).collect()
            }
            Representation::Waveform | Representation::Spectrogram => Vec::new(),
        };
        let dct = if is_mfcc {
            let dct = Dct::new(front_end.mel_bands(), front_end.coefficients())?;
            dct.liftered(front_end.lifter()).basis().iter().map(|&weight| weight as f32).collect()
        } else {
            Vec::new()
        };
        let orders = if is_mfcc { front_end.deltas() } else { 0 };
        let deltas = DeltaOrder::ALL.into_iter().take(orders).map(|order| {
            let weights = order.weights(front_end.delta_width() / 2);
            weights.into_iter().map(|weight| weight as f32).collect()
        });
        let window = match representation {
            Representation::Waveform => Vec::new(),
            _ => Stft::of(&front_end)?.window().to_vec(),
        };
        Ok(Self {
            granularity: *granularity,
            native,
            clip,
            decimation,
            window,
            bands,
            dct,
            deltas: deltas.collect(),
        })
    }

    /// Returns whether mel bands sum magnitudes instead of powers.
    #[must_use]
    pub fn of_magnitudes(&self) -> bool {
        self.granularity.normalisation == ClipNormalisation::Pcen
    }
}
