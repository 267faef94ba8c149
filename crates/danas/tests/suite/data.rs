//! Datasets from valid and invalid folders of recordings.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use crate::support::ramps::{granularity, source, two_classes, write_wav};
use danas::{
    AudioError, AudioSource, Broken, Config, ConfigError, DataConfig, DataError, DataSource,
    Dataset, DatasetError, Error, NoiseConfig,
    data::FeatureCache,
    space::{
        AudioGranularity, Bytes, Channels, FrontEnd, Granularity, Hertz, Infeasible,
        Representation, ResamplingFilter,
    },
};

#[test]
fn a_folder_becomes_classes_and_recordings_in_order() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path());
    fs::write(folder.path().join("hum/notes.txt"), "not a recording").unwrap();
    let dataset = Dataset::from_folder(folder.path()).unwrap();
    assert_eq!(dataset.classes(), ["buzz", "hum"]);
    assert_eq!(dataset.labels(), [0, 0, 1, 1]);
    assert_eq!(dataset.groups(), None);
    let turned = dataset.with_classes(&["hum".to_owned(), "buzz".to_owned()]).unwrap();
    assert_eq!(turned.labels(), [1, 1, 0, 0]);
    let fewer = dataset.limited(&[("hum".to_owned(), 1)].into()).unwrap();
    assert_eq!(fewer.labels(), [0, 0, 1]);
    assert!(matches!(
        dataset.limited(&[("hiss".to_owned(), 1)].into()),
        Err(DatasetError::UnknownClass { class, .. }) if class == "hiss"
    ));
}

#[test]
fn sub_folders_of_a_class_are_groups() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["hum/ada/a.wav", "hum/bob/b.wav", "buzz/ada/c.wav"] {
        write_wav(&folder.path().join(name), 8000, 100);
    }
    let dataset = Dataset::from_folder(folder.path()).unwrap();
    assert_eq!(dataset.groups().unwrap(), ["ada", "ada", "bob"]);
    write_wav(&folder.path().join("buzz/loose.wav"), 8000, 100);
    let error = Dataset::from_folder(folder.path()).unwrap_err();
    assert!(matches!(error, DatasetError::MissingGroup { path } if path.ends_with("loose.wav")));
}

#[test]
fn folders_that_make_no_dataset_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let refused = |path: &Path| Dataset::from_folder(path).unwrap_err();
    assert!(matches!(refused(path), DatasetError::NoClasses { folder } if folder == path));
    let missing = path.join("missing");
    assert!(matches!(refused(&missing), DatasetError::Folder { folder, .. } if folder == missing));
    write_wav(&path.join("hum/a.wav"), 8000, 100);
    assert!(matches!(refused(path), DatasetError::TooFewClasses { classes } if classes == ["hum"]));
    fs::create_dir(path.join("buzz")).unwrap();
    assert!(matches!(refused(path), DatasetError::EmptyClass { class } if class == "buzz"));
}

#[test]
fn features_have_the_granularitys_shape_and_the_native_rate_is_the_highest() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path());
    write_wav(&folder.path().join("hum/slow.wav"), 4000, 4000);
    let source = source(folder.path()).unwrap();
    assert_eq!(source.native_rate().get(), 4000);
    let [wanted, native] = [8000, 4000].map(|hertz| Hertz::new(hertz).unwrap().into());
    assert_eq!(
        source.check(&granularity(8000)),
        Err(Infeasible::AboveNativeRate { wanted, native })
    );
    let granularity = granularity(2000);
    assert_eq!(source.check(&granularity), Ok(()));
    let features = source.features(&granularity, &[4, 0]).unwrap();
    let shape = granularity.input_shape().unwrap();
    assert_eq!(features.dim(), (2, shape.height, shape.width, 1));
    let alone = source.features(&granularity, &[4]).unwrap();
    assert_eq!(features.row_of(0), alone.row_of(0));
}

#[test]
fn rates_that_a_filter_cannot_convert_are_infeasible() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path());
    write_wav(&folder.path().join("hum/odd.wav"), 44_101, 4000);
    let source = source(folder.path()).unwrap();
    let with = |rate, resampling| {
        let front_end = FrontEnd::builder().frame_length(256).hop_length(128);
        AudioGranularity {
            front_end: front_end.resampling(resampling).build().unwrap(),
            ..granularity(rate)
        }
    };
    let blocks = with(200, ResamplingFilter::RubatoFft);
    let Err(Infeasible::Data(reason)) = source.check(&blocks) else { panic!("{blocks}") };
    assert!(reason.contains("44101 Hz to 200 Hz"), "{reason}");
    assert!(source.features(&blocks, &[4]).is_err());
    for possible in [with(200, ResamplingFilter::SoxrHq), with(4000, ResamplingFilter::RubatoFft)] {
        assert_eq!(source.check(&possible), Ok(()));
        source.features(&possible, &[0, 4]).unwrap();
    }
}

