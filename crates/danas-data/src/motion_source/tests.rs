//! Tests of series as a source of data.

use std::fs;

use danas_space::{DataSpace, MotionRepresentation, SampleDepth};
use ndarray::{Array2, s};

use super::*;
use crate::dataset::Clip;

fn rate(hertz: f64) -> Rate {
    Rate::from_hertz(hertz).unwrap()
}

/// Series at 50 Hz of these lengths, in turn of two classes. Sample `n` of channel `c` is
/// `n + 1000 c + 10000 series`.
fn set(lengths: &[usize]) -> SeriesSet {
    let clip = |n: usize| Clip { path: format!("{n}.csv").into(), label: n % 2, group: None };
    let clips: Vec<Clip> = (0..lengths.len()).map(clip).collect();
    let dataset = Dataset::new(["rest", "walk"].map(str::to_owned), clips).unwrap();
    let value = |series: usize, n: usize, c: usize| (n + 1000 * c + 10_000 * series) as f32;
    let series = lengths.iter().enumerate().map(|(series, &length)| Series {
        values: Array2::from_shape_fn((length, 2), |(n, c)| value(series, n, c)),
        rate: rate(50.0),
    });
    let channels = ["ax", "ay"].map(str::to_owned).to_vec();
    SeriesSet::new(dataset, channels, series.collect()).unwrap()
}

fn source(lengths: &[usize], anchors: Option<Anchors>) -> Result<MotionSource, MotionError> {
    MotionSource::new(set(lengths), anchors, Broken::Refuse)
}

/// Raw samples of all channels.
fn raw(source: &MotionSource, hertz: f64, seconds: f64) -> MotionGranularity {
    let window = Duration::from_secs_f64(seconds);
    let space = MotionSpace::builder()
        .rates([rate(hertz)])
        .windows([window])
        .representations([MotionRepresentation::Raw]);
    let space = source.suited(space.build().unwrap());
    space.granularities().next().unwrap()
}

#[test]
fn windows_of_any_length_are_of_the_same_examples_and_have_the_same_centre() {
    let anchors = Some(Anchors { every: 1.0, room: 2.0 });
    let source = source(&[200, 150], anchors).unwrap();
    // Three centres at 1, 2 and 3 s of the first series, two of the second.
    assert_eq!(source.labels(), [0, 0, 0, 1, 1]);
    assert_eq!(source.groups().unwrap()[2..4], ["0.csv", "1.csv"]);
    assert_eq!(source.span(1), Some(Span::new(1.0, 3.0).unwrap()));
    assert_eq!(source.typical_window(), Duration::from_secs(2));
    for (seconds, first) in [(2.0, 50), (1.0, 75), (0.5, 88)] {
        let granularity = raw(&source, 50.0, seconds);
        assert_eq!(source.check(&granularity), Ok(()));
        let features = source.features(&granularity, &[1]).unwrap();
        let samples = (seconds * 50.0) as usize;
        assert_eq!(features.dim(), (1, 2, samples, 1), "{seconds}");
        let row: Vec<f32> = (first..first + samples).map(|n| n as f32).collect();
        assert_eq!(features.slice(s![0, 0, .., 0]).to_vec(), row, "{seconds}");
    }
    let refused = source.check(&raw(&source, 50.0, 2.5)).unwrap_err();
    assert!(refused.to_string().contains("the room of 2 s"), "{refused}");
}

#[test]
fn a_window_beyond_its_series_repeats_the_ends() {
    let source = source(&[100, 50], None).unwrap();
    let features = source.features(&raw(&source, 50.0, 2.0), &[1]).unwrap();
    let row = features.slice(s![0, 1, .., 0]).to_vec();
    assert_eq!((row[0], row[24], row[25], row[26]), (11_000.0, 11_000.0, 11_000.0, 11_001.0));
    assert_eq!((row[74], row[75], row[99]), (11_049.0, 11_049.0, 11_049.0));
    assert!(source.check(&raw(&source, 50.0, 2.5)).is_err());
}

