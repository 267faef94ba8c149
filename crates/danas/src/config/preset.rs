//! Configurations to start from.

use std::{collections::BTreeMap, fmt, str::FromStr, time::Duration};

use danas_evo::Duplicates;
use danas_model::TrainConfig;
use danas_space::{
    ArchitectureSpace, AudioSpace, FrontEnd, Hertz, Representation, ResamplingFilter, SearchSpace,
    SpaceError,
};
use serde::{Deserialize, Serialize};

use super::{Config, DataConfig, GeneticConfig, SearchConfig, StrategyConfig};
use crate::{JudgingConfig, Limit, Quantity};

/// A named configuration to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// The paper's space, searched and trained with danas's own defaults: no candidate twice,
    /// tournaments drawn, Pareto ranking, standardised features.
    #[default]
    Standard,
    /// The paper's experiments as they were (its Tables 1 and 2), but for its test set, which
    /// reports and no longer chooses.
    Paper,
    /// Short spoken words at up to 8 kHz: half-second clips, networks that fit 100 kB of flash,
    /// accuracy against the bytes of model and input buffer together.
    Words,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Paper, Self::Words];

    /// The name in configurations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Paper => "paper",
            Self::Words => "words",
        }
    }

    pub(super) fn config(self) -> Config {
        let config = match self {
            Self::Standard => Config::default(),
            Self::Paper => paper(),
            Self::Words => words(),
        };
        Config { preset: self, ..config }
    }
}

fn paper() -> Config {
    let classes = ["normal", "anomalous"].map(str::to_owned);
    Config {
        // Fixed and legal values: the fallback is never taken.
        space: paper_space().unwrap_or_default(),
        data: DataConfig {
            positive: Some(classes[1].clone()),
            clips: BTreeMap::from([(classes[0].clone(), 900), (classes[1].clone(), 200)]),
            classes: classes.to_vec(),
            ..DataConfig::default()
        },
        training: TrainConfig::paper(),
        search: SearchConfig {
            duplicates: Duplicates::Reuse,
            judging: JudgingConfig::single(),
            baselines: false,
            strategy: StrategyConfig::Genetic(GeneticConfig::paper()),
            ..SearchConfig::default()
        },
        ..Config::default()
    }
}

/// Table 1, with the resampling filter of the paper's experiments.
fn paper_space() -> Result<SearchSpace<AudioSpace>, SpaceError> {
    let front_end = FrontEnd::builder().resampling(ResamplingFilter::KaiserFast).build()?;
    let data = AudioSpace::builder().front_end(front_end).build()?;
    Ok(SearchSpace::new(data, ArchitectureSpace::paper()))
}

fn words() -> Config {
    let mut training = TrainConfig::default();
    training.epochs = 30;
    Config {
        // Fixed and legal values: the fallback to the paper's space is never taken.
        space: words_space().unwrap_or_default(),
        training,
        search: SearchConfig {
            evaluations: 100,
            objectives: vec![Quantity::Accuracy, Quantity::TotalSize],
            limits: vec![Limit::hard(Quantity::ModelSize, 100_000.0)],
            ..SearchConfig::default()
        },
        ..Config::default()
    }
}

fn words_space() -> Result<SearchSpace<AudioSpace>, SpaceError> {
    let front_end = FrontEnd::builder()
        .clip(Duration::from_millis(500))
        .frame_length(256)
        .hop_length(128)
        .mel_bands(40)
        .build()?;
    let data = AudioSpace::builder()
        .sample_rates([1000, 2000, 4000, 8000].into_iter().filter_map(Hertz::new))
        .representations(Representation::OF_FRAMES)
        .front_end(front_end)
        .build()?;
    let architecture = ArchitectureSpace::builder().filters([2, 4, 8, 16]).max_depth(3).build()?;
    Ok(SearchSpace::new(data, architecture))
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        Self::ALL.into_iter().find(|preset| preset.name() == text).ok_or_else(|| {
            SpaceError::UnknownName {
                kind: "preset",
                text: text.to_owned(),
                expected: "standard, paper, words",
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_have_their_own_spaces() {
        for (config, space) in [(words(), words_space()), (paper(), paper_space())] {
            let space = space.unwrap();
            assert_eq!(config.space, space);
            assert_ne!(space, SearchSpace::paper());
        }
    }

    #[test]
    fn every_preset_survives_its_toml() {
        for preset in Preset::ALL {
            let config = Config::preset(preset);
            assert_eq!(Config::from_toml(&config.to_toml().unwrap()).unwrap(), config);
            assert_eq!(Config::from_toml(&format!("preset = \"{preset}\"")).unwrap(), config);
        }
    }
}