trait RowOf {
    fn row_of(&self, example: usize) -> Vec<f32>;
}

impl RowOf for ndarray::Array4<f32> {
    fn row_of(&self, example: usize) -> Vec<f32> {
        self.index_axis(ndarray::Axis(0), example).iter().copied().collect()
    }
}

#[test]
fn channels_that_a_recording_lacks_are_infeasible() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path());
    let stereo = AudioGranularity { channels: Channels::Stereo, ..granularity(4000) };
    let refused = source(folder.path()).unwrap().check(&stereo);
    assert_eq!(refused, Err(Infeasible::MissingChannels { wanted: 2, available: 1 }));
}

/// Returns the files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_cache_gives_the_same_features_again_and_shares_them_by_content() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(&folder.path().join("data"));
    let plain = DataConfig { folder: Some(folder.path().join("data")), ..DataConfig::default() };
    let text = format!("[data.cache]\nfolder = {:?}", folder.path().join("cache"));
    let cache = Config::from_toml(&text).unwrap().data.cache;
    let cached = DataConfig { cache, ..plain.clone() };
    let features = |config: &DataConfig| {
        config.open([]).unwrap().features(&granularity(4000), &[0, 1, 2, 3]).unwrap()
    };
    let made = features(&plain);
    assert_eq!(features(&cached), made);
    let entries = files(&folder.path().join("cache"));
    assert_eq!(entries.len(), 4);
    // The same recordings in another folder find the entries of the first.
    fs::rename(folder.path().join("data"), folder.path().join("moved")).unwrap();
    let plain = DataConfig { folder: Some(folder.path().join("moved")), ..plain };
    let cached = DataConfig { folder: plain.folder.clone(), ..cached };
    let written = fs::metadata(&entries[0]).unwrap().modified().unwrap();
    assert_eq!(features(&cached), made);
    assert!(fs::metadata(&entries[0]).unwrap().modified().unwrap() > written);
    // A damaged entry is made again.
    let mut bytes = fs::read(&entries[0]).unwrap();
    bytes[200] ^= 1;
    fs::write(&entries[0], bytes).unwrap();
    assert_eq!(features(&cached), made);
}

#[test]
fn an_index_remembers_recordings_and_changes_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(&folder.path().join("data"));
    let plain = DataConfig { folder: Some(folder.path().join("data")), ..DataConfig::default() };
    let path = folder.path().join("cache/recordings.index");
    let text = format!("[data]\nindex = {path:?}");
    let index = Config::from_toml(&text).unwrap().data.index;
    let indexed = DataConfig { index, ..plain.clone() };
    // Files that were written less than two seconds ago are not remembered.
    thread::sleep(Duration::from_millis(2100));
    let made = plain.open([]).unwrap();
    for _ in 0..2 {
        let source = indexed.open([]).unwrap();
        assert_eq!(source.fingerprint(), made.fingerprint());
        let features = |source: &AudioSource| source.features(&granularity(4000), &[0, 3]).unwrap();
        assert_eq!(features(&source), features(&made));
        assert!(path.is_file());
    }
}

#[test]
fn siblings_are_made_together_within_the_caches_budget() {
    let folder = tempfile::tempdir().unwrap();
    for (n, name) in ["hum/a.wav", "hum/b.wav", "buzz/c.wav"].iter().enumerate() {
        write_wav(&folder.path().join(name), 8000, 4000 + n);
    }
    let dataset = Dataset::from_folder(folder.path()).unwrap();
    let open = || AudioSource::open(dataset.clone(), None, Broken::Refuse).unwrap();
    let of = |rate, representation| AudioGranularity { representation, ..granularity(rate) };
    let (small, smaller) = (of(4000, Representation::Mfcc), of(2000, Representation::Mfcc));
    let large = of(8000, Representation::Spectrogram);
    let all = [large, small, smaller, of(9000, Representation::Mfcc)];
    let bytes = |one: &AudioGranularity| 4 * one.input_shape().unwrap().elements().unwrap() as u64;

    let budget = Bytes(3 * (bytes(&small) + bytes(&smaller) + 512));
    let cache = Arc::new(FeatureCache::in_memory(budget));
    let source = open().with_cache(Arc::clone(&cache), all).unwrap();
    let examples = [0, 1, 2];
    for one in [&small, &smaller, &large] {
        let alone = open().features(one, &examples).unwrap();
        assert_eq!(source.features(one, &examples).unwrap(), alone, "{one}");
    }
    // For each of three recordings, the first granularity and its first sibling are missed, and
    // then the first granularity is found. So is the second one. The third one is too large to be
    // computed together with others.
    let stats = cache.stats();
    assert_eq!((stats.memory_hits, stats.misses), (3 + 3, 3 + 3 + 3), "{stats:?}");
    assert!(stats.memory_bytes <= budget.get());
}

