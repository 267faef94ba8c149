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
#[cfg(feature = "image")]
pub(crate) fn stacked<E: Send>(
    granularity: &impl Granularity,
    examples: &[usize],
    make: impl Fn(usize, &mut [f32]) -> Result<(), E> + Sync,
) -> Result<Array4<f32>, StackError<E>> {
    let own = |example| example;
    stacked_by_file(granularity, examples, own, |_| (), |(), example, values| make(example, values))
}

/// Computes features as [`stacked`] does, where several examples can be in one file, whose index
/// `file_of` returns.
///
/// A task of the thread pool takes examples of one file, which it opens once with the first of them. If
/// a file has more than a thread's share of the examples, there are several tasks for it: a few long
/// files keep all threads busy.
pub(crate) fn stacked_by_file<E: Send, F>(
    granularity: &impl Granularity,
    examples: &[usize],
    file_of: impl Fn(usize) -> usize,
    open: impl Fn(usize) -> F + Sync,
    make: impl Fn(&F, usize, &mut [f32]) -> Result<(), E> + Sync,
) -> Result<Array4<f32>, StackError<E>> {
    let too_large = || StackError::TooLarge;
    let shape = granularity.input_shape().map_err(|_| too_large())?;
    let size = shape.elements().filter(|&size| size > 0).ok_or_else(too_large)?;
    let total = size.checked_mul(examples.len()).ok_or_else(too_large)?;
    let mut values = Vec::new();
    values.try_reserve_exact(total).map_err(|_| too_large())?;
    values.resize(total, 0.0_f32);
    let mut jobs: Vec<_> = examples.iter().copied().zip(values.chunks_mut(size)).collect();
    jobs.sort_by_key(|&(example, _)| file_of(example));
    let share = jobs.len().div_ceil(rayon::current_num_threads()).max(1);
    let of_files = jobs.chunk_by_mut(|&(a, _), &(b, _)| file_of(a) == file_of(b));
    let tasks: Vec<_> = of_files.flat_map(|jobs| jobs.chunks_mut(share)).collect();
    let done = tasks.into_par_iter().try_for_each(|jobs| {
        let Some(&(first, _)) = jobs.first() else { return Ok(()) };
        let file = open(first);
        jobs.iter_mut().try_for_each(|(example, values)| make(&file, *example, values))
    });
    done.map_err(StackError::Example)?;
    let dimensions = (examples.len(), shape.height, shape.width, shape.channels);
    Array4::from_shape_vec(dimensions, values).map_err(|_| too_large())
}
