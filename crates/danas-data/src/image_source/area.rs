//! Resizing by area: means of the pixels that an output pixel covers.

use std::{array, ops::AddAssign};

use multiversion::multiversion;

use super::{
    picture::{CHANNELS, Picture},
    rectangle::Rectangle,
};

/// Number of fractional bits of a weight, as in Pillow.
const PRECISION: u32 = 22;

/// Number of pixels that are added to the sums of a window at once.
const STEP: usize = 5;
/// Number of bytes that are loaded for them. The last one is of the next pixel and is not used, but
/// makes a load as long as a register.
const LANES: usize = STEP * CHANNELS + 1;
/// Number of sums of a window: those of its channels, and an unused one to fill a register.
const PADDED: usize = CHANNELS + 1;

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

    /// Returns the weight of a pixel.
    fn weight(self) -> u32 {
        ((1 << PRECISION) as f64 / (self.end - self.start) as f64 + 0.5) as u32
    }
}

/// Returns the mean of pixels with this sum and weight, rounded to 8 bits.
#[inline(always)]
fn mean(sum: u32, weight: u32) -> u32 {
    // At most 2¹⁴ values of 8 bits are added, so that no product exceeds 32 bits, and no mean 255.
    (sum * weight + (1 << (PRECISION - 1))) >> PRECISION
}

/// The bytes of a row that hold a window.
struct Run {
    start: usize,
    /// Start of the last step, whose pixels are not all in the window.
    last: usize,
    /// Keeps the bytes of the last step that are in the window.
    mask: [u8; LANES],
}

impl From<&Window> for Run {
    fn from(window: &Window) -> Self {
        let [start, end] = [window.start, window.end].map(|pixel| pixel * CHANNELS);
        let last = start + (end - start - 1) / (LANES - 1) * (LANES - 1);
        let mask = array::from_fn(|lane| if last + lane < end { u8::MAX } else { 0 });
        Self { start, last, mask }
    }
}

/// Resizes a part of an image to `height` × `width` pixels, which `to` holds. Means of columns are
/// those of means of rows, which are rounded to 8 bits.
pub(super) fn resize(picture: &Picture, part: Rectangle, size: [u32; 2], to: &mut [u8]) {
    let across = Window::all(part.width, size[1]);
    let longest = across.iter().map(|window| window.end - window.start).max();
    // Sums of 16 bits are added twice as fast.
    if longest <= Some(usize::from(u16::MAX / u16::from(u8::MAX))) {
        resize_with::<u16>(picture, part, &across, size[0], to);
    } else {
        resize_with::<u32>(picture, part, &across, size[0], to);
    }
}

/// Resizes a part of an image, with sums of `S` in a row.
///
/// Each loop is short and has no branches, so that the compiler vectorises it.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn resize_with<S: Copy + Default + From<u8> + Into<u32> + AddAssign>(
    picture: &Picture,
    part: Rectangle,
    across: &[Window],
    height: u32,
    to: &mut [u8],
) {
    let runs: Vec<Run> = across.iter().map(Run::from).collect();
    let weights: Vec<u32> = across.iter().flat_map(|window| [window.weight(); PADDED]).collect();
    let mut lanes = vec![[S::default(); LANES]; across.len()];
    let mut sums = vec![[0; PADDED]; across.len()];
    let mut columns = vec![0; across.len() * PADDED];
    let down = Window::all(part.height, height);
    for (to, window) in to.chunks_exact_mut(across.len() * CHANNELS).zip(down) {
        columns.fill(0);
        for y in window.start..window.end {
            let first = (part.top as usize + y) * picture.width as usize + part.left as usize;
            let rest = &picture.pixels[first * CHANNELS..];
            // The last steps may end behind the row.
            let padded;
            let row = match rest.get(..part.width as usize * CHANNELS + LANES) {
                Some(row) => row,
                None => {
                    padded = [rest, &[0; LANES]].concat();
                    &padded
                }
            };
            for (lanes, run) in lanes.iter_mut().zip(&runs) {
                add_steps(row, run, lanes);
            }
            for (sums, lanes) in sums.iter_mut().zip(&lanes) {
                add_pixels(lanes, sums);
            }
            for ((column, &sum), &weight) in
                columns.iter_mut().zip(sums.as_flattened()).zip(&weights)
            {
                *column += mean(sum, weight);
            }
        }
        let weight = window.weight();
        let pixels = to.as_chunks_mut::<CHANNELS>().0;
        for (to, columns) in pixels.iter_mut().zip(columns.as_chunks::<PADDED>().0) {
            *to = array::from_fn(|channel| mean(columns[channel], weight) as u8);
        }
    }
}

