//! Features in integers, compared with those in floats.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

use std::time::Duration;

use danas_dsp::{Extractor, FixedAudio, Recording};
use danas_space::{
    AudioGranularity, Channels, ClipNormalisation, Framing, FrontEnd, FrontEndBuilder, Hertz,
    Representation, ResamplingFilter, SampleDepth, Window,
};

const NATIVE: u32 = 8000;

/// Returns 16-bit samples: a chirp whose loudness changes, and noise.
fn sound(count: usize) -> Vec<i16> {
    let mut state = 1_u32;
    let sample = |n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (f64::from(state) / f64::from(u32::MAX) - 0.5) * 200.0;
        let t = n as f64 / f64::from(NATIVE);
        let loudness = 9000.0 * (3.0 * t).sin().powi(2);
        (loudness * (2000.0 * t * t + 900.0 * t).sin() + noise).round() as i16
    };
    (0..count).map(sample).collect()
}

fn builder() -> FrontEndBuilder {
    FrontEnd::builder()
        .clip(Duration::from_millis(700))
        .frame_length(256)
        .hop_length(128)
        .mel_bands(24)
        .coefficients(10)
}

fn with(builder: FrontEndBuilder, hertz: u32, representation: Representation) -> AudioGranularity {
    AudioGranularity::new(Hertz::new(hertz).unwrap(), representation, builder.build().unwrap())
}

/// Returns the largest and the mean difference of the features of a sound.
fn differences(granularity: &AudioGranularity, sound: &[i16]) -> [f64; 2] {
    let native = Hertz::new(NATIVE).unwrap();
    let fixed = FixedAudio::new(granularity, native).unwrap();
    let channels = granularity.channels.count();
    let sound = &sound[..fixed.clip * channels];
    let of = |channel: usize| -> Vec<f32> {
        let all = sound.iter().skip(channel).step_by(channels);
        all.map(|&sample| f32::from(sample) / 32_768.0).collect()
    };
    let recording = Recording::from_channels((0..channels).map(of).collect(), native).unwrap();
    let exact = Extractor::new(granularity).unwrap().extract(&recording).unwrap();
    let found = fixed.features(sound);
    assert_eq!(found.len(), exact.values().len(), "{granularity}");
    let unit = fixed.unit();
    let distances = found
        .iter()
        .zip(exact.values())
        .map(|(found, exact)| (f64::from(*found) * unit - f64::from(*exact)).abs());
    let (largest, sum) =
        distances.fold((0.0, 0.0), |(largest, sum), it| (f64::max(largest, it), sum + it));
    [largest, sum / found.len() as f64]
}

/// Returns how far the largest and the mean difference may be: in decibels, units of a coefficient,
/// deviations, or full scale.
///
/// A single bin at 80 dB below the loudest one has few bits of power, or none. A band is a sum of
/// several. Sines of a lifter multiply coefficients by up to 12.
fn tolerance(granularity: &AudioGranularity) -> [f64; 2] {
    let step = granularity.sample_depth.rounded_to().map_or(0, |bits| 1 << (bits - 1));
    match granularity.representation {
        // A sample at the border of two steps may be rounded to either.
        Representation::Waveform if step > 0 => [1.001 / f64::from(step), 1e-5],
        Representation::Waveform => [3e-5, 5e-6],
        Representation::Spectrogram => [0.6, 0.012],
        Representation::MelSpectrogram => [0.1, 5e-3],
        Representation::Mfcc if granularity.front_end.lifter() > 0 => [0.4, 0.06],
        Representation::Mfcc => [0.15, 0.01],
    }
}

fn compare(granularities: &[AudioGranularity]) {
    let sound = sound(20_000);
    for granularity in granularities {
        let [largest, mean] = differences(granularity, &sound);
        let [most, most_mean] = tolerance(granularity);
        assert!(largest <= most, "{granularity}: {largest}");
        assert!(mean <= most_mean, "{granularity}: {mean} on average");
    }
}

#[test]
fn every_representation_and_normalisation_is_near() {
    let mut granularities = vec![with(builder(), NATIVE, Representation::Waveform)];
    for representation in Representation::OF_FRAMES {
        for normalisation in ClipNormalisation::ALL {
            let granularity = with(builder(), NATIVE, representation);
            granularities.push(AudioGranularity { normalisation, ..granularity });
        }
    }
    compare(&granularities);
}

#[test]
fn lower_rates_are_near() {
    let mut granularities = Vec::new();
    for hertz in [4000, 3000, 2000, 750] {
        for filter in [ResamplingFilter::SoxrHq, ResamplingFilter::KaiserFast] {
            granularities.push(with(builder().resampling(filter), hertz, Representation::Mfcc));
        }
    }
    granularities.push(with(builder(), 1000, Representation::Waveform));
    for sample_depth in [SampleDepth::Bits16, SampleDepth::Bits8] {
        for (hertz, kind) in
            [(NATIVE, Representation::MelSpectrogram), (4000, Representation::Waveform)]
        {
            granularities.push(AudioGranularity { sample_depth, ..with(builder(), hertz, kind) });
        }
    }
    compare(&granularities);
}

#[test]
fn frames_of_any_kind_are_near() {
    let mel = Representation::MelSpectrogram;
    let mut granularities = vec![
        with(builder().framing(Framing::Inside), NATIVE, mel),
        with(builder().window_length(200).window(Window::Hamming), NATIVE, mel),
        with(builder().window(Window::Blackman).window_length(101), NATIVE, mel),
        with(builder().deltas(0).lifter(22), NATIVE, Representation::Mfcc),
        with(builder().deltas(1).delta_width(5), NATIVE, Representation::Mfcc),
        with(builder().frame_length(2048).mel_bands(80), NATIVE, Representation::Mfcc),
    ];
    for length in [2, 3, 64, 128, 250, 315, 480, 31 * 4, 17] {
        let short = builder().frame_length(length).hop_length(length.div_ceil(2));
        granularities.push(with(short, NATIVE, Representation::Spectrogram));
    }
    let stereo = AudioGranularity {
        channels: Channels::Stereo,
        ..with(builder(), NATIVE, Representation::Mfcc)
    };
    granularities.push(stereo);
    granularities.push(AudioGranularity {
        normalisation: ClipNormalisation::RunningMean,
        sample_rate: Hertz::new(2000).unwrap(),
        ..stereo
    });
    compare(&granularities);
}
