//! Options for resampling and analysing sound.

use serde::{Deserialize, Serialize};

use crate::named::named;

/// Low-pass filter that is applied when the sample rate is lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ResamplingFilter {
    /// soxr's high quality recipe, librosa's default since 0.10. It is flat up to 0.91 of the new
    /// Nyquist frequency.
    #[default]
    SoxrHq,
    /// resampy's `kaiser_best`, librosa's default before 0.10.
    KaiserBest,
    /// resampy's `kaiser_fast`, which the paper used. Its gain is -3.5 dB at 0.85 of the new
    /// Nyquist frequency.
    KaiserFast,
    /// rubato's synchronous FFT resampler. It is flat up to 0.95 of the new Nyquist frequency, and
    /// the only one that also resamples a signal that arrives in chunks, to the same samples. It
    /// works in blocks of whole periods of both rates, of at most 2¹⁷ samples. Recordings of up to
    /// 65 536 Hz can be resampled to any rate from 256 Hz on, but only to some of the rates below.
    RubatoFft,
}

named!(
    ResamplingFilter, "resampling filter",
    SoxrHq => "soxr_hq",
    KaiserBest => "kaiser_best",
    KaiserFast => "kaiser_fast",
    RubatoFft => "rubato_fft",
);

/// Window function that weights the samples of a frame. All are periodic, as for a Fourier
/// transform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Window {
    /// Raised cosine.
    #[default]
    Hann,
    /// Raised cosine on a pedestal: 0.54 − 0.46 cos x.
    Hamming,
    /// Sum of three cosine terms: 0.42 − 0.5 cos x + 0.08 cos 2x.
    Blackman,
    /// All ones.
    Rectangular,
}

named!(
    Window, "window",
    Hann => "hann",
    Hamming => "hamming",
    Blackman => "blackman",
    Rectangular => "rectangular",
);

/// Position of the frames in a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Framing {
    /// The first frame is centred on the first sample, and the clip is padded with zeros at both
    /// ends.
    #[default]
    Centred,
    /// The first frame starts at the first sample, and every frame lies inside the clip.
    Inside,
}

named!(Framing, "framing", Centred => "centred", Inside => "inside");

/// Scale of perceived pitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MelScale {
    /// Linear up to 1000 Hz and logarithmic above, as in Slaney's Auditory Toolbox.
    #[default]
    Slaney,
    /// 2595 log₁₀(1 + f/700), as in the Hidden Markov Model Toolkit.
    Htk,
}

named!(MelScale, "mel scale", Slaney => "slaney", Htk => "htk");

/// Height of the triangles of a mel filter bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MelNorm {
    /// Unit area in hertz: white noise gives bands of equal energy.
    #[default]
    Area,
    /// Unit height.
    Height,
}

named!(MelNorm, "mel norm", Area => "area", Height => "height");
