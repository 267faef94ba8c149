//! Rounding of samples to the resolution of an analogue-to-digital converter.

/// Rounds samples to `bits` bits at a full scale of ±1, ties to even, and clips samples beyond it.
pub(crate) fn quantise(samples: &mut [f32], bits: u32) {
    let scale = (1_u32 << (bits - 1)) as f32;
    for sample in samples {
        *sample = (*sample * scale).round_ties_even().clamp(-scale, scale - 1.0) / scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_rounded_and_clipped() {
        let mut samples = [0.0, 0.5, 1.0, -1.0, 3.0, -3.0, 0.003, 1.5 / 128.0, 2.5 / 128.0];
        quantise(&mut samples, 8);
        let top = 127.0 / 128.0;
        let even = 2.0 / 128.0;
        assert_eq!(samples, [0.0, 0.5, top, -1.0, top, -1.0, 0.0, even, even]);
    }

    #[test]
    fn integers_of_16_bits_stay_what_they_are() {
        let mut samples: Vec<f32> = (-32_768..32_768).map(|n| n as f32 / 32_768.0).collect();
        let exact = samples.clone();
        quantise(&mut samples, 16);
        assert_eq!(samples, exact);
    }
}
