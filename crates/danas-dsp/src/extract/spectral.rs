//! Representations that are computed from a short-time Fourier transform.

use std::borrow::Cow;

use danas_space::{AudioGranularity, ClipNormalisation, Representation};
use ndarray::{ArrayView2, ArrayViewMut2};

use super::{
    found::Found,
    leaf::{Leaf, grouped},
};
use crate::{
    block::{LANES, store},
    clip_normalisation::{standardise, subtract_mean, subtract_running_mean},
    dct::Dct,
    decibel::Decibels,
    delta::DeltaOrder,
    delta::write_delta,
    error::DspError,
    mel::MelFilterBank,
    pcen::pcen,
    stft::Stft,
};

/// A short-time Fourier transform, and the features that are computed from its power.
#[derive(Debug)]
pub(super) struct Spectra {
    stft: Stft,
    spectrograms: Vec<Leaf>,
    banks: Vec<Bank>,
}

/// A mel filter bank, and the features that are computed from its energies.
#[derive(Debug)]
struct Bank {
    bank: MelFilterBank,
    /// Whether the bank sums magnitudes instead of power, as librosa recommends for PCEN.
    of_magnitudes: bool,
    mel_spectrograms: Vec<Leaf>,
    cepstra: Vec<(Leaf, Dct)>,
}

impl Spectra {
    /// Plans the spectra of leaves with the same samples and frames. There must be at least one
    /// leaf.
    pub(super) fn new(leaves: &[Leaf]) -> Result<Self, DspError> {
        let stft = Stft::of(&leaves.first().ok_or(DspError::Empty)?.granularity.front_end)?;
        let (spectrograms, others): (Vec<Leaf>, Vec<Leaf>) = leaves
            .iter()
            .partition(|leaf| leaf.granularity.representation == Representation::Spectrogram);
        let bands = |leaf: &Leaf| {
            let front_end = leaf.granularity.front_end;
            let range = (front_end.lowest(), front_end.highest());
            let scale = (front_end.mel_scale(), front_end.mel_norm());
            (front_end.mel_bands(), scale, range, of_magnitudes(&leaf.granularity))
        };
        let banks = grouped(&others, bands).into_iter().map(|(_, leaves)| Bank::new(&leaves));
        Ok(Self { stft, spectrograms, banks: banks.collect::<Result<_, _>>()? })
    }

    /// Adds the features of channels of equal length to `found`.
    pub(super) fn extract(
        &self,
        channels: &[Cow<'_, [f32]>],
        found: &mut Found,
    ) -> Result<(), DspError> {
        let (bins, count) = (self.stft.bins(), channels.len());
        let frames = self.stft.frames(channels.first().map_or(0, |samples| samples.len()));
        let mut power = match self.spectrograms.as_slice() {
            [] => Vec::new(),
            _ => found.planes(count, bins, frames)?,
        };
        let banks =
            self.banks.iter().map(|Bank { bank, .. }| found.planes(count, bank.bands(), frames));
        let mut energies = banks.collect::<Result<Vec<_>, _>>()?;
        let bands = self.banks.iter().map(|Bank { bank, .. }| vec![[0.0; LANES]; bank.bands()]);
        let mut blocks: Vec<Vec<[f32; LANES]>> = bands.collect();
        let any_of_magnitudes = self.banks.iter().any(|bank| bank.of_magnitudes);
        let mut magnitudes = vec![[0.0; LANES]; if any_of_magnitudes { bins } else { 0 }];
        for (channel, samples) in channels.iter().enumerate() {
            self.stft.each_block(samples, |range, block| {
                if !power.is_empty() {
                    let plane = &mut power[channel * bins * frames..];
                    store(block, range.clone(), plane, frames);
                }
                for (to, from) in magnitudes.iter_mut().zip(block) {
                    *to = from.map(f32::sqrt);
                }
                for ((bank, energies), sums) in
                    self.banks.iter().zip(&mut energies).zip(&mut blocks)
                {
                    bank.bank.energies(if bank.of_magnitudes { &magnitudes } else { block }, sums);
                    let plane = &mut energies[channel * sums.len() * frames..];
                    store(sums, range.clone(), plane, frames);
                }
            });
        }
        add_levels(&self.spectrograms, power, [count, frames], found)?;
        for (bank, energies) in self.banks.iter().zip(energies) {
            bank.finish(energies, [count, frames], found)?;
        }
        Ok(())
    }
}

impl Bank {
    /// Plans the filter bank of leaves with the same spectra and bands. There must be at least one
    /// leaf.
    fn new(leaves: &[Leaf]) -> Result<Self, DspError> {
        let granularity = leaves.first().ok_or(DspError::Empty)?.granularity;
        let AudioGranularity { sample_rate, front_end, .. } = granularity;
        let bank = MelFilterBank::of(&front_end, sample_rate)?;
        let (mel_spectrograms, cepstra): (Vec<Leaf>, Vec<Leaf>) = leaves
            .iter()
            .partition(|leaf| leaf.granularity.representation == Representation::MelSpectrogram);
        let with_dct = |leaf: Leaf| {
            let front_end = leaf.granularity.front_end;
            let dct = Dct::new(front_end.mel_bands(), front_end.coefficients())?;
            Ok((leaf, dct.liftered(front_end.lifter())))
        };
        let cepstra = cepstra.into_iter().map(with_dct).collect::<Result<_, DspError>>()?;
        let of_magnitudes = of_magnitudes(&granularity);
        Ok(Self { bank, of_magnitudes, mel_spectrograms, cepstra })
    }