/// Adds the bytes at the same place of each step.
#[inline(always)]
fn add_steps<S: Copy + Default + From<u8> + AddAssign>(row: &[u8], run: &Run, to: &mut [S; LANES]) {
    let mut sums = [S::default(); LANES];
    let mut at = run.start;
    while at < run.last {
        let step = &row[at..][..LANES];
        sums.iter_mut().zip(step).for_each(|(sum, &byte)| *sum += S::from(byte));
        at += LANES - 1;
    }
    let step = row[at..][..LANES].iter().zip(&run.mask);
    sums.iter_mut().zip(step).for_each(|(sum, (byte, mask))| *sum += S::from(byte & mask));
    *to = sums;
}

/// Adds the pixels of a step.
#[inline(always)]
fn add_pixels<S: Copy + Default + Into<u32> + AddAssign>(
    lanes: &[S; LANES],
    to: &mut [u32; PADDED],
) {
    let mut sums = [S::default(); PADDED];
    for pixel in 0..STEP {
        let pixel = &lanes[pixel * CHANNELS..][..PADDED];
        sums.iter_mut().zip(pixel).for_each(|(sum, &lane)| *sum += lane);
    }
    to.iter_mut().zip(sums).for_each(|(to, sum)| *to = sum.into());
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
            let weight = Window { start: 0, end: count }.weight();
            assert_eq!(mean(255 * count as u32, weight), 255, "{count}");
            assert_eq!(mean(0, weight), 0);
        }
        assert_eq!(mean(3, Window { start: 3, end: 5 }.weight()), 2);
        assert_eq!(mean(4, Window { start: 3, end: 6 }.weight()), 1);
    }

    /// Resizes each channel on its own, pixel by pixel.
    fn resized_plainly(picture: &Picture, part: Rectangle, [height, width]: [u32; 2]) -> Vec<u8> {
        let value = |y: usize, x: usize, channel: usize| {
            let [y, x] = [y + part.top as usize, x + part.left as usize];
            u32::from(picture.pixels[(y * picture.width as usize + x) * CHANNELS + channel])
        };
        let mut to = Vec::new();
        for rows in Window::all(part.height, height) {
            for columns in Window::all(part.width, width) {
                for channel in 0..CHANNELS {
                    let of_row = |y: usize| {
                        let row = columns.start..columns.end;
                        mean(row.map(|x| value(y, x, channel)).sum(), columns.weight())
                    };
                    to.push(mean((rows.start..rows.end).map(of_row).sum(), rows.weight()) as u8);
                }
            }
        }
        to
    }

    #[test]
    fn steps_add_up_to_windows_of_any_length() {
        let check = |[height, width]: [u32; 2], part: Rectangle, shade: Option<u8>| {
            let noise = |index: u32| (index.wrapping_mul(2_654_435_761) >> 24) as u8;
            let pixels = 0..height * width * CHANNELS as u32;
            let pixels = pixels.map(|index| shade.unwrap_or_else(|| noise(index))).collect();
            let picture = Picture { height, width, pixels };
            for to_width in [1, 2, 7, part.width].into_iter().filter(|&to| to <= part.width) {
                for to_height in [1, part.height.div_ceil(2), part.height] {
                    let size = [to_height, to_width];
                    let mut to = vec![0; (to_height * to_width) as usize * CHANNELS];
                    resize(&picture, part, size, &mut to);
                    assert_eq!(to, resized_plainly(&picture, part, size), "{part:?} {size:?}");
                }
            }
        };
        for width in (1..40).chain([256, 257, 258, 515]) {
            let whole = Rectangle { top: 0, left: 0, height: 3, width };
            check([3, width], whole, None);
            check([3, width], whole, Some(u8::MAX));
            check([5, width + 3], Rectangle { top: 1, left: 2, ..whole }, None);
            check([3, width + 3], Rectangle { left: 3, ..whole }, None);
        }
        check([1, 16_384], Rectangle { top: 0, left: 0, height: 1, width: 16_384 }, Some(u8::MAX));
    }
}
