//! Comparison of normalised features with librosa and SciPy, and tests of their properties.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

mod support;

use std::time::Duration;

use danas_dsp::{
    BatchExtractor, DspError, Extractor, Recording, decode,
    ndarray::{Array2, Array3, ArrayView2, Axis, s},
};
use danas_space::{
    AudioGranularity, Channels, ClipNormalisation, FrontEnd, FrontEndBuilder, Hertz, Representation,
};
use proptest::prelude::*;
use support::assert_within;

/// Number of mel bands, as in `fixtures/normalisations.py`.
const BANDS: usize = 12;
const COEFFICIENTS: usize = 8;

const NORMALISED: [ClipNormalisation; 5] = [
    ClipNormalisation::Level,
    ClipNormalisation::Mean,
    ClipNormalisation::MeanVariance,
    ClipNormalisation::RunningMean,
    ClipNormalisation::Pcen,
];

fn path(name: &str) -> String {
    format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn front_end() -> FrontEndBuilder {
    FrontEnd::builder()
        .clip(Duration::from_millis(500))
        .frame_length(128)
        .hop_length(160)
        .mel_bands(BANDS)
        .coefficients(COEFFICIENTS)
        .dynamic_range(40)
        .running_mean(Duration::from_millis(200))
}

fn granularity(
    representation: Representation,
    normalisation: ClipNormalisation,
    front_end: FrontEndBuilder,
) -> AudioGranularity {
    let rate = Hertz::new(8000).unwrap();
    let plain = AudioGranularity::new(rate, representation, front_end.build().unwrap());
    AudioGranularity { normalisation, ..plain }
}

/// Returns the features of samples at the granularity's rate, 8 kHz.
fn features(granularity: AudioGranularity, samples: &[f32]) -> Array2<f32> {
    let recording = Recording::new(samples.to_vec(), granularity.sample_rate).unwrap();
    let features = Extractor::new(&granularity).unwrap().extract_as_is(&recording).unwrap();
    features.channel(0).unwrap().to_owned()
}

/// Returns the rows of `features` that the normalisation applies to.
fn normalised_rows(features: &Array2<f32>, granularity: AudioGranularity) -> ArrayView2<'_, f32> {
    features.slice(s![..granularity.normalised_rows(), ..])
}

#[test]
fn every_normalisation_is_that_of_librosa_and_scipy() {
    let digit = decode(path("digit.wav")).unwrap();
    for normalisation in NORMALISED {
        let file = path(&format!("digit_8000_norm_{normalisation}.npy"));
        let theirs: Array2<f32> = ndarray_npy::read_npy(file).unwrap();
        let (spectrogram, below) = theirs.view().split_at(Axis(0), 65);
        let (mel, mfcc) = below.split_at(Axis(0), BANDS);
        for (representation, theirs) in [
            (Representation::Spectrogram, spectrogram),
            (Representation::MelSpectrogram, mel),
            (Representation::Mfcc, mfcc),
        ] {
            let granularity = granularity(representation, normalisation, front_end());
            let ours = features(granularity, &digit.channels()[0]);
            let name = granularity.to_string();
            assert_within(ours.view(), theirs, 1e-3, &name);
            // On average, the agreement is as close as the precision of floats allows.
            let error = (&ours - &theirs).mapv(f32::abs).mean().unwrap();
            assert!(error < 2e-5, "{name}: {error} on average");
        }
    }
}

#[test]
fn normalisations_alone_and_among_siblings_are_equal_bit_by_bit() {
    let digit = decode(path("digit.wav")).unwrap();
    let stereo = Recording::from_channels(
        vec![digit.channels()[0].clone(), digit.channels()[0].iter().rev().copied().collect()],
        digit.rate(),
    )
    .unwrap();
    let mut all = Vec::new();
    for representation in Representation::OF_FRAMES {
        for normalisation in ClipNormalisation::ALL {
            for channels in [Channels::Mix, Channels::Stereo] {
                let one = granularity(representation, normalisation, front_end());
                all.push(AudioGranularity { channels, ..one });
            }
        }
    }
    let batch = BatchExtractor::new(&all).unwrap();
    // The second extraction reuses the memory of the first.
    for _ in 0..2 {
        for (one, together) in all.iter().zip(batch.extract(&stereo).unwrap()) {
            let alone = Extractor::new(one).unwrap().extract(&stereo).unwrap();
            assert_eq!(alone, together, "{one}");
        }
    }
}

#[test]
fn channels_are_normalised_each_by_itself_but_for_the_level() {
    let tone = |amplitude: f32| (0..4000).map(|n| amplitude * (n as f32 * 0.2).sin()).collect();
    let rate = Hertz::new(8000).unwrap();
    let stereo = Recording::from_channels(vec![tone(0.5), tone(0.05)], rate).unwrap();
    let of = |normalisation| -> Array3<f32> {
        let one = granularity(Representation::MelSpectrogram, normalisation, front_end());
        let one = AudioGranularity { channels: Channels::Stereo, ..one };
        Extractor::new(&one).unwrap().extract(&stereo).unwrap().into_values()
    };
    let level = of(ClipNormalisation::Level);
    let greatest = |channel| level.index_axis(Axis(2), channel).fold(f32::MIN, |a, b| a.max(*b));
    assert_eq!(greatest(0), 0.0);
    assert!((greatest(1) + 20.0).abs() < 1e-3, "{}", greatest(1));
    for normalisation in [ClipNormalisation::Mean, ClipNormalisation::MeanVariance] {
        for row in of(normalisation).lanes(Axis(1)) {
            assert!(row.mean().unwrap().abs() < 1e-5, "{normalisation}");
        }
    }
}

