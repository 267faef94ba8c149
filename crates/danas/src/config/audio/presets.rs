//! Configurations to start from.

use std::{collections::BTreeMap, time::Duration};

use danas_evo::{Duplicates, GeneticAlgorithmSettings, Scalarisation, Term, Transform};
use danas_model::{Edge, TrainConfig};
use danas_nas::{JudgingConfig, Limit, Quantity, SearchConfig, StrategyConfig};
use danas_space::{
    Activation, ArchitectureSpace, AudioSpace, ClipNormalisation, ConvolutionKind, Extent,
    FrontEnd, Hertz, Pool, PoolKind, Reduction, Representation, ResamplingFilter, SearchSpace,
    SpaceError,
};

use super::{
    data::DataConfig,
    modality::{Audio, Config},
    preset::Preset,
};
use crate::config::{
    modality::Presets,
    recipe::{masked, recipe, search, valid},
};

impl Presets<Audio> for Preset {
    fn config(self) -> Config {
        match self {
            Self::Standard => standard(),
            Self::Paper => paper(),
            Self::Words => words(),
            Self::Sounds => sounds(),
        }
    }
}

fn paper() -> Config {
    let classes = ["normal", "anomalous"].map(str::to_owned);
    Config {
        space: valid(paper_space()),
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
            strategy: StrategyConfig::Genetic(genetic_algorithm()),
            ..SearchConfig::default()
        },
        ..Config::default()
    }
}

/// Returns the genetic algorithm of the paper's experiments. Its fitness is the sum of accuracy, precision,
/// recall and exp(−size / 100 000).
fn genetic_algorithm() -> GeneticAlgorithmSettings {
    let size = Transform::Decay { range: 100_000.0 };
    GeneticAlgorithmSettings::paper(Scalarisation::new([
        Term::new(Quantity::Accuracy.name()),
        Term::new(Quantity::Precision.name()),
        Term::new(Quantity::Recall.name()),
        Term::new(Quantity::ModelSize.name()).transform(size),
    ]))
}

/// Builds the space of Table 1, with the resampling filter of the paper's experiments.
fn paper_space() -> Result<SearchSpace<AudioSpace>, SpaceError> {
    let front_end = FrontEnd::builder().resampling(ResamplingFilter::KaiserFast).build()?;
    let data = AudioSpace::builder().front_end(front_end).build()?;
    Ok(SearchSpace::new(data, ArchitectureSpace::paper()))
}

/// Builds the space of architectures for the presets other than `paper`. Most sounds need one
/// convolution over the whole height and a mean over time. Kernels with the height of the input
/// keep the size of a network independent of the sample rate. Most other kernels are along time
/// alone.
fn architectures() -> Result<ArchitectureSpace, SpaceError> {
    let strides = [Extent::square(1), Extent::new(1, 2), Extent::square(2)];
    let kernels = [
        Extent::whole(1),
        Extent::whole(3),
        Extent::whole(5),
        Extent::new(1, 3),
        Extent::new(1, 5),
        Extent::square(3),
    ];
    let size = Extent::new(1, 2);
    let pool = |kind| Pool { kind, size, stride: size };
    ArchitectureSpace::builder()
        .filters([8, 12, 16, 24, 32, 48])
        .kernels(kernels)
        .activations([Activation::Relu])
        .convolutions([ConvolutionKind::Standard, ConvolutionKind::Separable])
        .strides(strides)
        .pools([pool(PoolKind::Max), pool(PoolKind::Average)])
        .reductions([Reduction::Flatten, Reduction::GlobalAverage])
        .dense_widths([0, 20, 40])
        .min_depth(0)
        .max_depth(4)
        .build()
}

fn standard() -> Config {
    let mut training = masked(recipe(1000));
    training.augmentation.time_shift = 0.5;
    training.augmentation.edge = Edge::Wrap;
    Config {
        space: valid(standard_space()),
        training,
        search: SearchConfig {
            evaluations: 150,
            max_seconds: Some(600.0),
            judging: JudgingConfig { confirmations: 1, effort: 0.5, ..JudgingConfig::default() },
            ..search()
        },
        ..Config::default()
    }
}

