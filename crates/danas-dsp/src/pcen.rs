//! Per-channel energy normalisation.

use danas_space::ClipNormalisation;

/// Replaces magnitudes, in rows of `frames` frames, by their per-channel energy normalisation.
///
/// This is librosa's `pcen(S * 2**31, b=smoothing)` with defaults for all other parameters. With
/// `E` the scaled magnitude, the smoothed energy is `M[t] = (1 - b) M[t - 1] + b E[t]`, computed in
/// `f64`. It starts at `M[-1] = 1`, the steady state of `scipy.signal.lfilter_zi`. The value is
/// `(E / (ε + M)^0.98 + 2)^0.5 - 2^0.5`. It is finite for any finite magnitude, and 0 for silence.
///
/// # References
/// Y. Wang, P. Getreuer, T. Hughes, R. Lyon and R. Saurous (2017). *Trainable frontend for robust and
/// far-field keyword spotting*. <https://doi.org/10.1109/ICASSP.2017.7953242>
pub(crate) fn pcen(magnitudes: &mut [f32], frames: usize, smoothing: f64) {
    const SCALE: f32 = ClipNormalisation::PCEN_SCALE;
    for row in magnitudes.chunks_exact_mut(frames.max(1)) {
        let mut smoothed = 1.0_f64;
        for value in row {
            let energy = *value * SCALE;
            smoothed += smoothing * (f64::from(energy) - smoothed);
            *value = compressed(energy, smoothed as f32);
        }
    }
}

/// Returns `(energy / (ε + smoothed)^gain + bias)^power - bias^power` for a power of 1/2. It is
/// computed as a quotient, since the difference of nearly equal roots would lose precision for
/// quiet sounds.
fn compressed(energy: f32, smoothed: f32) -> f32 {
    const BIAS: f32 = ClipNormalisation::PCEN_BIAS;
    const _: () = assert!(ClipNormalisation::PCEN_POWER == 0.5, "the formula needs a power of 1/2");
    let gain = (ClipNormalisation::PCEN_EPSILON + smoothed).powf(-ClipNormalisation::PCEN_GAIN);
    let ratio = energy * gain;
    ratio / ((ratio + BIAS).sqrt() + BIAS.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_librosas() {
        // Computed with librosa 0.11: S = np.array([[0, 1e-3, 0.5, 0.5, 20, 0]]);
        // librosa.pcen(S * 2**31, sr=16000, hop_length=160).
        let librosa: [f32; 6] = [0.0, 5.820_878, 6.260_548_6, 4.174_140_5, 6.370_916, 0.0];
        let mut row = [0.0, 1e-3, 0.5, 0.5, 20.0, 0.0];
        pcen(&mut row, 6, 0.024_689_453_048_712_014);
        for (ours, theirs) in row.into_iter().zip(librosa) {
            assert!((ours - theirs).abs() <= 1e-5 * theirs.abs(), "{ours} for {theirs}");
        }
    }

    #[test]
    fn silence_is_zero_and_the_loudest_is_finite() {
        let mut row = [0.0; 20];
        pcen(&mut row, 10, 0.1);
        assert_eq!(row, [0.0; 20]);
        for smoothing in [1e-6, 0.5, 1.0] {
            let mut row = [2.0_f32.powi(72), 0.0, f32::MIN_POSITIVE, 2.0_f32.powi(72)];
            pcen(&mut row, 4, smoothing);
            assert!(row.iter().all(|value| value.is_finite() && *value >= 0.0), "{row:?}");
        }
        pcen(&mut [], 0, 0.5);
    }

    #[test]
    fn a_steady_sound_has_one_value_at_any_level() {
        let last = |magnitude| {
            let mut row = vec![magnitude; 500];
            pcen(&mut row, 500, 0.05);
            row[499]
        };
        // The levels are 60 dB apart. A gain of 1 would make the values equal; the gain is 0.98.
        let [loud, quiet]: [f32; 2] = [1.0, 1e-3].map(last);
        assert!(loud > quiet && loud < 1.15 * quiet, "{loud} {quiet}");
    }
}
