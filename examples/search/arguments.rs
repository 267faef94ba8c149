//! The command line, and how its flags change the configuration.

use std::{error::Error, path::PathBuf, time::Duration};

use clap::{Parser, builder::PossibleValuesParser};
use danas::{
    Anchors, AnyConfig, Audio, Broken, Config, ConfigFor, DataConfig, DataSettings, DeviceConfig,
    EngineChoice, FoldCount, Image, ImageDataConfig, Manifest, Modality, Motion, MotionDataConfig,
    NoiseConfig, Preset, SearchConfig, StrategyConfig,
    evo::{
        AgingEvolutionSettings, BayesianOptimisationSettings, Duplicates, GeneticAlgorithmSettings,
        Nsga2Settings,
    },
    size::Device,
    space::{AudioSpace, AudioSpaceBuilder, Rate, SearchSpace},
};

use crate::{kind, layouts::Layout};

/// Searches for data granularities and network architectures that suit a folder of recordings, images
/// or series of sensors.
///
/// Without arguments, it uses the bundled spoken digits; with `--preset image` or `--preset motion`, the
/// bundled digits in sign language or the bundled basic motions.
#[derive(Debug, Parser)]
#[command(name = "search")]
pub(crate) struct Arguments {
    /// Configuration file in TOML; the other flags override it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Preset that the configuration starts from. For recordings: standard, paper, words, sounds; for
    /// images: image; for series: motion [default: words, image or motion, as the kind is].
    #[arg(long, conflicts_with = "config")]
    preset: Option<String>,
    /// Kind of data [default: that of the configuration or the preset, or else what the files in the
    /// dataset or the table are].
    #[arg(long, value_parser = PossibleValuesParser::new(AnyConfig::KINDS))]
    kind: Option<String>,
    /// Folder of the data, with one sub-folder for each class and, if there are groups, one for each
    /// group below it, or what the layout needs [default: a bundled dataset].
    #[arg(long, value_name = "PATH")]
    dataset: Option<PathBuf>,
    /// Layout of a published dataset, or of another tool, that the dataset has instead.
    #[arg(long, value_enum, conflicts_with = "manifest")]
    pub(crate) layout: Option<Layout>,
    /// Table of files in CSV, with the columns `path` and `class` and optionally `group`, `part`
    /// (train, validation or test), `start` and `end` (seconds); a configuration file can name other
    /// columns. Paths are relative to the dataset's folder [default: the table's own folder].
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Recordings: take examples where label tracks beside them (`NAME.txt` as exported by Audacity, or
    /// `NAME.csv` with the columns start, end and label) mark classes.
    #[arg(long, conflicts_with_all = ["manifest", "layout"])]
    label_tracks: bool,
    /// Leave out files that cannot be used, with a warning, instead of refusing them.
    #[arg(long)]
    skip_broken: bool,
    /// Series: samples per second, for files without a column of time.
    #[arg(long, value_name = "HERTZ")]
    rate: Option<Rate>,
    /// Series: seconds from one example to the next in a series; needs --room [default: a series is one
    /// example].
    #[arg(long, value_name = "SECONDS", requires = "room")]
    every: Option<f64>,
    /// Series: seconds that must lie around each example, the longest window; needs --every.
    #[arg(long, value_name = "SECONDS", requires = "every")]
    room: Option<f64>,
    /// Number of folds that judge candidates [default: as many as the groups allow].
    #[arg(long)]
    folds: Option<usize>,
    /// Groups on which the final front is tested, separated by commas [default: drawn at random].
    #[arg(long, value_name = "GROUPS", value_delimiter = ',')]
    test_groups: Vec<String>,
    /// Groups on which candidates are judged, separated by commas [default: drawn at random].
    #[arg(long, value_name = "GROUPS", value_delimiter = ',')]
    validation_groups: Vec<String>,
    /// Seed of the split, if groups or files are drawn at random.
    #[arg(long, value_name = "SEED")]
    split_seed: Option<u64>,
    /// Write the split to `split.csv` in the output folder, and exit.
    #[arg(long)]
    pub(crate) only_split: bool,
    /// Recordings: folder of noise to mix in.
    #[arg(long, value_name = "DIR")]
    noise: Option<PathBuf>,
    /// Factor by which the noise is multiplied [default: 1].
    #[arg(long, requires = "noise")]
    noise_gain: Option<f32>,
    /// Factor by which the sound that it is mixed into is multiplied [default: 1].
    #[arg(long, requires = "noise")]
    sound_gain: Option<f32>,
    /// Recordings: length in seconds that clips are cut or zero-padded to.
    #[arg(long)]
    seconds: Option<f64>,
    /// Positive class of precision, recall, F1 and ROC-AUC [default: the mean over all classes].
    #[arg(long, value_name = "CLASS")]
    positive: Option<String>,
    /// Board that candidates must fit when they are quantised to 8-bit integers.
    #[arg(long, value_parser = PossibleValuesParser::new(Device::boards()))]
    board: Option<String>,
    /// Search strategy.
    #[arg(long, value_enum)]
    strategy: Option<StrategyName>,
    /// End trainings early if they fall behind (successive halving); this may lose good candidates.
    #[arg(long)]
    halving: bool,
    /// Number of candidates to evaluate.
    #[arg(long)]
    evaluations: Option<usize>,
    /// Number of epochs of each training.
    #[arg(long)]
    epochs: Option<usize>,
    /// Training engine: auto, native, native-portable, native-avx2, native-avx512, or torch if it
    /// is built in.
    #[arg(long, default_value_t)]
    pub(crate) engine: EngineChoice,
    /// Seed of the search.
    #[arg(long)]
    seed: Option<u64>,
    /// Number of threads that evaluate candidates; it does not change the result.
    #[arg(long)]
    workers: Option<usize>,
    /// Time limit of the search, in seconds.
    #[arg(long)]
    max_seconds: Option<f64>,
    /// Output folder for the tables, the figure, the journal and the resolved configuration.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(crate) output: PathBuf,
    /// Also write the features and labels of the test part as NumPy arrays, beside each model of
    /// the front.
    #[arg(long)]
    pub(crate) test_features: bool,
    /// Also write events for TensorBoard, to `tensorboard` in the output folder.
    #[cfg(feature = "tensorboard")]
    #[arg(long)]
    pub(crate) tensorboard: bool,
    /// Discard the records and models in the output folder, and start a new search [default: resume
    /// the search].
    #[arg(long)]
    pub(crate) fresh: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StrategyName {
    /// A genetic algorithm with Pareto ranking and random tournaments.
    Genetic,
    /// The paper's genetic algorithm: weighted sum, fixed tournaments, and repeats count as
    /// evaluations.
    Paper,
    /// Steady-state NSGA-II.
    Nsga2,
    /// Bayesian optimisation: NSGA-II whose offspring are chosen by a model of how candidates
    /// perform.
    Bayesian,
    /// Aging evolution with random scalarisation.
    AgingEvolution,
    /// Random search.
    Random,
}

impl Arguments {
    /// Returns the configuration with every flag applied.
    pub(crate) fn resolve(&self) -> Result<AnyConfig, Box<dyn Error>> {
        let mut config = self.start()?;
        if let Some(kind) = self.kind.as_ref().filter(|&kind| kind != config.kind()) {
            let of = config.kind();
            return Err(format!("--kind {kind}, but the configuration is of the kind {of}").into());
        }
        let of_series = [("--every", self.every.is_some()), ("--rate", self.rate.is_some())];
        match &mut config {
            AnyConfig::Audio(config) => {
                Self::refuse_all(Audio::KIND, &of_series)?;
                self.apply(config, Bundled::Folder(danas_datasets::spoken_digits_folder()))?;
                self.apply_to_recordings(config)?;
            }
            AnyConfig::Image(config) => {
                Self::refuse_all(Image::KIND, &of_series)?;
                Self::refuse_all(Image::KIND, &self.of_recordings())?;
                self.apply(config, Bundled::Folder(danas_datasets::sign_digits_folder()))?;
            }
            AnyConfig::Motion(config) => {
                Self::refuse_all(Motion::KIND, &self.of_recordings())?;
                self.apply(config, Bundled::Table(danas_datasets::basic_motions_table()))?;
                config.data.series.rate = self.rate.or(config.data.series.rate);
                if let Some((every, room)) = self.every.zip(self.room) {
                    config.data.anchors = Some(Anchors { every, room });
                }
            }
            _ => {}
        }
        Ok(config)
    }

    /// Returns the configuration that flags are applied to.
    fn start(&self) -> Result<AnyConfig, Box<dyn Error>> {
        if let Some(path) = &self.config {
            return Ok(AnyConfig::from_file(path)?);
        }
        if self.layout.is_some() && self.dataset.is_none() {
            return Err("--layout needs --dataset".into());
        }
        let of_kind = |kind: &str| if kind == Audio::KIND { "words" } else { kind }.to_owned();
        let found = || match (self.layout, &self.manifest, &self.dataset) {
            (Some(layout), ..) => Ok(Some(layout.kind())),
            (None, Some(table), _) => kind::of_table(table),
            (None, None, Some(folder)) => kind::of_files(folder),
            (None, None, None) => Ok(None),
        };
        let preset = match (&self.preset, &self.kind) {
            (Some(preset), _) => preset.clone(),
            (None, Some(kind)) => of_kind(kind),
            (None, None) => of_kind(found()?.unwrap_or(Audio::KIND)),
        };
        let unknown = || {
            format!(
                "there is no preset `{preset}`; there are standard, paper, words and sounds for \
                 recordings, image, and motion"
            )
        };
        Ok(AnyConfig::preset(&preset).ok_or_else(unknown)?)
    }

    /// Returns the flags that only searches over recordings have, and whether each is given.
    fn of_recordings(&self) -> [(&'static str, bool); 3] {
        [
            ("--noise", self.noise.is_some()),
            ("--seconds", self.seconds.is_some()),
            ("--label-tracks", self.label_tracks),
        ]
    }

    /// Refuses flags that mean nothing for the kind of data.
    fn refuse_all(kind: &str, flags: &[(&str, bool)]) -> Result<(), Box<dyn Error>> {
        match flags.iter().find(|(_, is_given)| *is_given) {
            Some((flag, _)) => Err(format!("{flag} does not apply to the kind {kind}").into()),
            None => Ok(()),
        }
    }

    /// Applies the flags that every kind of data has.
    fn apply<M: Modality<Data: Located>>(
        &self,
        config: &mut ConfigFor<M>,
        bundled: Bundled,
    ) -> Result<(), Box<dyn Error>> {
        let Place { folder, manifest, positive, broken } = config.data.place();
        if self.skip_broken {
            *broken = Broken::Skip;
        }
        if let Some(own) = &self.dataset {
            *folder = Some(own.clone());
        }
        if let Some(file) = &self.manifest {
            match manifest {
                Some(manifest) => manifest.file.clone_from(file),
                None => *manifest = Some(Manifest::new(file)),
            }
        }
        if manifest.is_none() && folder.is_none() {
            match bundled {
                Bundled::Folder(own) => *folder = Some(own),
                Bundled::Table(file) => *manifest = Some(Manifest::new(file)),
            }
        }
        if let Some(class) = &self.positive {
            *positive = Some(class.clone());
        }
        for (named, groups) in [
            (&self.test_groups, &mut config.split.test_groups),
            (&self.validation_groups, &mut config.split.validation_groups),
        ] {
            if !named.is_empty() {
                groups.clone_from(named);
            }
        }
        config.split.seed = self.split_seed.unwrap_or(config.split.seed);
        if let Some(board) = &self.board {
            let board = Some(board.clone());
            config.device = Some(DeviceConfig { board, ..DeviceConfig::default() });
        }
        if let Some(strategy) = self.strategy {
            strategy.apply(&mut config.search);
        }
        if self.halving {
            config.search.halving.get_or_insert_default();
        }
        if let Some(folds) = self.folds {
            config.search.judging.folds = FoldCount::Fixed(folds);
        }
        config.search.evaluations = self.evaluations.unwrap_or(config.search.evaluations);
        config.search.seed = self.seed.unwrap_or(config.search.seed);
        config.search.workers = self.workers.unwrap_or(config.search.workers);
        config.search.max_seconds = self.max_seconds.or(config.search.max_seconds);
        if let Some(epochs) = self.epochs {
            (config.training.epochs, config.training.steps) = (epochs, None);
        }
        Ok(())
    }

    /// Applies the flags that only recordings have.
    fn apply_to_recordings(&self, config: &mut Config) -> Result<(), Box<dyn Error>> {
        config.data.label_tracks |= self.label_tracks;
        if let Some(folder) = &self.noise {
            config.data.noise = Some(NoiseConfig {
                folder: folder.clone(),
                sound_gain: self.sound_gain.unwrap_or(1.0),
                noise_gain: self.noise_gain.unwrap_or(1.0),
            });
        }
        if let Some(seconds) = self.seconds {
            config.space = with_clips_of(&config.space, seconds)?;
        }
        Ok(())
    }
}

impl StrategyName {
    fn apply(self, search: &mut SearchConfig) {
        search.duplicates = Duplicates::Avoid;
        search.strategy = match self {
            Self::Genetic => StrategyConfig::Genetic(GeneticAlgorithmSettings::default()),
            Self::Nsga2 => StrategyConfig::Nsga2(Nsga2Settings::default()),
            Self::Bayesian => StrategyConfig::Bayesian(BayesianOptimisationSettings::default()),
            Self::AgingEvolution => {
                StrategyConfig::AgingEvolution(AgingEvolutionSettings::default())
            }
            Self::Random => StrategyConfig::Random,
            Self::Paper => {
                search.duplicates = Duplicates::Reuse;
                let paper = Config::preset(Preset::Paper).search;
                search.objectives = paper.objectives;
                paper.strategy
            }
        };
    }
}

/// The data that a search uses if none are named.
enum Bundled {
    Folder(PathBuf),
    Table(PathBuf),
}

/// Settings of data that say where they are.
trait Located: DataSettings {
    fn place(&mut self) -> Place<'_>;
}

/// Where data are, their positive class, and what is done about broken files.
struct Place<'a> {
    folder: &'a mut Option<PathBuf>,
    manifest: &'a mut Option<Manifest>,
    positive: &'a mut Option<String>,
    broken: &'a mut Broken,
}

macro_rules! located {
    ($($settings:ty),*) => {$(
        impl Located for $settings {
            fn place(&mut self) -> Place<'_> {
                let Self { folder, manifest, positive, broken, .. } = self;
                Place { folder, manifest, positive, broken }
            }
        }
    )*};
}

located!(DataConfig, ImageDataConfig, MotionDataConfig);

/// Returns the space with clips of another length.
fn with_clips_of(
    space: &SearchSpace<AudioSpace>,
    seconds: f64,
) -> Result<SearchSpace<AudioSpace>, Box<dyn Error>> {
    let clip = Duration::try_from_secs_f64(seconds).map_err(|_| "--seconds must be positive")?;
    let front_end = space.data.front_end().to_builder().clip(clip).build()?;
    let data = AudioSpaceBuilder::from(space.data.clone()).clips([clip]).front_end(front_end);
    let mut space = space.clone();
    space.data = data.build()?;
    Ok(space)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use clap::CommandFactory;
    use danas::space::{AudioGranularity, DataSpace};

    use super::*;

    fn resolve(line: &str) -> Config {
        let words = ["search"].into_iter().chain(line.split_whitespace());
        let config = Arguments::try_parse_from(words).unwrap().resolve().unwrap();
        let AnyConfig::Audio(config) = config else { panic!("{line}: {}", config.kind()) };
        *config
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_clip_length_changes_nothing_but_the_clip() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.toml");
        std::fs::write(&path, "preset = 'sounds'\nspace.augmentation = [0, 50, 100]").unwrap();
        let config = |flags: &str| resolve(&format!("--config {} {flags}", path.display()));
        let (plain, mut changed) = (config(""), config("--seconds 2"));
        assert_ne!(changed, plain);
        let clip = plain.space.data.front_end().clip();
        changed.space = with_clips_of(&changed.space, clip.as_secs_f64()).unwrap();
        assert_eq!(changed, plain);
    }

    #[test]
    fn every_flag_changes_what_it_names_and_nothing_else() {
        type Change = fn(&mut Config);
        let flags: [(&str, Change); 23] = [
            ("--dataset a", |it| it.data.folder = Some("a".into())),
            ("--dataset a --manifest t/b.csv", |it| {
                it.data.folder = Some("a".into());
                it.data.manifest = Some(Manifest::new("t/b.csv"));
            }),
            ("--manifest t/b.csv", |it| {
                it.data.folder = None;
                it.data.manifest = Some(Manifest::new("t/b.csv"));
            }),
            ("--test-groups a,b", |it| it.split.test_groups = vec!["a".into(), "b".into()]),
            ("--validation-groups c", |it| it.split.validation_groups = vec!["c".into()]),
            ("--split-seed 9", |it| it.split.seed = 9),
            ("--skip-broken", |it| it.data.broken = Broken::Skip),
            ("--folds 4", |it| it.search.judging.folds = FoldCount::Fixed(4)),
            ("--noise b", |it| {
                let (sound_gain, noise_gain) = (1.0, 1.0);
                it.data.noise = Some(NoiseConfig { folder: "b".into(), sound_gain, noise_gain });
            }),
            ("--noise b --noise-gain 2 --sound-gain 3", |it| {
                let (sound_gain, noise_gain) = (3.0, 2.0);
                it.data.noise = Some(NoiseConfig { folder: "b".into(), sound_gain, noise_gain });
            }),
            ("--positive x", |it| it.data.positive = Some("x".into())),
            ("--board esp32_s3", |it| {
                let board = Some("esp32_s3".into());
                it.device = Some(DeviceConfig { board, ..DeviceConfig::default() });
            }),
            ("--evaluations 7", |it| it.search.evaluations = 7),
            ("--epochs 3", |it| (it.training.epochs, it.training.steps) = (3, None)),
            ("--seed 9", |it| it.search.seed = 9),
            ("--workers 5", |it| it.search.workers = 5),
            ("--max-seconds 60", |it| it.search.max_seconds = Some(60.0)),
            ("--halving", |it| {
                it.search.halving.get_or_insert_default();
            }),
            ("--strategy random", |it| {
                it.search.strategy = StrategyConfig::Random;
                it.search.duplicates = Duplicates::Avoid;
            }),
            ("--engine native", |_| {}),
            ("--output elsewhere", |_| {}),
            ("--test-features", |_| {}),
            ("--fresh", |_| {}),
        ];
        for preset in Preset::ALL {
            let plain = resolve(&format!("--preset {preset}"));
            for (flag, change) in flags {
                let mut expected = plain.clone();
                change(&mut expected);
                assert_eq!(resolve(&format!("--preset {preset} {flag}")), expected, "{flag}");
            }
            // A clip length changes the clips of all granularities, and nothing else.
            let changed = resolve(&format!("--preset {preset} --seconds 0.7"));
            let clip = Duration::from_millis(700);
            let expected: HashSet<AudioGranularity> = plain
                .space
                .data
                .granularities()
                .map(|it| {
                    let front_end = it.front_end.to_builder().clip(clip).build().unwrap();
                    AudioGranularity { front_end, ..it }
                })
                .collect();
            assert_eq!(changed.space.data.granularities().collect::<HashSet<_>>(), expected);
            let space = plain.space.clone();
            assert_eq!(Config { space: changed.space.clone(), ..plain }, changed);
            let data = changed.space.data.clone();
            assert_eq!(SearchSpace { data, ..space }, changed.space);
        }
    }

    fn any(line: &str) -> Result<AnyConfig, String> {
        let words = ["search"].into_iter().chain(line.split_whitespace());
        let arguments = Arguments::try_parse_from(words).map_err(|error| error.to_string())?;
        arguments.resolve().map_err(|error| error.to_string())
    }

    #[test]
    fn the_kind_comes_from_the_preset_the_flag_the_layout_or_the_files() {
        let kind = |line: &str| any(line).unwrap().kind();
        assert_eq!(kind(""), "audio");
        for of in AnyConfig::KINDS {
            assert_eq!(kind(&format!("--kind {of}")), *of);
        }
        assert_eq!((kind("--preset image"), kind("--preset motion")), ("image", "motion"));
        assert_eq!(kind("--layout uea --dataset nowhere"), "motion");
        assert_eq!(kind("--layout esc10 --dataset nowhere"), "audio");
        let bundled = |folder: PathBuf| kind(&format!("--dataset {}", folder.display()));
        assert_eq!(bundled(danas_datasets::sign_digits_folder()), "image");
        assert_eq!(bundled(danas_datasets::spoken_digits_folder()), "audio");
        let motions = danas_datasets::basic_motions_table();
        assert_eq!(bundled(motions.parent().unwrap().join("series")), "motion");
        let table = format!("--manifest {}", motions.display());
        assert_eq!(kind(&table), "motion");
        assert!(any("--layout npz --rate 50").unwrap_err().contains("needs --dataset"));
        assert!(any("--kind image --preset words").unwrap_err().contains("of the kind audio"));
        assert!(any("--preset smell").unwrap_err().contains("motion"));
    }

    #[test]
    fn each_kind_has_its_own_flags_and_data() {
        let AnyConfig::Motion(config) =
            any("--preset motion --rate 12.5 --every 1 --room 4 --folds 3").unwrap()
        else {
            panic!("a preset of motion")
        };
        assert_eq!(config.data.anchors, Some(Anchors { every: 1.0, room: 4.0 }));
        assert_eq!(config.data.series.rate.unwrap().hertz(), 12.5);
        assert_eq!(config.search.judging.folds, FoldCount::Fixed(3));
        let table = Manifest::new(danas_datasets::basic_motions_table());
        assert_eq!(config.data.manifest, Some(table));
        let AnyConfig::Image(config) = any("--preset image --positive 3").unwrap() else {
            panic!("a preset of images")
        };
        assert_eq!(config.data.folder, Some(danas_datasets::sign_digits_folder()));
        assert_eq!(config.data.positive.as_deref(), Some("3"));
        assert!(resolve("--label-tracks --dataset a").data.label_tracks);
        for wrong in [
            "--preset image --noise b",
            "--preset motion --seconds 2",
            "--preset image --rate 50",
            "--preset words --every 1 --room 2",
            "--preset motion --every 1",
            "--label-tracks --manifest a.csv",
        ] {
            assert!(any(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn without_flags_it_is_the_demo() {
        let mut expected = Config::preset(Preset::Words);
        expected.data.folder = Some(danas_datasets::spoken_digits_folder());
        assert_eq!(resolve(""), expected);
    }

    #[test]
    fn flags_change_the_preset() {
        let config = resolve(
            "--preset paper --dataset a --noise b --noise-gain 2 --seconds 0.25 --positive x \
             --evaluations 7 --epochs 3 --seed 9 --workers 5 --board esp32_s3 --max-seconds 60 \
             --test-groups theo,lucas --validation-groups george --split-seed 4",
        );
        assert_eq!(config.device.unwrap().board.as_deref(), Some("esp32_s3"));
        assert_eq!(config.data.folder, Some("a".into()));
        let noise = NoiseConfig { folder: "b".into(), sound_gain: 1.0, noise_gain: 2.0 };
        assert_eq!(config.data.noise, Some(noise));
        assert_eq!(config.space.data.front_end().clip(), Duration::from_millis(250));
        assert_eq!(config.space.data.front_end().frame_length(), 2048);
        let resampling = Config::preset(Preset::Paper).space.data.front_end().resampling();
        assert_eq!(config.space.data.front_end().resampling(), resampling);
        assert_eq!(config.data.positive.as_deref(), Some("x"));
        assert_eq!((config.search.evaluations, config.training.epochs), (7, 3));
        assert_eq!((config.search.seed, config.search.workers), (9, 5));
        assert_eq!(config.search.max_seconds, Some(60.0));
        assert_eq!(config.split.test_groups, ["theo", "lucas"]);
        assert_eq!(config.split.validation_groups, ["george"]);
        assert_eq!(config.split.seed, 4);
    }

    #[test]
    fn the_papers_strategy_comes_with_its_repeats_and_objectives() {
        let (paper, config) = (Config::preset(Preset::Paper), resolve("--strategy paper"));
        assert_eq!(config.search.strategy, paper.search.strategy);
        assert_eq!(config.search.duplicates, paper.search.duplicates);
        assert_eq!(config.search.objectives, paper.search.objectives);
        assert_eq!(resolve("--strategy random").search.strategy, StrategyConfig::Random);
    }
}
