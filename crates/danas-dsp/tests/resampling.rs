//! Comparison of resampling with librosa's default (`soxr_hq`), and tests of its effect on tones
//! and chirps.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

use std::f64::consts::TAU;

use danas_dsp::{Recording, StreamResampler, decode, ndarray::Array1, resample};
use danas_space::{
    Hertz,
    ResamplingFilter::{self, KaiserBest, KaiserFast, RubatoFft, SoxrHq},
};

/// Pairs of rates. Most of their ratios are not a power of two.
const RATES: [(u32, u32); 12] = [
    (44_100, 16_000),
    (16_000, 6000),
    (44_100, 24_000),
    (44_100, 32_000),
    (48_000, 44_100),
    (48_000, 16_000),
    (22_050, 16_000),
    (44_100, 375),
    (8000, 750),
    (44_101, 16_000),
    (48_000, 24_000),
    (48_000, 750),
];

fn hertz(hertz: u32) -> Hertz {
    Hertz::new(hertz).unwrap()
}

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn decibels(power: f64) -> f64 {
    10.0 * power.max(1e-30).log10()
}

/// Returns the ratio of signal to error in decibels.
fn agreement(ours: &[f32], theirs: &[f32]) -> f64 {
    let square = |x: f64| x * x;
    let signal: f64 = theirs.iter().map(|&x| square(f64::from(x))).sum();
    let errors = ours.iter().zip(theirs).map(|(&a, &b)| square(f64::from(a) - f64::from(b)));
    decibels(signal / errors.sum::<f64>())
}

/// Returns `recording` at `rate`, resampled by this crate and by librosa.
fn both(recording: &Recording, name: &str, rate: u32) -> (Vec<f32>, Vec<f32>) {
    let file = fixture(&format!("{name}_{}_to_{rate}.npy", recording.rate().get()));
    let theirs: Array1<f32> = ndarray_npy::read_npy(file).unwrap();
    let ours = recording.mixdown().resampled(hertz(rate), SoxrHq).unwrap().into_channels().concat();
    assert_eq!(ours.len(), theirs.len(), "{name} at {rate}");
    (ours, theirs.to_vec())
}

#[test]
fn powers_of_two_agree_with_soxr_to_100_decibels_where_the_clip_starts_quietly() {
    let sneeze = decode(fixture("sneeze.wav")).unwrap();
    // The filters for large ratios are long, so a second of silence precedes the sound.
    let samples = [&[0.0; 16_000][..], &sneeze.channels()[0]].concat();
    let later = Recording::new(samples, sneeze.rate()).unwrap();
    for (recording, name, rates) in [
        (sneeze, "sneeze", [8000, 4000, 1000, 500].as_slice()),
        (later, "silence_sneeze", &[250, 125]),
    ] {
        for &rate in rates {
            let (ours, theirs) = both(&recording, name, rate);
            let agreement = agreement(&ours, &theirs);
            assert!(agreement >= 100.0, "{rate}: {agreement}");
        }
    }
}

#[test]
fn powers_of_two_agree_with_soxr_to_60_decibels_elsewhere() {
    for (name, file, rates) in [
        ("digit", "digit.wav", [4000, 2000].as_slice()),
        ("printer", "printer.flac", &[22_050, 11_025]),
    ] {
        let recording = decode(fixture(file)).unwrap();
        for &rate in rates {
            let (ours, theirs) = both(&recording, name, rate);
            let agreement = agreement(&ours[256..], &theirs[256..]);
            assert!(agreement >= 60.0, "{name} at {rate}: {agreement}");
        }
    }
}

#[test]
fn other_ratios_agree_with_soxr_to_55_decibels() {
    for (name, file, rates) in [
        ("digit", "digit.wav", [6000].as_slice()),
        ("sneeze", "sneeze.wav", &[6000]),
        ("printer", "printer.flac", &[16_000, 375]),
    ] {
        let recording = decode(fixture(file)).unwrap();
        for &rate in rates {
            let (ours, theirs) = both(&recording, name, rate);
            let agreement = agreement(&ours, &theirs);
            assert!(agreement >= 55.0, "{name} at {rate}: {agreement}");
        }
    }
}

fn tone(samples: usize, frequency: f64, rate: u32) -> Vec<f32> {
    let phase = |n: usize| TAU * frequency * n as f64 / f64::from(rate) + 0.3;
    (0..samples).map(|n| phase(n).sin() as f32).collect()
}

/// Returns the mean square of the middle half, away from the edges.
fn mean_square(samples: &[f32]) -> f64 {
    let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
    middle.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / middle.len() as f64
}

/// Returns the number of input samples for at least one second of input and 4000 output samples.
fn enough(from: u32, to: u32) -> usize {
    (from as usize).max(4000 * from as usize / to as usize)
}

