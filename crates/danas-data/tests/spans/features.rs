//! The features of spans.

use std::sync::Arc;

use danas_data::{AudioError, AudioSource, Broken, DataSource, FeatureCache, Misplaced, Noise};
use danas_space::{AudioGranularity, Bytes, Representation};
use tempfile::TempDir;

use crate::support::{Example, RATE, dataset, granularity, noise, open, span, write_wav};

const KINDS: [Representation; 4] = [
    Representation::Waveform,
    Representation::Spectrogram,
    Representation::MelSpectrogram,
    Representation::Mfcc,
];

/// Writes two recordings of three seconds.
fn recordings() -> (TempDir, [Vec<f32>; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let sounds = [1, 2].map(|seed| noise(seed, 3 * RATE as usize));
    for (sound, name) in sounds.iter().zip(["1.wav", "2.wav"]) {
        write_wav(&folder.path().join(name), sound);
    }
    (folder, sounds)
}

/// Asserts that spans of the first recording have exactly the features of files with `samples`.
fn assert_same(folder: &TempDir, spans: &[(f64, f64)], samples: &[Vec<f32>]) {
    let names: Vec<String> = (0..samples.len()).map(|n| format!("cut/{n}.wav")).collect();
    for (name, samples) in names.iter().zip(samples) {
        write_wav(&folder.path().join(name), samples);
    }
    let spans = spans.iter().enumerate();
    let spans: Vec<Example<'_>> =
        spans.map(|(n, &(start, end))| ("1.wav", n % 2, span(start, end))).collect();
    let files: Vec<Example<'_>> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), n % 2, None)).collect();
    let (spans, files) = (open(folder, &spans).unwrap(), open(folder, &files).unwrap());
    let all: Vec<usize> = (0..samples.len()).collect();
    for kind in KINDS {
        for hertz in [RATE, 2000] {
            let granularity = granularity(hertz, kind);
            let [of_spans, of_files] =
                [&spans, &files].map(|source| source.features(&granularity, &all).unwrap());
            assert_eq!(of_spans, of_files, "{granularity}");
        }
    }
}

#[test]
fn a_span_as_long_as_the_clip_is_the_same_as_a_file_of_its_own() {
    let (folder, [sound, _]) = recordings();
    let cut = [2400..6400, 20_000..24_000].map(|range| sound[range].to_vec());
    assert_same(&folder, &[(0.3, 0.8), (2.5, 3.0)], &cut);
}

#[test]
fn a_short_span_is_surrounded_by_the_sound_around_it_and_a_long_one_is_cut() {
    let (folder, [sound, _]) = recordings();
    let cut = [6000..10_000, 10_000..14_000, 8000..12_000].map(|range| sound[range].to_vec());
    assert_same(&folder, &[(1.0, 1.0), (1.4, 1.6), (0.5, 2.0)], &cut);
}

#[test]
fn only_what_lies_beyond_the_recording_is_zero() {
    let (folder, [sound, _]) = recordings();
    let first = [vec![0.0; 2000], sound[..2000].to_vec()].concat();
    let last = [&sound[22_000..], &[0.0; 2000]].concat();
    assert_same(&folder, &[(0.0, 0.0), (3.0, 3.0)], &[first, last]);
}

/// Returns twelve spans, six of each recording, in turn, and two whole recordings.
fn examples() -> Vec<Example<'static>> {
    let spans = (0..12).map(|n| {
        let start = 0.17 * f64::from(n);
        (["1.wav", "2.wav"][n as usize % 2], n as usize % 3 % 2, span(start, start + 0.3))
    });
    spans.chain([("1.wav", 0, None), ("2.wav", 1, None)]).collect()
}

const ORDER: [usize; 16] = [3, 13, 0, 9, 11, 5, 5, 12, 1, 2, 8, 4, 7, 10, 6, 3];

#[test]
fn features_depend_neither_on_their_order_nor_on_the_number_of_threads() {
    let (folder, _) = recordings();
    let source = open(&folder, &examples()).unwrap();
    let granularity = granularity(2000, Representation::MelSpectrogram);
    let together = source.features(&granularity, &ORDER).unwrap();
    for (features, example) in together.outer_iter().zip(ORDER) {
        let alone = source.features(&granularity, &[example]).unwrap();
        assert_eq!(features, alone.index_axis(ndarray::Axis(0), 0));
    }
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| source.features(&granularity, &ORDER)).unwrap(), together);
    }
    assert_eq!(source.features(&granularity, &[]).unwrap().len(), 0);
}

#[test]
fn a_cache_tells_spans_of_a_recording_apart() {
    let (folder, _) = recordings();
    let siblings: Vec<AudioGranularity> =
        [2000, 4000].iter().flat_map(|&hertz| KINDS.map(|kind| granularity(hertz, kind))).collect();
    let plain = open(&folder, &examples()).unwrap();
    let cache = || Arc::new(FeatureCache::in_memory(Bytes(1 << 30)));
    let cached = plain.clone().with_cache(cache(), []).unwrap();
    let batched = plain.clone().with_cache(cache(), siblings.clone()).unwrap();
    for granularity in &siblings {
        let expected = plain.features(granularity, &ORDER).unwrap();
        for source in [&cached, &batched, &cached, &batched] {
            assert_eq!(source.features(granularity, &ORDER).unwrap(), expected);
        }
    }
}

#[test]
fn noise_is_mixed_into_spans_as_into_files() {
    let (folder, [sound, _]) = recordings();
    let background = folder.path().join("noise.wav");
    write_wav(&background, &noise(3, 5000));
    for (n, start) in [2400, 12_000].into_iter().enumerate() {
        write_wav(&folder.path().join(format!("cut/{n}.wav")), &sound[start..start + 4000]);
    }
    let of = |examples: &[Example<'_>]| {
        let noise = Noise { paths: vec![background.clone()], sound_gain: 1.0, noise_gain: 0.5 };
        let dataset = dataset(&folder, examples);
        let source = AudioSource::open(dataset, Some(noise), Broken::Refuse).unwrap();
        source.features(&granularity(RATE, Representation::Waveform), &[0, 1]).unwrap()
    };
    let spans = of(&[("1.wav", 0, span(0.3, 0.8)), ("1.wav", 1, span(1.7, 1.8))]);
    assert_eq!(spans, of(&[("cut/0.wav", 0, None), ("cut/1.wav", 1, None)]));
}

#[test]
fn spans_that_end_after_their_recording_are_refused() {
    let (folder, _) = recordings();
    let sample = 1.0 / f64::from(RATE);
    let of = |end| open(&folder, &[("1.wav", 0, span(1.0, 2.0)), ("2.wav", 1, span(2.5, end))]);
    assert!(of(3.0 + sample).is_ok());
    let AudioError::Spans(Misplaced::Outside { spans }) = of(3.0 + 1.5 * sample).unwrap_err()
    else {
        panic!("another error")
    };
    let [one] = spans.as_slice() else { panic!("{spans:?}") };
    assert_eq!((one.path.clone(), one.seconds), (folder.path().join("2.wav"), 3.0));
    let error = of(4.5).unwrap_err().to_string();
    assert!(error.starts_with("spans end after the end of their files (1); correct them\n"));
    assert!(error.ends_with("2.wav (2.5 s to 4.5 s) is in a file of 3 s"), "{error}");
}
