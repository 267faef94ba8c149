//! The memory that a device needs to turn sound into features.

use super::{AudioGranularity, ClipNormalisation, Representation};
use crate::{data_space::ScratchBuffer, units::Bytes};

/// Size of a float, in bytes.
const FLOAT: usize = 4;
/// Size of an index, in bytes.
const INDEX: usize = 2;

/// Returns the buffers of a front end in single precision. It processes one frame and one channel
/// at a time, and writes the features straight to the input of the network. The dynamic range of
/// decibels is limited below the clip's maximum, so a first pass over the input buffer finds that
/// maximum, and a second pass computes the features.
///
/// A frame has `n` samples and `b = n / 2 + 1` bins. It takes 4 `n` bytes, its complex spectrum
/// takes 8 `b` bytes, and the window takes 4 bytes for each of its samples. A bin lies in at most
/// two mel bands, so a filter bank has 2 `b` weights, and two indices for each band. Derivatives
/// need the coefficients of all frames.
///
/// A normalisation over the clip holds the values of all channels until the clip has ended. For
/// MFCC these are the coefficients, in the buffer that their derivatives use, too. A running
/// normalisation keeps one float for each row and channel.
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

/// Returns the buffer of a normalisation, unless another buffer already holds the same values.
fn of_normalisation(granularity: &AudioGranularity) -> Option<ScratchBuffer> {
    let (rows, channels) = (granularity.normalised_rows(), granularity.channels.count());
    let is_mfcc = granularity.representation == Representation::Mfcc;
    match granularity.normalisation {
        ClipNormalisation::RunningMean => Some(floats("running_means", &[rows, channels])),
        // PCEN smooths the mel bands that the coefficients are computed from.
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

/// Returns a buffer of floats, as many as the product of `counts`.
fn floats(name: &'static str, counts: &[usize]) -> ScratchBuffer {
    let bytes = counts.iter().fold(FLOAT, |bytes, &count| bytes.saturating_mul(count));
    ScratchBuffer { name: name.into(), bytes: Bytes(bytes as u64) }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::{
        audio::{Channels, FrontEnd},
        data_space::Granularity,
        units::Hertz,
    };

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
        // The buffers that a normalisation adds or changes at 750 Hz, where a clip has 15 frames.
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
            // The derivatives need this buffer anyway.
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
