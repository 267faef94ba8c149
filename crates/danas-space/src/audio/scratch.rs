//! What a device needs in memory to turn sound into features.

use super::{AudioGranularity, Representation};
use crate::{Bytes, ScratchBuffer};

/// Bytes of a float, and of an index.
const FLOAT: usize = 4;
const INDEX: usize = 2;

/// The buffers of a front end in single precision, one frame and one channel at a time, written
/// straight to the input of the network. Decibels are cut off below the clip's maximum, which a first
/// pass over the input buffer finds; the second one makes the features.
///
/// With `n` samples of a frame and `b = n / 2 + 1` bins: the frame takes 4 `n` bytes, its spectrum of
/// complex numbers 8 `b`, the window four for each of its samples. A bin lies in two mel bands at most,
/// so that a filter bank has 2 `b` weights and two indices for each band. Derivatives need all frames
/// of the coefficients that they are taken of.
pub(super) fn buffers(granularity: &AudioGranularity) -> Vec<ScratchBuffer> {
    let front_end = &granularity.front_end;
    let (bands, coefficients) = (front_end.mel_bands(), front_end.coefficients());
    let bins = front_end.frame_length() / 2 + 1;
    let floats = |name: &'static str, counts: &[usize]| {
        let bytes = counts.iter().fold(FLOAT, |bytes, &count| bytes.saturating_mul(count));
        ScratchBuffer { name: name.into(), bytes: Bytes(bytes as u64) }
    };
    let mut buffers = Vec::new();
    if granularity.representation == Representation::Waveform {
        return buffers;
    }
    buffers.push(floats("fft_frame", &[front_end.frame_length()]));
    buffers.push(floats("spectrum", &[2, bins]));
    buffers.push(floats("window", &[front_end.window_length()]));
    if granularity.representation == Representation::Spectrogram {
        return buffers;
    }
    let ScratchBuffer { name, bytes } = floats("mel_filter_bank", &[2, bins]);
    let bytes = bytes + Bytes((2 * INDEX).saturating_mul(bands) as u64);
    buffers.push(ScratchBuffer { name, bytes });
    buffers.push(floats("mel_energies", &[bands]));
    if granularity.representation == Representation::Mfcc {
        buffers.push(floats("dct", &[coefficients, bands]));
        if front_end.deltas() > 0 {
            buffers.push(floats("coefficients", &[coefficients, granularity.frames()]));
        }
    }
    buffers
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::{FrontEnd, Granularity, Hertz};

    #[test]
    fn each_representation_needs_what_it_is_made_of() {
        let scratch = |representation| {
            let rate = Hertz::new(750).unwrap();
            let granularity = AudioGranularity::new(rate, representation, FrontEnd::paper());
            let bytes = |buffer: ScratchBuffer| (buffer.name, buffer.bytes.get());
            granularity.scratch().into_iter().map(bytes).collect::<Vec<_>>()
        };
        let named = |(name, bytes): (&'static str, u64)| (Cow::from(name), bytes);
        assert!(scratch(Representation::Waveform).is_empty());
        let spectrogram = [("fft_frame", 8192), ("spectrum", 8200), ("window", 8192)].map(named);
        assert_eq!(scratch(Representation::Spectrogram), spectrogram);
        let mel = [("mel_filter_bank", 8200 + 4 * 80), ("mel_energies", 320)].map(named);
        assert_eq!(scratch(Representation::MelSpectrogram)[3..], mel);
        let mfcc = [("dct", 4 * 13 * 80), ("coefficients", 4 * 13 * 15)].map(named);
        assert_eq!(scratch(Representation::Mfcc)[5..], mfcc);
    }
}
