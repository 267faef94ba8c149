//! The mel filter bank.

use std::ops::Range;

use danas_space::{FrontEnd, Hertz, MelNorm, MelScale};
use multiversion::multiversion;
use ndarray::{Array2, ArrayView2};

use crate::{
    block::{LANES, blocks, load, store},
    error::DspError,
    stft::check_size,
};

/// Width of one mel in hertz, in the linear part of Slaney's scale below [`LOG_START`].
const LINEAR_STEP: f64 = 200.0 / 3.0;
/// Frequency in hertz from which Slaney's scale is logarithmic.
const LOG_START: f64 = 1000.0;
/// Number of mels from [`LOG_START`] to 6400 Hz.
const LOG_STEPS: f64 = 27.0;

/// Triangular filters that sum power into bands, evenly spaced on a mel scale.
///
/// By default, the scale is Slaney's, from 0 to half the rate. Each triangle has unit area in hertz
/// (librosa's `norm="slaney"`), so that white noise gives bands of equal energy. A [`FrontEnd`] can
/// select other settings: see [`of`](Self::of).
///
/// If the bands are narrower than the frequency bins, some triangles lie between two bins and are
/// empty. Their energy is 0, as in librosa, which warns about it. With 80 bands and frames of at
/// least 512 samples, no triangle is empty.
///
/// # References
/// M. Slaney (1998). *Auditory Toolbox*, technical report 1998-010, Interval Research.
#[derive(Debug, Clone, PartialEq)]
pub struct MelFilterBank {
    bins: usize,
    bands: Vec<Band>,
}

/// One triangle: its weights, and the bins that they apply to.
#[derive(Debug, Clone, PartialEq)]
struct Band {
    first: usize,
    weights: Vec<f32>,
}

impl Band {
    fn range(&self) -> Range<usize> {
        self.first..self.first + self.weights.len()
    }
}

impl MelFilterBank {
    /// Creates a bank of `bands` filters for spectra of frames of `frame_length` samples at `rate`.
    ///
    /// # Errors
    /// [`DspError::Parameter`] for no bands or a frame shorter than 2 samples, and
    /// [`DspError::TooLarge`] if the matrix of [`weights`](Self::weights) would have more than 2²⁹
    /// values.
    pub fn new(rate: Hertz, frame_length: usize, bands: usize) -> Result<Self, DspError> {
        let top = f64::from(rate.get()) / 2.0;
        Self::between([0.0, top], rate, frame_length, bands, MelScale::Slaney, MelNorm::Area)
    }

    /// Creates the filter bank of a front end at `rate`, with its scale, norm, and lowest and
    /// highest frequency.
    ///
    /// # Errors
    /// [`DspError::Parameter`] if the bands would begin at or above half the rate, and the errors
    /// of [`new`](Self::new).
    pub fn of(front_end: &FrontEnd, rate: Hertz) -> Result<Self, DspError> {
        let nyquist = f64::from(rate.get()) / 2.0;
        let top = front_end.highest().map_or(nyquist, |highest| f64::from(highest.get()));
        let low = f64::from(front_end.lowest());
        if low >= top.min(nyquist) {
            let value = front_end.lowest() as usize;
            return Err(DspError::Parameter { name: "lowest", value });
        }
        let (frame_length, bands) = (front_end.frame_length(), front_end.mel_bands());
        let (scale, norm) = (front_end.mel_scale(), front_end.mel_norm());
        Self::between([low, top], rate, frame_length, bands, scale, norm)
    }

