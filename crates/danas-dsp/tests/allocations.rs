//! Tests that buffers are allocated once per clip, not once per frame.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

use std::time::Duration;

use allocation_counter::measure;
use danas_dsp::{BatchExtractor, Extractor, Recording, Stft};
use danas_space::{AudioGranularity, ClipNormalisation, FrontEnd, Hertz, Representation};

fn hertz(rate: u32) -> Hertz {
    Hertz::new(rate).unwrap()
}

fn recording(seconds: u32) -> Recording {
    let samples = (0..8000 * seconds).map(|n| (n as f32 * 0.21).sin()).collect();
    Recording::new(samples, hertz(8000)).unwrap()
}

fn granularities(seconds: u32) -> Vec<AudioGranularity> {
    let clip = Duration::from_secs(seconds.into());
    let front_end = FrontEnd::builder().clip(clip).frame_length(256).hop_length(64);
    let front_end = front_end.build().unwrap();
    let of = |rate| Representation::ALL.map(|kind| AudioGranularity::new(rate, kind, front_end));
    [8000, 4000, 750].map(hertz).into_iter().flat_map(of).collect()
}

/// Returns the number of allocations in the second of two equal calls.
fn allocations<T>(mut call: impl FnMut() -> T) -> u64 {
    drop(call());
    measure(|| drop(call())).count_total
}

#[test]
fn a_longer_clip_takes_no_more_allocations() {
    let extracted = |seconds: u32, index: usize| {
        let extractor = Extractor::new(&granularities(seconds)[index]).unwrap();
        let recording = recording(seconds);
        allocations(|| extractor.extract(&recording).unwrap())
    };
    for index in 0..12 {
        // At 8 kHz, the shortest clip has 126 frames and the longest 1251.
        let counts = [1, 2, 10].map(|seconds| extracted(seconds, index));
        assert!(counts.iter().all(|count| *count == counts[0]), "{index}: {counts:?}");
    }
    let normalised = |seconds: u32, normalisation| {
        let [_, mel, mfcc, ..] = granularities(seconds)[..] else { panic!("there are twelve") };
        let both = [mel, mfcc].map(|one| AudioGranularity { normalisation, ..one });
        let (batch, recording) = (BatchExtractor::new(&both).unwrap(), recording(seconds));
        allocations(|| batch.extract(&recording).unwrap())
    };
    for normalisation in ClipNormalisation::ALL {
        let counts = [1, 10].map(|seconds| normalised(seconds, normalisation));
        assert_eq!(counts[0], counts[1], "{normalisation}");
    }
    let stft = Stft::new(256, 64).unwrap();
    let counts = [1, 10].map(|seconds| {
        let recording = recording(seconds);
        allocations(|| stft.power(&recording.channels()[0]).unwrap())
    });
    assert_eq!(counts[0], counts[1]);
}

#[test]
fn a_batch_allocates_less_than_its_parts() {
    let (granularities, recording) = (granularities(2), recording(2));
    let batch = BatchExtractor::new(&granularities).unwrap();
    let together = allocations(|| batch.extract(&recording).unwrap());
    let each = granularities.iter().map(|granularity| {
        let extractor = Extractor::new(granularity).unwrap();
        allocations(|| extractor.extract(&recording).unwrap())
    });
    let apart: u64 = each.sum();
    assert!(together < apart, "{together} for {apart}");
}
