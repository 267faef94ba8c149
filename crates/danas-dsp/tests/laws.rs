//! Tests of properties that hold for any signal and any front end.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

use std::time::Duration;

use danas_dsp::{
    BatchExtractor, DeltaOrder, DspError, Extractor, Recording, Stft, delta, ndarray::Array2,
    power_to_db, resample, resampled_len,
};
use danas_space::{
    AudioGranularity, Channels, ClipNormalisation, Framing, FrontEnd, Hertz, Representation,
    ResamplingFilter, SampleDepth,
};
use proptest::prelude::*;

fn signal(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f32>> {
    prop::collection::vec(-1.0_f32..=1.0, len)
}

fn rate(range: std::ops::RangeInclusive<u32>) -> impl Strategy<Value = Hertz> {
    range.prop_map(|hertz| Hertz::new(hertz).unwrap())
}

prop_compose! {
    fn granularity()(
        sample_rate in rate(1..=20_000),
        representation in prop::sample::select(Representation::ALL.to_vec()),
        normalisation in prop::sample::select(ClipNormalisation::ALL.to_vec()),
        channels in prop::sample::select(vec![Channels::Mix, Channels::Single(1), Channels::Stereo]),
        sample_depth in prop::sample::select(SampleDepth::ALL.to_vec()),
        framing in prop::sample::select(Framing::ALL.to_vec()),
        deltas in 0_usize..=2,
        resampling in prop::sample::select(ResamplingFilter::ALL.to_vec()),
        millis in 1_u64..500,
        frame_length in 2_usize..600,
        hop_length in 1_usize..800,
        mel_bands in 1_usize..100,
        coefficients in 1_usize..100,
    ) -> AudioGranularity {
        let front_end = FrontEnd::builder()
            .clip(Duration::from_millis(millis))
            .frame_length(frame_length)
            .hop_length(hop_length.max(sample_rate.get() as usize / 2000))
            .mel_bands(mel_bands)
            .coefficients(coefficients.min(mel_bands))
            .framing(framing)
            .deltas(deltas)
            .resampling(resampling)
            .build()
            .unwrap();
        let normalisation = match representation {
            Representation::Waveform => ClipNormalisation::None,
            _ => normalisation,
        };
        AudioGranularity {
            sample_rate, channels, sample_depth, representation, normalisation, front_end,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_granularity_gives_finite_features_of_its_shape(
        granularity in granularity(),
        samples in signal(1..3000),
        native in rate(20_000..=48_000),
    ) {
        let recording = Recording::from_channels(vec![samples.clone(), samples], native).unwrap();
        match Extractor::new(&granularity).unwrap().extract(&recording) {
            Ok(features) => {
                let count = granularity.channels.count();
                let shape = (granularity.rows(), granularity.frames(), count);
                prop_assert_eq!(features.values().dim(), shape);
                prop_assert!(features.values().iter().all(|value| value.is_finite()));
            }
            Err(error) => {
                let rate = granularity.sample_rate.get();
                let is_expected = match error {
                    DspError::Downsampling { .. } => rate < 12,
                    // From 256 Hz on, two periods are long enough for a block, and they have at
                    // most 96 000 samples at 48 kHz.
                    DspError::ResamplingBlock { .. } => {
                        let filter = granularity.front_end.resampling();
                        filter == ResamplingFilter::RubatoFft && rate < 256
                    }
                    _ => false,
                };
                prop_assert!(is_expected, "{}", error);
            }
        }
    }

    #[test]
    fn a_batch_gives_what_each_granularity_gives_alone(
        granularities in prop::collection::vec(granularity(), 1..5),
        samples in signal(1..3000),
        native in rate(20_000..=48_000),
    ) {
        // Related granularities share some of the steps.
        let related = granularities.iter().flat_map(|&one| {
            let [mel, all] = [Representation::MelSpectrogram, Representation::Spectrogram]
                .map(|representation| AudioGranularity { representation, ..one });
            let normalisation = ClipNormalisation::None;
            let plain = AudioGranularity { normalisation, ..one };
            [one, mel, all, AudioGranularity { sample_rate: native, ..one }, plain, one]
        });
        let granularities: Vec<AudioGranularity> = related.collect();
        let recording = Recording::from_channels(vec![samples.clone(), samples], native).unwrap();
        let alone: Result<Vec<_>, _> = granularities
            .iter()
            .map(|granularity| Extractor::new(granularity).unwrap().extract(&recording))
            .collect();
        let batch = BatchExtractor::new(&granularities).unwrap();
        // The second extraction reuses the plans and buffers of the first.
        for _ in 0..2 {
            match (batch.extract(&recording), &alone) {
                (Ok(batch), Ok(alone)) => prop_assert_eq!(&batch, alone),
                (batch, alone) => prop_assert!(batch.is_err() && alone.is_err()),
            }
        }
    }

    #[test]
    fn the_resampled_length_is_librosas(
        samples in signal(1..500),
        from in rate(1000..=48_000),
        to in rate(20..=48_000),
    ) {
        let len = (samples.len() as f64 * (f64::from(to.get()) / f64::from(from.get()))).ceil();
        prop_assert_eq!(resampled_len(samples.len(), from, to), len as usize);
        match resample(&samples, from, to, ResamplingFilter::SoxrHq) {
            Ok(resampled) => prop_assert_eq!(resampled.len(), len as usize),
            Err(error) => {
                let upsampling = matches!(error, DspError::Upsampling { .. });
                prop_assert!(upsampling && to > from);
            }
        }
    }

    #[test]
    fn equal_rates_are_the_identity(samples in signal(1..500), rate in rate(1..=1_000_000)) {
        for filter in ResamplingFilter::ALL {
            prop_assert_eq!(&resample(&samples, rate, rate, filter).unwrap(), &samples);
        }
    }

    #[test]
    fn the_stft_is_linear(
        (a, b) in (1..700_usize).prop_flat_map(|len| (signal(len..len + 1), signal(len..len + 1))),
        weight in -2.0_f32..2.0,
        frame_length in 2_usize..300,
        hop_length in 1_usize..300,
    ) {
        let stft = Stft::new(frame_length, hop_length).unwrap();
        let sum: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a + weight * b).collect();
        let [a, b, sum] = [a, b, sum].map(|samples| stft.complex(&samples).unwrap());
        let error = (sum - (a + b.mapv(|value| value * weight))).mapv(|value| value.norm());
        prop_assert!(error.iter().all(|&error| error < 1e-5 * frame_length as f32));
    }

    #[test]
    fn the_stft_keeps_the_energy_of_each_frame(samples in signal(64..500)) {
        // Parseval: a frame's energy is the mean of its spectrum's power.
        let (frame_length, hop_length) = (64, 16);
        let power = Stft::new(frame_length, hop_length).unwrap().power(&samples).unwrap();
        let hann = |n: usize| 0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / 64.0).cos();
        let spectrum = power.column(2);
        let inner: f32 = spectrum.iter().skip(1).take(31).sum();
        let mean = (spectrum[0] + spectrum[32] + 2.0 * inner) / 64.0;
        let energy: f32 = (0..64).map(|n| (samples[n] * hann(n)).powi(2)).sum();
        prop_assert!((mean - energy).abs() < 1e-3 * energy.max(1e-3), "{} {}", mean, energy);
    }

    #[test]
    fn decibels_span_at_most_80(values in prop::collection::vec(0.0_f32..1e6, 1..200)) {
        let power = Array2::from_shape_vec((1, values.len()), values).unwrap();
        let decibels = power_to_db(power.view());
        let (low, high) = decibels.iter().fold((f32::MAX, f32::MIN), |(low, high), &value| {
            (low.min(value), high.max(value))
        });
        prop_assert!(high - low <= 80.001 && low >= -100.0);
    }

    #[test]
    fn the_delta_of_a_ramp_is_its_slope(slope in -50.0_f32..50.0, start in -900.0_f32..100.0) {
        let ramp = Array2::from_shape_fn((2, 30), |(_, frame)| start + slope * frame as f32);
        let (first, second) =
            (delta(ramp.view(), DeltaOrder::First, 9).unwrap(), delta(ramp.view(), DeltaOrder::Second, 9).unwrap());
        for frame in 4..26 {
            prop_assert!((first[[1, frame]] - slope).abs() < 1e-4);
            prop_assert!(second[[1, frame]].abs() < 1e-4);
        }
    }
}

#[test]
fn an_extractor_can_be_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Extractor>();
    shared::<Recording>();
    shared::<DspError>();
}

