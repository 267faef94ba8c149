//! From recordings to the features of one granularity.

use danas_space::{AudioGranularity, Representation};
use ndarray::{Array2, Array3, s};

use crate::{
    Dct, DeltaOrder, Digest, DspError, FeatureKey, Features, MelFilterBank, NoiseKey, Recording,
    Stft,
    decibel::Decibels,
    delta::write_delta,
    quantise::quantise,
    recording::{check_len, check_rate, fit},
    stft::{check_size, zeros},
};

/// Raised whenever the same granularity begins to give other features, so that no cache serves the
/// former ones.
const VERSION: u32 = 1;

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
/// | waveform | the samples, in one row |
///
/// Decibels go down to 80 below the clip's maximum, over all channels, unless the front end says
/// otherwise: see [`power_to_db`](crate::power_to_db). For linear power and energies use [`Stft`]
/// and [`MelFilterBank`] directly.
#[derive(Debug, Clone)]
pub struct Extractor {
    granularity: AudioGranularity,
    plan: Plan,
}

/// A representation with what computes it.
#[derive(Debug, Clone)]
enum Plan {
    Waveform,
    Spectrogram(Stft),
    MelSpectrogram(Stft, MelFilterBank),
    Mfcc(Stft, MelFilterBank, Dct),
}

impl Extractor {
    /// Plans the features of `granularity`.
    ///
    /// # Errors
    /// [`DspError::TooLong`] and [`DspError::TooLarge`] where a clip or its features would take an
    /// absurd amount of memory, [`DspError::Rate`] for a rate above [`Recording::MAX_RATE`], and
    /// [`DspError::Parameter`] where the mel bands would begin above half the rate.
    pub fn new(granularity: &AudioGranularity) -> Result<Self, DspError> {
        let front_end = &granularity.front_end;
        check_rate(granularity.sample_rate)?;
        check_len(granularity.samples() as u64)?;
        check_size(granularity.rows(), granularity.frames())?;
        let stft = || Stft::of(front_end);
        let bank = || MelFilterBank::of(front_end, granularity.sample_rate);
        let dct = || {
            let dct = Dct::new(front_end.mel_bands(), front_end.coefficients())?;
            Ok::<_, DspError>(dct.liftered(front_end.lifter()))
        };
        let plan = match granularity.representation {
            Representation::Waveform => Plan::Waveform,
            Representation::Spectrogram => Plan::Spectrogram(stft()?),
            Representation::MelSpectrogram => Plan::MelSpectrogram(stft()?, bank()?),
            Representation::Mfcc => Plan::Mfcc(stft()?, bank()?, dct()?),
        };
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
        let (rate, front_end) = (self.granularity.sample_rate, &self.granularity.front_end);
        let clip = recording.select(self.granularity.channels)?.fitted(front_end.clip())?;
        let mut channels = clip.resampled(rate, front_end.resampling())?.into_channels();
        for samples in &mut channels {
            *samples = fit(samples, self.granularity.samples());
        }
        self.of_channels(channels)
    }

    /// The features of a recording that is at the granularity's rate already, and as long as it is
    /// to be: neither resampled nor fitted. There are as many frames as its length gives.
    ///
    /// # Errors
    /// [`DspError::WrongRate`] where the recording has another rate, [`DspError::MissingChannel`]
    /// where it has too few channels, and those of [`Stft::complex`].
    pub fn extract_as_is(&self, recording: &Recording) -> Result<Features, DspError> {
        let (expected, found) = (self.granularity.sample_rate, recording.rate());
        if expected != found {
            return Err(DspError::WrongRate { expected, found });
        }
        self.of_channels(recording.select(self.granularity.channels)?.into_channels())
    }

    /// What the features of a recording are kept under in a [`FeatureCache`](crate::FeatureCache):
    /// a hash of the recording, the noise that was mixed in, and every parameter.
    #[must_use]
    pub fn key(&self, recording: Digest, noise: Option<NoiseKey>) -> FeatureKey {
        // The derived text names every field with its value.
        let parameters = format!("{VERSION} {:?}", self.granularity);
        FeatureKey::new(recording, noise, &parameters)
    }

