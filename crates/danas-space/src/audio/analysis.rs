//! Choices of how sound is resampled and analysed.

use serde::{Deserialize, Serialize};

use crate::named::named;

/// The low-pass filter of a lowered sample rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ResamplingFilter {
    /// soxr's high quality recipe, librosa's default since 0.10: flat to 0.91 of the new Nyquist
    /// frequency.
    #[default]
    SoxrHq,
    /// resampy's `kaiser_best`, librosa's default before.
    KaiserBest,
    /// resampy's `kaiser_fast`, the paper's: -3.5 dB at 0.85 of the new Nyquist frequency.
    KaiserFast,
}

named!(
    ResamplingFilter, "resampling filter",
    SoxrHq => "soxr_hq",
    KaiserBest => "kaiser_best",
    KaiserFast => "kaiser_fast",
);

/// The weights of the samples of a frame. All are periodic, as for a Fourier transform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Window {
    /// A raised cosine.
    #[default]
    Hann,
    /// A raised cosine on a pedestal: 0.54 − 0.46 cos.
    Hamming,
    /// Three cosine terms: 0.42 − 0.5 cos + 0.08 cos.
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

/// Where the frames of a clip lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Framing {
    /// The first frame is centred on the first sample; zeros lie beyond the edges.
    #[default]
    Centred,
    /// The first frame starts at the first sample; every frame lies inside the clip.
    Inside,
}

named!(Framing, "framing", Centred => "centred", Inside => "inside");

/// A scale of perceived pitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MelScale {
    /// Linear to 1000 Hz, logarithmic above: Slaney's Auditory Toolbox.
    #[default]
    Slaney,
    /// 2595 log₁₀(1 + f/700): the Hidden Markov Model Toolkit.
    Htk,
}

named!(MelScale, "mel scale", Slaney => "slaney", Htk => "htk");

/// How high the triangles of a mel filter bank are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MelNorm {
    /// Of unit area in hertz: white noise gives bands of equal energy.
    #[default]
    Area,
    /// Of unit height.
    Height,
}

named!(MelNorm, "mel norm", Area => "area", Height => "height");