/// Returns [`enough`] samples, and so many that the filter does not reach from the edges of the
/// signal to its middle half. rubato's filter has the length of a block.
fn beyond_the_edges(filter: ResamplingFilter, from: u32, to: u32) -> usize {
    let block = match filter {
        RubatoFft => StreamResampler::new(hertz(from), hertz(to)).unwrap().latency() * 2 / 3,
        SoxrHq | KaiserBest | KaiserFast => 0,
    };
    enough(from, to).max(2 * block)
}

/// Tests the level, phase and delay of tones at fractions of the new Nyquist frequency.
fn assert_passes(filter: ResamplingFilter, fractions: &[f64]) {
    for (from, to) in RATES {
        let samples = beyond_the_edges(filter, from, to);
        for fraction in fractions {
            let frequency = fraction * f64::from(to) / 2.0;
            let ours =
                resample(&tone(samples, frequency, from), hertz(from), hertz(to), filter).unwrap();
            let ideal = tone(ours.len(), frequency, to);
            let droop = decibels(mean_square(&ours) / mean_square(&ideal));
            assert!(droop.abs() <= 0.01, "{from} to {to} at {fraction}: {droop} dB");
            // Checks level, phase and delay at once.
            let quarter = ours.len() / 4..ours.len() * 3 / 4;
            let agreement = agreement(&ours[quarter.clone()], &ideal[quarter]);
            assert!(agreement >= 60.0, "{from} to {to} at {fraction}: {agreement} dB");
        }
    }
}

#[test]
fn tones_below_nine_tenths_of_nyquist_keep_level_and_phase() {
    assert_passes(SoxrHq, &[0.01, 0.3, 0.6, 0.8, 0.9]);
}

#[test]
fn rubato_keeps_level_and_phase_up_to_95_hundredths_of_nyquist() {
    assert_passes(RubatoFft, &[0.01, 0.3, 0.6, 0.8, 0.9, 0.95]);
}