    fn of_channels(&self, mut channels: Vec<Vec<f32>>) -> Result<Features, DspError> {
        if let Some(bits) = self.granularity.sample_depth.rounded_to() {
            channels.iter_mut().for_each(|samples| quantise(samples, bits));
        }
        let frames = match &self.plan {
            Plan::Waveform => channels.first().map_or(0, Vec::len),
            Plan::Spectrogram(stft) | Plan::MelSpectrogram(stft, _) | Plan::Mfcc(stft, ..) => {
                stft.frames(channels.first().map_or(0, Vec::len))
            }
        };
        let (rows, count) = (self.granularity.rows(), channels.len());
        check_size(rows.saturating_mul(count), frames)?;
        let values = match &self.plan {
            Plan::Waveform => channels.concat(),
            Plan::Spectrogram(stft) => {
                let mut power = concat(&channels, |samples| stft.power(samples))?;
                self.to_decibels(&mut power);
                power
            }
            Plan::MelSpectrogram(stft, bank) => self.mel_decibels(stft, bank, &channels)?,
            Plan::Mfcc(stft, bank, dct) => {
                let decibels = self.mel_decibels(stft, bank, &channels)?;
                let bands = bank.bands();
                let mut cepstra = Vec::with_capacity(count * rows * frames);
                for decibels in decibels.chunks((bands * frames).max(1)) {
                    let decibels = ndarray::ArrayView2::from_shape((bands, frames), decibels)
                        .map_err(DspError::transform)?;
                    cepstra.extend(self.with_deltas(&dct.apply(decibels)?)?);
                }
                cepstra
            }
        };
        let shape = (count, rows, frames);
        let planar = Array3::from_shape_vec(shape, values).map_err(DspError::transform)?;
        // Channels last: a view of the same memory where there is one, else a copy in that order.
        let values = planar.permuted_axes([1, 2, 0]).as_standard_layout().into_owned();
        Ok(Features::new(self.granularity, values))
    }

    fn to_decibels(&self, power: &mut [f32]) {
        let front_end = &self.granularity.front_end;
        let (floor, dynamic_range) = (front_end.floor(), front_end.dynamic_range());
        Decibels { floor, dynamic_range }.apply(power);
    }

    /// The mel spectrograms of all channels in decibels, without a spectrogram in memory.
    fn mel_decibels(
        &self,
        stft: &Stft,
        bank: &MelFilterBank,
        channels: &[Vec<f32>],
    ) -> Result<Vec<f32>, DspError> {
        let mut power = vec![0.0; stft.bins()];
        let mut energies = concat(channels, |samples| {
            let mut energies = zeros(bank.bands(), stft.frames(samples.len()))?;
            stft.each_frame(samples, |frame, coefficients| {
                let squares = coefficients.iter().map(|coefficient| coefficient.norm_sqr());
                power.iter_mut().zip(squares).for_each(|(to, from)| *to = from);
                let mut column = energies.column_mut(frame);
                column.iter_mut().zip(bank.energies(&power)).for_each(|(to, from)| *to = from);
            })?;
            Ok(energies)
        })?;
        self.to_decibels(&mut energies);
        Ok(energies)
    }

    /// `coefficients` with their derivatives below.
    fn with_deltas(&self, coefficients: &Array2<f32>) -> Result<Array2<f32>, DspError> {
        let front_end = &self.granularity.front_end;
        let (rows, frames) = coefficients.dim();
        let mut stacked = zeros((1 + front_end.deltas()) * rows, frames)?;
        stacked.slice_mut(s![..rows, ..]).assign(coefficients);
        for (n, order) in DeltaOrder::ALL.into_iter().take(front_end.deltas()).enumerate() {
            let below = stacked.slice_mut(s![(n + 1) * rows..(n + 2) * rows, ..]);
            write_delta(coefficients.view(), order, front_end.delta_width(), below);
        }
        Ok(stacked)
    }
}

/// What each channel is turned into, one after the other in row order.
fn concat(
    channels: &[Vec<f32>],
    mut make: impl FnMut(&[f32]) -> Result<Array2<f32>, DspError>,
) -> Result<Vec<f32>, DspError> {
    let mut values = Vec::new();
    for samples in channels {
        let array = make(samples)?;
        if values.is_empty() {
            // Row order from its first value on: nothing is copied.
            values = array.into_raw_vec_and_offset().0;
        } else {
            values.extend(array);
        }
    }
    Ok(values)
}
