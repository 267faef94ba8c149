//! The short-time Fourier transform.

use std::{f64::consts::TAU, ops::Range};

use danas_space::{Framing, FrontEnd, Window};
use ndarray::Array2;
use realfft::num_complex::Complex32;

use crate::{
    block::{LANES, blocks, gather, store, stride},
    error::DspError,
    fft::{FftBuffers, ForwardFft, Value},
    recording::check_samples,
};

/// Largest number of values in an array of features: 2 GiB of `f32`.
const MAX_VALUES: usize = 1 << 29;

/// A short-time Fourier transform, planned once for a frame length and a hop.
///
/// By default, frame `t` is centred on sample `t · hop`, and weighted by a periodic Hann window as
/// long as the frame. The window is computed in `f64` and rounded. The signal is zero beyond its
/// edges, so clips may be shorter than a frame. The transform is not normalised. A [`FrontEnd`] can
/// select another window and framing: see [`of`](Self::of).
///
/// # Shapes
/// `n` samples give `[frame_length / 2 + 1, 1 + n / hop_length]`, or `1 + (n - 1) / hop_length`
/// frames if the frame length is odd, as with librosa. With [`Framing::Inside`], the number of frames
/// is `1 + (n - frame_length) / hop_length`, or 0 if the clip is shorter than a frame.
///
/// ```
/// let stft = danas_dsp::Stft::new(256, 64)?;
/// let power = stft.power(&[0.5; 1000])?;
/// assert_eq!(power.dim(), (stft.bins(), stft.frames(1000)));
/// # Ok::<(), danas_dsp::DspError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Stft {
    hop_length: usize,
    framing: Framing,
    window: Vec<f32>,
    fft: ForwardFft,
}

impl Stft {
    /// Plans frames of `frame_length` samples, one every `hop_length`.
    ///
    /// # Errors
    /// [`DspError::Parameter`] if a frame has fewer than 2 or more than 2²⁴ samples, or if the hop
    /// is 0.
    pub fn new(frame_length: usize, hop_length: usize) -> Result<Self, DspError> {
        if !(2..=1 << 24).contains(&frame_length) {
            return Err(DspError::Parameter { name: "frame_length", value: frame_length });
        }
        if hop_length == 0 {
            return Err(DspError::Parameter { name: "hop_length", value: hop_length });
        }
        let window = Window::Hann;
        Ok(Self {
            hop_length,
            framing: Framing::Centred,
            window: weights(window, frame_length).collect(),
            fft: ForwardFft::new(frame_length),
        })
    }

    /// Plans the frames of a front end, with its window and framing.
    ///
    /// A window that is shorter than the frame is centred in it, as with librosa's `win_length`.
    ///
    /// # Errors
    /// The errors of [`new`](Self::new), which no valid [`FrontEnd`] causes.
    pub fn of(front_end: &FrontEnd) -> Result<Self, DspError> {
        let (frame_length, window_length) = (front_end.frame_length(), front_end.window_length());
        let mut stft = Self::new(frame_length, front_end.hop_length())?;
        stft.framing = front_end.framing();
        let first = (frame_length - window_length) / 2;
        stft.window = vec![0.0; frame_length];
        for (to, weight) in
            stft.window[first..].iter_mut().zip(weights(front_end.window(), window_length))
        {
            *to = weight;
        }
        Ok(stft)
    }

    /// Returns the transform with every frame inside of the signal.
    pub(crate) fn inside(self) -> Self {
        Self { framing: Framing::Inside, ..self }
    }

    /// Returns the weights of the samples of a frame.
    pub(crate) fn window(&self) -> &[f32] {
        &self.window
    }

    /// Returns the number of frequency bins: rows of the result, from 0 to half the rate.
    #[must_use]
    pub const fn bins(&self) -> usize {
        self.fft.bins()
    }