/// Returns the power of the loudest alias of tones above the new Nyquist frequency, in decibels
/// relative to the tone.
fn loudest_alias(filter: ResamplingFilter, from: u32, to: u32) -> f64 {
    let fractions = [1.001, 1.02, 1.1, 1.5, 1.9, 2.0, 2.1, 3.0, 7.7];
    let frequencies = fractions.map(|fraction| fraction * f64::from(to) / 2.0).into_iter();
    let audible = frequencies.filter(|frequency| *frequency <= 0.499 * f64::from(from));
    let alias = |frequency| {
        let high = tone(beyond_the_edges(filter, from, to), frequency, from);
        let ours = resample(&high, hertz(from), hertz(to), filter).unwrap();
        decibels(mean_square(&ours) / mean_square(&high))
    };
    audible.map(alias).fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn tones_above_nyquist_are_rejected_by_90_decibels() {
    for (from, to) in RATES {
        let alias = loudest_alias(SoxrHq, from, to);
        assert!(alias <= -90.0, "{from} to {to}: {alias} dB");
    }
}

#[test]
fn the_responses_are_those_of_the_table_in_the_documentation() {
    // From 48 to 24 kHz: the gains at fractions of the new Nyquist frequency, and the fraction at
    // which the gain is -6 dB.
    for (filter, gains, half) in [
        (SoxrHq, [0.0, 0.0, -2.88], 0.957),
        (KaiserBest, [0.0, -2.22, -22.48], 0.917),
        (KaiserFast, [-0.42, -12.98, -33.83], 0.868),
        (RubatoFft, [0.0, 0.0, 0.0], 0.973),
    ] {
        let gain = |fraction: f64| {
            let low = tone(48_000, fraction * 12_000.0, 48_000);
            let ours = resample(&low, hertz(48_000), hertz(24_000), filter).unwrap();
            decibels(mean_square(&ours) / mean_square(&low))
        };
        for (fraction, expected) in [0.8, 0.9, 0.95].into_iter().zip(gains) {
            let found = gain(fraction);
            assert!((found - expected).abs() <= 0.005, "{filter} at {fraction}: {found} dB");
        }
        let (below, above) = (gain(half - 0.001), gain(half + 0.001));
        assert!(above < -6.02 && -6.02 < below, "{filter}: {below} and {above} dB at {half}");
        for (from, to) in RATES {
            let alias = loudest_alias(filter, from, to);
            assert!(alias <= -130.0, "{filter}, {from} to {to}: {alias} dB");
        }
    }
}

#[test]
fn the_kaiser_filters_are_resampys() {
    // From 44.1 to 6 kHz, resampy rounds its steps through the filter table, which limits the
    // agreement.
    for (name, filter, rate, least) in [
        ("sneeze.wav", KaiserBest, 4000, 100.0),
        ("sneeze.wav", KaiserBest, 500, 100.0),
        ("sneeze.wav", KaiserFast, 4000, 100.0),
        ("sneeze.wav", KaiserFast, 500, 100.0),
        ("printer.flac", KaiserBest, 6000, 75.0),
        ("printer.flac", KaiserFast, 6000, 55.0),
    ] {
        let recording = decode(fixture(name)).unwrap().mixdown();
        let (stem, _) = name.split_once('.').unwrap();
        let from = recording.rate().get();
        let file = fixture(&format!("{stem}_{from}_to_{rate}_{filter}.npy"));
        let theirs: Array1<f32> = ndarray_npy::read_npy(file).unwrap();
        let ours = recording.resampled(hertz(rate), filter).unwrap();
        let agreement = agreement(&ours.channels()[0], theirs.as_slice().unwrap());
        assert!(agreement >= least, "{name} to {rate} by {filter}: {agreement} dB");
    }
}

/// Returns a tone that rises from `start` to `stop` hertz, faded at both ends.
fn chirp(samples: usize, start: f64, stop: f64, rate: u32) -> Vec<f32> {
    let seconds = samples as f64 / f64::from(rate);
    let value = |n: usize| {
        let t = n as f64 / f64::from(rate);
        let fade = (20.0 * (t / seconds).min(1.0 - t / seconds)).min(1.0);
        let fade = 0.5 - 0.5 * (TAU / 2.0 * fade).cos();
        (fade * (TAU * (start * t + (stop - start) * t * t / (2.0 * seconds))).sin()) as f32
    };
    (0..samples).map(value).collect()
}

#[test]
fn a_chirp_passes_below_nyquist_and_vanishes_above() {
    for (from, to) in RATES {
        let (samples, nyquist) = (2 * enough(from, to), f64::from(to) / 2.0);
        let low = chirp(samples, 0.0, 0.9 * nyquist, from);
        let ours = resample(&low, hertz(from), hertz(to), SoxrHq).unwrap();
        // The chirp computed directly at the lower rate.
        let seconds = samples as f64 / f64::from(from);
        let ideal: Vec<f32> = (0..ours.len())
            .map(|n| {
                let t = n as f64 / f64::from(to);
                let fade = (20.0 * (t / seconds).min(1.0 - t / seconds)).clamp(0.0, 1.0);
                let fade = 0.5 - 0.5 * (TAU / 2.0 * fade).cos();
                (fade * (TAU * 0.9 * nyquist * t * t / (2.0 * seconds)).sin()) as f32
            })
            .collect();
        let pass = agreement(&ours, &ideal);
        assert!(pass >= 80.0, "{from} to {to}: {pass} dB");

        let top = 0.499 * f64::from(from);
        if top > 1.1 * nyquist {
            let high = chirp(samples, 1.05 * nyquist, top, from);
            let ours = resample(&high, hertz(from), hertz(to), SoxrHq).unwrap();
            let loudest = ours.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
            assert!(loudest < 3e-5, "{from} to {to}: {loudest}");
        }
    }
}

/// Resamples with rubato's FFT resampler.
///
/// With blocks of at least 1000 output samples, it is flat up to 0.97 of the new Nyquist frequency.
/// A block must be an even number of periods, or the output is half a sample late.
fn rubato(samples: &[f32], from: u32, to: u32, block: usize) -> Vec<f32> {
    use rubato::{
        Fft, FixedSync, Resampler, WindowFunction, audioadapter_buffers::direct::InterleavedSlice,
    };
    let (from, to) = (from as usize, to as usize);
    let (window, fixed) = (WindowFunction::BlackmanHarris2, FixedSync::Output);
    let mut fft = Fft::<f32>::new_custom(from, to, block, 1, 1, window, fixed).unwrap();
    let mut output = vec![0.0; fft.process_all_needed_output_len(samples.len())];
    let frames = output.len();
    let input = InterleavedSlice::new(samples, 1, samples.len()).unwrap();
    let mut adapter = InterleavedSlice::new_mut(&mut output, 1, frames).unwrap();
    fft.process_all_into_buffer(&input, &mut adapter, samples.len(), None).unwrap();
    output
}

#[test]
fn an_independent_resampler_gives_the_same_below_nyquist() {
    for (from, to, block) in [
        (44_100, 16_000, 8 * 160),
        (16_000, 6000, 400 * 3),
        (48_000, 24_000, 1024),
        (22_050, 16_000, 4 * 320),
    ] {
        let samples = chirp(2 * enough(from, to), 0.0, 0.45 * f64::from(to), from);
        let ours = resample(&samples, hertz(from), hertz(to), SoxrHq).unwrap();
        let agreement = agreement(&ours, &rubato(&samples, from, to, block));
        assert!(agreement >= 80.0, "{from} to {to}: {agreement} dB");
    }
}

#[test]
fn silence_stays_silent_and_a_constant_stays_constant() {
    for (from, to) in RATES {
        let (from, to) = (hertz(from), hertz(to));
        for filter in [SoxrHq, RubatoFft] {
            let silent = resample(&vec![0.0; 50_000], from, to, filter).unwrap();
            assert!(silent.iter().all(|&x| x == 0.0));
            let constant = resample(&vec![0.5; from.get() as usize * 4], from, to, filter).unwrap();
            let middle = &constant[constant.len() / 4..constant.len() * 3 / 4];
            assert!(middle.iter().all(|x| (x - 0.5).abs() < 1e-5), "{from} to {to}: {filter}");
        }
    }
}
