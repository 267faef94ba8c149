//! Comparison of features with librosa's for the same samples. `fixtures/README.md` describes where
//! the reference arrays come from.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

mod support;

use danas_dsp::{
    Dct, DeltaOrder, Extractor, MelFilterBank, Recording, Stft, decode, delta,
    ndarray::{self, Array1, Array2, Axis, s},
    power_to_db,
};
use danas_space::{
    AudioGranularity, Framing, FrontEnd, FrontEndBuilder, Hertz, MelNorm, MelScale, Representation,
    Window,
};
use support::assert_within;

const RATES: [u32; 8] = [375, 750, 1500, 3000, 6000, 12_000, 24_000, 48_000];
const CLIPS: [&str; 3] = ["digit", "printer", "sneeze"];
const BINS: usize = 1025;
const BANDS: usize = 80;
const COEFFICIENTS: usize = 13;

/// One clip at one rate, and librosa's features of it.
struct Reference {
    name: String,
    rate: Hertz,
    samples: Vec<f32>,
    magnitude: Array2<f32>,
    mel: Array2<f32>,
    mel_db: Array2<f32>,
    /// Coefficients, followed by their first and second derivatives.
    mfcc: Array2<f32>,
}

fn path(name: &str) -> String {
    format!("{}/tests/fixtures/{name}.npy", env!("CARGO_MANIFEST_DIR"))
}

fn references() -> impl Iterator<Item = Reference> {
    let all = CLIPS.iter().flat_map(|clip| RATES.map(|rate| (format!("{clip}_{rate}"), rate)));
    all.map(|(name, rate)| {
        let samples: Array1<f32> = ndarray_npy::read_npy(path(&format!("{name}_samples"))).unwrap();
        let all: Array2<f32> = ndarray_npy::read_npy(path(&format!("{name}_features"))).unwrap();
        let mel_db = BINS + BANDS;
        let mfcc = mel_db + BANDS;
        assert_eq!(all.nrows(), mfcc + 3 * COEFFICIENTS);
        Reference {
            name,
            rate: Hertz::new(rate).unwrap(),
            samples: samples.to_vec(),
            magnitude: all.slice(s![..BINS, ..]).to_owned(),
            mel: all.slice(s![BINS..mel_db, ..]).to_owned(),
            mel_db: all.slice(s![mel_db..mfcc, ..]).to_owned(),
            mfcc: all.slice(s![mfcc.., ..]).to_owned(),
        }
    })
}

fn extract(reference: &Reference, representation: Representation) -> Array2<f32> {
    let granularity = AudioGranularity::new(reference.rate, representation, FrontEnd::paper());
    let recording = Recording::new(reference.samples.clone(), reference.rate).unwrap();
    let features = Extractor::new(&granularity).unwrap().extract_as_is(&recording).unwrap();
    features.channel(0).unwrap().to_owned()
}

fn peak(array: &Array2<f32>) -> f32 {
    array.iter().copied().fold(0.0, f32::max)
}

#[test]
fn linear_spectrograms_agree_within_a_millionth_of_the_peak() {
    let stft = Stft::new(2048, 512).unwrap();
    for reference in references() {
        let magnitude = stft.magnitude(&reference.samples).unwrap();
        let tolerance = 1e-6 * peak(&reference.magnitude);
        assert_within(magnitude.view(), reference.magnitude.view(), tolerance, &reference.name);
    }
}

#[test]
fn mel_energies_agree_within_a_millionth_of_the_peak() {
    let stft = Stft::new(2048, 512).unwrap();
    for reference in references() {
        let bank = MelFilterBank::new(reference.rate, 2048, BANDS).unwrap();
        let mel = bank.apply(stft.power(&reference.samples).unwrap().view()).unwrap();
        let tolerance = 1e-6 * peak(&reference.mel);
        assert_within(mel.view(), reference.mel.view(), tolerance, &reference.name);
    }
}

#[test]
fn decibels_agree_within_a_twentieth() {
    for reference in references() {
        let mel_db = extract(&reference, Representation::MelSpectrogram);
        assert_within(mel_db.view(), reference.mel_db.view(), 0.05, &reference.name);

        // The decibels of librosa's magnitudes, computed in `f64`.
        let power = reference.magnitude.mapv(|magnitude| f64::from(magnitude).powi(2));
        let decibels = power.mapv(|power| 10.0 * power.max(1e-10).log10());
        let floor = decibels.iter().copied().fold(f64::NEG_INFINITY, f64::max) - 80.0;
        let theirs = decibels.mapv(|decibels| decibels.max(floor) as f32);
        let ours = extract(&reference, Representation::Spectrogram);
        assert_within(ours.view(), theirs.view(), 0.05, &reference.name);
    }
}

#[test]
fn mfcc_and_deltas_agree_within_a_thousandth() {
    for reference in references() {
        let mfcc = extract(&reference, Representation::Mfcc);
        assert_within(mfcc.view(), reference.mfcc.view(), 1e-3, &reference.name);
    }
}