    /// Returns the number of frames for `samples` samples: columns of the result.
    #[must_use]
    pub fn frames(&self, samples: usize) -> usize {
        // Half a frame of padding on each side, rounded down, is one sample less than an odd frame.
        let taken = match self.framing {
            Framing::Centred => self.window.len() % 2,
            Framing::Inside => self.window.len(),
        };
        match samples.checked_sub(taken) {
            Some(room) => 1 + room / self.hop_length,
            None => 0,
        }
    }

    /// Returns the complex coefficients.
    ///
    /// # Errors
    /// [`DspError::Empty`] and [`DspError::Sample`] for signals that a
    /// [`Recording`](crate::Recording) would reject, and [`DspError::TooLarge`] for too many
    /// frames.
    pub fn complex(&self, samples: &[f32]) -> Result<Array2<Complex32>, DspError> {
        self.values(samples)
    }

    /// Returns the absolute values of the coefficients.
    ///
    /// # Errors
    /// The errors of [`complex`](Self::complex).
    pub fn magnitude(&self, samples: &[f32]) -> Result<Array2<f32>, DspError> {
        Ok(self.power(samples)?.mapv_into(f32::sqrt))
    }

    /// Returns the squared absolute values of the coefficients.
    ///
    /// # Errors
    /// The errors of [`complex`](Self::complex).
    pub fn power(&self, samples: &[f32]) -> Result<Array2<f32>, DspError> {
        self.values(samples)
    }

    /// Returns an array with one value per coefficient.
    fn values<T: Value>(&self, samples: &[f32]) -> Result<Array2<T>, DspError> {
        check_samples(samples)?;
        let (bins, frames) = (self.bins(), self.frames(samples.len()));
        check_size(bins, frames)?;
        let mut values = vec![T::default(); bins * frames];
        self.each_block(samples, |range, block| store(block, range, &mut values, frames));
        Array2::from_shape_vec((bins, frames), values).map_err(DspError::transform)
    }

    /// Calls `visit` for each block in time order, with the range of its frames and their values,
    /// one row per bin. The last block may have fewer frames; its remaining columns have no
    /// meaning. No memory is allocated between blocks.
    pub(crate) fn each_block<T: Value>(
        &self,
        samples: &[f32],
        mut visit: impl FnMut(Range<usize>, &[[T; LANES]]),
    ) {
        let (bins, frames) = (self.bins(), self.frames(samples.len()));
        let mut buffers = FftBuffers::default();
        let mut edge = vec![0.0; self.window.len()];
        let mut spectra = vec![T::default(); LANES * stride(bins)];
        let mut block = vec![[T::default(); LANES]; bins];
        for range in blocks(frames) {
            for (frame, spectrum) in range.clone().zip(spectra.chunks_exact_mut(stride(bins))) {
                let frame = self.cut(samples, frame, &mut edge);
                self.fft.weighted(frame, &self.window, &mut buffers, &mut spectrum[..bins]);
            }
            gather(&spectra, &mut block);
            visit(range, &block);
        }
    }

    /// Returns the samples of a frame. A frame inside the signal is borrowed from it. A frame that
    /// extends past an edge is copied into `edge` and padded with zeros.
    fn cut<'a>(&self, samples: &'a [f32], frame: usize, edge: &'a mut [f32]) -> &'a [f32] {
        let half = match self.framing {
            Framing::Centred => self.window.len() / 2,
            Framing::Inside => 0,
        };
        // The last centre is at most one sample past the end of the signal, so nothing can
        // overflow.
        let centre = frame * self.hop_length;
        let first = centre.saturating_sub(half);
        let last = (centre + self.window.len() - half).min(samples.len());
        let signal = &samples[first.min(last)..last];
        if signal.len() == self.window.len() {
            return signal;
        }
        let start = half.saturating_sub(centre);
        edge.fill(0.0);
        edge[start..start + signal.len()].copy_from_slice(signal);
        edge
    }
}

/// Returns the weights of a periodic window of `len` samples.
fn weights(window: Window, len: usize) -> impl Iterator<Item = f32> {
    (0..len).map(move |n| {
        let angle = TAU * n as f64 / len as f64;
        let weight = match window {
            Window::Hann => 0.5 - 0.5 * angle.cos(),
            Window::Hamming => 0.54 - 0.46 * angle.cos(),
            Window::Blackman => 0.42 - 0.5 * angle.cos() + 0.08 * (2.0 * angle).cos(),
            Window::Rectangular => 1.0,
        };
        weight as f32
    })
}