#[test]
fn rates_made_together_are_those_made_alone() {
    let plain = source(&[400, 300, 250], None).unwrap();
    let space = plain.suited(MotionSpace::default());
    let all: Vec<MotionGranularity> = space.granularities().collect();
    let prepared = plain.clone().prepared(all.iter().map(|it| it.rate), Bytes(1 << 20));
    assert!(prepared.lowered.get(rate(6.25), 2).is_some());
    assert!(prepared.lowered.get(rate(25.0), 2).is_some());
    assert!(prepared.lowered.get(rate(50.0), 2).is_none());
    // 950 samples of two channels at 50 Hz, an eighth of them at 6.25 Hz.
    let few = plain.clone().prepared(all.iter().map(|it| it.rate), Bytes(950));
    assert!(few.lowered.get(rate(6.25), 0).is_some() && few.lowered.get(rate(12.5), 0).is_none());
    for granularity in &all {
        let features = plain.features(granularity, &[2, 0, 1]).unwrap();
        for source in [&prepared, &few] {
            assert_eq!(
                source.features(granularity, &[2, 0, 1]).unwrap(),
                features,
                "{granularity}"
            );
        }
        assert!(features.iter().all(|value| value.is_finite()), "{granularity}");
    }
}

#[test]
fn what_the_data_lack_is_infeasible() {
    let source = source(&[100, 80], None).unwrap();
    let fast = source.check(&raw(&source, 100.0, 1.0)).unwrap_err();
    assert_eq!(fast.kind(), "above_native_rate");
    let odd = source.check(&raw(&source, 0.01, 1.0)).unwrap_err().to_string();
    assert!(odd.contains("from 5000 Hz to 1 Hz") || odd.contains("0.01 Hz"), "{odd}");
    let channels = danas_space::ChannelSet::new(["az"]).unwrap();
    let missing = MotionGranularity { channels, ..raw(&source, 25.0, 1.0) };
    let reason = source.check(&missing).unwrap_err().to_string();
    assert!(reason.contains("`az`") && reason.contains("[ax, ay]"), "{reason}");
    assert!(matches!(source.features(&missing, &[0]), Err(MotionError::Infeasible { .. })));
}

#[test]
fn coarse_samples_have_the_range_of_the_whole_data() {
    let source = source(&[100, 80], None).unwrap();
    let coarse = MotionGranularity { depth: SampleDepth::Bits8, ..raw(&source, 50.0, 1.0) };
    // The largest magnitude of the first channel is 10079, so that its range is 16384.
    let features = source.features(&coarse, &[0, 1]).unwrap();
    let channel = features.slice(s![.., 0, .., 0]);
    assert!(channel.iter().all(|value| value % 128.0 == 0.0));
}

#[test]
fn series_without_room_are_named_or_left_out() {
    let anchors = Some(Anchors { every: 1.0, room: 3.0 });
    let error = source(&[200, 200, 100], anchors).unwrap_err();
    assert!(error.to_string().contains("2.csv has 2 s, too few for the room of 3 s"), "{error}");
    let source_of = |anchors| MotionSource::new(set(&[200, 200]), Some(anchors), Broken::Refuse);
    let source = MotionSource::new(set(&[200, 200, 100]), anchors, Broken::Skip).unwrap();
    assert_eq!((source.labels().len(), source.skipped().len()), (4, 1));
    let error = source_of(Anchors { every: 0.01, room: 1.0 }).unwrap_err();
    assert!(matches!(error, MotionError::Dense { .. }), "{error}");
    let endless = Anchors { every: 0.0, room: 1.0 };
    assert!(endless.within(Span::new(0.0, 9.0).unwrap()).is_empty());
    for anchors in [Anchors { every: 0.0, room: 1.0 }, Anchors { every: 1.0, room: f64::NAN }] {
        let error = MotionSource::new(set(&[200, 200]), Some(anchors), Broken::Skip).unwrap_err();
        assert!(matches!(error, MotionError::Anchors { .. }), "{error}");
    }
}

#[test]
fn a_span_of_a_table_is_an_example_and_must_lie_in_its_series() {
    let SeriesSet { dataset, channels, series } = set(&[200, 200]);
    let spans = [(1.0, 2.0), (3.0, 4.0)].map(|(start, end)| Span::new(start, end).ok());
    let with = |spans: [Option<Span>; 2]| {
        let dataset = dataset.clone().with_spans(spans).unwrap();
        let set = SeriesSet::new(dataset, channels.clone(), series.clone()).unwrap();
        MotionSource::new(set, None, Broken::Refuse)
    };
    let source = with(spans).unwrap();
    let features = source.features(&raw(&source, 50.0, 1.0), &[1]).unwrap();
    assert_eq!(features[[0, 0, 0, 0]], 10_150.0);
    let error = with([spans[0], Span::new(3.0, 4.1).ok()]).unwrap_err();
    assert!(error.to_string().ends_with("1.csv (3 s to 4.1 s) is in a file of 4 s"), "{error}");
}

