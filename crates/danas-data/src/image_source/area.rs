//! Resizing by area: means of the pixels that an output pixel covers.

use super::{
    picture::{CHANNELS, Picture},
    rectangle::Rectangle,
};

/// Number of fractional bits of a weight, as in Pillow.
const PRECISION: u32 = 22;

/// Input pixels along one side of an image whose mean is an output pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    start: usize,
    end: usize,
}

impl Window {
    /// Returns the windows of all output pixels when `from` pixels are resized to `to` pixels.
    ///
    /// An input pixel counts in full where its centre lies. A centre may lie on the border of two
    /// output pixels, as when 240 pixels are resized to 224. There the rounding of floating-point
    /// numbers decides whether one of them, both or none includes it, so this follows Pillow's
    /// formula to the letter.
    fn all(from: u32, to: u32) -> Vec<Self> {
        let scale = f64::from(from) / f64::from(to);
        let filter_scale = scale.max(1.0);
        let support = 0.5 * filter_scale;
        let inverse = 1.0 / filter_scale;
        let window = |index: u32| {
            let centre = (f64::from(index) + 0.5) * scale;
            let first = (centre - support + 0.5) as u32;
            let end = ((centre + support + 0.5) as u32).min(from);
            let is_inside = |pixel: &u32| {
                let distance = (f64::from(*pixel) - centre + 0.5) * inverse;
                distance > -0.5 && distance <= 0.5
            };
            let start = (first..end).find(is_inside).unwrap_or(first.min(from - 1));
            let last = (start..end).rfind(is_inside).unwrap_or(start);
            Self { start: start as usize, end: last as usize + 1 }
        };
        (0..to).map(window).collect()
    }

    /// Returns the mean of pixels with this sum, rounded to 8 bits.
    fn mean(self, sum: u32) -> u8 {
        // At most 2¹⁴ values of 8 bits are added, so that no product exceeds 32 bits by far.
        let weight = ((1 << PRECISION) as f64 / (self.end - self.start) as f64 + 0.5) as u32;
        let rounded = (sum * weight + (1 << (PRECISION - 1))) >> PRECISION;
        rounded.min(255) as u8
    }
}

/// Resizes a part of an image to `height` × `width` pixels, which `to` holds. Means of columns are
/// those of means of rows, which are rounded to 8 bits.
pub(super) fn resize(picture: &Picture, part: Rectangle, [height, width]: [u32; 2], to: &mut [u8]) {
    let [left, kept] = [part.left, part.width].map(|pixels| pixels as usize * CHANNELS);
    let rows = picture
        .pixels
        .chunks_exact(picture.width as usize * CHANNELS)
        .skip(part.top as usize)
        .take(part.height as usize)
        .map(|row| &row[left..left + kept]);
    let across = Window::all(part.width, width);
    let mut narrow = vec![0; width as usize * CHANNELS * part.height as usize];
    for (row, to) in rows.zip(narrow.chunks_exact_mut(width as usize * CHANNELS)) {
        narrow_row(row, &across, to);
    }
    let down = Window::all(part.height, height);
    shorten(&narrow, width as usize * CHANNELS, &down, to);
}

/// Resizes a row.
fn narrow_row(row: &[u8], windows: &[Window], to: &mut [u8]) {
    let (pixels, to) = (row.as_chunks::<CHANNELS>().0, to.as_chunks_mut::<CHANNELS>().0);
    for (to, window) in to.iter_mut().zip(windows) {
        let mut sums = [0_u32; CHANNELS];
        for pixel in &pixels[window.start..window.end] {
            sums.iter_mut().zip(pixel).for_each(|(sum, &value)| *sum += u32::from(value));
        }
        *to = sums.map(|sum| window.mean(sum));
    }
}

/// Resizes columns, which are stored as rows of `length` bytes.
fn shorten(rows: &[u8], length: usize, windows: &[Window], to: &mut [u8]) {
    let mut sums = vec![0_u32; length];
    for (to, window) in to.chunks_exact_mut(length).zip(windows) {
        sums.fill(0);
        for row in rows[window.start * length..window.end * length].chunks_exact(length) {
            sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += u32::from(value));
        }
        to.iter_mut().zip(&sums).for_each(|(to, &sum)| *to = window.mean(sum));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(from: u32, to: u32) -> Vec<(usize, usize)> {
        Window::all(from, to).iter().map(|window| (window.start, window.end)).collect()
    }

    #[test]
    fn windows_follow_each_other() {
        for to in 1..40 {
            for from in to..130 {
                let all = windows(from, to);
                assert_eq!((all[0].0, all[to as usize - 1].1), (0, from as usize), "{from} {to}");
                assert!(all.iter().all(|(start, end)| start < end), "{from} {to}");
                let touch = |pair: &[(usize, usize)]| pair[0].1.abs_diff(pair[1].0) <= 1;
                assert!(all.windows(2).all(touch), "{from} {to}");
            }
        }
    }

    #[test]
    fn centres_on_a_border_belong_where_pillow_puts_them() {
        assert_eq!(windows(3, 2), [(0, 2), (2, 3)]);
        // Found with Pillow 12.3.0, by resizing single white pixels.
        assert_eq!(windows(240, 224)[5..9], [(5, 6), (6, 8), (7, 9), (9, 10)]);
        assert_eq!(windows(240, 224)[20..23], [(21, 23), (23, 24), (24, 25)]);
    }

    #[test]
    fn means_round_to_the_nearest_and_keep_white() {
        for count in 1..=16_384 {
            let window = Window { start: 0, end: count };
            assert_eq!(window.mean(255 * count as u32), 255, "{count}");
            assert_eq!(window.mean(0), 0);
        }
        assert_eq!(Window { start: 3, end: 5 }.mean(3), 2);
        assert_eq!(Window { start: 3, end: 6 }.mean(4), 1);
    }
}
