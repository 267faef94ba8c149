//! The features of many examples as one array.

use danas_space::Granularity;
use ndarray::Array4;
use rayon::prelude::*;

/// The reason why the features of examples cannot be computed.
pub(crate) enum StackError<E> {
    /// They do not fit into memory, or the granularity gives none.
    TooLarge,
    /// The features of one example cannot be computed.
    Example(E),
}

/// Computes the features of several examples in parallel, `[examples, height, width, channels]` in
/// the given order. `make` writes those of one example, in the order height, width, channels.
pub(crate) fn stacked<E: Send>(
    granularity: &impl Granularity,
    examples: &[usize],
    make: impl Fn(usize, &mut [f32]) -> Result<(), E> + Sync,
) -> Result<Array4<f32>, StackError<E>> {
    let too_large = || StackError::TooLarge;
    let shape = granularity.input_shape().map_err(|_| too_large())?;
    let size = shape.elements().filter(|&size| size > 0).ok_or_else(too_large)?;
    let total = size.checked_mul(examples.len()).ok_or_else(too_large)?;
    let mut values = Vec::new();
    values.try_reserve_exact(total).map_err(|_| too_large())?;
    values.resize(total, 0.0_f32);
    values
        .par_chunks_mut(size)
        .zip(examples)
        .try_for_each(|(values, &example)| make(example, values))
        .map_err(StackError::Example)?;
    let dimensions = (examples.len(), shape.height, shape.width, shape.channels);
    Array4::from_shape_vec(dimensions, values).map_err(|_| too_large())
}