#[test]
fn a_clip_is_cut_or_padded_before_it_is_resampled() {
    let native = Hertz::new(8000).unwrap();
    let front_end = FrontEnd::builder()
        .clip(Duration::from_millis(500))
        .frame_length(256)
        .hop_length(128)
        .mel_bands(20)
        .build()
        .unwrap();
    let rate = Hertz::new(4000).unwrap();
    let granularity = AudioGranularity::new(rate, Representation::MelSpectrogram, front_end);
    let extractor = Extractor::new(&granularity).unwrap();
    let samples: Vec<f32> = (0..9000).map(|n| (n as f32 * 0.21).sin()).collect();
    let extract = |samples: &[f32]| {
        extractor.extract(&Recording::new(samples.to_vec(), native).unwrap()).unwrap()
    };
    // If the recording is longer than the clip, only its first half second counts.
    assert_eq!(extract(&samples), extract(&samples[..4000]));
    // A shorter recording is processed as if zeros followed.
    let padded = [&samples[..1000], &[0.0; 3000]].concat();
    assert_eq!(extract(&samples[..1000]), extract(&padded));
}

#[test]
fn absurd_granularities_are_refused() {
    let granularity = |hertz, hop_length| {
        let front_end = FrontEnd::builder().clip(Duration::from_secs(3600)).hop_length(hop_length);
        let rate = Hertz::new(hertz).unwrap();
        AudioGranularity::new(rate, Representation::Spectrogram, front_end.build().unwrap())
    };
    let refusal = |granularity| Extractor::new(&granularity).unwrap_err();
    assert!(matches!(refusal(granularity(48_000, 1)), DspError::TooLarge { rows: 1025, .. }));
    assert!(matches!(refusal(granularity(500_000, 512)), DspError::TooLong { .. }));
    assert!(matches!(refusal(granularity(u32::MAX, 512)), DspError::Rate { .. }));
}

