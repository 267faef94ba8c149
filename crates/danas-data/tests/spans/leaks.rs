//! Pieces of one recording, which must not get into different parts of a split.

use danas_data::{
    AudioError, AudioSource, Broken, Clip, DataSource, Dataset, Misplaced, Part, Split, SplitConfig,
};

use crate::support::{Example, dataset, noise, open, span, write_wav};

#[test]
fn no_recording_is_in_two_parts() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..10).map(|n| format!("{n}.wav")).collect();
    for (seed, name) in (0..).zip(&names) {
        write_wav(&folder.path().join(name), &noise(seed, 9000));
    }
    let of_file = |name| (0..4).map(move |n| (name, n % 2, span(0.1 * n as f64, 1.0)));
    let examples: Vec<Example<'_>> = names.iter().flat_map(|name| of_file(name.as_str())).collect();
    let source = open(&folder, &examples).unwrap();
    let split = Split::of(&SplitConfig::default(), &source).unwrap();
    for part in [Part::Train, Part::Validation, Part::Test] {
        let examples = split.part(part);
        assert!(!examples.is_empty());
        for file in examples.chunks(4) {
            assert!(file.iter().all(|example| example / 4 == file[0] / 4), "{file:?}");
        }
    }
}

#[test]
fn the_same_span_twice_is_used_once_and_refused_in_two_classes() {
    let folder = tempfile::tempdir().unwrap();
    for (name, seed) in [("1.wav", 1), ("2.wav", 2)] {
        write_wav(&folder.path().join(name), &noise(seed, 9000));
    }
    let [early, late] = [span(0.0, 0.5), span(0.5, 1.0)];
    let first = [("1.wav", 0, early), ("1.wav", 1, late), ("2.wav", 1, early), ("2.wav", 0, late)];
    let again = [first.as_slice(), &[("1.wav", 0, early)]].concat();
    let source = open(&folder, &again).unwrap();
    assert_eq!(source.dataset(), open(&folder, &first).unwrap().dataset());
    let [repeated] = source.repeated() else { panic!("one is a copy") };
    assert_eq!(repeated.span, early);

    let other = [first.as_slice(), &[("1.wav", 1, early)]].concat();
    let AudioError::Contradictions { pairs } = open(&folder, &other).unwrap_err() else {
        panic!("another error")
    };
    assert_eq!((pairs.len(), pairs[0].span), (1, early));
    let error = open(&folder, &other).unwrap_err().to_string();
    assert!(error.contains("1.wav (0 s to 0.5 s) of `a` is the same as"), "{error}");

    let source = AudioSource::open(dataset(&folder, &other), None, Broken::Skip).unwrap();
    assert_eq!(source.dataset().spans(), Some(&[late, early, late][..]));
    assert_eq!(source.skipped().len(), 2);
    assert!(source.skipped()[0].reason.ends_with("of another class, at 0 s to 0.5 s"));
}

#[test]
fn spans_of_copies_belong_to_one_group() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["1.wav", "2.wav"] {
        write_wav(&folder.path().join(name), &noise(1, 9000));
    }
    let spans = [span(0.0, 0.5), span(0.5, 1.0)];
    let AudioError::Spans(Misplaced::CopyInTwoGroups { paths, .. }) =
        open(&folder, &[("1.wav", 0, spans[0]), ("2.wav", 1, spans[1])]).unwrap_err()
    else {
        panic!("another error")
    };
    assert_eq!(paths, ["1.wav", "2.wav"].map(|name| folder.path().join(name)));
    let clips = [("1.wav", 0), ("2.wav", 1)].map(|(name, label)| Clip {
        path: folder.path().join(name),
        label,
        group: Some("x".to_owned()),
    });
    let grouped = Dataset::new(["a", "b"].map(str::to_owned), clips).unwrap();
    let grouped = grouped.with_spans(spans).unwrap();
    assert!(AudioSource::open(grouped, None, Broken::Refuse).is_ok());
}

#[test]
fn a_broken_recording_loses_all_its_spans_and_is_reported_once() {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("1.wav"), &noise(1, 9000));
    std::fs::write(folder.path().join("2.wav"), b"RIFF").unwrap();
    let [early, late] = [span(0.0, 0.5), span(0.5, 1.0)];
    let examples =
        [("2.wav", 0, early), ("1.wav", 0, late), ("2.wav", 1, late), ("1.wav", 1, early)];
    let AudioError::Broken { recordings } = open(&folder, &examples).unwrap_err() else {
        panic!("another error")
    };
    assert_eq!(recordings.len(), 1);
    let source = AudioSource::open(dataset(&folder, &examples), None, Broken::Skip).unwrap();
    assert_eq!(source.dataset().spans(), Some(&[late, early][..]));
    assert_eq!((source.span(0), source.span(2)), (late, None));
}

#[test]
fn the_fingerprint_tells_spans_apart() {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("1.wav"), &noise(1, 9000));
    let fingerprint = |end| {
        let examples = [("1.wav", 0, span(0.0, end)), ("1.wav", 1, span(0.5, 1.0))];
        open(&folder, &examples).unwrap().fingerprint()
    };
    assert_eq!(fingerprint(0.5), fingerprint(0.5));
    assert_ne!(fingerprint(0.5), fingerprint(0.6));
}
