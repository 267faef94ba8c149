//! The discrete cosine transform that turns mel decibels into cepstral coefficients.

use std::f64::consts::PI;

use multiversion::multiversion;
use ndarray::{Array2, ArrayView2};

use crate::{
    block::{LANES, blocks, load, store},
    error::DspError,
    stft::zeros,
};

/// Orthonormal DCT-II over the rows of an array, limited to its first coefficients.
///
/// Coefficient `k` of a column `x` of `B` bands is `s Σ x[b] cos(π k (2b + 1) / 2B)`, where `s` is
/// √(1/B) for `k = 0` and √(2/B) otherwise (librosa's `mfcc` with `dct_type=2`, `norm="ortho"`,
/// `lifter=0`).
///
/// # References
/// S. Davis and P. Mermelstein (1980). *Comparison of parametric representations for monosyllabic
/// word recognition*. <https://doi.org/10.1109/TASSP.1980.1163420>
#[derive(Debug, Clone, PartialEq)]
pub struct Dct {
    basis: Array2<f64>,
}

impl Dct {
    /// Plans the first `coefficients` coefficients of `bands` bands.
    ///
    /// # Errors
    /// [`DspError::Parameter`] if there are no bands, no coefficients, or more coefficients than
    /// bands.
    pub fn new(bands: usize, coefficients: usize) -> Result<Self, DspError> {
        if bands == 0 {
            return Err(DspError::Parameter { name: "mel_bands", value: bands });
        }
        if !(1..=bands).contains(&coefficients) {
            return Err(DspError::Parameter { name: "coefficients", value: coefficients });
        }
        let mut basis = zeros(coefficients, bands)?;
        for ((k, band), weight) in basis.indexed_iter_mut() {
            let scale = if k == 0 { 1.0 } else { 2.0 } / bands as f64;
            // Reduces the angle to one turn first, which is exact in integers.
            let turn = (k * (2 * band + 1)) % (4 * bands);
            *weight = scale.sqrt() * (PI * turn as f64 / (2 * bands) as f64).cos();
        }
        Ok(Self { basis })
    }

    /// Multiplies coefficient `k` by `1 + L/2 · sin(π (k + 1) / L)` if the lifter `L` is above 0.
    /// This is librosa's `lifter` and HTK's sine lifter.
    #[must_use]
    pub fn liftered(mut self, lifter: u32) -> Self {
        if lifter > 0 {
            let lifter = f64::from(lifter);
            for (k, mut row) in self.basis.rows_mut().into_iter().enumerate() {
                row *= 1.0 + lifter / 2.0 * (PI * (k + 1) as f64 / lifter).sin();
            }
        }
        self
    }

    /// Returns the coefficients of each column. They are summed in `f64`, because the first one is
    /// often near -900, where `f32` is coarse.
    ///
    /// # Shapes
    /// - `decibels`: `[bands, frames]`
    /// - returns `[coefficients, frames]`
    ///
    /// # Errors
    /// [`DspError::Rows`] if `decibels` has another number of bands.
    pub fn apply(&self, decibels: ArrayView2<'_, f32>) -> Result<Array2<f32>, DspError> {
        if decibels.nrows() != self.basis.ncols() {
            return Err(DspError::Rows { expected: self.basis.ncols(), found: decibels.nrows() });
        }
        let frames = decibels.ncols();
        let mut coefficients = vec![0.0; self.coefficients() * frames];
        let decibels = decibels.as_standard_layout();
        self.write(decibels.as_slice().unwrap_or_default(), frames, &mut coefficients);
        Array2::from_shape_vec((self.coefficients(), frames), coefficients)
            .map_err(DspError::transform)
    }

    /// Returns the number of coefficients.
    /// Returns the basis, `[coefficients, bands]`.
    pub(crate) const fn basis(&self) -> &Array2<f64> {
        &self.basis
    }

    fn coefficients(&self) -> usize {
        self.basis.nrows()
    }

    /// Writes the result of [`apply`](Self::apply) into `coefficients`. Both arrays are row-major
    /// with `frames` columns, and `decibels` must have the planned number of bands.
    pub(crate) fn write(&self, decibels: &[f32], frames: usize, coefficients: &mut [f32]) {
        let mut block = vec![[0.0; LANES]; self.basis.ncols()];
        let mut sums = vec![[0.0; LANES]; self.coefficients()];
        for range in blocks(frames) {
            load(decibels, frames, range.clone(), &mut block);
            for (sum, basis) in sums.iter_mut().zip(self.basis.rows()) {
                *sum = product(basis.as_slice().unwrap_or_default(), &block);
            }
            store(&sums, range, coefficients, frames);
        }
    }
}

/// Returns the weighted sum of rows.
#[multiversion(targets("x86_64+avx2"))]
fn product(weights: &[f64], rows: &[[f64; LANES]]) -> [f32; LANES] {
    let mut sums = [0.0; LANES];
    for (weight, row) in weights.iter().zip(rows) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
    }
    sums.map(|sum| sum as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_basis_is_orthonormal() {
        let basis = Dct::new(40, 40).unwrap().basis;
        let product = basis.dot(&basis.t());
        assert!((product - Array2::<f64>::eye(40)).iter().all(|error| error.abs() < 1e-12));
    }

    #[test]
    fn impossible_sizes_are_refused() {
        assert!(matches!(Dct::new(0, 1), Err(DspError::Parameter { name: "mel_bands", .. })));
        assert!(matches!(Dct::new(4, 5), Err(DspError::Parameter { name: "coefficients", .. })));
        assert!(matches!(Dct::new(4, 0), Err(DspError::Parameter { name: "coefficients", .. })));
        let wrong = Dct::new(4, 2).unwrap().apply(Array2::zeros((5, 3)).view());
        assert!(matches!(wrong, Err(DspError::Rows { expected: 4, found: 5 })));
    }
}