#[test]
fn files_are_read_once_and_bad_ones_are_named_or_left_out() {
    let folder = tempfile::tempdir().unwrap();
    for (label, class) in ["rest", "walk"].into_iter().enumerate() {
        fs::create_dir(folder.path().join(class)).unwrap();
        for n in 0..3 {
            // The columns of one file are in another order, and separated otherwise.
            let mut table = if n == 2 { "ay;t;ax\n" } else { "t,ax,ay\n" }.to_owned();
            for row in 0..60 {
                let (t, ax, ay) = (f64::from(row) / 20.0, row * (n + 1), 10 * label);
                table.push_str(&match n {
                    2 => format!("{ay};{t};{ax}\n"),
                    _ => format!("{t},{ax},{ay}\n"),
                });
            }
            fs::write(folder.path().join(class).join(format!("{n}.csv")), table).unwrap();
        }
    }
    let open = |broken| {
        let dataset = Dataset::from_folder_of(folder.path(), &Dataset::SERIES).unwrap();
        MotionSource::open(dataset, &SeriesFormat::default(), None, broken)
    };
    let source = open(Broken::Refuse).unwrap();
    assert_eq!(
        (source.channels(), source.native_rate()),
        (&["ax", "ay"].map(str::to_owned)[..], rate(20.0))
    );
    let granularity = raw(&source, 20.0, 3.0);
    let features = source.features(&granularity, &[5]).unwrap();
    assert_eq!((features[[0, 0, 10, 0]], features[[0, 1, 10, 0]]), (30.0, 10.0));

    let before = source.fingerprint();
    let bad = folder.path().join("walk/0.csv");
    fs::write(&bad, "t,ax,ay\n0,1,2\n0.05,NaN,2\n").unwrap();
    let error = open(Broken::Refuse).unwrap_err().to_string();
    assert!(error.contains("walk/0.csv, line 3: column `ax` is `NaN`"), "{error}");
    // The first file does not decide which channels there are.
    let first = folder.path().join("rest/0.csv");
    let whole = fs::read(&first).unwrap();
    for file in [&first, &bad] {
        fs::write(&first, &whole).unwrap();
        fs::write(&bad, "t,ax,ay,az\n0,1,2,3\n0.05,2,3,4\n").unwrap();
        assert_eq!(open(Broken::Refuse).unwrap().channels(), ["ax", "ay"]);
        fs::write(file, "t,ax\n0,1\n0.05,2\n").unwrap();
        let error = open(Broken::Refuse).unwrap_err().to_string();
        let name = file.strip_prefix(folder.path()).unwrap().display();
        assert!(error.contains(&format!("{name} has no column `ay`")), "{error}");
    }
    fs::write(&first, &whole).unwrap();
    let source = open(Broken::Skip).unwrap();
    assert_eq!((source.labels().len(), source.skipped().len()), (5, 1));
    assert_ne!(source.fingerprint(), before);
    let twin = fs::read(folder.path().join("rest/1.csv")).unwrap();
    fs::write(&bad, twin).unwrap();
    assert!(matches!(open(Broken::Refuse), Err(MotionError::Contradictions { .. })));
}

#[test]
fn a_front_end_computes_the_features_of_a_window_at_the_native_rate() {
    let anchors = Some(Anchors { every: 1.0, room: 2.0 });
    let source = source(&[200, 150], anchors).unwrap();
    for depth in [SampleDepth::Exact, SampleDepth::Bits8] {
        // A straight line stays one at every rate, whatever lies beyond the window.
        for (hertz, tolerance) in [(50.0, 0.0), (25.0, 0.01)] {
            let granularity = MotionGranularity { depth, ..raw(&source, hertz, 2.0) };
            let front_end = source.front_end(&granularity).unwrap();
            assert_eq!(front_end.raw().rate, Some(source.native_rate()));
            let window = source.raw(&granularity, 3).unwrap().unwrap();
            let features = front_end.features(&window).unwrap().unwrap();
            let expected = source.features(&granularity, &[3]).unwrap();
            assert_eq!(features.len(), expected.len());
            let worst = features.iter().zip(&expected).map(|(a, b)| (a - b).abs());
            let worst = worst.fold(0.0, f32::max);
            assert!(worst <= tolerance, "{granularity}: {worst}");
        }
    }
    let channels = MotionGranularity {
        channels: danas_space::ChannelSet::new(["gx"]).unwrap(),
        ..raw(&source, 50.0, 2.0)
    };
    assert_eq!(source.front_end(&channels), None);
}
