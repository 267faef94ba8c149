//! Datasets from valid and invalid folders of recordings.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/wav.rs"]
mod wav;

use std::{
    error::Error as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use danas::{
    AudioError, AudioSource, Broken, Config, ConfigError, DataConfig, DataError, DataSource,
    Dataset, DatasetError, Error, NoiseConfig, Preset,
    dsp::FeatureCache,
    space::{
        AudioGranularity, Bytes, Channels, FrontEnd, Granularity, Hertz, Infeasible, Representation,
    },
};

/// Writes a recording of a ramp. Its start depends on the name of the file, so that different files
/// have different contents.
fn write_wav(path: &Path, rate: u32, samples: usize) {
    let name = path.file_name().unwrap().to_str().unwrap();
    let start: usize = name.bytes().map(usize::from).sum();
    wav::write(path, rate, (0..samples).map(|n| ((start + n) % 200) as i16 * 100));
}

fn two_classes(folder: &Path) {
    for name in ["hum/a.wav", "hum/b.wav", "buzz/c.WAV", "buzz/d.wav"] {
        write_wav(&folder.join(name), 8000, 4000);
    }
}

fn source(folder: &Path) -> Result<AudioSource, Error> {
    DataConfig { folder: Some(folder.to_owned()), ..DataConfig::default() }.open([])
}

fn granularity(rate: u32) -> AudioGranularity {
    let front_end = FrontEnd::builder().frame_length(256).hop_length(128).build().unwrap();
    let sample_rate = Hertz::new(rate).unwrap();
    AudioGranularity::new(sample_rate, Representation::Mfcc, front_end)
}

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
fn a_corrupt_recording_is_named_before_the_search_begins() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path());
    fs::write(folder.path().join("hum/b.wav"), b"RIFF\x10\0\0\0WAVEjunk").unwrap();
    let error = source(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Data(DataError::Audio(AudioError::Broken { .. }))), "{error}");
    let path = folder.path().join("hum/b.wav");
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
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
    let (wanted, native) = (Hertz::new(8000).unwrap(), Hertz::new(4000).unwrap());
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
fn broken_recordings_are_refused_or_skipped_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(&folder.path().join("sounds"));
    let broken = folder.path().join("sounds/hum/a.wav");
    fs::write(&broken, "RIFF, but not for long").unwrap();
    write_wav(&folder.path().join("noise/m.wav"), 8000, 700);
    let silent = folder.path().join("noise/n.wav");
    write_wav(&silent, 8000, 0);
    let text = format!(
        "[data]\nbroken = 'skip'\nfolder = {:?}\nnoise = {{ folder = {:?} }}",
        folder.path().join("sounds"),
        folder.path().join("noise")
    );
    let config = Config::from_toml(&text).unwrap().data;

    let source = config.open([]).unwrap();
    assert_eq!(source.labels(), [0, 0, 1]);
    let skipped: Vec<_> = source.skipped().iter().map(|one| &one.path).collect();
    assert_eq!(skipped, [&broken, &silent]);
    let reasons: Vec<_> = source.skipped().iter().map(|one| &one.reason).collect();
    assert!(reasons[0].contains("a.wav") && reasons[1].contains("no samples"), "{reasons:?}");
    source.features(&granularity(4000), &[0, 1, 2]).unwrap();

    fs::write(folder.path().join("sounds/hum/b.wav"), "").unwrap();
    let refused = DataConfig { broken: Broken::Refuse, ..config.clone() }.open([]).unwrap_err();
    let refused = refused.to_string();
    for named in ["2 of the recordings", "a.wav", "b.wav", "data.broken = \"skip\""] {
        assert!(refused.contains(named), "{refused}");
    }
    let error = config.open([]).unwrap_err();
    let Error::Data(DataError::Audio(AudioError::Skipped { skipped: 2, source })) = error else {
        panic!("{error}")
    };
    assert!(matches!(source, DatasetError::EmptyClass { class } if class == "hum"));
    fs::write(folder.path().join("noise/m.wav"), "").unwrap();
    write_wav(&broken, 8000, 4000);
    assert!(matches!(config.open([]), Err(Error::Data(DataError::Audio(AudioError::NoNoise)))));
}

#[test]
fn only_named_classes_are_looked_at_and_what_is_no_recording_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    two_classes(folder.path());
    for path in ["__MACOSX/notes.txt", "_background_noise_/x/y/z.wav", "hum/labels.csv"] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "no recording").unwrap();
    }
    fs::create_dir(folder.path().join("empty")).unwrap();
    let classes = ["hum", "buzz"].map(str::to_owned).to_vec();
    let named = DataConfig {
        folder: Some(folder.path().to_owned()),
        classes: classes.clone(),
        ..DataConfig::default()
    };
    let source = named.open([]).unwrap();
    assert_eq!(source.classes(), classes);
    assert_eq!(source.dataset().ignored(), [folder.path().join("hum/labels.csv")]);
    let missing = DataConfig { classes: vec!["hum".into(), "hiss".into()], ..named.clone() };
    let error = missing.open([]).unwrap_err().to_string();
    assert!(error.contains("hiss") && error.contains("buzz"), "{error}");
    let all = DataConfig { classes: Vec::new(), ..named }.open([]).unwrap_err();
    let Error::Data(DataError::Dataset(DatasetError::EmptyClass { .. })) = all else {
        panic!("{all}")
    };
}

