//! Comparison of the features of motion with SciPy and soxr.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

mod support;

use std::time::Duration;

use danas_dsp::{
    DspError, MotionExtractor, check_lowering, lower_rates,
    ndarray::{Array2, Array3, ArrayView2, s},
};
use danas_space::{
    ChannelSet, DataSpace, MotionGranularity, MotionRepresentation, MotionSpace, Rate, SampleDepth,
};
use support::assert_within;

fn path(name: &str) -> String {
    format!("{}/tests/fixtures/motion_{name}.npy", env!("CARGO_MANIFEST_DIR"))
}

fn reference(name: &str) -> Array2<f32> {
    ndarray_npy::read_npy(path(name)).unwrap()
}

fn rate(hertz: f64) -> Rate {
    Rate::from_hertz(hertz).unwrap()
}

/// Two seconds at 50 Hz, in frames of 32 samples.
fn granularity(representation: MotionRepresentation, depth: SampleDepth) -> MotionGranularity {
    let space = MotionSpace::builder()
        .rates([rate(50.0)])
        .windows([Duration::from_secs(2)])
        .channels([ChannelSet::new(["ax", "ay", "az"]).unwrap()])
        .representations([representation])
        .depths([depth])
        .bands(5)
        .build()
        .unwrap();
    space.granularities().next().unwrap()
}

fn features(granularity: &MotionGranularity, window: ArrayView2<'_, f32>) -> Array3<f32> {
    MotionExtractor::new(granularity).unwrap().extract(window, &[4.0; 3]).unwrap()
}

#[test]
fn lower_rates_are_those_of_soxr_without_steps_at_the_ends() {
    let series = reference("native");
    let rates = [25.0, 50.0, 12.5, 20.0];
    let lowered = lower_rates(series.view(), rate(50.0), &rates.map(rate)).unwrap();
    assert_eq!(lowered[1], series);
    for (hertz, ours) in rates.into_iter().zip(&lowered).filter(|(hertz, _)| *hertz != 50.0) {
        let theirs = reference(&hertz.to_string());
        // soxr discards the part of its response before the first sample.
        let inner = s![20..theirs.nrows() - 20, ..];
        let (ours, theirs) = (ours.slice(inner), theirs.slice(inner));
        assert_within(ours, theirs, 2e-3, &hertz.to_string());
    }
    // Made together or alone, a rate is the same, whatever the divisors of the others.
    let together =
        lower_rates(series.view(), rate(49.98), &[24.99, 6.248, 12.495].map(rate)).unwrap();
    let alone = lower_rates(series.view(), rate(49.98), &[rate(24.99)]).unwrap();
    assert_eq!(alone[0], together[0]);
}

#[test]
fn rates_that_are_no_whole_hertz_and_fast_ones_can_be_lowered() {
    let rest = Array2::from_elem((400, 1), 9.81_f32);
    for (from, to) in [(26.0, 6.5), (104.0, 12.5), (26_667.0, 3333.375), (0.02, 0.01)] {
        let lowered = lower_rates(rest.view(), rate(from), &[rate(to)]).unwrap();
        let expected = (400.0 * to / from).ceil() as usize;
        assert_eq!(lowered[0], Array2::from_elem((expected, 1), 9.81), "{from}");
    }
    let refused = lower_rates(rest.view(), rate(10.0), &[rate(20.0)]);
    assert!(matches!(refused, Err(DspError::Upsampling { .. })));
    for (from, to) in [(2000.0, 666.667), (100.0, 0.01), (1024.5, 128.063)] {
        let checked = check_lowering(rate(from), rate(to));
        assert_eq!(checked.is_ok(), lower_rates(rest.view(), rate(from), &[rate(to)]).is_ok());
        assert!(checked.is_err(), "{from} {to}");
    }
    let gap = Array2::from_elem((400, 1), f32::NAN);
    assert!(matches!(
        lower_rates(gap.view(), rate(10.0), &[rate(5.0)]),
        Err(DspError::Sample { .. })
    ));
}

#[test]
fn what_a_lower_rate_cannot_hold_is_removed() {
    let tone = |hertz: f32| {
        Array2::from_shape_fn((2000, 1), |(n, _)| {
            (n as f32 / 100.0 * hertz * std::f32::consts::TAU).sin()
        })
    };
    let peak = |hertz: f32| {
        let lowered = lower_rates(tone(hertz).view(), rate(100.0), &[rate(25.0)]).unwrap();
        lowered[0].slice(s![100..400, 0]).iter().fold(0.0_f32, |peak, it| peak.max(it.abs()))
    };
    assert!(peak(3.0) > 0.99 && peak(10.0) > 0.9);
    assert!(peak(14.0) < 1e-3 && peak(22.0) < 1e-3, "{} {}", peak(14.0), peak(22.0));
}

#[test]
fn features_are_those_of_scipy() {
    let series = reference("native");
    let window = series.slice(s![100..200, ..]);
    let of = |representation| features(&granularity(representation, SampleDepth::Exact), window);
    let spectrogram: Array3<f32> = ndarray_npy::read_npy(path("spectrogram")).unwrap();
    let ours = of(MotionRepresentation::Spectrogram);
    for channel in 0..3 {
        let plane = s![.., .., channel];
        assert_within(ours.slice(plane), spectrogram.slice(plane), 0.01, "spectrogram");
    }
    for (representation, name) in
        [(MotionRepresentation::Bands, "bands"), (MotionRepresentation::Statistics, "statistics")]
    {
        let ours = of(representation);
        assert_within(ours.slice(s![.., 0, ..]).t(), reference(name).view(), 1e-3, name);
    }
    assert_eq!(of(MotionRepresentation::Raw).slice(s![.., .., 0]), window.t());
}

#[test]
fn coarse_samples_are_those_of_the_sensors_range() {
    let window = Array2::from_shape_fn((100, 3), |(n, _)| n as f32 * 0.05 - 2.0);
    let coarse = granularity(MotionRepresentation::Raw, SampleDepth::Bits8);
    let rounded = features(&coarse, window.view());
    for (index, &value) in rounded.indexed_iter() {
        let exact = window[[index.1, index.0]].min(4.0 - 4.0 / 128.0);
        assert!((value - exact).abs() <= 4.0 / 256.0 + 1e-6, "{index:?}");
        assert_eq!((value * 32.0).fract(), 0.0);
    }
    let extractor = MotionExtractor::new(&coarse).unwrap();
    for (window, scales) in [(window.slice(s![1.., ..]), 3), (window.view(), 2)] {
        let refused = extractor.extract(window, &vec![4.0; scales]);
        assert!(matches!(refused, Err(DspError::Window { .. })));
    }
}