#[test]
fn the_building_blocks_give_what_the_extractor_gives() {
    for reference in references() {
        let power = Stft::new(2048, 512).unwrap().power(&reference.samples).unwrap();
        let spectrogram = extract(&reference, Representation::Spectrogram);
        assert_eq!(power_to_db(power.view()), spectrogram);

        let bank = MelFilterBank::new(reference.rate, 2048, BANDS).unwrap();
        let decibels = power_to_db(bank.apply(power.view()).unwrap().view());
        assert_eq!(decibels, extract(&reference, Representation::MelSpectrogram));

        let static_rows = Dct::new(BANDS, COEFFICIENTS).unwrap().apply(decibels.view()).unwrap();
        let mfcc = extract(&reference, Representation::Mfcc);
        for (part, rows) in [
            (static_rows.clone(), 0..13),
            (delta(static_rows.view(), DeltaOrder::First, 9).unwrap(), 13..26),
            (delta(static_rows.view(), DeltaOrder::Second, 9).unwrap(), 26..39),
        ] {
            assert_eq!(part, mfcc.slice(s![rows, ..]));
        }
    }
}

#[test]
fn silence_is_minus_894_in_the_first_coefficient_and_zero_elsewhere() {
    let silence = Reference { samples: vec![0.0; 6000], ..references().next().unwrap() };
    let mfcc = extract(&silence, Representation::Mfcc);
    for ((row, _), &value) in mfcc.indexed_iter() {
        let expected = if row == 0 { -894.4272 } else { 0.0 };
        assert!((value - expected).abs() < 1e-3, "row {row}: {value}");
    }
}

/// Returns the front ends of `VARIANTS` in `fixtures/make.py`.
fn variants() -> [(&'static str, FrontEndBuilder); 3] {
    let speech = FrontEnd::builder()
        .frame_length(512)
        .window_length(400)
        .hop_length(160)
        .window(Window::Hamming)
        .framing(Framing::Inside)
        .mel_bands(40)
        .mel_scale(MelScale::Htk)
        .mel_norm(MelNorm::Height)
        .lowest(100)
        .highest(Hertz::new(3800).unwrap())
        .floor(-60)
        .dynamic_range(60)
        .coefficients(10)
        .lifter(22)
        .delta_width(5);
    let coarse = FrontEnd::builder()
        .frame_length(500)
        .hop_length(200)
        .window(Window::Blackman)
        .mel_bands(32)
        .lowest(50)
        .floor(-80)
        .dynamic_range(200)
        .coefficients(20)
        .deltas(1)
        .delta_width(3);
    let plain = FrontEnd::builder()
        .frame_length(256)
        .window_length(255)
        .hop_length(100)
        .window(Window::Rectangular)
        .mel_bands(20)
        .mel_scale(MelScale::Htk)
        .highest(Hertz::new(3000).unwrap())
        .lifter(5)
        .deltas(0);
    [("speech", speech), ("coarse", coarse), ("plain", plain)]
}

#[test]
fn every_parameter_means_what_it_means_to_librosa() {
    let recording = decode(path("digit").replace(".npy", ".wav")).unwrap();
    for (name, builder) in variants() {
        let theirs: Array2<f32> =
            ndarray_npy::read_npy(path(&format!("digit_8000_{name}"))).unwrap();
        let front_end = builder.build().unwrap();
        let features = |representation| {
            let granularity = AudioGranularity::new(recording.rate(), representation, front_end);
            let features = Extractor::new(&granularity).unwrap().extract_as_is(&recording).unwrap();
            features.channel(0).unwrap().to_owned()
        };
        let (bands, below) = theirs.view().split_at(Axis(0), front_end.mel_bands());
        assert_within(features(Representation::MelSpectrogram).view(), bands, 0.05, name);
        assert_within(features(Representation::Mfcc).view(), below, 1e-3, name);
    }
}

#[test]
fn odd_frames_have_librosas_number_and_values() {
    // Shapes of `librosa.stft(numpy.ones(samples), n_fft=length, hop_length=hop)`.
    for (length, hop, samples, frames) in [
        (15, 5, 100, 20),
        (15, 6, 33, 6),
        (401, 160, 1600, 10),
        (401, 160, 1601, 11),
        (401, 100, 400, 4),
        (255, 100, 1, 1),
        (3, 1, 10, 10),
        (512, 160, 1600, 11),
    ] {
        let front_end = FrontEnd::builder().frame_length(length).hop_length(hop).build().unwrap();
        assert_eq!(front_end.frames(samples), frames, "{length} {hop} {samples}");
        let magnitude = Stft::new(length, hop).unwrap().magnitude(&vec![1.0; samples]).unwrap();
        assert_eq!(magnitude.dim(), (length / 2 + 1, frames), "{length} {hop} {samples}");
    }
    let signal = [-3.0, -2.0, 1.0, -1.0, -1.0, 1.0, -2.0, -3.0];
    let theirs = ndarray::array![
        [4.177_051, 1.036_474_5, 1.036_474_5, 4.177_051],
        [3.862_586_7, 0.801_507_95, 0.801_507_95, 3.862_586_7],
        [1.801_212, 2.098_375, 2.098_375, 1.801_212],
    ];
    let ours = Stft::new(5, 2).unwrap().magnitude(&signal).unwrap();
    assert_within(ours.view(), theirs.view(), 1e-6, "librosa.stft(signal, n_fft=5, hop_length=2)");
}