#[test]
fn identical_recordings_are_used_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    two_classes(folder.path());
    fs::copy(path("hum/a.wav"), path("hum/copy.wav")).unwrap();
    // The same samples in a file with other bytes.
    let mut bytes = fs::read(path("hum/b.wav")).unwrap();
    bytes.extend(*b"LIST\x04\0\0\0INFO");
    let riff = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&riff);
    fs::write(path("hum/tagged.wav"), bytes).unwrap();

    let opened = source(folder.path()).unwrap();
    assert_eq!(opened.labels(), [0, 0, 1, 1]);
    let repeated = opened.repeated().iter().map(|one| (one.path.clone(), one.original.clone()));
    let expected = [("hum/copy.wav", "hum/a.wav"), ("hum/tagged.wav", "hum/b.wav")];
    assert_eq!(repeated.collect::<Vec<_>>(), expected.map(|(a, b)| (path(a), path(b))));
    assert!(opened.skipped().is_empty());
}

#[test]
fn a_recording_in_two_classes_is_refused_with_both_names_or_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    two_classes(folder.path());
    write_wav(&path("buzz/e.wav"), 8000, 4000);
    for copy in ["hum/x.wav", "hum/y.wav"] {
        fs::copy(path("buzz/c.WAV"), path(copy)).unwrap();
    }
    let config = DataConfig { folder: Some(folder.path().to_owned()), ..DataConfig::default() };
    let refused = config.open([]).unwrap_err();
    let Error::Data(DataError::Audio(AudioError::Contradictions { pairs })) = &refused else {
        panic!("{refused}")
    };
    assert_eq!(pairs[0].paths, [path("buzz/c.WAV"), path("hum/x.wav")]);
    assert_eq!(pairs[0].classes, ["buzz", "hum"]);
    let text = refused.to_string();
    for named in ["2 of the recordings", "c.WAV", "x.wav", "y.wav", "data.broken = \"skip\""] {
        assert!(text.contains(named), "{text}");
    }
    let source = DataConfig { broken: Broken::Skip, ..config }.open([]).unwrap();
    assert_eq!(source.labels(), [0, 0, 1, 1]);
    let skipped: Vec<_> = source.skipped().iter().map(|one| one.path.clone()).collect();
    assert_eq!(skipped, ["buzz/c.WAV", "hum/x.wav", "hum/y.wav"].map(path));
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
fn an_unknown_key_is_named_with_its_line() {
    for (text, culprit) in [
        ("[search]\nevaluation = 3", "evaluation"),
        ("presets = 'paper'", "presets"),
        ("preset = 'papers'", "papers"),
        ("[space.data]\nsample_rates = []", "sample_rates"),
        ("[training]\nepoch = 3", "epoch"),
        ("[search]\nobjectives = ['size']", "size"),
        ("[search.strategy]\nkind = 'genetic'\npopulation = 3", "population"),
        ("[data.noise]\nfolder = 'n'\ngain = 2", "gain"),
    ] {
        let error = Config::from_toml(text).unwrap_err();
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains(culprit) && cause.contains("line"), "{cause}");
    }
}

#[test]
fn unknown_keys_below_a_kind_are_refused_with_their_line() {
    for (unknown, key) in [
        ("search.strategy = { kind = 'random', seed = 3 }", "`seed`"),
        ("training.schedule = { kind = 'constant', warmup = 0.1 }", "`warmup`"),
        ("training.optimizer = { kind = 'adam', rate = 0.1 }", "`rate`"),
    ] {
        let text = format!("preset = 'words'\n{unknown}");
        let refused = Config::from_toml(&text).unwrap_err();
        let cause = std::error::Error::source(&refused).unwrap().to_string();
        assert!(cause.contains("line 2") && cause.contains(key), "{unknown}: {cause}");
    }
}

#[test]
fn a_file_changes_only_what_it_states() {
    let text = "preset = 'paper'\n[training]\nepochs = 3\n[search.strategy]\nkind = 'genetic'\npopulation_size = 6";
    let config = Config::from_toml(text).unwrap();
    let mut expected = Config::preset(Preset::Paper);
    expected.training.epochs = 3;
    let danas::StrategyConfig::Genetic(genetic) = &mut expected.search.strategy else { panic!() };
    genetic.population_size = 6;
    assert_eq!(config, expected);

    let random = Config::from_toml("preset = 'paper'\nsearch.strategy.kind = 'random'").unwrap();
    assert_eq!(random.search.strategy, danas::StrategyConfig::Random);

    let text = "preset = 'paper'\n[search.strategy]\nkind = 'nsga2'\npopulation_size = 6";
    let settings = danas::evo::Nsga2Settings { population_size: 6, ..Default::default() };
    let nsga2 = Config::from_toml(text).unwrap();
    assert_eq!(nsga2.search.strategy, danas::StrategyConfig::Nsga2(settings));
}

#[test]
fn a_configuration_without_a_folder_says_so() {
    assert!(matches!(DataConfig::default().open([]), Err(Error::Config(ConfigError::NoFolder))));
}
