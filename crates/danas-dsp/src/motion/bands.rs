//! Power in bands of frequency.

use ndarray::{Array1, ArrayView2, Axis, s};

/// Returns the power in `bands` bands of equal numbers of bins, as nearly as possible: the sum of each
/// bin's mean over the frames. `power` is `[bins, frames]`.
pub(super) fn of(power: ArrayView2<'_, f32>, bands: usize) -> Array1<f32> {
    let bins = power.nrows();
    let means = power.mean_axis(Axis(1)).unwrap_or_default();
    let ranges = edges(bins, bands).zip(edges(bins, bands).skip(1));
    ranges.map(|(first, end)| means.slice(s![first..end]).sum()).collect()
}

/// Returns the first bin of each band and, after them, the number of bins.
pub(crate) fn edges(bins: usize, bands: usize) -> impl Iterator<Item = usize> {
    (0..=bands).map(move |band| band * bins / bands.max(1))
}