/// Returns half a second of two channels at 8 kHz, and a granularity of these at 4 kHz.
fn two_channels(
    channels: Channels,
    representation: Representation,
) -> (Recording, AudioGranularity) {
    let tone = |step: f32| (0..4000).map(|n| 0.5 * (n as f32 * step).sin()).collect();
    let native = Hertz::new(8000).unwrap();
    let recording = Recording::from_channels(vec![tone(0.21), tone(0.034)], native).unwrap();
    let front_end = FrontEnd::builder()
        .clip(Duration::from_millis(500))
        .frame_length(256)
        .hop_length(128)
        .mel_bands(20)
        .dynamic_range(300)
        .build()
        .unwrap();
    let rate = Hertz::new(4000).unwrap();
    let granularity = AudioGranularity::new(rate, representation, front_end);
    (recording, AudioGranularity { channels, ..granularity })
}

#[test]
fn stereo_features_are_those_of_each_channel() {
    for representation in Representation::ALL {
        let extract = |channels| {
            let (recording, granularity) = two_channels(channels, representation);
            Extractor::new(&granularity).unwrap().extract(&recording).unwrap()
        };
        let stereo = extract(Channels::Stereo);
        assert_eq!(stereo.channels(), 2);
        for channel in 0..2 {
            let alone = extract(Channels::Single(channel));
            assert_eq!(stereo.channel(channel.into()), alone.channel(0), "{representation}");
        }
        assert_ne!(stereo.channel(0), stereo.channel(1));
    }
    let (recording, granularity) = two_channels(Channels::Single(2), Representation::Mfcc);
    let missing = Extractor::new(&granularity).unwrap().extract(&recording).unwrap_err();
    assert!(matches!(missing, DspError::MissingChannel { wanted: 3, available: 2 }));
}

#[test]
fn eight_bits_are_heard_and_sixteen_hardly() {
    let waveform = |sample_depth| {
        let (recording, granularity) = two_channels(Channels::Mix, Representation::Waveform);
        let granularity = AudioGranularity { sample_depth, ..granularity };
        Extractor::new(&granularity).unwrap().extract(&recording).unwrap().into_values()
    };
    let exact = waveform(SampleDepth::Exact);
    for (depth, bits) in [(SampleDepth::Bits8, 8), (SampleDepth::Bits16, 16)] {
        let step = 1.0 / (1_u32 << (bits - 1)) as f32;
        let rounded = waveform(depth);
        assert!(rounded.iter().all(|sample| (sample / step).fract() == 0.0));
        let worst = (&rounded - &exact).iter().fold(0.0_f32, |worst, error| worst.max(error.abs()));
        assert!((0.4 * step..=0.5 * step).contains(&worst), "{worst} of {step}");
    }
}

#[test]
fn a_waveform_at_the_native_rate_is_the_clip_itself() {
    let (recording, granularity) = two_channels(Channels::Single(0), Representation::Waveform);
    let native = AudioGranularity { sample_rate: recording.rate(), ..granularity };
    let extractor = Extractor::new(&native).unwrap();
    let features = extractor.extract(&recording).unwrap();
    assert_eq!(features.channel(0).unwrap().row(0).to_vec(), recording.channels()[0]);
    assert_eq!(extractor.extract_as_is(&recording).unwrap(), features);
    let wrong = Extractor::new(&granularity).unwrap().extract_as_is(&recording).unwrap_err();
    assert!(matches!(wrong, DspError::WrongRate { .. }));
}
