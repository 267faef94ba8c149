//! Audio preprocessing that follows librosa's definitions: decoding, resampling, spectrograms, mel
//! spectrograms and MFCCs, normalised over a whole clip or causally, frame by frame.
//!
//! Most callers need only [`decode`] and an [`Extractor`], which turns recordings into the features
//! of one [`AudioGranularity`](danas_space::AudioGranularity):
//!
//! ```
//! use danas_dsp::{Extractor, Recording};
//! use danas_space::{AudioGranularity, FrontEnd, Hertz, Representation};
//! use std::time::Duration;
//!
//! let native = Hertz::new(16_000).ok_or("a rate is never zero")?;
//! // From a file: `danas_dsp::decode("door.wav")?`. Here, a tone of 440 Hz:
//! let tone = (0..8_000).map(|n| (n as f32 * 0.055 * std::f32::consts::PI).sin()).collect();
//! let recording = Recording::new(tone, native)?;
//!
//! let rate = Hertz::new(4_000).ok_or("a rate is never zero")?;
//! let front_end = FrontEnd::builder()
//!     .clip(Duration::from_millis(500))
//!     .frame_length(256)
//!     .hop_length(128)
//!     .mel_bands(40)
//!     .build()?;
//! let granularity = AudioGranularity::new(rate, Representation::Mfcc, front_end);
//! let extractor = Extractor::new(&granularity)?;
//! let features = extractor.extract(&recording)?;
//! assert_eq!(features.values().dim(), (granularity.rows(), granularity.frames(), 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`BatchExtractor`] computes the features of many granularities at once, in a fraction of the
//! time.
//!
//! Series of motion or vibration have an extractor of their own, [`MotionExtractor`], and
//! [`lower_rates`] makes them slower. Without the feature `files`, which is on by default, nothing is
//! decoded and no decoder is compiled.
//!
//! The building blocks can also be used on their own: [`resample`] and, for signals that arrive in
//! chunks, [`StreamResampler`]; [`Stft`], [`MelFilterBank`], [`power_to_db`], [`Dct`] and [`delta`]. As in librosa, every two-dimensional array is
//! frequency × time; here it is an [`ndarray::Array2`]. [`Features`] have channels as a third axis.
//!
//! | term | meaning |
//! |---|---|
//! | recording | samples of one or more channels at their native rate |
//! | clip | a recording cut or zero-padded to the clip length of a front end |
//! | frame | one window of samples, and the column of features computed from it |
//! | hop | the number of samples from the centre of one frame to the centre of the next |
//! | power | squared magnitude of a Fourier coefficient |
//! | mel band | a triangular filter in frequency; the bands are spaced according to human hearing |
//! | MFCC | mel-frequency cepstral coefficients: a cosine transform of mel energies in decibels |
//! | delta | the slope (first) or curvature (second) of a row over time |
//! | droop | attenuation in the pass band of a resampler |
//! | alias rejection | attenuation of frequencies above the new Nyquist frequency, which would otherwise fold back |
//!
//! # Definitions
//!
//! These are the defaults, as in [`FrontEnd::paper`](danas_space::FrontEnd::paper). A front end and
//! its granularity can change them.
//!
//! | step | choice | librosa's name for it |
//! |---|---|---|
//! | channels | averaged before resampling | `mono=True` |
//! | resampling | linear phase, -6 dB at 0.957 of the new Nyquist frequency | `soxr_hq` |
//! | window | periodic Hann, as long as the FFT | `window="hann"` |
//! | framing | centred, zeros beyond the edges | `center=True, pad_mode="constant"` |
//! | mel | bands of power on Slaney's scale with area norm, from 0 to half the rate | `htk=False, norm="slaney"` |
//! | decibels | 10 log₁₀ max(1e-10, power), then at least the clip's maximum - 80 dB | `power_to_db` |
//! | MFCC | orthonormal DCT-II of mel decibels, no lifter | `dct_type=2, norm="ortho"` |
//! | deltas | Savitzky-Golay, width 9, edges repeated | `delta(mode="nearest")` |
//! | normalisation | none; for the others see [`ClipNormalisation`](danas_space::ClipNormalisation) | `power_to_db(ref=np.max)`, `pcen` |
//!
//! On the same samples, features agree with librosa's to within 1e-6 of the clip's peak (magnitudes
//! and mel energies), 0.05 dB (decibels) and 1e-3 (MFCC). The tests check this.
//!
//! This crate has no tensors, spawns no threads and prints nothing. No file can make it panic or
//! use unbounded memory: see [`decode`].

mod alteration;
mod block;
mod buffer_pool;
mod clip_normalisation;
mod dct;
mod decibel;
#[cfg(feature = "files")]
mod decode;
mod delta;
mod device;
mod error;
mod extract;
mod features;
mod fft;
mod limits;
mod mel;
mod motion;
mod pcen;
mod quantise;
mod recording;
mod resample;
mod stft;

pub use alteration::Alteration;
pub use dct::Dct;
pub use decibel::power_to_db;
#[cfg(feature = "files")]
pub use decode::{SoundFile, decode};
pub use delta::{DeltaOrder, delta};
pub use device::{
    AudioTables, Decimation, FixedAudio, FixedBand, FixedCepstrum, FixedDecimation,
    FixedDerivative, FixedFourier, FixedFrames, FixedLevels, FixedNormalisation, FixedPcen,
    MelTable, MotionTables,
};
pub use error::DspError;
pub use extract::{BatchExtractor, EXTRACTION_VERSION, Extractor};
pub use features::Features;
pub use mel::MelFilterBank;
pub use motion::{MOTION_VERSION, MotionExtractor, check_lowering, lower_rates};
pub use ndarray;
pub use realfft::num_complex::Complex32;
pub use recording::Recording;
pub use resample::{StreamResampler, check_resampling, resample, resampled_len};
pub use stft::Stft;