    /// Adds the features of mel energies, which hold one channel after the other, to `found`.
    fn finish(
        &self,
        energies: Vec<f32>,
        [count, frames]: [usize; 2],
        found: &mut Found,
    ) -> Result<(), DspError> {
        for (leaf, dct) in &self.cepstra {
            let mut bands = found.copy(&energies);
            write_levels(&leaf.granularity, &mut bands, frames);
            let rows = leaf.granularity.rows();
            let mut values = found.planes(count, rows, frames)?;
            if frames > 0 {
                let planes = values.chunks_exact_mut(rows * frames);
                for (values, bands) in planes.zip(bands.chunks_exact(self.bank.bands() * frames)) {
                    cepstrum(bands, dct, &leaf.granularity, values)?;
                }
            }
            found.put(bands);
            found.add(leaf, values, count)?;
        }
        add_levels(&self.mel_spectrograms, energies, [count, frames], found)
    }
}

/// Returns whether mel bands are sums of magnitudes instead of power.
fn of_magnitudes(granularity: &AudioGranularity) -> bool {
    granularity.normalisation == ClipNormalisation::Pcen
}

/// Adds the features of each leaf: power or energies, converted to its levels and normalised. The
/// last leaf takes over the original vector, which saves a copy.
fn add_levels(
    leaves: &[Leaf],
    power: Vec<f32>,
    [channels, frames]: [usize; 2],
    found: &mut Found,
) -> Result<(), DspError> {
    let Some((last, others)) = leaves.split_last() else {
        found.put(power);
        return Ok(());
    };
    let add = |leaf: &Leaf, mut power: Vec<f32>, found: &mut Found| {
        write_levels(&leaf.granularity, &mut power, frames);
        write_normalised(&leaf.granularity, &mut power, frames);
        found.add(leaf, power, channels)
    };
    for leaf in others {
        let power = found.copy(&power);
        add(leaf, power, found)?;
    }
    add(last, power, found)
}

/// Converts the power or mel energies of a clip, for all channels in rows of `frames` frames, to
/// decibels or to PCEN.
fn write_levels(granularity: &AudioGranularity, power: &mut [f32], frames: usize) {
    let front_end = &granularity.front_end;
    let decibels = Decibels { floor: front_end.floor(), dynamic_range: front_end.dynamic_range() };
    match granularity.normalisation {
        ClipNormalisation::None | ClipNormalisation::Mean | ClipNormalisation::MeanVariance => {
            decibels.apply(power);
        }
        ClipNormalisation::Level => decibels.apply_relative(power),
        ClipNormalisation::RunningMean => decibels.apply_so_far(power, frames),
        ClipNormalisation::Pcen => {
            if granularity.representation == Representation::Spectrogram {
                power.iter_mut().for_each(|power| *power = power.sqrt());
            }
            pcen(power, frames, granularity.smoothing().unwrap_or(1.0));
        }
    }
}

/// Normalises rows of `frames` frames over time: decibels, or coefficients before their derivatives
/// are computed.
fn write_normalised(granularity: &AudioGranularity, rows: &mut [f32], frames: usize) {
    match granularity.normalisation {
        ClipNormalisation::None | ClipNormalisation::Level | ClipNormalisation::Pcen => {}
        ClipNormalisation::Mean => subtract_mean(rows, frames),
        ClipNormalisation::MeanVariance => standardise(rows, frames),
        ClipNormalisation::RunningMean => {
            subtract_running_mean(rows, frames, granularity.smoothing().unwrap_or(1.0));
        }
    }
}

/// Writes the normalised cepstral coefficients of mel decibels, followed by their derivatives, into
/// `values`.
fn cepstrum(
    bands: &[f32],
    dct: &Dct,
    granularity: &AudioGranularity,
    values: &mut [f32],
) -> Result<(), DspError> {
    let front_end = &granularity.front_end;
    let (rows, frames) = (front_end.coefficients(), bands.len() / front_end.mel_bands());
    let (own, derivatives) = values.split_at_mut(rows * frames);
    dct.write(bands, frames, own);
    write_normalised(granularity, own, frames);
    let shape = (rows, frames);
    let coefficients = ArrayView2::from_shape(shape, own).map_err(DspError::transform)?;
    let orders = DeltaOrder::ALL.into_iter().zip(derivatives.chunks_exact_mut(rows * frames));
    for (order, values) in orders {
        let derivative = ArrayViewMut2::from_shape(shape, values).map_err(DspError::transform)?;
        write_delta(coefficients, order, front_end.delta_width(), derivative);
    }
    Ok(())
}
