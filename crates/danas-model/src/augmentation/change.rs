//! The random changes of one example in one epoch: a shift, masks and a mixture.

use std::ops::Range;

use rand_chacha::rand_core::Rng;

use super::{Augmentation, Edge, beta::beta};
use crate::random::{below, unit};

/// Shift and masks that were drawn for one example.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// Number of columns by which the contents move to later columns; negative for earlier ones.
    pub(super) shift: isize,
    /// Masked runs of columns.
    pub(super) columns: Vec<Range<usize>>,
    /// Masked runs of rows.
    pub(super) rows: Vec<Range<usize>>,
}

impl Change {
    /// Draws a new change, for an example of `height` rows and `width` columns.
    pub(super) fn draw(
        &mut self,
        settings: &Augmentation,
        (height, width): (usize, usize),
        rng: &mut impl Rng,
    ) {
        let most = share(settings.time_shift, width);
        self.shift = below(2 * most + 1, rng) as isize - most as isize;
        self.columns.clear();
        self.columns.extend((0..settings.time_masks).map(|_| run(settings.time_mask, width, rng)));
        self.rows.clear();
        let masks = 0..settings.frequency_masks;
        self.rows.extend(masks.map(|_| run(settings.frequency_mask, height, rng)));
    }

    /// Applies the change to the example `from` and writes the result to `to`. Both consist of
    /// lines of `width` columns. If `is_by_row`, all lines of a row follow each other; otherwise,
    /// all lines of a channel do.
    pub(super) fn write(
        &self,
        edge: Edge,
        [height, width, channels]: [usize; 3],
        is_by_row: bool,
        from: &[f32],
        to: &mut [f32],
    ) {
        shift(self.shift, edge, width, from, to);
        // Column by column, because the masked part of a single line is too short for `fill`.
        for column in self.columns.iter().cloned().flatten() {
            to[column..].iter_mut().step_by(width).for_each(|value| *value = 0.0);
        }
        for rows in &self.rows {
            let (start, end) = (rows.start * width, rows.end * width);
            if is_by_row {
                to[start * channels..end * channels].fill(0.0);
            } else {
                let planes = to.chunks_exact_mut(height * width);
                planes.for_each(|plane| plane[start..end].fill(0.0));
            }
        }
    }
}

/// Draws whether an example is mixed. If it is, returns the position of the other example among
/// `others`, and the share of the example itself.
pub(super) fn draw_mixture(
    settings: &Augmentation,
    others: usize,
    rng: &mut impl Rng,
) -> Option<(usize, f32)> {
    if settings.mix_up == 0.0 || f64::from(unit(rng)) >= settings.mix_up {
        return None;
    }
    let position = below(others, rng);
    Some((position, beta(settings.mix_up_alpha, rng) as f32))
}

/// Returns a share of a length, rounded to a whole number.
fn share(share: f64, length: usize) -> usize {
    ((share * length as f64).round() as usize).min(length)
}

/// Draws a run in `0..length`: its size is at most the share `most` of the whole, its place
/// arbitrary.
fn run(most: f64, length: usize, rng: &mut impl Rng) -> Range<usize> {
    let size = below(share(most, length) + 1, rng);
    let start = below(length - size + 1, rng);
    start..start + size
}

