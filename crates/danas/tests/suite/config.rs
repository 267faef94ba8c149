//! Configurations, written and read back.

use std::{collections::BTreeMap, error::Error as _, time::Duration};

use danas::{
    CacheConfig, Config, ConfigError, DataConfig, DeviceConfig, NoiseConfig, Preset,
    StrategyConfig, VersionsConfig,
    space::{ArchitectureSpace, AudioSpace, Bytes, SearchSpace},
};
use proptest::prelude::*;

fn preset() -> impl Strategy<Value = Config> {
    prop::sample::select(Preset::ALL.to_vec()).prop_map(Config::preset)
}

/// Returns a strategy for the data of a preset, with any of its settings replaced or removed.
fn data() -> impl Strategy<Value = DataConfig> {
    let names = prop::collection::vec("[a-z]{1,3}", 0..3);
    let clips = prop::collection::btree_map("[a-z]{1,3}", 1_usize..100, 0..3);
    let noise = prop::option::of((0.0_f32..2.0, 0.0_f32..2.0));
    let versions = prop::option::of((1_usize..5, -6.0_f64..0.0, prop::option::of("[a-z]{3}")));
    (preset(), names, clips, noise, versions, any::<[bool; 4]>()).prop_map(
        |(
            preset,
            classes,
            clips,
            noise,
            versions,
            [of_preset, has_positive, has_cache, has_index],
        )| {
            if of_preset {
                return preset.data;
            }
            DataConfig {
                folder: Some("sounds".into()),
                positive: classes.first().filter(|_| has_positive).cloned(),
                classes,
                clips,
                noise: noise.map(|(sound_gain, noise_gain)| NoiseConfig {
                    folder: "noise".into(),
                    sound_gain,
                    noise_gain,
                }),
                augmentation: versions.map(|(versions, low, noise)| VersionsConfig {
                    versions,
                    gain: [low, 0.0],
                    noise: noise.map(Into::into),
                    ..VersionsConfig::default()
                }),
                index: has_index.then(|| "recordings.index".into()),
                cache: has_cache
                    .then(|| CacheConfig { folder: "cache".into(), bytes: Bytes(10_000) }),
                ..preset.data
            }
        },
    )
}

/// Returns a strategy for the space of a preset, of two of them, or without any optional axis.
fn space() -> impl Strategy<Value = SearchSpace<AudioSpace>> {
    (preset(), preset(), any::<[bool; 2]>()).prop_map(|(a, b, [own_data, own_architecture])| {
        let data = match own_data {
            true => AudioSpace::builder().build().unwrap(),
            false => a.space.data,
        };
        let architecture = match own_architecture {
            true => ArchitectureSpace::builder().build().unwrap(),
            false => b.space.architecture,
        };
        SearchSpace::new(data, architecture)
    })
}

prop_compose! {
    fn config()(
        mut config in preset(),
        data in data(),
        space in space(),
        training in preset(),
        search in preset(),
        strategy in preset(),
        removed in any::<[bool; 12]>(),
        seeds in any::<[u32; 2]>(),
        seconds in prop::option::of(0.001_f64..1e9),
    ) -> Config {
        config.data = data;
        config.space = space;
        config.training = training.training;
        config.search = search.search;
        if removed[0] {
            config.training.steps = None;
        }
        if removed[1] {
            config.training.augmentation = danas::model::Augmentation::default();
        }
        if removed[2] {
            config.training.weight_average = Some(0.99);
            config.training.patience = Some(3);
            config.training.time_limit = seconds.map(Duration::from_secs_f64);
        }
        if removed[3] {
            config.search.halving = None;
        }
        if removed[4] {
            config.search.max_seconds = seconds;
        }
        if removed[5] {
            config.search.limits.clear();
        }
        if removed[6] {
            config.search.strategy = strategy.search.strategy;
        }
        if removed[7] {
            config.search.strategy = StrategyConfig::Random;
        }
        if removed[8] {
            config.search.max_trained = Some(3);
            config.search.stalled = Some(4);
            config.search.start_from = vec!["other/journal.jsonl".into()];
        }
        if removed[9] {
            config.split.test_groups = vec!["ada".to_owned()];
        }
        if removed[10] {
            let board = Some("esp32_s3".to_owned());
            config.device = Some(DeviceConfig { board, ..DeviceConfig::default() });
        }
        if removed[11] {
            config.search.objectives.truncate(1);
        }
        [config.search.seed, config.split.seed] = seeds.map(u64::from);
        config
    }
}

proptest! {
    #[test]
    fn any_configuration_reads_back_as_it_was_written(config in config()) {
        let text = config.to_toml().unwrap();
        prop_assert_eq!(Config::from_toml(&text).unwrap(), config, "{}", text);
    }
}

#[test]
fn a_preset_without_its_lists_and_limits_reads_back_without_them() {
    let mut config = Config::preset(Preset::Paper);
    config.data.clips.clear();
    config.data.classes.clear();
    config.data.positive = None;
    assert_eq!(Config::from_toml(&config.to_toml().unwrap()).unwrap(), config);
    let mut config = Config::preset(Preset::Words);
    (config.search.max_seconds, config.search.halving) = (None, None);
    config.search.limits.clear();
    assert_eq!(Config::from_toml(&config.to_toml().unwrap()).unwrap(), config);
}

#[test]
fn a_preset_takes_other_classes() {
    let of =
        |data: &str| Config::from_toml(&format!("preset = 'paper'\n[data]\n{data}")).unwrap().data;
    let other = of("classes = ['fan', 'pump']");
    assert_eq!(other.classes, ["fan", "pump"]);
    assert_eq!((other.clips, other.positive), (BTreeMap::new(), None));
    let limited = of("classes = ['fan', 'pump']\npositive = 'pump'\nclips = { pump = 3 }");
    assert_eq!(limited.clips, BTreeMap::from([("pump".to_owned(), 3)]));
    assert_eq!(limited.positive.as_deref(), Some("pump"));
    // What still applies stays.
    let turned = of("classes = ['anomalous', 'normal']");
    assert_eq!(turned.clips, Config::preset(Preset::Paper).data.clips);
    assert_eq!(turned.positive.as_deref(), Some("anomalous"));
    assert_eq!(of("clips = {}").clips, BTreeMap::new());
}

#[test]
fn what_toml_cannot_hold_is_refused_before_a_search() {
    let folder = tempfile::tempdir().unwrap();
    let engine = || danas::default_engine();
    for seed in [1 << 63, u64::MAX] {
        let mut config = Config::preset(Preset::Words);
        config.data.folder = Some(folder.path().to_owned());
        config.search.seed = seed;
        let refused = config.prepare(engine()).unwrap_err();
        assert!(
            matches!(refused, danas::Error::Config(ConfigError::Write(_))),
            "{refused} {:?}",
            refused.source()
        );
    }
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
