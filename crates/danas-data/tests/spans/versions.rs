//! Altered versions of spans.

use std::f32::consts::TAU;

use danas_data::{DataSource, Versions};
use danas_space::Representation;

use crate::support::{RATE, granularity, open, span, write_wav};

/// Returns the samples of eight versions of a span around the middle of a recording of two seconds.
fn versions(sound: &[f32], settings: Versions) -> Vec<Vec<f32>> {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("1.wav"), sound);
    let examples = [("1.wav", 0, span(0.9, 1.1)), ("1.wav", 1, span(0.0, 1.0))];
    let source = open(&folder, &examples).unwrap();
    let source = source.with_versions(Versions { count: 8, ..settings }).unwrap();
    let waveform = granularity(RATE, Representation::Waveform);
    let of = |version| source.version_features(&waveform, version, &[0]).unwrap();
    (0..8).map(|version| of(version).into_raw_vec_and_offset().0).collect()
}

#[test]
fn a_shift_moves_the_clip_within_the_recording() {
    let ramp: Vec<f32> = (1..=2 * RATE as u16).map(f32::from).map(|n| n / 32_768.0).collect();
    let moved = versions(&ramp, Versions { shift: 0.5, ..Versions::default() });
    let mut starts: Vec<usize> = Vec::new();
    for samples in moved {
        let start = (samples[0] * 32_768.0) as usize - 1;
        assert_eq!(samples, ramp[start..start + 4000]);
        assert!((2000..=10_000).contains(&start));
        starts.push(start);
    }
    assert!(starts.iter().any(|&start| start < 6000) && starts.iter().any(|&start| start > 6000));
}

#[test]
fn speed_changes_the_pitch_around_the_centre() {
    let sine = |hertz: f32, seconds: f32| (TAU * hertz * seconds).sin();
    let seconds = |n: usize| n as f32 / RATE as f32;
    let sound: Vec<f32> = (0..2 * RATE as usize).map(|n| sine(50.0, seconds(n) - 1.0)).collect();
    for speed in [0.8, 1.25] {
        let settings = Versions { speed: [speed; 2], ..Versions::default() };
        for samples in versions(&sound, settings) {
            for (n, sample) in samples.into_iter().enumerate() {
                let expected = sine(50.0 * speed as f32, seconds(n) - 0.25);
                // The centre is met to a sample.
                assert!((sample - expected).abs() < 0.06, "{n}: {sample} for {expected}");
            }
        }
    }
}
