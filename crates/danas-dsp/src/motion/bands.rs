//! Power in bands of frequency.

use ndarray::{Array1, ArrayView2, Axis, s};

/// Returns the power in `bands` bands of equal numbers of bins, as nearly as possible: the sum of each
/// bin's mean over the frames. `power` is `[bins, frames]`.
pub(super) fn of(power: ArrayView2<'_, f32>, bands: usize) -> Array1<f32> {
    let bins = power.nrows();
    let means = power.mean_axis(Axis(1)).unwrap_or_default();
    let edge = |band: usize| band * bins / bands;
    (0..bands).map(|band| means.slice(s![edge(band)..edge(band + 1)]).sum()).collect()
}
