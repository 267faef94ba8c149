//! Uploads of arrays, which become tensors on a device.

use ndarray::{ArrayView4, Axis};
use tch::{Device, Kind, Tensor};

use super::failure::During;
use crate::{error::ModelError, scaler::Scaler};

/// Number of values that are copied at once, 1 MiB in all. It bounds what is in memory twice.
pub(super) const CHUNK: usize = 256 << 10;

/// Uploads features to `device`: scaled, and with the channels before height and width.
///
/// # Shapes
/// - `features`: `[examples, height, width, channels]`
/// - returns `[examples, channels, height, width]`
pub(super) fn upload(
    features: ArrayView4<'_, f32>,
    scaler: Option<&Scaler>,
    device: Device,
) -> Result<Tensor, ModelError> {
    const OPERATION: &str = "the upload of the features";
    let (examples, height, width, channels) = features.dim();
    let shape = |examples: usize| [examples, channels, height, width].map(|side| side as i64);
    let all = Tensor::f_empty(shape(examples), (Kind::Float, device)).during(OPERATION)?;
    let at_once = (CHUNK / (height * width * channels).max(1)).max(1);
    let mut start = 0;
    for chunk in features.axis_chunks_iter(Axis(0), at_once) {
        let scaled = scaler.map(|scaler| scaler.transform(chunk)).transpose()?;
        let chunk = scaled.as_ref().map_or(chunk, |scaled| scaled.view());
        let examples = chunk.len_of(Axis(0));
        let values: Vec<f32> = chunk.permuted_axes([0, 3, 1, 2]).iter().copied().collect();
        let copy = || {
            let part = Tensor::f_from_slice(&values)?.f_view(shape(examples))?;
            all.f_narrow(0, start, examples as i64)?.f_copy_(&part)
        };
        copy().during(OPERATION)?;
        start += examples as i64;
    }
    Ok(all)
}

/// Uploads indices, such as labels or an order of examples, to `device`.
pub(super) fn indices(values: &[usize], device: Device) -> Result<Tensor, tch::TchError> {
    let values: Vec<i64> = values.iter().map(|&value| value as i64).collect();
    Tensor::f_from_slice(&values)?.f_to_device(device)
}