/// Returns an array of zeros, or an error if it would have more than `MAX_VALUES` values.
pub(crate) fn zeros<T: Clone + Default>(rows: usize, frames: usize) -> Result<Array2<T>, DspError> {
    check_size(rows, frames)?;
    Ok(Array2::default((rows, frames)))
}

/// Rejects arrays with more than `MAX_VALUES` values.
pub(crate) fn check_size(rows: usize, frames: usize) -> Result<(), DspError> {
    match rows.checked_mul(frames) {
        Some(values) if values <= MAX_VALUES => Ok(()),
        _ => Err(DspError::TooLarge { rows, frames }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computes the transform from its definition, in `f64` and without an FFT.
    fn naive(samples: &[f32], frame_length: usize, hop_length: usize) -> Vec<Vec<(f64, f64)>> {
        let at = |index: isize| usize::try_from(index).ok().and_then(|n| samples.get(n).copied());
        let bin = |frame: usize, bin: usize| {
            (0..frame_length).fold((0.0, 0.0), |(re, im), n| {
                let first = (frame * hop_length) as isize - (frame_length / 2) as isize;
                let sample = f64::from(at(first + n as isize).unwrap_or(0.0));
                let hann = 0.5 - 0.5 * (TAU * n as f64 / frame_length as f64).cos();
                let angle = TAU * (bin * n) as f64 / frame_length as f64;
                (re + sample * hann * angle.cos(), im - sample * hann * angle.sin())
            })
        };
        let padded = samples.len() + frame_length / 2 * 2;
        let frames = 1 + (padded - frame_length) / hop_length;
        (0..frame_length / 2 + 1).map(|k| (0..frames).map(|t| bin(t, k)).collect()).collect()
    }

    #[test]
    fn it_agrees_with_a_naive_transform() {
        for (len, frame_length, hop_length) in [
            (100, 16, 4),
            (7, 16, 5),
            (1, 16, 4),
            (33, 15, 6),
            (40, 2, 1),
            (9, 4, 100),
            (50, 8, 20),
        ] {
            let samples: Vec<f32> = (0..len).map(|n| ((n * n) as f32 * 0.37).sin()).collect();
            let fast = Stft::new(frame_length, hop_length).unwrap().complex(&samples).unwrap();
            let slow = naive(&samples, frame_length, hop_length);
            assert_eq!(fast.dim(), (slow.len(), slow[0].len()));
            for ((bin, frame), value) in fast.indexed_iter() {
                let (re, im) = slow[bin][frame];
                let error = (f64::from(value.re) - re).hypot(f64::from(value.im) - im);
                assert!(
                    error < 1e-5,
                    "{len} {frame_length} {hop_length} [{bin}, {frame}]: {error}"
                );
            }
        }
    }

    #[test]
    fn what_leaves_nothing_to_transform_is_refused() {
        assert!(matches!(Stft::new(1, 1), Err(DspError::Parameter { name: "frame_length", .. })));
        assert!(matches!(Stft::new(8, 0), Err(DspError::Parameter { name: "hop_length", .. })));
        let stft = Stft::new(8, 4).unwrap();
        assert!(matches!(stft.power(&[]), Err(DspError::Empty)));
        assert!(matches!(stft.power(&[0.0, f32::NAN]), Err(DspError::Sample { index: 1, .. })));
        let fine = Stft::new(65_536, 1).unwrap();
        assert!(matches!(fine.power(&[0.0; 20_000]), Err(DspError::TooLarge { .. })));
    }

    #[test]
    fn the_loudest_legal_signal_stays_finite() {
        let loud = vec![crate::Recording::MAX_AMPLITUDE; 65_536];
        let power = Stft::new(65_536, 65_536).unwrap().power(&loud).unwrap();
        assert!(power.iter().all(|power| power.is_finite()));
    }
}