#[test]
fn waveforms_are_not_normalised() {
    for normalisation in NORMALISED {
        let one = granularity(Representation::Waveform, normalisation, front_end());
        let refusal = Extractor::new(&one).unwrap_err();
        assert!(matches!(refusal, DspError::NormalisedWaveform { .. }), "{refusal}");
        assert!(refusal.to_string().contains(normalisation.name()), "{refusal}");
    }
}

#[test]
fn silence_is_zero_under_every_normalisation() {
    for normalisation in NORMALISED {
        for representation in Representation::OF_FRAMES {
            let one = granularity(representation, normalisation, front_end());
            let silence = features(one, &[0.0; 4000]);
            assert!(silence.iter().all(|value| *value == 0.0), "{one}");
        }
    }
}

fn signal() -> impl Strategy<Value = Vec<f32>> {
    prop::collection::vec(-0.5_f32..=0.5, 600..2500)
}

fn of_frames() -> impl Strategy<Value = Representation> {
    prop::sample::select(Representation::OF_FRAMES.to_vec())
}

/// Returns a front end whose floor and dynamic range never cut anything off.
fn unlimited() -> FrontEndBuilder {
    front_end().floor(-380).dynamic_range(1000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn rows_have_no_mean_and_a_deviation_of_one(
        samples in signal(),
        representation in of_frames(),
    ) {
        for normalisation in [ClipNormalisation::Mean, ClipNormalisation::MeanVariance] {
            let one = granularity(representation, normalisation, front_end());
            for row in normalised_rows(&features(one, &samples), one).rows() {
                let row = row.mapv(f64::from);
                prop_assert!(row.mean().unwrap().abs() < 1e-5);
                if normalisation == ClipNormalisation::MeanVariance {
                    prop_assert!((row.std(0.0) - 1.0).abs() < 1e-5, "{}", row.std(0.0));
                }
            }
        }
    }

    #[test]
    fn a_mean_is_subtracted_and_the_derivatives_stay(
        samples in signal(),
        representation in of_frames(),
    ) {
        let plain = granularity(representation, ClipNormalisation::None, front_end());
        let mean = AudioGranularity { normalisation: ClipNormalisation::Mean, ..plain };
        let difference = features(plain, &samples) - features(mean, &samples);
        for (index, row) in difference.rows().into_iter().enumerate() {
            let first = if index < plain.normalised_rows() { row[0] } else { 0.0 };
            prop_assert!(row.iter().all(|value| (value - first).abs() < 1e-3), "{} {}", index, row);
        }
    }

    #[test]
    fn the_maximum_is_zero_decibels(samples in signal(), mel: bool) {
        let kind =
            if mel { Representation::MelSpectrogram } else { Representation::Spectrogram };
        let level = features(granularity(kind, ClipNormalisation::Level, front_end()), &samples);
        prop_assert_eq!(level.iter().copied().fold(f32::MIN, f32::max), 0.0);
        prop_assert!(level.iter().all(|value| *value >= -40.0));
    }

    // Multiplying by a power of two rounds nothing, so that the bins near silence, whose decibels
    // amplify every rounding, follow the gain exactly like the others.
    #[test]
    fn a_gain_changes_nothing_where_no_floor_bites(
        samples in signal(),
        gain in prop::sample::select(vec![0.125_f32, 0.25, 0.5, 2.0, 4.0, 8.0]),
        representation in of_frames(),
    ) {
        let louder: Vec<f32> = samples.iter().map(|sample| gain * sample).collect();
        for normalisation in [
            ClipNormalisation::Level,
            ClipNormalisation::Mean,
            ClipNormalisation::MeanVariance,
            ClipNormalisation::RunningMean,
        ] {
            let one = granularity(representation, normalisation, unlimited());
            let [quiet, loud] = [&samples, &louder].map(|samples| features(one, samples));
            let error = (quiet - loud).fold(0.0_f32, |most, error| most.max(error.abs()));
            prop_assert!(error < 1e-3, "{}: {}", one, error);
        }
        let plain = granularity(representation, ClipNormalisation::None, unlimited());
        prop_assert_ne!(features(plain, &samples), features(plain, &louder));
    }

    #[test]
    fn what_streams_does_not_look_ahead(
        samples in signal(),
        more in signal(),
        representation in of_frames(),
    ) {
        for normalisation in [ClipNormalisation::RunningMean, ClipNormalisation::Pcen] {
            let one = granularity(representation, normalisation, front_end());
            let longer = [samples.as_slice(), more.as_slice()].concat();
            let (short, long) = (features(one, &samples), features(one, &longer));
            // The last frames extend past the end of the shorter clip.
            let frames = (samples.len() - 64) / 160;
            let rows = one.normalised_rows();
            prop_assert_eq!(
                short.slice(s![..rows, ..frames]),
                long.slice(s![..rows, ..frames]),
                "{}", one
            );
        }
    }

    #[test]
    fn a_running_mean_starts_at_the_first_frame(samples in signal(), representation in of_frames()) {
        let one = granularity(representation, ClipNormalisation::RunningMean, front_end());
        let all = features(one, &samples);
        prop_assert!(normalised_rows(&all, one).column(0).iter().all(|value| *value == 0.0));
    }
}