    fn between(
        hertz: [f64; 2],
        rate: Hertz,
        frame_length: usize,
        bands: usize,
        scale: MelScale,
        norm: MelNorm,
    ) -> Result<Self, DspError> {
        if frame_length < 2 {
            return Err(DspError::Parameter { name: "frame_length", value: frame_length });
        }
        if bands == 0 {
            return Err(DspError::Parameter { name: "mel_bands", value: bands });
        }
        let bins = frame_length / 2 + 1;
        // `weights` returns a dense matrix, whose size must be legal.
        check_size(bands, bins)?;
        let rate = f64::from(rate.get());
        let [low, top] = hertz.map(|hertz| hertz_to_mel(hertz, scale));
        let corner =
            |n: usize| mel_to_hertz(low + (top - low) * n as f64 / (bands + 1) as f64, scale);
        let bin_hertz = |bin: usize| bin as f64 * rate / frame_length as f64;
        let bands = (0..bands).map(|n| {
            let [low, peak, high] = [n, n + 1, n + 2].map(corner);
            let height = match norm {
                MelNorm::Area => 2.0 / (high - low),
                MelNorm::Height => 1.0,
            };
            let weight = |bin| {
                let hertz = bin_hertz(bin);
                let triangle =
                    f64::min((hertz - low) / (peak - low), (high - hertz) / (high - peak));
                // Rounds between the two steps, as librosa does.
                let triangle = triangle.max(0.0) as f32;
                (f64::from(triangle) * height) as f32
            };
            let first = (0..bins).find(|&bin| bin_hertz(bin) > low).unwrap_or(bins);
            let weights = (first..bins).map(weight).take_while(|&weight| weight > 0.0).collect();
            Band { first, weights }
        });
        Ok(Self { bins, bands: bands.collect() })
    }

    /// Returns the first bin of each band, and its weights of consecutive bins.
    pub(crate) fn sparse(&self) -> impl Iterator<Item = (usize, &[f32])> {
        self.bands.iter().map(|band| (band.first, band.weights.as_slice()))
    }

    /// Returns the number of bands.
    #[must_use]
    pub fn bands(&self) -> usize {
        self.bands.len()
    }

    /// Returns the weights as a dense matrix, `[bands, frame_length / 2 + 1]`.
    #[must_use]
    pub fn weights(&self) -> Array2<f32> {
        let mut dense = Array2::zeros((self.bands(), self.bins));
        for (mut row, band) in dense.rows_mut().into_iter().zip(&self.bands) {
            for (bin, &weight) in band.range().zip(&band.weights) {
                row[bin] = weight;
            }
        }
        dense
    }

    /// Returns the band energies of a power spectrogram.
    ///
    /// # Shapes
    /// - `power`: `[frame_length / 2 + 1, frames]`
    /// - returns `[bands, frames]`
    ///
    /// # Errors
    /// [`DspError::Rows`] if `power` was computed with another frame length, and
    /// [`DspError::TooLarge`] if the energies would have more than 2²⁹ values.
    pub fn apply(&self, power: ArrayView2<'_, f32>) -> Result<Array2<f32>, DspError> {
        if power.nrows() != self.bins {
            return Err(DspError::Rows { expected: self.bins, found: power.nrows() });
        }
        let (bands, frames) = (self.bands(), power.ncols());
        check_size(bands, frames)?;
        let mut energies = vec![0.0; bands * frames];
        let mut block = vec![[0.0; LANES]; self.bins];
        let mut sums = vec![[0.0; LANES]; bands];
        let power = power.as_standard_layout();
        for range in blocks(frames) {
            load(power.as_slice().unwrap_or_default(), frames, range.clone(), &mut block);
            self.energies(&block, &mut sums);
            store(&sums, range, &mut energies, frames);
        }
        Array2::from_shape_vec((bands, frames), energies).map_err(DspError::transform)
    }

    /// Computes the band energies of a block of frames, one row per band, from their power, one row
    /// per bin.
    pub(crate) fn energies(&self, power: &[[f32; LANES]], energies: &mut [[f32; LANES]]) {
        for (energy, band) in energies.iter_mut().zip(&self.bands) {
            *energy = weighted_sum(&power[band.range()], &band.weights);
        }
    }
}

