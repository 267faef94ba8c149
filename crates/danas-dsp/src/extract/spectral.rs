//! Representations that are made of a short-time Fourier transform.

use std::borrow::Cow;

use danas_space::{AudioGranularity, FrontEnd, Representation};
use ndarray::{ArrayView2, ArrayViewMut2};

use super::plan::{Found, Leaf, grouped};
use crate::{
    Dct, DeltaOrder, DspError, MelFilterBank, Stft,
    block::{LANES, store},
    decibel::Decibels,
    delta::write_delta,
};

/// A short-time Fourier transform and what is made of its power.
#[derive(Debug)]
pub(super) struct Spectra {
    stft: Stft,
    spectrograms: Vec<Leaf>,
    banks: Vec<Bank>,
}

/// A mel filter bank and what is made of its energies.
#[derive(Debug)]
struct Bank {
    bank: MelFilterBank,
    mel_spectrograms: Vec<Leaf>,
    cepstra: Vec<(Leaf, Dct)>,
}

impl Spectra {
    /// The spectra of leaves that agree in their samples and frames: there is at least one.
    pub(super) fn new(leaves: &[Leaf]) -> Result<Self, DspError> {
        let stft = Stft::of(&leaves.first().ok_or(DspError::Empty)?.granularity.front_end)?;
        let (spectrograms, others): (Vec<Leaf>, Vec<Leaf>) = leaves
            .iter()
            .partition(|leaf| leaf.granularity.representation == Representation::Spectrogram);
        let bands = |leaf: &Leaf| {
            let front_end = leaf.granularity.front_end;
            let range = (front_end.lowest(), front_end.highest());
            (front_end.mel_bands(), front_end.mel_scale(), front_end.mel_norm(), range)
        };
        let banks = grouped(&others, bands).into_iter().map(|(_, leaves)| Bank::new(&leaves));
        Ok(Self { stft, spectrograms, banks: banks.collect::<Result<_, _>>()? })
    }

    /// The features of channels of equal length.
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
        for (channel, samples) in channels.iter().enumerate() {
            self.stft.each_block(samples, |range, block| {
                if !power.is_empty() {
                    let plane = &mut power[channel * bins * frames..];
                    store(block, range.clone(), plane, frames);
                }
                for ((bank, energies), sums) in
                    self.banks.iter().zip(&mut energies).zip(&mut blocks)
                {
                    bank.bank.energies(block, sums);
                    let plane = &mut energies[channel * sums.len() * frames..];
                    store(sums, range.clone(), plane, frames);
                }
            });
        }
        add_decibels(&self.spectrograms, power, count, found)?;
        for (bank, energies) in self.banks.iter().zip(energies) {
            bank.finish(energies, [count, frames], found)?;
        }
        Ok(())
    }
}

impl Bank {
    /// The bank of leaves that agree in their spectra and bands: there is at least one.
    fn new(leaves: &[Leaf]) -> Result<Self, DspError> {
        let AudioGranularity { sample_rate, front_end, .. } =
            leaves.first().ok_or(DspError::Empty)?.granularity;
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
        Ok(Self { bank, mel_spectrograms, cepstra })
    }

    /// The features of mel energies, of one channel after the other.
    fn finish(
        &self,
        energies: Vec<f32>,
        [count, frames]: [usize; 2],
        found: &mut Found,
    ) -> Result<(), DspError> {
        for (leaf, dct) in &self.cepstra {
            let front_end = &leaf.granularity.front_end;
            let mut bands = found.copy(&energies);
            decibels(front_end).apply(&mut bands);
            let rows = leaf.granularity.rows();
            let mut values = found.planes(count, rows, frames)?;
            if frames > 0 {
                let planes = values.chunks_exact_mut(rows * frames);
                for (values, bands) in planes.zip(bands.chunks_exact(self.bank.bands() * frames)) {
                    cepstrum(bands, dct, front_end, values)?;
                }
            }
            found.put(bands);
            found.add(leaf, values, count)?;
        }
        add_decibels(&self.mel_spectrograms, energies, count, found)
    }
}

/// Adds power or energies in the decibels of each leaf. The last one takes the original.
fn add_decibels(
    leaves: &[Leaf],
    power: Vec<f32>,
    channels: usize,
    found: &mut Found,
) -> Result<(), DspError> {
    let Some((last, others)) = leaves.split_last() else {
        found.put(power);
        return Ok(());
    };
    for leaf in others {
        let mut power = found.copy(&power);
        decibels(&leaf.granularity.front_end).apply(&mut power);
        found.add(leaf, power, channels)?;
    }
    let mut power = power;
    decibels(&last.granularity.front_end).apply(&mut power);
    found.add(last, power, channels)
}

fn decibels(front_end: &FrontEnd) -> Decibels {
    Decibels { floor: front_end.floor(), dynamic_range: front_end.dynamic_range() }
}

/// The cepstral coefficients of mel decibels, with their derivatives below.
fn cepstrum(
    bands: &[f32],
    dct: &Dct,
    front_end: &FrontEnd,
    values: &mut [f32],
) -> Result<(), DspError> {
    let (rows, frames) = (front_end.coefficients(), bands.len() / front_end.mel_bands());
    let (coefficients, derivatives) = values.split_at_mut(rows * frames);
    dct.write(bands, frames, coefficients);
    let coefficients = ArrayView2::from_shape((rows, frames), coefficients);
    let coefficients = coefficients.map_err(DspError::transform)?;
    let orders = DeltaOrder::ALL.into_iter().zip(derivatives.chunks_exact_mut(rows * frames));
    for (order, derivative) in orders {
        let derivative = ArrayViewMut2::from_shape((rows, frames), derivative);
        let derivative = derivative.map_err(DspError::transform)?;
        write_delta(coefficients, order, front_end.delta_width(), derivative);
    }
    Ok(())
}
