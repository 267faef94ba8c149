//! The two experiments of the paper.

use std::{error::Error, fs::File, path::Path};

use danas::{
    AudioSource, Config, EngineChoice, JudgingConfig, Limit, Preset, Quantity, Report,
    SearchConfig, StrategyConfig,
    evo::{BayesianOptimisationSettings, Start, StopHandle, SuccessiveHalving},
    model::TrainConfig,
    space::{ArchitectureSpace, AudioGranularity, AudioSpace, Hertz, Representation, SearchSpace},
};
use danas_report::Records;

use crate::{arguments::Arguments, course::Course, progress::ProgressBar};

/// Experiment of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Experiment {
    /// Granularities and architectures: the whole search space.
    DataAware,
    /// Architectures alone, with at most 64 filters per layer, on spectrograms at 6 kHz.
    FixedData,
}

impl Experiment {
    pub(crate) const ALL: [Self; 2] = [Self::DataAware, Self::FixedData];

    /// Returns the name for tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::DataAware => "Data Aware",
            Self::FixedData => "Fixed Data",
        }
    }

    /// Returns the name for folders and files.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::DataAware => "data_aware",
            Self::FixedData => "fixed_data",
        }
    }

    /// Returns the space of the experiment: `whole`, or architectures alone.
    fn space(
        self,
        whole: &SearchSpace<AudioSpace>,
    ) -> Result<SearchSpace<AudioSpace>, Box<dyn Error>> {
        if self == Self::DataAware {
            return Ok(whole.clone());
        }
        let data = AudioSpace::builder()
            .sample_rates(Hertz::new(6000))
            .representations([Representation::Spectrogram])
            .front_end(whole.data.front_end())
            .build()?;
        let architecture = ArchitectureSpace::builder().filters([2, 4, 8, 16, 32, 64]).build()?;
        Ok(SearchSpace::new(data, architecture))
    }

    /// Returns the settings of the experiment: those of the paper with `--strategy paper`. Otherwise
    /// the space of the paper, trained with danas' defaults and searched by Bayesian optimisation.
    pub(crate) fn config(self, arguments: &Arguments) -> Result<Config, Box<dyn Error>> {
        let scale = arguments.scale();
        let mut config = Config::preset(Preset::Paper);
        if !arguments.is_faithful() {
            config.space = SearchSpace::paper();
            config.training = TrainConfig::default();
            config.search = SearchConfig {
                judging: JudgingConfig::single(),
                baselines: false,
                strategy: StrategyConfig::Bayesian(BayesianOptimisationSettings {
                    start: Start::Trivial,
                    ..Default::default()
                }),
                ..SearchConfig::default()
            };
        }
        config.space = self.space(&config.space)?;
        config.data.positive = Some("anomalous".to_owned());
        config.data.memory = arguments.memory();
        (config.training.epochs, config.training.steps) = (scale.epochs, None);
        config.search.evaluations = scale.evaluations;
        config.search.halving = arguments.halving.then(SuccessiveHalving::default);
        let macs = arguments.max_macs.unwrap_or(match self {
            Self::DataAware => 10_000_000,
            Self::FixedData => 40_000_000,
        });
        if macs > 0 {
            config.search.limits.push(Limit::hard(Quantity::Macs, macs as f64));
        }
        config.search.workers = arguments.workers.unwrap_or(config.search.workers);
        Ok(config)
    }
}

/// One search of an experiment.
pub(crate) struct Run {
    pub(crate) experiment: Experiment,
    pub(crate) seed: u64,
    pub(crate) report: Report<AudioGranularity>,
    pub(crate) course: Course,
}

/// Runs or resumes a search. Its records go to a folder of its own.
pub(crate) fn run(
    experiment: Experiment,
    seed: u64,
    source: &AudioSource,
    arguments: &Arguments,
    handle: &StopHandle,
) -> Result<Run, Box<dyn Error>> {
    let mut config = experiment.config(arguments)?;
    config.search.seed = seed;
    let folder = arguments.output.join(experiment.slug()).join(format!("seed-{seed}"));
    let search = config
        .prepare_with(source.clone(), EngineChoice::Auto.engine()?)?
        .stop_handle(handle.clone())
        .observer(ProgressBar::new(config.search.evaluations, &config.search.objectives));
    let report = Records::create(&folder)?.run(&config, search)?;
    if report.is_interrupted {
        return Err("interrupted; run the same command again to resume".into());
    }
    Ok(Run { experiment, seed, report, course: Course::of(&folder)? })
}

pub(crate) fn create(path: &Path) -> Result<File, Box<dyn Error>> {
    File::create(path).map_err(|error| unwritable(path, error))
}

pub(crate) fn unwritable(path: &Path, error: std::io::Error) -> Box<dyn Error> {
    format!("cannot write {}: {error}", path.display()).into()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn data_aware_searches_all_of_table_1_whichever_the_strategy() {
        for (strategy, space) in
            [("best", SearchSpace::paper()), ("paper", Config::preset(Preset::Paper).space)]
        {
            let arguments = ["paper_experiment", "--strategy", strategy];
            let arguments = Arguments::try_parse_from(arguments).unwrap();
            let config = Experiment::DataAware.config(&arguments).unwrap();
            assert_eq!(config.space, space, "{strategy}");
            assert_eq!(config.search.max_seconds, None, "{strategy}");
            assert_eq!(config.search.judging, JudgingConfig::single(), "{strategy}");
            let read = Config::from_toml(&config.to_toml().unwrap()).unwrap();
            assert_eq!(read, config, "{strategy}: the records state another search");
        }
    }
}
