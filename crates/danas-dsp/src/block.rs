//! Blocks of neighbouring frames, which stand side by side in memory, so that what is done to each is
//! done to all at once.

use std::ops::Range;

/// The frames of a block.
pub(crate) const LANES: usize = 16;

/// The frames of each block of an array, in time order; the last may be of fewer.
pub(crate) fn blocks(frames: usize) -> impl Iterator<Item = Range<usize>> {
    (0..frames).step_by(LANES).map(move |first| first..frames.min(first + LANES))
}

/// The distance of spectra of `bins` values in memory. Powers of two and their neighbours would put
/// the same bin of all of them into the same lines of a cache.
pub(crate) const fn stride(bins: usize) -> usize {
    bins.next_multiple_of(16) + 16
}

/// Turns the spectra of neighbouring frames, a [`stride`] apart, into rows of one value a frame.
pub(crate) fn gather<T: Copy>(spectra: &[T], block: &mut [[T; LANES]]) {
    let bins = block.len();
    let lanes: [&[T]; LANES] =
        std::array::from_fn(|lane| &spectra[lane * stride(bins)..lane * stride(bins) + bins]);
    for (bin, row) in block.iter_mut().enumerate() {
        for (value, lane) in row.iter_mut().zip(lanes) {
            *value = lane[bin];
        }
    }
}

/// Writes a block into the columns `range` of an array of `frames` columns in row order.
pub(crate) fn store<T: Copy>(
    block: &[[T; LANES]],
    range: Range<usize>,
    values: &mut [T],
    frames: usize,
) {
    for (row, to) in block.iter().zip(values.chunks_exact_mut(frames)) {
        match <&mut [T; LANES]>::try_from(&mut to[range.clone()]) {
            // Of a length that the compiler knows.
            Ok(whole) => *whole = *row,
            Err(_) => to[range.clone()].copy_from_slice(&row[..range.len()]),
        }
    }
}

/// Reads the columns `range` of an array of `frames` columns in row order. What stands behind them
/// in the block stays.
pub(crate) fn load<T: Copy + Into<U>, U: Copy>(
    values: &[T],
    frames: usize,
    range: Range<usize>,
    block: &mut [[U; LANES]],
) {
    for (row, from) in block.iter_mut().zip(values.chunks_exact(frames)) {
        match <&[T; LANES]>::try_from(&from[range.clone()]) {
            Ok(whole) => *row = whole.map(Into::into),
            Err(_) => {
                let values = from[range.clone()].iter().map(|&value| value.into());
                row.iter_mut().zip(values).for_each(|(to, from)| *to = from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_an_array_and_give_it_back() {
        for frames in [1, 7, 8, 9, 16, 29] {
            let values: Vec<f32> = (0..3 * frames).map(|n| n as f32).collect();
            let mut copy = vec![f32::NAN; 3 * frames];
            let mut block = [[f32::NAN; LANES]; 3];
            for range in blocks(frames) {
                load(&values, frames, range.clone(), &mut block);
                store(&block, range, &mut copy, frames);
            }
            assert_eq!(copy, values);
        }
        assert_eq!(blocks(0).count(), 0);
    }

    #[test]
    fn gathered_spectra_are_columns() {
        let spectra: Vec<usize> = (0..LANES * stride(3)).collect();
        let mut block = [[0; LANES]; 3];
        gather(&spectra, &mut block);
        for (bin, row) in block.iter().enumerate() {
            assert_eq!(*row, std::array::from_fn(|frame| stride(3) * frame + bin));
        }
    }
}
