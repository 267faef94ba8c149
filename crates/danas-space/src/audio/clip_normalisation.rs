//! How the features of a clip are freed of its level, its channel, or its background.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::named::named;

/// How the features of a clip are freed of its level, its channel, or its background.
///
/// "Row" means a frequency bin of a spectrogram, a mel band, or a cepstral coefficient. Coefficients
/// are normalised before their derivatives are taken. Each channel of the recording is normalised by
/// itself, but decibels refer to the maximum over all channels. Waveforms are not normalised.
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
    /// Decibels relative to 1, or what follows from them: the paper's features.
    #[default]
    None,
    /// Decibels relative to the clip's maximum, which has 0 dB (librosa's `power_to_db` with
    /// `ref=np.max`).
    Level,
    /// Each row minus its mean over the clip: cepstral mean normalisation.
    Mean,
    /// Each row minus its mean over the clip, divided by its standard deviation over the clip (that of
    /// a population), or by [`LEAST_DEVIATION`](Self::LEAST_DEVIATION) where that is larger. A
    /// constant row becomes 0.
    MeanVariance,
    /// Each row minus a mean of its values up to now, in which older ones count exponentially less.
    ///
    /// The mean starts at the first value, so that the first frame is 0, and moves towards each value
    /// by [`smoothing`](crate::AudioGranularity::smoothing) before it is subtracted. Decibels are cut
    /// off below the loudest value up to now instead of the clip's.
    RunningMean,
    /// Per-channel energy normalisation, in place of the logarithm: librosa's `pcen(S * 2**31)` of
    /// magnitudes or of their mel bands, with its defaults.
    ///
    /// With `E` the magnitude times [`PCEN_SCALE`](Self::PCEN_SCALE) and `M` its smoothed course, the
    /// value is `(E / (ε + M)^0.98 + 2)^0.5 - 2^0.5`. `M` starts at 1 and moves towards each `E` by
    /// [`smoothing`](crate::AudioGranularity::smoothing) before it is used.
    Pcen,
}

named!(
    ClipNormalisation, "normalisation of a clip",
    None => "none",
    Level => "level",
    Mean => "mean",
    MeanVariance => "mean_variance",
    RunningMean => "running_mean",
    Pcen => "pcen",
);

impl ClipNormalisation {
    /// The least number that [`MeanVariance`](Self::MeanVariance) divides by, in decibels or units of
    /// a coefficient: what varies less is the rounding of floats.
    pub const LEAST_DEVIATION: f32 = 1e-3;
    /// What magnitudes of samples within ±1 are multiplied by before [`Pcen`](Self::Pcen), whose
    /// parameters were chosen for integers of 32 bits.
    pub const PCEN_SCALE: f32 = 2_147_483_648.0;
    /// The exponent of the smoothed energy: 1 would remove the level altogether (`gain`).
    pub const PCEN_GAIN: f32 = 0.98;
    /// What is added before the root (`bias`).
    pub const PCEN_BIAS: f32 = 2.0;
    /// The exponent of the compression: a square root (`power`).
    pub const PCEN_POWER: f32 = 0.5;
    /// What is added to the smoothed energy (`eps`).
    pub const PCEN_EPSILON: f32 = 1e-6;
    /// How fast the smoothed energy follows (`time_constant`).
    pub const PCEN_TIME_CONSTANT: Duration = Duration::from_millis(400);

    /// Whether it needs all frames of a clip before it can give the first.
    #[must_use]
    pub const fn needs_whole_clip(self) -> bool {
        matches!(self, Self::Level | Self::Mean | Self::MeanVariance)
    }

    /// Whether it keeps a smoothed value for each row while frames come in.
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
