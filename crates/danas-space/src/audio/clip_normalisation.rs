//! Normalisations that remove a clip's level, channel or background from its features.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::named::named;

/// Normalisation that removes a clip's level, channel or background from its features.
///
/// "Row" means a frequency bin of a spectrogram, a mel band, or a cepstral coefficient.
/// Coefficients are normalised before their derivatives are computed. Each channel of a recording
/// is normalised separately, but decibels refer to the maximum over all channels. Waveforms cannot
/// be normalised.
///
/// [`RunningMean`](Self::RunningMean) and [`Pcen`](Self::Pcen) are causal: a frame depends on no later
/// frame, so a device can compute them while it listens.
///
/// # References
/// - B. Atal (1974). *Effectiveness of linear prediction characteristics of the speech wave for
///   automatic speaker identification and verification*. <https://doi.org/10.1121/1.1914702>
/// - O. Viikki and K. Laurila (1998). *Cepstral domain segmental feature vector normalization for
///   noise robust speech recognition*. <https://doi.org/10.1016/S0167-6393(98)00033-8>
/// - Y. Wang, P. Getreuer, T. Hughes, R. Lyon and R. Saurous (2017). *Trainable frontend for robust
///   and far-field keyword spotting*. <https://doi.org/10.1109/ICASSP.2017.7953242>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ClipNormalisation {
    /// No normalisation, as in the paper: decibels relative to 1, or coefficients of such decibels.
    #[default]
    None,
    /// Decibels relative to the clip's maximum, which becomes 0 dB (librosa's `power_to_db` with
    /// `ref=np.max`).
    Level,
    /// Each row minus its mean over the clip: cepstral mean normalisation.
    Mean,
    /// Each row minus its mean over the clip, divided by its population standard deviation over the
    /// clip. The divisor is at least [`LEAST_DEVIATION`](Self::LEAST_DEVIATION). A constant row
    /// becomes 0.
    MeanVariance,
    /// Each row minus a running mean, in which older values count exponentially less.
    ///
    /// The mean starts at the first value, so the first frame becomes 0. In each frame it moves
    /// towards the new value by [`smoothing`](crate::AudioGranularity::smoothing), and is then
    /// subtracted. The dynamic range of decibels is limited below the loudest value so far, not
    /// below the clip's maximum.
    RunningMean,
    /// Per-channel energy normalisation (PCEN), which replaces the logarithm. It equals librosa's
    /// `pcen(S * 2**31)` with default parameters, where `S` are magnitudes or their mel bands.
    ///
    /// The value is `(E / (ε + M)^0.98 + 2)^0.5 - 2^0.5`, where `E` is the magnitude times
    /// [`PCEN_SCALE`](Self::PCEN_SCALE) and `M` is `E` smoothed over time. `M` starts at 1, and
    /// moves towards each `E` by [`smoothing`](crate::AudioGranularity::smoothing) before it is
    /// used.
    Pcen,
}

named!(
    ClipNormalisation, "clip normalisation",
    None => "none",
    Level => "level",
    Mean => "mean",
    MeanVariance => "mean_variance",
    RunningMean => "running_mean",
    Pcen => "pcen",
);

impl ClipNormalisation {
    /// Smallest divisor of [`MeanVariance`](Self::MeanVariance), in decibels or units of a
    /// coefficient. A smaller deviation is only the rounding of floats.
    pub const LEAST_DEVIATION: f32 = 1e-3;
    /// Factor of magnitudes before [`Pcen`](Self::Pcen). Samples lie within ±1, but the parameters
    /// of PCEN were chosen for 32-bit integers.
    pub const PCEN_SCALE: f32 = 2_147_483_648.0;
    /// Exponent of the smoothed energy (librosa's `gain`). 1 would remove the level altogether.
    pub const PCEN_GAIN: f32 = 0.98;
    /// Offset that is added before the root (librosa's `bias`).
    pub const PCEN_BIAS: f32 = 2.0;
    /// Exponent of the compression, a square root (librosa's `power`).
    pub const PCEN_POWER: f32 = 0.5;
    /// Constant that is added to the smoothed energy (librosa's `eps`).
    pub const PCEN_EPSILON: f32 = 1e-6;
    /// Time constant of the smoothed energy (librosa's `time_constant`).
    pub const PCEN_TIME_CONSTANT: Duration = Duration::from_millis(400);

    /// Returns whether all frames of a clip are needed before the first can be computed.
    #[must_use]
    pub const fn needs_whole_clip(self) -> bool {
        matches!(self, Self::Level | Self::Mean | Self::MeanVariance)
    }

    /// Returns whether a smoothed value is kept for each row while frames arrive.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::RunningMean | Self::Pcen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_values() {
        for one in ClipNormalisation::ALL {
            assert_eq!(one.name().parse(), Ok(one));
        }
        assert!("cmvn".parse::<ClipNormalisation>().is_err());
        assert_eq!(ClipNormalisation::default(), ClipNormalisation::None);
    }

    #[test]
    fn a_normalisation_waits_for_the_clip_or_runs_or_is_none() {
        for one in ClipNormalisation::ALL {
            let kinds = [one.needs_whole_clip(), one.is_running(), one == ClipNormalisation::None];
            assert_eq!(kinds.into_iter().filter(|kind| *kind).count(), 1, "{one}");
        }
    }
}
