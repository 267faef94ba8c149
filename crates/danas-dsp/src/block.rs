//! Blocks of consecutive frames, stored side by side so that each operation processes all frames of
//! a block at once.

use std::ops::Range;

/// Number of frames in a block.
pub(crate) const LANES: usize = 16;

/// Returns the range of frames of each block of an array, in time order. The last block may have
/// fewer frames.
pub(crate) fn blocks(frames: usize) -> impl Iterator<Item = Range<usize>> {
    (0..frames).step_by(LANES).map(move |first| first..frames.min(first + LANES))
}

/// Returns the distance in memory from one spectrum of `bins` values to the next. With powers of
/// two and sizes close to them, the same bin of all spectra would compete for the same cache lines.
pub(crate) const fn stride(bins: usize) -> usize {
    bins.next_multiple_of(16) + 16
}

/// Transposes the spectra of consecutive frames, which lie a [`stride`] apart, into rows with one
/// value per frame.
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

/// Writes a block into the columns `range` of a row-major array with `frames` columns.
pub(crate) fn store<T: Copy>(
    block: &[[T; LANES]],
    range: Range<usize>,
    values: &mut [T],
    frames: usize,
) {
    for (row, to) in block.iter().zip(values.chunks_exact_mut(frames)) {
        match <&mut [T; LANES]>::try_from(&mut to[range.clone()]) {
            // A length known at compile time makes the copy faster.
            Ok(whole) => *whole = *row,
            Err(_) => to[range.clone()].copy_from_slice(&row[..range.len()]),
        }
    }
}

/// Reads the columns `range` of a row-major array with `frames` columns into a block. The remaining
/// columns of the block keep their values.
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
