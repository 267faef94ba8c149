//! What a device needs in memory to turn sound into features.

use super::{AudioGranularity, ClipNormalisation, Representation};
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
///
/// A normalisation over the clip holds what it normalises, of all channels, until the clip has ended:
/// the coefficients of MFCC in the same buffer as for their derivatives. A running one keeps a float
/// for each row and channel.
pub(super) fn buffers(granularity: &AudioGranularity) -> Vec<ScratchBuffer> {
    let front_end = &granularity.front_end;
    let (bands, coefficients) = (front_end.mel_bands(), front_end.coefficients());
    let bins = front_end.frame_length() / 2 + 1;
    let mut buffers = Vec::new();
    if granularity.representation == Representation::Waveform {
        return buffers;
    }
    let (normalisation, channels) = (granularity.normalisation, granularity.channels.count());
    let held = if normalisation.needs_whole_clip() { channels } else { 1 };
    buffers.push(floats("fft_frame", &[front_end.frame_length()]));
    buffers.push(floats("spectrum", &[2, bins]));
    buffers.push(floats("window", &[front_end.window_length()]));
    if granularity.representation == Representation::Spectrogram {
        buffers.extend(of_normalisation(granularity));
        return buffers;
    }
    let ScratchBuffer { name, bytes } = floats("mel_filter_bank", &[2, bins]);
    let bytes = bytes + Bytes((2 * INDEX).saturating_mul(bands) as u64);
    buffers.push(ScratchBuffer { name, bytes });
    buffers.push(floats("mel_energies", &[bands]));
    if granularity.representation == Representation::Mfcc {
        buffers.push(floats("dct", &[coefficients, bands]));
        if front_end.deltas() > 0 || normalisation.needs_whole_clip() {
            buffers.push(floats("coefficients", &[coefficients, granularity.frames(), held]));
        }
    }
    buffers.extend(of_normalisation(granularity));
    buffers
}

/// What a normalisation keeps, unless another buffer is that already.
fn of_normalisation(granularity: &AudioGranularity) -> Option<ScratchBuffer> {
    let (rows, channels) = (granularity.normalised_rows(), granularity.channels.count());
    let is_mfcc = granularity.representation == Representation::Mfcc;
    match granularity.normalisation {
        ClipNormalisation::RunningMean => Some(floats("running_means", &[rows, channels])),
        // It smooths the bands beneath the coefficients.
        ClipNormalisation::Pcen if is_mfcc => {
            let bands = granularity.front_end.mel_bands();
            Some(floats("smoothed_energies", &[bands, channels]))
        }
        ClipNormalisation::Pcen => Some(floats("smoothed_energies", &[rows, channels])),
        clip if clip.needs_whole_clip() && !is_mfcc => {
            Some(floats("clip_features", &[rows, granularity.frames(), channels]))
        }
        _ => None,
    }
}

/// A buffer of a product of counts of floats.
fn floats(name: &'static str, counts: &[usize]) -> ScratchBuffer {
    let bytes = counts.iter().fold(FLOAT, |bytes, &count| bytes.saturating_mul(count));
    ScratchBuffer { name: name.into(), bytes: Bytes(bytes as u64) }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::{Channels, FrontEnd, Granularity, Hertz};

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

    #[test]
    fn a_normalisation_holds_the_clip_or_a_value_for_each_row() {
        // What a normalisation adds at 750 Hz, where a clip has 15 frames, or changes in `coefficients`.
        let added = |representation, channels, normalisation, deltas| {
            let front_end = FrontEnd::builder().deltas(deltas).build().unwrap();
            let plain = AudioGranularity::new(Hertz::new(750).unwrap(), representation, front_end);
            let plain = AudioGranularity { channels, ..plain };
            let before = plain.scratch();
            let after = AudioGranularity { normalisation, ..plain }.scratch();
            let new = after.into_iter().filter(|buffer| !before.contains(buffer));
            new.map(|buffer| (buffer.name, buffer.bytes.get())).collect::<Vec<_>>()
        };
        let buffer = |name: &'static str, bytes: u64| vec![(Cow::from(name), bytes)];
        let (mono, stereo) = (Channels::Mix, Channels::Stereo);
        for clip in
            [ClipNormalisation::Level, ClipNormalisation::Mean, ClipNormalisation::MeanVariance]
        {
            use Representation::{MelSpectrogram, Mfcc, Spectrogram};
            let features = |rows: u64| buffer("clip_features", 4 * rows * 15);
            assert_eq!(added(Spectrogram, mono, clip, 2), features(1025));
            assert_eq!(added(MelSpectrogram, mono, clip, 2), features(80));
            assert_eq!(added(MelSpectrogram, stereo, clip, 2), features(2 * 80));
            // They are held for the derivatives anyway.
            assert_eq!(added(Mfcc, mono, clip, 2), []);
            assert_eq!(added(Mfcc, stereo, clip, 2), buffer("coefficients", 4 * 2 * 13 * 15));
            assert_eq!(added(Mfcc, mono, clip, 0), buffer("coefficients", 4 * 13 * 15));
        }
        for representation in Representation::OF_FRAMES {
            let (rows, bands) = match representation {
                Representation::Spectrogram => (1025, 1025),
                Representation::MelSpectrogram => (80, 80),
                _ => (13, 80),
            };
            let means = added(representation, stereo, ClipNormalisation::RunningMean, 2);
            assert_eq!(means, buffer("running_means", 4 * 2 * rows));
            let energies = added(representation, stereo, ClipNormalisation::Pcen, 2);
            assert_eq!(energies, buffer("smoothed_energies", 4 * 2 * bands));
        }
    }
}
