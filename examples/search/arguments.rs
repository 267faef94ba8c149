//! The command line, and how it changes the configuration.

use std::{error::Error, path::PathBuf, time::Duration};

use clap::{Parser, builder::PossibleValuesParser};
use danas::{
    Config, DeviceConfig, EngineChoice, GeneticConfig, NoiseConfig, Preset, StrategyConfig,
    evo::{AgingEvolutionSettings, BayesianOptimisationSettings, Duplicates, Nsga2Settings},
    size::Device,
    space::{AudioSpace, AudioSpaceBuilder, SearchSpace},
};

/// Searches data granularity and network architecture for a folder of recordings.
///
/// Without arguments it searches the bundled spoken digits.
#[derive(Debug, Parser)]
#[command(name = "search")]
pub(crate) struct Arguments {
    /// A configuration in TOML; the other flags change it.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What a configuration starts from: standard, paper, words or sounds [default: words].
    #[arg(long, conflicts_with = "config")]
    preset: Option<Preset>,
    /// Recordings, one sub-folder for each class; below it one for each group, if there are groups
    /// [default: the bundled digits].
    #[arg(long, value_name = "DIR")]
    dataset: Option<PathBuf>,
    /// The groups on which the front is reported, apart by commas [default: drawn].
    #[arg(long, value_name = "GROUPS", value_delimiter = ',')]
    test_groups: Vec<String>,
    /// The groups on which candidates are judged, apart by commas [default: drawn].
    #[arg(long, value_name = "GROUPS", value_delimiter = ',')]
    validation_groups: Vec<String>,
    /// The seed of the split, where groups or recordings are drawn.
    #[arg(long, value_name = "SEED")]
    split_seed: Option<u64>,
    /// Write the split into the output folder (`split.csv`), and end.
    #[arg(long)]
    pub(crate) only_split: bool,
    /// Recordings of noise to mix in.
    #[arg(long, value_name = "DIR")]
    noise: Option<PathBuf>,
    /// The factor of the noise [default: 1].
    #[arg(long, requires = "noise")]
    noise_gain: Option<f32>,
    /// The factor of the sound it is mixed into [default: 1].
    #[arg(long, requires = "noise")]
    sound_gain: Option<f32>,
    /// The length that clips are cut or zero-padded to.
    #[arg(long)]
    seconds: Option<f64>,
    /// The class whose precision, recall, F1 and ROC-AUC count [default: the mean over all].
    #[arg(long, value_name = "CLASS")]
    positive: Option<String>,
    /// A board that candidates must fit, with the model of 8-bit integers.
    #[arg(long, value_parser = PossibleValuesParser::new(Device::boards()))]
    board: Option<String>,
    /// The strategy.
    #[arg(long, value_enum)]
    strategy: Option<StrategyName>,
    /// End trainings early that fall behind (lossy).
    #[arg(long)]
    halving: bool,
    /// The candidates to evaluate.
    #[arg(long)]
    evaluations: Option<usize>,
    /// The epochs of each training.
    #[arg(long)]
    epochs: Option<usize>,
    /// What trains: auto, native, native-avx2 (portable, avx512), or torch where it is built in.
    #[arg(long, default_value_t)]
    pub(crate) engine: EngineChoice,
    /// The seed of the search.
    #[arg(long)]
    seed: Option<u64>,
    /// Threads that evaluate candidates; they do not change the result.
    #[arg(long)]
    workers: Option<usize>,
    /// The most seconds to search.
    #[arg(long)]
    max_seconds: Option<f64>,
    /// Where the tables, the figure, the journal and the resolved configuration go.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(crate) output: PathBuf,
    /// Write the features and labels of the test part beside each model of the front, as NumPy arrays.
    #[arg(long)]
    pub(crate) test_features: bool,
    /// Write events for TensorBoard, too, into `tensorboard` in the output folder.
    #[cfg(feature = "tensorboard")]
    #[arg(long)]
    pub(crate) tensorboard: bool,
    /// Begin anew where the output folder has the journal of a search [default: go on with it].
    #[arg(long)]
    pub(crate) fresh: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StrategyName {
    /// A genetic algorithm with Pareto ranking and drawn tournaments.
    Genetic,
    /// The paper's genetic algorithm: weighted sum, fixed tournaments, repeats count.
    Paper,
    /// Steady-state NSGA-II.
    Nsga2,
    /// NSGA-II whose offspring are chosen by a model of what candidates achieve.
    Bayesian,
    /// Aging evolution with random scalarisation.
    AgingEvolution,
    /// Random search.
    Random,
}

impl Arguments {
    /// The configuration with every flag applied.
    pub(crate) fn resolve(&self) -> Result<Config, Box<dyn Error>> {
        let mut config = match (&self.config, self.preset) {
            (Some(path), _) => Config::from_file(path)?,
            (None, preset) => Config::preset(preset.unwrap_or(Preset::Words)),
        };
        if let Some(folder) = &self.dataset {
            config.data.folder = Some(folder.clone());
        }
        config.data.folder.get_or_insert_with(danas_datasets::spoken_digits_folder);
        for (named, groups) in [
            (&self.test_groups, &mut config.split.test_groups),
            (&self.validation_groups, &mut config.split.validation_groups),
        ] {
            if !named.is_empty() {
                groups.clone_from(named);
            }
        }
        config.split.seed = self.split_seed.unwrap_or(config.split.seed);
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
        if let Some(class) = &self.positive {
            config.data.positive = Some(class.clone());
        }
        if let Some(board) = &self.board {
            let board = Some(board.clone());
            config.device = Some(DeviceConfig { board, ..DeviceConfig::default() });
        }
        if let Some(strategy) = self.strategy {
            config.search.duplicates = Duplicates::Avoid;
            config.search.strategy = match strategy {
                StrategyName::Genetic => StrategyConfig::Genetic(GeneticConfig::default()),
                StrategyName::Nsga2 => StrategyConfig::Nsga2(Nsga2Settings::default()),
                StrategyName::Bayesian => {
                    StrategyConfig::Bayesian(BayesianOptimisationSettings::default())
                }
                StrategyName::AgingEvolution => {
                    StrategyConfig::AgingEvolution(AgingEvolutionSettings::default())
                }
                StrategyName::Random => StrategyConfig::Random,
                StrategyName::Paper => {
                    config.search.duplicates = Duplicates::Reuse;
                    config.search.objectives = Config::preset(Preset::Paper).search.objectives;
                    StrategyConfig::Genetic(GeneticConfig::paper())
                }
            };
        }
        if self.halving {
            config.search.halving.get_or_insert_default();
        }
        config.search.evaluations = self.evaluations.unwrap_or(config.search.evaluations);
        config.search.seed = self.seed.unwrap_or(config.search.seed);
        config.search.workers = self.workers.unwrap_or(config.search.workers);
        config.search.max_seconds = self.max_seconds.or(config.search.max_seconds);
        if let Some(epochs) = self.epochs {
            (config.training.epochs, config.training.steps) = (epochs, None);
        }
        Ok(config)
    }
}

/// The same space over clips of another length.
fn with_clips_of(
    space: &SearchSpace<AudioSpace>,
    seconds: f64,
) -> Result<SearchSpace<AudioSpace>, Box<dyn Error>> {
    let clip = Duration::try_from_secs_f64(seconds).map_err(|_| "--seconds must be positive")?;
    let front_end = space.data.front_end().to_builder().clip(clip).build()?;
    let data = AudioSpaceBuilder::from(space.data.clone()).clips([clip]).front_end(front_end);
    Ok(SearchSpace::new(data.build()?, space.architecture.clone()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn resolve(line: &str) -> Config {
        let words = ["search"].into_iter().chain(line.split_whitespace());
        Arguments::try_parse_from(words).unwrap().resolve().unwrap()
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
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
