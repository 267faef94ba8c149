//! Configurations of searches over images to start from.

use super::{modality::Image, preset::ImagePreset};
use crate::config::{
    modality::{ConfigFor, Presets},
    recipe::{recipe, search, valid},
};
use danas_model::Scaling;
use danas_nas::{JudgingConfig, SearchConfig};
use danas_space::{
    Activation, ArchitectureSpace, ConvolutionKind, Extent, ImageSpace, Padding, Pool, PoolKind,
    Reduction, SearchSpace, SpaceError,
};

impl Presets<Image> for ImagePreset {
    fn config(self) -> ConfigFor<Image> {
        match self {
            Self::Image => image(),
        }
    }
}

fn image() -> ConfigFor<Image> {
    let mut training = recipe(1500);
    training.scaling = Scaling::Pixels;
    training.augmentation.time_shift = 0.08;
    ConfigFor {
        space: SearchSpace::new(ImageSpace::default(), valid(architectures())),
        training,
        search: SearchConfig {
            evaluations: 120,
            max_seconds: Some(600.0),
            judging: JudgingConfig { effort: 0.5, ..JudgingConfig::default() },
            ..search()
        },
        ..ConfigFor::default()
    }
}

/// Builds the space of architectures: small square kernels, whose maps shrink by strides and pools.
fn architectures() -> Result<ArchitectureSpace, SpaceError> {
    let pool = |kind| Pool { kind, size: Extent::square(2), stride: Extent::square(2) };
    ArchitectureSpace::builder()
        .filters([8, 12, 16, 24, 32, 48])
        .kernels([1, 3, 5].map(Extent::square))
        .activations([Activation::Relu])
        .convolutions([ConvolutionKind::Standard, ConvolutionKind::Separable])
        .paddings([Padding::Same])
        .strides([1, 2].map(Extent::square))
        .pools([pool(PoolKind::Max), pool(PoolKind::Average)])
        .reductions([Reduction::Flatten, Reduction::GlobalAverage])
        .dense_widths([0, 20, 40])
        .min_depth(1)
        .max_depth(5)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preset_survives_its_toml() {
        for preset in ImagePreset::ALL {
            let config = ConfigFor::<Image>::preset(preset);
            assert_eq!(config.space.architecture, architectures().unwrap());
            assert_eq!(ConfigFor::from_toml(&config.to_toml().unwrap()).unwrap(), config);
            let text = format!("preset = '{}'", preset.name());
            assert_eq!(ConfigFor::from_toml(&text).unwrap(), config);
        }
    }
}