fn standard_space() -> Result<SearchSpace<AudioSpace>, SpaceError> {
    let data = AudioSpace::builder()
        .representations([Representation::MelSpectrogram, Representation::Mfcc])
        .normalisations([ClipNormalisation::None, ClipNormalisation::Mean])
        .build()?;
    Ok(SearchSpace::new(data, architectures()?))
}

fn words() -> Config {
    let mut training = masked(recipe(2400));
    training.augmentation.time_shift = 0.15;
    Config {
        space: valid(words_space()),
        training,
        search: SearchConfig {
            evaluations: 200,
            max_seconds: Some(300.0),
            limits: vec![
                Limit::soft(Quantity::ModelSize, 20_000.0, 1.0),
                Limit::hard(Quantity::ModelSize, 100_000.0),
            ],
            judging: JudgingConfig { effort: 0.5, ..JudgingConfig::default() },
            ..search()
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
        .sample_rates([2000, 4000, 8000, 16_000].into_iter().filter_map(Hertz::new))
        .representations([Representation::MelSpectrogram, Representation::Mfcc])
        .normalisations([
            ClipNormalisation::None,
            ClipNormalisation::Mean,
            ClipNormalisation::MeanVariance,
            ClipNormalisation::RunningMean,
        ])
        .front_end(front_end)
        .build()?;
    Ok(SearchSpace::new(data, architectures()?))
}

fn sounds() -> Config {
    let mut training = masked(recipe(4000));
    training.augmentation.time_shift = 0.5;
    training.augmentation.edge = Edge::Wrap;
    training.augmentation.mix_up = 0.5;
    Config {
        space: valid(sounds_space()),
        training,
        search: SearchConfig {
            evaluations: 150,
            max_seconds: Some(300.0),
            limits: vec![
                Limit::soft(Quantity::Int8StreamingRam, 65_536.0, 1.0),
                Limit::hard(Quantity::Int8StreamingRam, 131_072.0),
                Limit::hard(Quantity::Int8Size, 131_072.0),
            ],
            judging: JudgingConfig { confirmations: 1, effort: 0.5, ..JudgingConfig::default() },
            ..search()
        },
        ..Config::default()
    }
}

fn sounds_space() -> Result<SearchSpace<AudioSpace>, SpaceError> {
    let front_end = FrontEnd::builder()
        .clip(Duration::from_secs(5))
        .frame_length(1024)
        .hop_length(512)
        .mel_bands(40)
        .build()?;
    let data = AudioSpace::builder()
        .sample_rates([4000, 8000, 16_000].into_iter().filter_map(Hertz::new))
        .representations([Representation::MelSpectrogram, Representation::Mfcc])
        .normalisations(ClipNormalisation::ALL)
        .front_end(front_end)
        .build()?;
    Ok(SearchSpace::new(data, architectures()?))
}

#[cfg(test)]
mod tests {
    use danas_space::{Candidate, DataSpace};

    use super::*;

    #[test]
    fn presets_have_their_own_spaces() {
        for (config, space) in [
            (standard(), standard_space()),
            (words(), words_space()),
            (sounds(), sounds_space()),
            (paper(), paper_space()),
        ] {
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

    /// The text of a candidate in a table or a recommendation gives the whole candidate back.
    #[test]
    fn the_space_of_every_preset_parses_its_candidates() {
        for preset in Preset::ALL {
            let space = Config::preset(preset).space;
            for granularity in space.data.granularities() {
                let architecture = "16xHx3R max1x2 gap > softmax".parse().unwrap();
                let candidate = Candidate::new(granularity, architecture);
                assert_eq!(space.parse(&candidate.to_string()), Ok(candidate), "{preset}");
            }
        }
    }
}