/// Moves the contents of lines of `width` columns by `by` columns to later ones, or to earlier ones
/// if `by` is negative.
///
/// All lines are moved at once. Values that spill over into a neighbouring line are overwritten.
fn shift(by: isize, edge: Edge, width: usize, from: &[f32], to: &mut [f32]) {
    let size = by.unsigned_abs().min(width);
    let kept = from.len() - size;
    if by < 0 {
        to[..kept].copy_from_slice(&from[size..]);
    } else {
        to[size..].copy_from_slice(&from[..kept]);
    }
    for column in 0..size {
        let (column, source) = match (by < 0, edge) {
            (false, Edge::Repeat) => (column, 0),
            (false, Edge::Wrap) => (column, width - size + column),
            (true, Edge::Repeat) => (width - size + column, width - 1),
            (true, Edge::Wrap) => (width - size + column, column),
        };
        let lines = to[column..].iter_mut().step_by(width);
        lines.zip(from[source..].iter().step_by(width)).for_each(|(to, from)| *to = *from);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

    use super::*;

    fn shifted(by: isize, edge: Edge) -> [f32; 5] {
        let mut to = [9.0; 5];
        shift(by, edge, 5, &[1.0, 2.0, 3.0, 4.0, 5.0], &mut to);
        to
    }

    #[test]
    fn a_shift_keeps_lines_apart() {
        let from: Vec<f32> = (0..15).map(|index| index as f32).collect();
        for by in -5..=5 {
            for edge in [Edge::Repeat, Edge::Wrap] {
                let mut all = [99.0; 15];
                shift(by, edge, 5, &from, &mut all);
                for (from, all) in from.chunks(5).zip(all.chunks(5)) {
                    let mut alone = [99.0; 5];
                    shift(by, edge, 5, from, &mut alone);
                    assert_eq!(all, alone, "{by}");
                }
            }
        }
    }

    #[test]
    fn a_shift_moves_the_columns_either_way() {
        assert_eq!(shifted(0, Edge::Repeat), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(shifted(2, Edge::Repeat), [1.0, 1.0, 1.0, 2.0, 3.0]);
        assert_eq!(shifted(-2, Edge::Repeat), [3.0, 4.0, 5.0, 5.0, 5.0]);
        assert_eq!(shifted(0, Edge::Wrap), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(shifted(2, Edge::Wrap), [4.0, 5.0, 1.0, 2.0, 3.0]);
        assert_eq!(shifted(-2, Edge::Wrap), [3.0, 4.0, 5.0, 1.0, 2.0]);
        assert_eq!(shifted(5, Edge::Repeat), [1.0; 5]);
        assert_eq!(shifted(-5, Edge::Wrap), [1.0, 2.0, 3.0, 4.0, 5.0]);
    }

    #[test]
    fn masks_are_zeros_over_columns_and_rows() {
        let change = Change { shift: 1, columns: vec![1..3, 4..4], rows: vec![0..1, 3..5] };
        let line = [1.0, 2.0, 3.0, 4.0, 5.0];
        let (masked, zeros) = ([1.0, 0.0, 0.0, 3.0, 4.0], [0.0; 5]);
        for (is_by_row, expected) in
            [(true, [0, 0, 1, 1, 1, 1, 0, 0, 0, 0]), (false, [0, 1, 1, 0, 0, 0, 1, 1, 0, 0])]
        {
            let mut to = [9.0; 50];
            change.write(Edge::Repeat, [5, 5, 2], is_by_row, &line.repeat(10), &mut to);
            for (written, kept) in to.chunks(5).zip(expected) {
                assert_eq!(written, if kept == 1 { masked } else { zeros });
            }
        }
    }

    proptest! {
        #[test]
        fn shifting_back_undoes_a_circular_shift(by in -9_isize..=9, seed in 0_u64..99) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let from: Vec<f32> = (0..9).map(|_| unit(&mut rng)).collect();
            let (mut there, mut back) = ([0.0; 9], [0.0; 9]);
            shift(by, Edge::Wrap, 9, &from, &mut there);
            shift(-by, Edge::Wrap, 9, &there, &mut back);
            prop_assert_eq!(&back[..], &from[..]);
        }

        #[test]
        fn draws_stay_within_the_example(
            (height, width) in (1_usize..9, 1_usize..20),
            (time, frequency, by) in (0.0..=1.0, 0.0..=1.0, 0.0..1.0),
            seed in any::<u64>(),
        ) {
            let settings = Augmentation {
                time_shift: by,
                time_masks: 3,
                time_mask: time,
                frequency_masks: 2,
                frequency_mask: frequency,
                ..Augmentation::default()
            };
            let mut change = Change::default();
            change.draw(&settings, (height, width), &mut ChaCha8Rng::seed_from_u64(seed));
            prop_assert!(change.shift.unsigned_abs() as f64 <= by * width as f64 + 0.5);
            prop_assert_eq!((change.columns.len(), change.rows.len()), (3, 2));
            for columns in &change.columns {
                prop_assert!(columns.end <= width);
                prop_assert!(columns.len() as f64 <= time * width as f64 + 0.5);
            }
            prop_assert!(change.rows.iter().all(|rows| rows.end <= height));
        }
    }

    #[test]
    fn every_shift_and_every_length_of_a_mask_is_as_likely() {
        let settings = Augmentation {
            time_shift: 0.2,
            time_masks: 1,
            time_mask: 0.4,
            ..Augmentation::default()
        };
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let (mut shifts, mut lengths) = ([0_i32; 5], [0_i32; 5]);
        let mut change = Change::default();
        for _ in 0..10_000 {
            change.draw(&settings, (4, 10), &mut rng);
            shifts[(change.shift + 2) as usize] += 1;
            lengths[change.columns[0].len()] += 1;
        }
        // Expected 2000 each, with a standard deviation of 40.
        for counts in [shifts, lengths] {
            assert!(counts.iter().all(|count| (count - 2000).abs() < 200), "{counts:?}");
        }
    }
}
