//! Configurations of searches over series to start from.

use super::{modality::Motion, preset::MotionPreset};
use crate::config::{
    modality::{ConfigFor, Presets},
    recipe::{masked, recipe, search, valid},
};
use danas_nas::{JudgingConfig, SearchConfig};
use danas_space::{
    Activation, ArchitectureSpace, ConvolutionKind, Extent, MotionSpace, Pool, PoolKind, Reduction,
    SearchSpace, SpaceError,
};

impl Presets<Motion> for MotionPreset {
    fn config(self) -> ConfigFor<Motion> {
        match self {
            Self::Motion => motion(),
        }
    }
}

fn motion() -> ConfigFor<Motion> {
    let mut training = masked(recipe(3000));
    training.augmentation.time_shift = 0.1;
    ConfigFor {
        space: SearchSpace::new(MotionSpace::default(), valid(architectures())),
        training,
        search: SearchConfig {
            evaluations: 150,
            max_seconds: Some(300.0),
            judging: JudgingConfig { effort: 0.5, ..JudgingConfig::default() },
            ..search()
        },
        ..ConfigFor::default()
    }
}

/// Builds the space of architectures. Convolutions over the whole height are one-dimensional: raw
/// samples have their channels there, spectra their frequencies.
fn architectures() -> Result<ArchitectureSpace, SpaceError> {
    let size = Extent::new(1, 2);
    let pool = |kind| Pool { kind, size, stride: size };
    let whole = [1, 3, 5, 9].map(Extent::whole);
    let along = [Extent::new(1, 3), Extent::new(1, 5)];
    ArchitectureSpace::builder()
        .filters([4, 8, 12, 16, 24, 32])
        .kernels(whole.into_iter().chain(along))
        .activations([Activation::Relu])
        .convolutions([ConvolutionKind::Standard, ConvolutionKind::Separable])
        .strides([Extent::square(1), Extent::new(1, 2)])
        .pools([pool(PoolKind::Max), pool(PoolKind::Average)])
        .reductions([Reduction::Flatten, Reduction::GlobalAverage])
        .dense_widths([0, 20, 40, 64])
        .min_depth(0)
        .max_depth(3)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preset_survives_its_toml() {
        for preset in MotionPreset::ALL {
            let config = ConfigFor::<Motion>::preset(preset);
            assert_eq!(config.space.architecture, architectures().unwrap());
            assert_eq!(ConfigFor::from_toml(&config.to_toml().unwrap()).unwrap(), config);
            let text = format!("preset = '{}'", preset.name());
            assert_eq!(ConfigFor::from_toml(&text).unwrap(), config);
        }
    }
}