/// Returns the weighted sum of rows. Every fourth row has a sum of its own, so that four sums are
/// accumulated in parallel.
#[multiversion(targets("x86_64+avx2"))]
fn weighted_sum(rows: &[[f32; LANES]], weights: &[f32]) -> [f32; LANES] {
    let mut sums = [[0.0; LANES]; 4];
    let mut add = |lane: usize, row: &[f32; LANES], weight: f32| {
        sums[lane].iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
    };
    let (rows, last_rows) = rows.as_chunks::<4>();
    let (weights, last_weights) = weights.as_chunks::<4>();
    for (rows, weights) in rows.iter().zip(weights) {
        for lane in 0..4 {
            add(lane, &rows[lane], weights[lane]);
        }
    }
    for (lane, (row, &weight)) in last_rows.iter().zip(last_weights).enumerate() {
        add(lane, row, weight);
    }
    let [a, b, c, d] = sums;
    std::array::from_fn(|frame| (a[frame] + b[frame]) + (c[frame] + d[frame]))
}

fn hertz_to_mel(hertz: f64, scale: MelScale) -> f64 {
    match scale {
        MelScale::Htk => 2595.0 * (1.0 + hertz / 700.0).log10(),
        MelScale::Slaney if hertz < LOG_START => hertz / LINEAR_STEP,
        MelScale::Slaney => {
            LOG_START / LINEAR_STEP + (hertz / LOG_START).ln() * LOG_STEPS / 6.4_f64.ln()
        }
    }
}

fn mel_to_hertz(mel: f64, scale: MelScale) -> f64 {
    let start = LOG_START / LINEAR_STEP;
    match scale {
        MelScale::Htk => 700.0 * (10.0_f64.powf(mel / 2595.0) - 1.0),
        MelScale::Slaney if mel < start => mel * LINEAR_STEP,
        MelScale::Slaney => LOG_START * ((mel - start) * 6.4_f64.ln() / LOG_STEPS).exp(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bank(hertz: u32, frame_length: usize, bands: usize) -> MelFilterBank {
        MelFilterBank::new(Hertz::new(hertz).unwrap(), frame_length, bands).unwrap()
    }

    #[test]
    fn the_scales_have_their_fixed_points_and_invert() {
        use MelScale::{Htk, Slaney};
        for (scale, hertz, mel) in [
            (Slaney, 0.0, 0.0),
            (Slaney, 200.0, 3.0),
            (Slaney, 1000.0, 15.0),
            (Slaney, 6400.0, 42.0),
            (Htk, 0.0, 0.0),
            (Htk, 700.0, 2595.0 * 2.0_f64.log10()),
            (Htk, 6300.0, 2595.0),
        ] {
            assert!((hertz_to_mel(hertz, scale) - mel).abs() < 1e-12);
            assert!((mel_to_hertz(mel, scale) - hertz).abs() < 1e-9);
        }
    }

    #[test]
    fn no_band_is_empty_from_frames_of_512_samples() {
        for hertz in [375, 750, 1500, 3000, 6000, 12_000, 24_000, 48_000] {
            for row in bank(hertz, 512, 80).weights().rows() {
                assert!(row.sum() > 0.0, "{hertz}");
            }
        }
    }

    #[test]
    fn bands_finer_than_the_bins_are_empty_but_never_nan() {
        for (hertz, frame_length, bands) in [(48_000, 2, 80), (1, 3, 1024), (48_000, 64, 1)] {
            let bank = bank(hertz, frame_length, bands);
            let power = Array2::from_elem((frame_length / 2 + 1, 3), 1.0);
            let energies = bank.apply(power.view()).unwrap();
            assert_eq!(energies.dim(), (bands, 3));
            assert!(energies.iter().all(|energy| energy.is_finite() && *energy >= 0.0));
        }
    }

    #[test]
    fn the_sparse_sum_is_the_dense_product() {
        let bank = bank(8000, 256, 40);
        let power = Array2::from_shape_fn((129, 5), |(bin, frame)| ((bin * 7 + frame) % 13) as f32);
        let (sparse, dense) = (bank.apply(power.view()).unwrap(), bank.weights().dot(&power));
        assert!(sparse.iter().zip(&dense).all(|(a, b)| (a - b).abs() <= 1e-6 * b.abs()));
        assert!(matches!(
            bank.apply(power.slice(ndarray::s![1.., ..])),
            Err(DspError::Rows { expected: 129, found: 128 })
        ));
    }
}