#[test]
fn no_noise_is_on_both_sides_of_a_split() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["a", "b", "c", "d", "e", "f"];
    for class in ["hum", "buzz"] {
        for name in names {
            write_wav(&folder.path().join(format!("sounds/{class}/{class}{name}.wav")), 8000, 4000);
        }
    }
    for name in ["m", "n", "o"] {
        write_wav(&folder.path().join(format!("noise/{name}.wav")), 8000, 700);
    }
    let config = DataConfig {
        folder: Some(folder.path().join("sounds")),
        noise: Some(NoiseConfig {
            folder: folder.path().join("noise"),
            sound_gain: 0.0,
            noise_gain: 1.0,
        }),
        ..DataConfig::default()
    };
    // With a gain of zero, the features are those of the noise alone.
    let mut source = config.open([]).unwrap();
    let before = source.fingerprint();
    let sections = [0, 1, 2, 1, 2, 0, 0, 1, 2, 1, 2, 0];
    source.divide(&sections);
    assert_ne!(source.fingerprint(), before);
    let features = source.features(&granularity(4000), &(0..12).collect::<Vec<_>>()).unwrap();
    for (a, of_a) in sections.iter().enumerate() {
        for (b, of_b) in sections.iter().enumerate() {
            let same_noise = features.row_of(a) == features.row_of(b);
            assert_eq!(same_noise, of_a == of_b, "{a} {b}");
        }
    }
}

#[test]
fn repeats_that_too_few_noises_allow_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for class in ["hum", "buzz"] {
        for n in 0..8 {
            let samples = if class == "hum" { 4000 } else { 3000 };
            write_wav(&folder.path().join(format!("sounds/{class}/{n}.wav")), 8000, samples + n);
        }
    }
    let open = |noises: usize, repeats| {
        let noise = folder.path().join(format!("noise{noises}"));
        for n in 0..noises {
            write_wav(&noise.join(format!("{n}.wav")), 8000, 700 + n);
        }
        let mut config = Config::preset(danas::Preset::Words);
        config.data.folder = Some(folder.path().join("sounds"));
        config.data.noise = Some(NoiseConfig { folder: noise, sound_gain: 1.0, noise_gain: 1.0 });
        (config.search.judging.folds, config.search.judging.repeats) =
            (danas::FoldCount::Fixed(2), repeats);
        config.prepare(danas::default_engine()).unwrap().trainer().map(|_| ())
    };
    assert!(open(3, 1).is_ok());
    let error = open(3, 3).unwrap_err().to_string();
    assert!(error.contains("recordings of noise, but there are 3"), "{error}");
    assert!(open(16, 3).is_ok());
    assert!(open(2, 3).is_ok(), "a single division would share them, too");
}

#[test]
fn a_recording_that_changes_during_a_search_is_named() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path());
    let changed = folder.path().join("hum/b.wav");
    write_wav(&changed, 8000, 4002);
    let source = source(folder.path()).unwrap();
    write_wav(&changed, 8000, 4001);
    let error = source.features(&granularity(4000), &[2, 3]).unwrap_err();
    assert!(matches!(error, AudioError::Changed { path } if path == changed));
}

#[test]
fn noise_changes_the_features_and_must_have_the_rate() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(&folder.path().join("sounds"));
    write_wav(&folder.path().join("noise/n.wav"), 8000, 777);
    let mut config = DataConfig {
        folder: Some(folder.path().join("sounds")),
        noise: Some(NoiseConfig {
            folder: folder.path().join("noise"),
            sound_gain: 1.0,
            noise_gain: 0.5,
        }),
        ..DataConfig::default()
    };
    let noisy = config.open([]).unwrap().features(&granularity(4000), &[0]).unwrap();
    let clean = source(&folder.path().join("sounds")).unwrap();
    assert_ne!(noisy, clean.features(&granularity(4000), &[0]).unwrap());

    write_wav(&folder.path().join("slow/n.wav"), 4000, 777);
    config.noise.as_mut().unwrap().folder = folder.path().join("slow");
    let error = config.open([]).unwrap_err();
    assert!(
        matches!(error, Error::Data(DataError::Audio(AudioError::NoiseRate { .. }))),
        "{error}"
    );
    config.noise.as_mut().unwrap().folder = folder.path().join("sounds");
    let error = config.open([]).unwrap_err();
    assert!(
        matches!(error, Error::Data(DataError::Dataset(DatasetError::NoRecordings { .. }))),
        "{error}"
    );
}

#[test]
fn a_configuration_without_a_folder_says_so() {
    assert!(matches!(DataConfig::default().open([]), Err(Error::Config(ConfigError::NoFolder))));
}
