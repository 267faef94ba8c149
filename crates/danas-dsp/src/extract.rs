//! From recordings to the features of one granularity.

use danas_space::{AudioGranularity, Representation};
use ndarray::{Array2, s};

use crate::{
    Dct, DeltaOrder, DspError, MelFilterBank, Recording, Stft,
    decibel::to_db,
    delta::write_delta,
    recording::{check_len, check_rate, fit},
    resample,
    stft::{check_size, zeros},
};

/// Turns recordings into the features of one [`AudioGranularity`].
///
/// The plan of the FFT, the window, the filter bank and the cosine basis are made once; an extractor
/// can be shared by threads.
///
/// # Features
/// | representation | rows |
/// |---|---|
/// | spectrogram | power in decibels, a row a frequency bin |
/// | mel spectrogram | mel energies in decibels, a row a band |
/// | MFCC | the coefficients, then their first, then their second derivatives |
///
/// Decibels go down to 80 below the clip's maximum: see [`power_to_db`](crate::power_to_db). For
/// linear power and energies use [`Stft`] and [`MelFilterBank`] directly.
#[derive(Debug, Clone)]
pub struct Extractor {
    granularity: AudioGranularity,
    stft: Stft,
    representation: Plan,
}

/// A representation with what computes it.
#[derive(Debug, Clone)]
enum Plan {
    Spectrogram,
    MelSpectrogram(MelFilterBank),
    Mfcc(MelFilterBank, Dct),
}

impl Extractor {
    /// Plans the features of `granularity`.
    ///
    /// # Errors
    /// [`DspError::TooLong`] and [`DspError::TooLarge`] where a clip or its features would take an
    /// absurd amount of memory, [`DspError::Rate`] for a rate above [`Recording::MAX_RATE`].
    pub fn new(granularity: &AudioGranularity) -> Result<Self, DspError> {
        let front_end = &granularity.front_end;
        check_rate(granularity.sample_rate)?;
        check_len(granularity.samples() as u64)?;
        check_size(granularity.rows(), granularity.frames())?;
        let bank = || {
            let (frame, bands) = (front_end.frame_length(), front_end.mel_bands());
            MelFilterBank::new(granularity.sample_rate, frame, bands)
        };
        Ok(Self {
            granularity: *granularity,
            stft: Stft::new(front_end.frame_length(), front_end.hop_length())?,
            representation: match granularity.representation {
                Representation::Spectrogram => Plan::Spectrogram,
                Representation::MelSpectrogram => Plan::MelSpectrogram(bank()?),
                Representation::Mfcc => {
                    Plan::Mfcc(bank()?, Dct::new(front_end.mel_bands(), front_end.coefficients())?)
                }
            },
        })
    }

    /// The granularity that this was made for.
    #[must_use]
    pub const fn granularity(&self) -> &AudioGranularity {
        &self.granularity
    }

    /// The features of a recording: `[granularity.rows(), granularity.frames()]`.
    ///
    /// The recording is cut or zero-padded to the front end's clip length at its native rate, then
    /// [resampled](resample()), then fitted to exactly
    /// [`granularity.samples()`](AudioGranularity::samples) samples.
    ///
    /// # Errors
    /// [`DspError::Upsampling`] where the recording has a lower rate than the granularity, and those
    /// of [`Recording::fitted`] and [`resample()`].
    pub fn extract(&self, recording: &Recording) -> Result<Array2<f32>, DspError> {
        let clip = recording.fitted(self.granularity.front_end.clip())?;
        let samples = resample(clip.samples(), clip.rate(), self.granularity.sample_rate)?;
        self.extract_samples(&fit(&samples, self.granularity.samples()))
    }

    /// The features of samples that are at the granularity's rate already, and are a clip as they
    /// are: `[granularity.rows(), 1 + samples.len() / hop_length]`.
    ///
    /// # Errors
    /// Those of [`Stft::complex`].
    pub fn extract_samples(&self, samples: &[f32]) -> Result<Array2<f32>, DspError> {
        match &self.representation {
            Plan::Spectrogram => {
                let mut power = self.stft.power(samples)?;
                to_db(&mut power);
                Ok(power)
            }
            Plan::MelSpectrogram(bank) => self.mel_decibels(bank, samples),
            Plan::Mfcc(bank, dct) => {
                let coefficients = dct.apply(self.mel_decibels(bank, samples)?.view())?;
                with_deltas(&coefficients)
            }
        }
    }

    /// The mel spectrogram in decibels, without the spectrogram in memory.
    fn mel_decibels(&self, bank: &MelFilterBank, samples: &[f32]) -> Result<Array2<f32>, DspError> {
        let mut energies = zeros(bank.bands(), self.stft.frames(samples.len()))?;
        let mut power = vec![0.0; self.stft.bins()];
        self.stft.each_frame(samples, |frame, coefficients| {
            let squares = coefficients.iter().map(|coefficient| coefficient.norm_sqr());
            power.iter_mut().zip(squares).for_each(|(to, from)| *to = from);
            let mut column = energies.column_mut(frame);
            column.iter_mut().zip(bank.energies(&power)).for_each(|(to, from)| *to = from);
        })?;
        to_db(&mut energies);
        Ok(energies)
    }
}

/// `coefficients` with their first and second derivatives below.
fn with_deltas(coefficients: &Array2<f32>) -> Result<Array2<f32>, DspError> {
    let (rows, frames) = coefficients.dim();
    let mut stacked = zeros(3 * rows, frames)?;
    stacked.slice_mut(s![..rows, ..]).assign(coefficients);
    let first = stacked.slice_mut(s![rows..2 * rows, ..]);
    write_delta(coefficients.view(), DeltaOrder::First, first);
    let second = stacked.slice_mut(s![2 * rows.., ..]);
    write_delta(coefficients.view(), DeltaOrder::Second, second);
    Ok(stacked)
}
